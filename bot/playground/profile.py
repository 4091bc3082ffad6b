"""The bot's profile: command menus by scope and language, names, descriptions, menu buttons."""

from __future__ import annotations

from bot.playground.model import ADMINS, Chat, Json, User


class Profile:
    """What the bot said about itself, by language; "" is for everyone else."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.menu_buttons: dict[int | None, Json] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}

    def commands_for(self, user: User, chat: Chat, status: str) -> list[Json]:
        """The menu that a person sees in a chat.

        Source: Bot API, BotCommandScope, "Determining list of commands": the first scope that has
        a list, for the person's language before the one for everyone.
        """
        language = (user.language_code or "")[:2].lower()
        if chat.type == "private":
            scopes = [f"chat:{chat.id}", "all_private_chats", "default"]
        else:
            scopes = [
                f"chat_member:{chat.id}:{user.id}",
                f"chat_administrators:{chat.id}",
                f"chat:{chat.id}",
                "all_chat_administrators",
                "all_group_chats",
                "default",
            ]
            if status not in ADMINS:
                scopes = [scope for scope in scopes if "administrators" not in scope]
        for scope in scopes:
            for wanted in (language, ""):
                if found := self.commands.get((scope, wanted)):
                    return found
        return []


def scope_key(scope: Json | None) -> str:
    """A BotCommandScope as a key."""
    if scope is None:
        return "default"
    parts = [scope["type"]]
    parts.extend(str(scope[name]) for name in ("chat_id", "user_id") if name in scope)
    return ":".join(parts)
