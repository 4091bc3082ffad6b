"""Updates on their way into the inbox, and facts about how well receiving works.

Both sources, long polling and the webhook, validate an update here before anything is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum

import orjson
from pydantic import ValidationError
from telegram.error import Conflict, NetworkError, RetryAfter

from bot.storage.protocol import Accepted
from bot.telegram.update_schema import MOST_NUMBER, UpdateSchema

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
"""What the bot asks Telegram for (Bot API, getUpdates.allowed_updates)."""


class UpdateUnreadable(Exception):
    """An update does not have the form that the Bot API describes. The text holds no values."""


def accepted_form(document: object) -> Accepted:
    """An update in the form in which the inbox keeps it.

    Raises:
        UpdateUnreadable: it cannot be handled, or not even be written down.
    """
    fields = document if isinstance(document, dict) else {}
    asked = {name: fields[name] for name in ("update_id", *ALLOWED_UPDATES) if name in fields}
    try:
        update = UpdateSchema.model_validate(asked)
        # orjson refuses what a store could not keep: half of a surrogate pair, huge numbers,
        # deep nesting.
        written = orjson.dumps(asked)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise UpdateUnreadable(f"{place or 'update'}: {fault['type']}") from None
    except (TypeError, RecursionError) as error:
        raise UpdateUnreadable(type(error).__name__) from None
    if len(asked) == 1:
        raise UpdateUnreadable("it is of a kind that was not asked for")
    return Accepted(update.update_id, _lane(update), written)


def number_of(document: object) -> int | None:
    """The number of an update that is unreadable apart from it."""
    number = document.get("update_id") if isinstance(document, dict) else None
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    return number if 0 <= number < MOST_NUMBER else None


def _lane(update: UpdateSchema) -> int:
    """Whose updates keep their order: the chat's, else the person's, else this update's alone."""
    message = update.message or update.edited_message or update.channel_post
    pressed = update.callback_query
    if message is None and pressed is not None:
        message = pressed.message
    chats = (message, update.my_chat_member)
    chat = next((found.chat.id for found in chats if found is not None), None)
    people = (pressed, update.inline_query)
    person = next((found.from_user.id for found in people if found is not None), None)
    if chat is not None:
        return chat
    return update.update_id if person is None else person


class ReceivingError(StrEnum):
    """Why updates are not received."""

    CONFLICT = "conflict"
    """Another program polls with the same token (Bot API, 409)."""
    UNREACHABLE = "unreachable"
    """The Bot API cannot be reached, or answers with a server error."""
    THROTTLED = "throttled"
    """The Bot API asks to wait (429)."""
    STORE = "store"
    """Updates cannot be written down, so that none is accepted."""


_RESULTS = {
    ReceivingError.CONFLICT: Conflict.__name__,
    ReceivingError.UNREACHABLE: NetworkError.__name__,
    ReceivingError.THROTTLED: RetryAfter.__name__,
}
"""How failed calls of the Bot API are counted."""


class ReceivingHealth:
    """When updates were received last, and what prevents it.

    Every age is in seconds. A process that stands by while another process polls receives
    nothing and is healthy: `polls` is False there.

    Args:
        monotonic: The clock.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._polled_at: float | None = None
        self._accepted_at: float | None = None
        self._failing_since: float | None = None
        self._polls_since: float | None = None
        self.error: ReceivingError | None = None
        """The kind of the current failure. None while updates are received."""
        self.received = False
        """Whether there was a success since the start."""
        self.conflicts = 0
        """How many requests failed since another program polls as well."""
        self._watch: Callable[[str], None] | None = None

    @property
    def polls(self) -> bool:
        """Whether this process is the process that polls."""
        return self._polls_since is not None

    @property
    def poll_age(self) -> float | None:
        """The age of the last successful getUpdates. None if this process does not poll.

        Before the first success it counts from the start of polling.
        """
        if self._polls_since is None:
            return None
        return self._monotonic() - max(self._polls_since, self._polled_at or self._polls_since)

    @property
    def accepted_age(self) -> float | None:
        """The age of the last update that the webhook accepted. None before the first."""
        return None if self._accepted_at is None else self._monotonic() - self._accepted_at

    @property
    def failing_for(self) -> float:
        """How long receiving has failed without a success. 0 while it works."""
        return 0.0 if self._failing_since is None else self._monotonic() - self._failing_since

    def watched_by(self, watch: Callable[[str], None]) -> None:
        """Tell of each getUpdates: "ok", or the kind of error as the library names it."""
        self._watch = watch

    def polling(self, *, active: bool) -> None:
        """This process begins or ends to poll."""
        self._polls_since = self._monotonic() if active else None
        self._recovered()

    def polled(self) -> None:
        """The Bot API answered getUpdates."""
        self._polled_at = self._monotonic()
        self.received = True
        self._recovered()
        self._tell("ok")

    def accepted(self) -> None:
        """The webhook accepted an update."""
        self._accepted_at = self._monotonic()
        self.received = True
        self._recovered()

    def failed(self, error: ReceivingError) -> None:
        """An attempt to receive updates failed."""
        if self._failing_since is None:
            self._failing_since = self._monotonic()
        self.error = error
        self.conflicts += error is ReceivingError.CONFLICT
        if error in _RESULTS:
            self._tell(_RESULTS[error])

    def _tell(self, result: str) -> None:
        if self._watch is not None:
            self._watch(result)

    def _recovered(self) -> None:
        self._failing_since = self.error = None
