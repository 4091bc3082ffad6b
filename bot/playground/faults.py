"""Faults that can be switched on: what goes wrong between the bot and Telegram."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bot.playground.model import Json


class FaultKind(StrEnum):
    """What happens to a call.

    error: it is refused with `code`, `description`, `parameters`. reset_before: the connection is
    cut before anything happened; reset_after: after the effect took place. delay: `seconds` pass
    first. timeout: no effect and no answer, ever; timeout_after: the effect, but no answer.
    """

    ERROR = "error"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    DELAY = "delay"
    TIMEOUT = "timeout"
    TIMEOUT_AFTER = "timeout_after"


@dataclass(slots=True)
class Fault:
    """One fault and the calls that it hits.

    Attributes:
        kind: see `FaultKind` (its name as text is fine).
        method: only this method, None for every method but getUpdates.
        chat_id: only calls for this chat.
        times: how often in all, None without end.
        every: each n-th of the matching calls (1: all of them).
        probability: of a matching call being hit, by a generator seeded with `seed`.
        parameters: `retry_after` or `migrate_to_chat_id` of an error.
    """

    kind: str
    method: str | None = None
    chat_id: int | None = None
    times: int | None = None
    every: int = 1
    probability: float = 1.0
    seed: int = 0
    code: int = 500
    description: str = "Internal Server Error"
    parameters: Json | None = None
    seconds: float = 0.0
    hits: int = 0
    _seen: int = 0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.kind = FaultKind(self.kind)
        self._random = random.Random(self.seed)  # noqa: S311 (repeatable on purpose, no secret)

    def strikes(self, method: str, params: Json) -> bool:
        """Whether this call is hit; counts it."""
        if self.method is None and method == "getUpdates":
            return False
        if self.method not in {None, method} or self.times == self.hits:
            return False
        if self.chat_id is not None and str(params.get("chat_id")) != str(self.chat_id):
            return False
        self._seen += 1
        if self._seen % self.every or self._random.random() >= self.probability:
            return False
        self.hits += 1
        return True


class Faults:
    """The faults switched on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def add(self, fault: Fault) -> Fault:
        """Switch a fault on; keep it to look at its `hits` or to `remove` it."""
        self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Switch one off."""
        self._faults.remove(fault)

    def clear(self) -> None:
        """Switch all off."""
        self._faults.clear()

    def striking(self, method: str, params: Json) -> Fault | None:
        """The first fault that hits this call."""
        for fault in self._faults:
            if fault.strikes(method, params):
                return fault
        return None


def flood(retry_after: int, **which: object) -> Fault:
    """429 Too Many Requests, as Telegram answers a bot that is too fast."""
    return Fault(
        "error",
        code=429,
        description=f"Too Many Requests: retry after {retry_after}",
        parameters={"retry_after": retry_after},
        **which,  # type: ignore[arg-type]
    )
