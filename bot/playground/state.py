"""The state of the playground's world: who is there, where, and what was written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.playground.clock import PlayClock
from bot.playground.errors import refused
from bot.playground.files import Files
from bot.playground.model import ADMINS, PRESENT, Chat, Json, Stored, Thread, Toast, User
from bot.playground.profile import Profile
from bot.playground.updates import Updates

T = TypeVar("T")
Listener = Callable[[Json], None]


class State:
    """Everything the server remembers, plain Python, in memory only.

    Attributes:
        can_read_all: the bot's privacy mode in groups is off (BotFather's setting).
        webhooks: the addresses that setWebhook takes; None takes every address on loopback.
        inline_feedback: choosing an inline result is told to the bot.
        toasts: every answer to a pressed button, oldest first.
    """

    def __init__(self, clock: PlayClock, bot: User) -> None:
        self.clock = clock
        self.bot = bot
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.updates = Updates()
        self.files = Files()
        self.profile = Profile()
        self.webhooks: frozenset[str] | None = None
        self.can_read_all = False
        self.inline_feedback = False
        self.toasts: list[Toast] = []
        self.callbacks: dict[str, tuple[int, int | None]] = {}
        self.inline_queries: dict[str, int] = {}
        self.inline_answers: dict[str, Json] = {}
        self.inline_messages: dict[str, tuple[int, int]] = {}
        self._listeners: list[Listener] = []
        self._waiting: set[asyncio.Event] = set()
        self._last_private_id = 0
        self._last_query_id = 0
        self._last_chat_number = 0

    # --- who and where

    def person(
        self,
        id: int,  # noqa: A002 (the word that Telegram uses)
        name: str,
        language_code: str | None = "en",
        *,
        username: str | None = None,
        started: bool = False,
        admin: bool = False,
    ) -> User:
        """A person with a private chat; `started`: has written to the bot before."""
        user = User(id, name, language_code, username, admin=admin, started=started)
        self.users[id] = user
        self.chats[id] = Chat(id, "private", name, person=user)
        return user

    def group(
        self,
        id: int,  # noqa: A002
        title: str,
        members: list[int],
        *,
        forum: bool = False,
        supergroup: bool = True,
        bot: str | None = "member",
        admins: tuple[int, ...] = (),
    ) -> Chat:
        """A group; the first member owns it. `bot`: the bot's status, None if it is not there."""
        chat = Chat(id, "supergroup" if supergroup or forum else "group", title, forum=forum)
        chat.members = dict.fromkeys(members, "member")
        chat.members.update(dict.fromkeys(admins, "administrator"))
        if members:
            chat.members[members[0]] = "creator"
        if bot:
            chat.members[self.bot.id] = bot
        self.chats[id] = chat
        return chat

    def channel(
        self,
        id: int,  # noqa: A002
        title: str,
        admins: list[int],
        *,
        username: str | None = None,
        bot: str | None = "administrator",
    ) -> Chat:
        """A channel; the first admin owns it."""
        chat = self.group(id, title, admins, bot=bot, admins=tuple(admins))
        chat.type, chat.username = "channel", username
        return chat

    def thread(self, chat_id: int, thread_id: int, name: str) -> Thread:
        """A topic of a forum."""
        thread = Thread(thread_id, name)
        chat = self.chats[chat_id]
        chat.threads[thread_id] = thread
        chat.last_message_id = max(chat.last_message_id, thread_id)
        return thread

    def find_chat(self, given: int | str) -> Chat:
        """The chat that a call names.

        Raises:
            ApiError: there is none.
        """
        if isinstance(given, int) and given in self.chats:
            return self.chats[given]
        if isinstance(given, str) and given.startswith("@"):
            name = given[1:].lower()
            for chat in self.chats.values():
                if chat.username and chat.username.lower() == name and chat.type != "private":
                    return chat
        raise refused("chat not found")

    def status(self, chat: Chat, user_id: int) -> str:
        """A person's (or the bot's) status in a chat."""
        if chat.type == "private":
            return "member" if user_id in {chat.id, self.bot.id} else "left"
        return chat.members.get(user_id, "left")

    def present(self, chat: Chat, user_id: int) -> bool:
        """Whether they are in the chat."""
        return self.status(chat, user_id) in PRESENT

    def is_admin(self, chat: Chat, user_id: int) -> bool:
        """Whether they administer the chat."""
        return self.status(chat, user_id) in ADMINS

    # --- what was written

    def post(
        self,
        chat: Chat,
        sender: User | None,
        content: Json,
        html: str = "",
        *,
        silent: bool = False,
    ) -> Stored:
        """Write a message into a chat; `sender` None posts in the name of the chat."""
        if chat.type in {"private", "group"}:
            self._last_private_id += 1
            message_id = self._last_private_id
        else:
            chat.last_message_id += 1
            message_id = chat.last_message_id
        message: Json = {"message_id": message_id}
        if sender is None or chat.type == "channel":
            message["sender_chat"] = chat.api()
        else:
            message["from"] = sender.api()
        message["chat"] = chat.api()
        message["date"] = self.clock.unix()
        message.update(content)
        sender_id = sender.id if sender else None
        stored = Stored(message, html, sender_id, silent=silent)
        chat.messages[message_id] = stored
        self.emit("message", chat_id=chat.id, message=stored)
        return stored

    def messages(self, chat_id: int) -> list[Json]:
        """The messages of a chat, oldest first, each with `html`, its source as it was sent."""
        return [
            {**stored.message, "html": stored.html}
            for stored in self.chats[chat_id].messages.values()
        ]

    def answers(self, chat_id: int) -> list[Json]:
        """The bot's messages in a chat, oldest first."""
        return [
            {**stored.message, "html": stored.html}
            for stored in self.chats[chat_id].messages.values()
            if stored.sender_id == self.bot.id
        ]

    def next_query_id(self) -> str:
        """An id for a callback or inline query."""
        self._last_query_id += 1
        return str(4_000_000_000_000_000_000 + self._last_query_id)

    def next_supergroup_id(self) -> int:
        """An id that no chat has."""
        while True:
            self._last_chat_number += 1
            if (number := -1_009_000_000_000 - self._last_chat_number) not in self.chats:
                return number

    # --- who is listening

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on every event; gives the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, kind: str, **payload: object) -> None:
        """Tell the page and those who wait that something happened."""
        for listener in self._listeners:
            listener({"type": kind, **payload})
        self.changed()

    def changed(self) -> None:
        """Let everyone in `wait_for` look again."""
        for event in self._waiting:
            event.set()

    async def wait_for(self, predicate: Callable[[], T | None], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """The first true value of `predicate`, looked at after everything that happens.

        Raises:
            TimeoutError: not within `timeout` real seconds.
        """
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    await event.wait()
                    event.clear()
                return value
        except TimeoutError as error:
            raise TimeoutError(f"not within {timeout} s") from error
        finally:
            self._waiting.discard(event)
