"""Settings of a chat: language, rhythm, hour, time zone, quiet hours, mute."""

from __future__ import annotations

import asyncio
import re
from itertools import takewhile

from bot.agreement.user_input import fold
from bot.i18n.timezones import UNIVERSAL
from bot.search import normalization
from bot.search.intents import Sign, means
from bot.search.questions import limited
from bot.subscribers.chat import Chat
from bot.subscribers.preferences import adjusted
from bot.telegram.context import BotContext
from bot.telegram.handlers.topics import Topics
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.callbacks import Adjust, ChooseLanguage, Configure, Place, View
from bot.views.message import Message, Reader
from bot.views.schedule import asking_page, when_page
from bot.views.settings import language_page
from bot.views.timezone_picker import cities_at, found_page, offset_called, place_page, zone_page

_TIME = re.compile(r"([01]?\d|2[0-3])[:.][0-5]\d")
_SHORTEST = 3
"""Letters of a name, below which a code is meant or nothing."""
_ENDING, _MOST = 3, 8
"""Letters in which a form of a name may differ; and words of a request for a language."""


class ChatSettings:
    """Commands and buttons for a chat's own preferences."""

    def __init__(self, context: BotContext, topics: Topics, permissions: Permissions) -> None:
        self._context = context
        self._topics = topics
        self._permissions = permissions

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={"settings": self._settings, "language": self._language},
            actions={ChooseLanguage: self._choose},
        )

    async def _settings(self, request: Request) -> Message:
        return await self._topics.settings(request)

    async def _language(self, request: Request) -> Message:
        code = self._named(request.text)
        if code is None:
            return self._languages(request)
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        request = await self._speak(request, code)
        return self._languages(request)

    async def take(self, request: Request) -> Message | None:
        """Speak the language that a text asks for: "Turkish, please"; None for any other text."""
        code = self._asked(request.text)
        if code is None or request.may_be_talk:
            return None
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        request = await self._speak(request, code)
        return replies.speaking(request.reader)

    def _asked(self, text: str) -> str | None:
        """The language that a text names, among words that ask for it or alone."""
        words = normalization.words(limited(text))
        if len(words) > _MOST:
            return None
        folded = [normalization.fold(word) for word in words]
        languages = self._context.languages
        names = {
            normalization.fold(name): code
            for code in languages
            for language in languages.values()
            for name in normalization.words(language.name_of(code))[:1]
        }
        around = [word for word in folded if means(word, Sign.SPEAK)]
        rest = [word for word in folded if word not in around]
        if len(rest) != 1:
            return None
        if not around:
            return names.get(rest[0])
        found = {code for name, code in names.items() if _is_form(rest[0], name)}
        return found.pop() if len(found) == 1 else None

    def _named(self, text: str) -> str | None:
        """The language that a person names: by its code, or by its name in any of the languages.

        The beginning of a name is enough, as in "türk" for "Türkçe".
        """
        given, languages = fold(text.strip()), self._context.languages
        if given in {*languages, "auto"}:
            return given
        found = {
            code
            for code in languages
            for language in languages.values()
            if len(given) >= _SHORTEST and fold(language.name_of(code)).startswith(given)
        }
        return found.pop() if len(found) == 1 else None

    async def _choose(self, request: Request, action: ChooseLanguage) -> Answer:
        if not action.code:
            return Answer(self._languages(request, welcome=action.welcome))
        if action.code not in {*self._context.languages, "auto"}:
            return Answer(notice=replies.outdated_button(request.reader))
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        request = await self._speak(request, action.code)
        back = View.HOME if action.welcome else View.SETTINGS
        page = await self._topics.page_at(request, Place(back))
        return Answer(page, replies.language_chosen(request.reader))

    async def _speak(self, request: Request, code: str) -> Request:
        """Choose a language, and go on in it."""
        chosen = None if code == "auto" else code
        return await self._context.update_chat(request, lambda chat: chat.choosing(chosen))

    def _languages(self, request: Request, *, welcome: bool = False) -> Message:
        languages = list(self._context.languages.values())
        return language_page(request.reader, languages, request.chat.locale, welcome=welcome)


def _is_form(word: str, name: str) -> bool:
    """Whether a word is a language's name in one of its forms: "türkçeye", "по-русски"."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(word, name, strict=False))
    common = len(list(same))
    return common >= _SHORTEST + 1 and common >= len(name) - _ENDING


CHANNEL_WISHES = frozenset({"when", "rhythm", "hour", "day", "quiet", "zone", "mute"})
"""What `Configure` can name of when a channel hears."""


class ScheduleSettings:
    """Commands and buttons for when a chat, or a channel from afar, hears."""

    def __init__(self, context: BotContext, permissions: Permissions) -> None:
        self._context = context
        self._permissions = permissions

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={"timezone": self._timezone},
            actions={Adjust: self._adjust},
        )

    async def _timezone(self, request: Request) -> Message:
        """Find a zone by what was typed after the command, or offer all of them."""
        if request.text and not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        # Cities in a language, and clocks all over the world, are read from files at first.
        return await asyncio.to_thread(_zone_answer, request.reader, request.chat, request.text)

    async def take(self, request: Request) -> Message | None:
        """Offer the zones where clocks show what a person wrote, such as 14:35."""
        if not request.in_private or not _TIME.fullmatch(request.text.strip()):
            return None
        return await asyncio.to_thread(_zone_answer, request.reader, request.chat, request.text)

    async def located(self, request: Request, latitude: float, longitude: float) -> Message:
        """Offer the time zone of a place that a person sent."""
        return await asyncio.to_thread(
            place_page, request.reader, request.chat, latitude, longitude
        )

    async def _adjust(self, request: Request, action: Adjust) -> Answer:
        page = await _question(request.reader, request.chat, action.what, action.value)
        if page is not None:
            return Answer(page)
        if adjusted(request.chat, action.what, action.value, self._context.clock()) is None:
            return Answer(notice=replies.outdated_button(request.reader))
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        now = self._context.clock()
        request = await self._context.update_chat(
            request, lambda chat: adjusted(chat, action.what, action.value, now) or chat
        )
        page = await _after(request.reader, request.chat, action.what)
        return Answer(page, replies.saved(request.reader))

    async def configure(self, request: Request, chat: Chat, action: Configure) -> Answer:
        """The same for a channel, once it is known that the person is one of its admins."""
        page = await _question(request.reader, chat, action.what, action.value)
        if page is not None:
            return Answer(page)
        now = self._context.clock()
        if adjusted(chat, action.what, action.value, now) is None:
            return Answer(notice=replies.outdated_button(request.reader))
        kept = await self._context.store.update_chat(
            chat.id, lambda kept: kept and (adjusted(kept, action.what, action.value, now) or kept)
        )
        page = await _after(request.reader, kept or chat, action.what)
        return Answer(page, replies.saved(request.reader))


async def _question(reader: Reader, chat: Chat, what: str, value: str) -> Message | None:
    """The page that a button opens; None where it makes a choice."""
    if what == "zone":
        return await asyncio.to_thread(zone_page, reader, chat, value)
    return asking_page(reader, chat, what, value)


async def _after(reader: Reader, chat: Chat, what: str) -> Message:
    """The page after a choice: the question for the time zone where it matters first."""
    timing = chat.timing
    needs_zone = timing.schedule.is_digest if what == "rhythm" else timing.quiet is not None
    if what in {"rhythm", "quiet"} and needs_zone and timing.zone == UNIVERSAL:
        page = await asyncio.to_thread(zone_page, reader, chat)
        if page is not None:
            return page
    return when_page(reader, chat)


def _zone_answer(reader: Reader, chat: Chat, text: str) -> Message:
    offset = offset_called(text, reader.now)
    page = cities_at(reader, chat, offset) if offset is not None else None
    if page is None and not text:
        page = zone_page(reader, chat)
    return page or found_page(reader, chat, text)
