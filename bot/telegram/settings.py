"""Settings of a chat: its language, and the way to everything else that it can choose."""

from __future__ import annotations

from bot.agreement.typed import fold
from bot.messages import notices
from bot.messages.actions import ChooseLanguage, Place, View
from bot.messages.model import Message
from bot.messages.settings import language_page, settings_page
from bot.telegram.desk import Desk
from bot.telegram.rights import Rights
from bot.telegram.router import Conversation
from bot.telegram.topics import Topics
from bot.telegram.turn import Answer, Turn

_SHORTEST = 3
"""Letters of a name, below which a code is meant or nothing."""


class ChatSettings:
    """Commands and buttons for a chat's own preferences."""

    def __init__(self, desk: Desk, topics: Topics, rights: Rights) -> None:
        self._desk = desk
        self._topics = topics
        self._rights = rights

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={"settings": self._settings, "language": self._language},
            actions={ChooseLanguage: self._choose},
        )

    async def _settings(self, turn: Turn) -> Message:
        return settings_page(turn.reader, turn.chat)

    async def _language(self, turn: Turn) -> Message:
        code = self._named(turn.text)
        if code is None:
            return self._languages(turn)
        if not await self._rights.may_configure(turn):
            return notices.admins_only_settings(turn.reader)
        turn = await self._speak(turn, code)
        return self._languages(turn)

    def _named(self, text: str) -> str | None:
        """The language that a person names: by its code, or by its name in any of the languages.

        The beginning of a name is enough, as in "türk" for "Türkçe".
        """
        given, languages = fold(text.strip()), self._desk.languages
        if given in {*languages, "auto"}:
            return given
        found = {
            code
            for code in languages
            for one in languages.values()
            if len(given) >= _SHORTEST and fold(one.name_of(code)).startswith(given)
        }
        return found.pop() if len(found) == 1 else None

    async def _choose(self, turn: Turn, action: ChooseLanguage) -> Answer:
        if not action.code:
            return Answer(self._languages(turn))
        if action.code not in {*self._desk.languages, "auto"}:
            return Answer(notice=notices.outdated_button(turn.reader))
        if not await self._rights.may_configure(turn):
            return Answer(notice=notices.not_allowed(turn.reader))
        turn = await self._speak(turn, action.code)
        page = await self._topics.page_at(turn, Place(View.SETTINGS))
        return Answer(page, notices.language_chosen(turn.reader))

    async def _speak(self, turn: Turn, code: str) -> Turn:
        """Choose a language, and go on in it."""
        chosen = None if code == "auto" else code
        return await self._desk.update_chat(turn, lambda chat: chat.choosing(chosen))

    def _languages(self, turn: Turn) -> Message:
        return language_page(turn.reader, list(self._desk.languages.values()), turn.chat.locale)
