"""What every conversation works with, handed in by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog
import telegram

from bot.alerts.rate_scheduler import Priority
from bot.clock import Clock
from bot.i18n.catalogs import offered
from bot.i18n.language import Language
from bot.i18n.negotiation import negotiate
from bot.search.questions import limited
from bot.search.state import AgreementState
from bot.storage.errors import StoreFull
from bot.storage.protocol import Store
from bot.subscribers.chat import Address, Chat, ChatKind
from bot.telegram.api import Api
from bot.telegram.request import Request
from bot.views.message import Message, Reader

_log = structlog.get_logger(__name__)

_LONG_QUESTION = 80
"""Characters of a question from which on the search runs in a thread."""
_T = TypeVar("_T")


def _threads(count: int) -> Callable[[], ThreadPoolExecutor]:
    return lambda: ThreadPoolExecutor(max_workers=count, thread_name_prefix="search")


@dataclass(frozen=True, slots=True)
class BotContext:
    """The briefing, the store, the languages, and the way out."""

    state: AgreementState
    store: Store
    catalogs: Mapping[str, Language]
    """Every language that the bot speaks, whatever the content is written in."""
    api: Api
    clock: Clock
    admins: frozenset[int] = field(default_factory=frozenset)
    forget_months: int = 0
    """After how many months without contact a chat is forgotten; 0 for never."""
    search_thread: ThreadPoolExecutor = field(default_factory=_threads(1))
    """For long questions: they wait for each other, and short ones for none of them."""
    embedding_threads: ThreadPoolExecutor = field(default_factory=_threads(4))
    """For short questions where an embedder is asked."""

    @property
    def languages(self) -> Mapping[str, Language]:
        """The languages that readers can choose."""
        return offered(self.catalogs, self.state.agreement.languages)

    @property
    def bot(self) -> telegram.Bot:
        """The Bot API."""
        return self.api.bot

    def language(self, chat: Chat, person: str | None = None) -> Language:
        """A chat's language: its choice, else what its client said, else English.

        In a private chat the client says it again each time (`person`); in a group the last
        speaker's client says nothing about the others.
        """
        spoken = person if chat.kind is ChatKind.PRIVATE and person else chat.client_locale
        languages = self.languages
        return languages[negotiate([chat.locale, spoken], languages)]

    def reader(self, chat: Chat, person: str | None = None) -> Reader:
        """Who reads in a chat, now."""
        return Reader(
            language=self.language(chat, person),
            kind=chat.kind,
            now=self.clock().astimezone(chat.timing.tzinfo),
            bot_username=self.bot.username,
            publishers=self.state.board.publishers,
        )

    async def reader_of(self, chat_id: int, person: str | None = None) -> Reader:
        """Who reads in a person's private chat, now."""
        chat = await self.store.chat(chat_id) or Chat(chat_id, ChatKind.PRIVATE)
        return self.reader(chat, person)

    async def request(
        self,
        chat: telegram.Chat,
        user: telegram.User | None,
        message: telegram.MaybeInaccessibleMessage | None = None,
        text: str = "",
    ) -> Request:
        """The turn of a person in a chat; `message` is theirs, or has the button they pressed."""
        kept = await self.store.known(chat.id)
        address = address_of(chat.id, message)
        known = await self.alive(kept.chat, address.thread_id) or fresh_chat(chat)
        whole = message if isinstance(message, telegram.Message) else None
        return Request(
            chat=known,
            address=address,
            reader=self.reader(known, user.language_code if user else None),
            user=user,
            message_id=message.message_id if message else None,
            text=text,
            replied=_replied(whole) if whole else None,
            buttons=buttons_of(whole) if whole else (),
            context=kept.context,
        )

    async def update_chat(self, request: Request, change: Callable[[Chat], Chat]) -> Request:
        """Change what is kept of the turn's chat, which is kept from now on; the turn after it."""
        spoken = request.user.language_code if request.user and request.in_private else None

        def apply(kept: Chat | None) -> Chat:
            chat = kept or request.chat
            if spoken and chat.client_locale != spoken:
                chat = chat.spoken(spoken)
            return change(chat.reached(self.clock()))

        return self._after(
            request, await self.store.update_chat(request.chat.id, apply) or request.chat
        )

    async def alive(self, chat: Chat | None, thread_id: int | None) -> Chat | None:
        """Take a sign of life from a chat: what was lost or paused there is tried again."""
        now = self.clock()
        if chat is None or chat.heard_from(thread_id, now) == chat:
            return chat
        try:
            return await self.store.update_chat(
                chat.id, lambda kept: kept and kept.heard_from(thread_id, now)
            )
        except StoreFull:  # the next sign of life will do
            _log.warning("a chat that came back was not noted: the disk is full")
            return chat

    async def again(self, request: Request) -> Request:
        """The turn as it is now, whoever has changed what is kept of its chat."""
        fresh = Chat(request.chat.id, request.chat.kind, title=request.chat.title)
        return self._after(request, await self.store.chat(request.chat.id) or fresh)

    def _after(self, request: Request, chat: Chat) -> Request:
        person = request.user.language_code if request.user else None
        return replace(request, chat=chat, reader=self.reader(chat, person))

    async def search(self, question: str, function: Callable[[str], _T]) -> _T:
        """Pass a question, cut to the limits of `limited`, to a function that searches for it.

        Call the function in a thread if the question is long, or if an embedder is asked: either
        may take a tenth of a second.
        """
        question = limited(question)
        threads = self.search_thread if len(question) > _LONG_QUESTION else self.embedding_threads
        if threads is self.embedding_threads and self.state.search.meaning is None:
            return function(question)
        return await asyncio.get_running_loop().run_in_executor(threads, function, question)

    async def tell_admins(
        self,
        pages: Callable[[Reader], Sequence[Message]],
        priority: Priority = Priority.PERSON,
        sent: list[tuple[int, int]] | None = None,
    ) -> int:
        """Send each admin pages in their language; say how many got all of them.

        `sent` collects the admins and the ids of their messages.

        An admin who never started the bot cannot be reached; the others still are.
        """
        reached = 0
        for admin in sorted(self.admins):
            messages = pages(await self.reader_of(admin))
            try:
                for message in messages:
                    number = await self.api.send(Address(admin), message, priority=priority)
                    if sent is not None:
                        sent.append((admin, number))
            except telegram.error.TelegramError as error:
                _log.warning("an admin could not be reached", error=type(error).__name__)
            else:
                reached += 1
        return reached


def fresh_chat(chat: telegram.Chat) -> Chat:
    """A chat of which nothing is kept yet."""
    return Chat(id=chat.id, kind=ChatKind(chat.type), title=chat.title or "")


def address_of(chat_id: int, message: telegram.MaybeInaccessibleMessage | None) -> Address:
    """Where a message stands, and where an answer to it goes."""
    if isinstance(message, telegram.Message) and message.direct_messages_topic is not None:
        return Address(chat_id, message.direct_messages_topic.topic_id, direct=True)
    return Address(chat_id, thread_of(message))


def thread_of(message: telegram.MaybeInaccessibleMessage | None) -> int | None:
    """The forum topic that a message stands in (Bot API, Message.is_topic_message)."""
    if isinstance(message, telegram.Message) and message.is_topic_message:
        return message.message_thread_id
    return None


def _replied(message: telegram.Message) -> telegram.Message | None:
    """The message that another one replies to.

    Telegram also names the beginning of a forum topic as such for every message in it.
    """
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created is not None else replied


def buttons_of(message: telegram.Message) -> tuple[str, ...]:
    """The data of a message's buttons; people cannot write a message that has any."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return tuple(
        button.callback_data
        for row in keyboard
        for button in row
        if isinstance(button.callback_data, str)
    )
