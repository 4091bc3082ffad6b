"""What the playground's world is made of: people, chats, threads, messages, files, calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
RichText: TypeAlias = object
"""Text of a rich message: a string, an object, or an array of both."""

CREATOR, ADMINISTRATOR, MEMBER = "creator", "administrator", "member"
RESTRICTED, LEFT, KICKED = "restricted", "left", "kicked"
PRESENT = frozenset({CREATOR, ADMINISTRATOR, MEMBER, RESTRICTED})
ADMINS = frozenset({CREATOR, ADMINISTRATOR})


@dataclass(slots=True)
class User:
    """A person, or the bot itself.

    Attributes:
        admin: shown on the page as the bot's operator; the playground itself gives it no meaning.
        started: has written to the bot; a bot cannot begin a private conversation.
        blocked: has blocked the bot.
        deactivated: the account was deleted.
    """

    id: int
    name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False
    admin: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def api(self) -> Json:
        """The Bot API's User."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user


@dataclass(slots=True)
class Thread:
    """A forum topic."""

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True)
class Stored:
    """A message as the Bot API shows it.

    Attributes:
        html: the source as it was sent.
        sender_id: who wrote it, None for a chat in its own name. The message itself hides the
            bot that posts in a channel.
    """

    message: Json
    html: str
    sender_id: int | None = None
    inline_id: str | None = None
    pinned: bool = False
    silent: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat, group, supergroup or channel.

    Attributes:
        members: status by user id, the bot's among them (private chats: empty).
        muted: the bot is a member without the right to send.
        migrated_to: the supergroup that this group became.
    """

    id: int
    type: str
    title: str = ""
    username: str | None = None
    forum: bool = False
    person: User | None = None
    members: dict[int, str] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    messages: dict[int, Stored] = field(default_factory=dict)
    last_message_id: int = 0
    deleted: bool = False
    muted: bool = False
    migrated_to: int | None = None

    def api(self) -> Json:
        """The Bot API's Chat."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.person is not None:
            chat["first_name"] = self.person.name
            if self.person.username:
                chat["username"] = self.person.username
            return chat
        chat["title"] = self.title
        if self.username:
            chat["username"] = self.username
        if self.forum:
            chat["is_forum"] = True
        return chat


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart call."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Toast:
    """What a person sees after pressing a button; empty text: only the waiting ends."""

    user_id: int
    chat_id: int | None
    query_id: str
    text: str = ""
    alert: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was received.

    Attributes:
        status: of the HTTP answer, 0 if a fault left the call without one.
        monotonic: when it arrived, in seconds of the real clock, to measure pacing.
    """

    method: str
    params: Json
    at: datetime
    status: int
    monotonic: float


@dataclass(frozen=True, slots=True)
class Violation:
    """A call that breaks the Bot API's description, or that the playground does not simulate."""

    method: str
    params: Json
    problem: str
