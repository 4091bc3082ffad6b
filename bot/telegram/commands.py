"""Command menus and the bot's profile, per language and scope, set only when they changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
import telegram
from telegram import (
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButton,
    MenuButtonDefault,
    MenuButtonWebApp,
    WebAppInfo,
)
from telegram.ext import TypeHandler

from bot.i18n.language import Language
from bot.i18n.negotiation import negotiate
from bot.telegram.context import BotContext
from bot.views.commands import Menu, commands, profile

_log = structlog.get_logger(__name__)

_CODE_LENGTH = 2
"""Of a language in the Bot API (ISO 639-1). Clients in another one get what is set for ""."""


class Menus:
    """Tells Telegram what the bot is called and which commands it has."""

    def __init__(self, context: BotContext, board_url: str | None = None) -> None:
        self._context = context
        self._board_url = board_url
        self._waiting: set[int] = set()
        """Admins whose menu was refused: Telegram knows no chat with them yet."""

    async def refresh(self) -> None:
        """Set what differs from what was set before; what fails is tried at the next start."""
        for language in self._context.languages.values():
            for code in self._codes(language):
                await self._menu(language, code, Menu.PRIVATE, BotCommandScopeAllPrivateChats())
                await self._menu(language, code, Menu.GROUP, BotCommandScopeAllGroupChats())
                await self._profile(language, code)
        for admin in sorted(self._context.admins):
            await self._admin_menu(admin)
        await self._button()
        offered = {
            code for language in self._context.languages.values() for code in self._codes(language)
        }
        spoken = {
            code for language in self._context.catalogs.values() for code in self._codes(language)
        }
        for code in sorted(spoken - offered):
            await self._withdraw(code)

    def handler(self) -> TypeHandler[telegram.Update, Any, None]:
        """What sets an admin's menu when that admin first writes."""
        return TypeHandler(telegram.Update, self._admin_wrote)

    async def _admin_wrote(self, update: telegram.Update, _: object) -> None:
        user = update.effective_user
        if user is not None and user.id in self._waiting:
            await self._admin_menu(user.id)

    async def _admin_menu(self, admin: int) -> None:
        self._waiting.discard(admin)
        for language in self._context.languages.values():
            for code in self._codes(language):
                scope = BotCommandScopeChat(admin)
                if not await self._menu(language, code, Menu.ADMIN, scope):
                    self._waiting.add(admin)
                    return  # the other languages would be refused as well

    async def _menu(
        self, language: Language, code: str, menu: Menu, scope: BotCommandScope
    ) -> bool:
        """Set a menu if it changed; say whether it is as it should be."""
        entries = commands(language, self._context.state.agreement, menu)
        whose = f"{menu.value}:{getattr(scope, 'chat_id', '')}:{code}"

        async def set_commands() -> None:
            await self._context.bot.set_my_commands(entries, scope=scope, language_code=code)

        return await self._if_changed(f"menu:{whose}", entries, set_commands)

    async def _button(self) -> None:
        """The button alongside the text field: the board as a Mini App where there is one.

        It is one for all languages (Bot API, setChatMenuButton), and an app needs HTTPS.
        """
        url = f"{self._board_url.rstrip('/')}/app" if self._board_url else ""
        button: MenuButton = MenuButtonDefault()
        if url.startswith("https://"):
            text = self._context.languages[negotiate([], self._context.languages)].gettext(
                "Status board"
            )
            button = MenuButtonWebApp(text, WebAppInfo(url))

        async def set_button() -> None:
            await self._context.bot.set_chat_menu_button(menu_button=button)

        await self._if_changed("menu button", button.to_dict(), set_button)

    async def _profile(self, language: Language, code: str) -> None:
        shown = profile(language, self._context.state.agreement)
        bot = self._context.bot

        async def set_name() -> None:
            await bot.set_my_name(shown.name, language_code=code)

        async def set_short() -> None:
            await bot.set_my_short_description(shown.short_description, language_code=code)

        async def set_description() -> None:
            await bot.set_my_description(shown.description, language_code=code)

        await self._if_changed(f"name:{code}", shown.name, set_name)
        await self._if_changed(f"short:{code}", shown.short_description, set_short)
        await self._if_changed(f"description:{code}", shown.description, set_description)

    async def _withdraw(self, code: str) -> None:
        """Take back what was set in a language that readers cannot choose any more."""
        bot, store = self._context.bot, self._context.store
        menus: list[tuple[str, BotCommandScope]] = [
            (f"{Menu.PRIVATE.value}:", BotCommandScopeAllPrivateChats()),
            (f"{Menu.GROUP.value}:", BotCommandScopeAllGroupChats()),
        ]
        menus += [
            (f"{Menu.ADMIN.value}:{admin}", BotCommandScopeChat(admin))
            for admin in self._context.admins
        ]
        taken: dict[str, Callable[[], Awaitable[object]]] = {
            f"menu:{whose}:{code}": partial(bot.delete_my_commands, scope, code)
            for whose, scope in menus
        }
        taken[f"name:{code}"] = partial(bot.set_my_name, "", code)
        taken[f"short:{code}"] = partial(bot.set_my_short_description, "", code)
        taken[f"description:{code}"] = partial(bot.set_my_description, "", code)
        for key, take_back in taken.items():
            if await store.remembered(key):
                await self._if_changed(key, "", take_back)

    async def _if_changed(
        self, key: str, value: object, set_it: Callable[[], Awaitable[object]]
    ) -> bool:
        digest = hashlib.sha256(json.dumps([self._context.bot.id, value]).encode()).hexdigest()
        if await self._context.store.remembered(key) == digest:
            return True
        try:
            await set_it()
        except telegram.error.TelegramError as error:
            # An admin who never wrote to the bot has no menu yet; Telegram also limits how often
            # a name may change. Neither keeps the bot from working.
            _log.warning("menu or profile not set", key=key, error=str(error))
            return False
        await self._context.store.remember(key, digest)
        return True

    def _codes(self, language: Language) -> tuple[str, ...]:
        """The codes under which Telegram keeps a language; "" is for clients in any other one."""
        plain = language.code.partition("-")[0]
        own = (plain,) if len(plain) == _CODE_LENGTH else ()
        languages = self._context.languages
        return (*own, "") if language.code == negotiate([], languages) else own
