"""When each call may go out: Telegram's limits, people before alerts, pauses on a flood wait.

Pure: the present moment is handed in, as seconds of any clock that never goes back. The limits
are those of https://core.telegram.org/bots/faq ("My bot is hitting limits").
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from heapq import heappop, heappush
from math import inf

ChatKey = int | str
"""A chat's numeric id, or a public one's ``@name``."""

_FLOODS_OF_ALL = 9
"""Evidence that a flood wait concerns the whole bot: three people, or nine groups, at once.

A group can be over its own limit, for instance of before a restart; a person's chat hardly.
"""
_FLOODS_WITHIN = 5.0
_LEAST_SHARE = 0.1
_RECOVERY = 60.0
"""Seconds in which the rate would grow from nothing to all of it."""
_BUSY = 3
"""Turns in a row, from which a chat is busy."""
_SECOND = 1.005
"""A second in which no more turns are given than the rate; a little longer, as calls take time."""
_LATENESS = 0.02
"""Seconds that a turn may be late, at any rate, without putting off those behind it."""


class Priority(IntEnum):
    """Who goes first when not all can go at once; the lower the sooner."""

    PERSON = 0
    """An answer to someone who is waiting for it."""
    FEEDBACK = 1
    """What readers write to the admins, who may be waiting for answers in the same chat."""
    ALERT = 2
    """News that nobody is waiting for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go out."""

    per_second: float = 30.0
    """Over all chats; `math.inf` for no limit."""
    chat_seconds: float = 1.0
    """Between two messages in one chat."""
    group_count: int = 20
    """Messages in a group or channel within `group_seconds`."""
    group_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class RateBucket:
    """Calls that wait for each other: those into one chat.

    Edits and the like (`counted` is False) take their turn among all calls, and stand still
    while the chat is paused, but the chat's own limits are for new messages.
    """

    chat: ChatKey
    counted: bool = True

    @property
    def is_group(self) -> bool:
        """Whether the limit for groups holds (a channel's id cannot be told from a group's)."""
        return isinstance(self.chat, str) or self.chat < 0


@dataclass(eq=False, slots=True)
class Ticket:
    """A place in the queue."""

    bucket: RateBucket
    priority: Priority
    number: int
    asked_at: float
    cancelled: bool = False


@dataclass(eq=False, slots=True)
class _State:
    """What is remembered of a bucket: until it may go on, and who waits in it."""

    bucket: RateBucket
    next_at: float = -inf
    sent: deque[float] | None = None
    waiting: list[tuple[int, int, Ticket]] = field(default_factory=list)
    turns: int = 0
    """Turns that it had since it was last forgotten."""
    version: int = 0
    """Told apart by it: an entry in a heap with another version is of no use any more."""


class RateScheduler:
    """Gives out turns, one at a time.

    Of several chats that wait, a chat that had few turns lately goes before a busy one, and a
    person before a group: a flood in some chats does not hold up the others. Answers to a busy chat
    take turns with alerts, so that no flood holds up alerts.

    Turns are evenly spaced: after a rest there is no burst, and a turn that was taken a little
    late does not put off those behind it. The cost of a turn grows with the logarithm of the
    number of chats that wait; chats with nothing waiting are forgotten once no limit holds them.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._states: dict[RateBucket, _State] = {}
        self._ready: list[tuple[int, int, int, int, _State]] = []
        self._asleep: list[tuple[float, int, int, _State]] = []
        self._idle: list[tuple[float, int, int, _State]] = []
        self._numbers = 0
        self._next = -inf
        self._turns: deque[float] = deque()
        """The moments of the turns of the last second."""
        self._rate = limits.per_second
        self._rest = 0.0
        self._paused_until = -inf
        self._floods: dict[ChatKey, tuple[float, float]] = {}
        self._share = 1.0
        self._share_at = -inf

    def __len__(self) -> int:
        """How many buckets are remembered."""
        return len(self._states)

    def add(self, bucket: RateBucket, priority: Priority, now: float) -> Ticket:
        """Queue up; `take` returns the ticket when it is its turn."""
        state = self._state(bucket)
        ticket = Ticket(bucket, priority, self._number(), now)
        first = not state.waiting or (priority, ticket.number) < state.waiting[0][:2]
        heappush(state.waiting, (priority, ticket.number, ticket))
        if first:
            self._place(state, now)
        return ticket

    def cancel(self, ticket: Ticket, now: float) -> None:
        """Leave the queue."""
        ticket.cancelled = True
        state = self._states.get(ticket.bucket)
        if state is not None and state.waiting and state.waiting[0][2] is ticket:
            self._place(state, now)

    def take(self, now: float) -> Ticket | None:
        """The ticket whose turn it is, or None if it is nobody's yet."""
        self._move_on(self._asleep, now)
        self._move_on(self._idle, now)
        if now < self._gate():
            return None
        state = self._best()
        if state is None:
            return None
        heappop(self._ready)
        ticket = heappop(state.waiting)[2]
        state.turns += 1
        self._spend(state, ticket, now)
        return ticket

    def next_at(self) -> float | None:
        """When `take` is worth asking again; None while nothing waits."""
        gate = self._gate()  # without an end while the rate is 0
        if self._best() is not None:
            return gate
        while self._asleep and self._asleep[0][2] != self._asleep[0][3].version:
            heappop(self._asleep)
        return max(gate, self._asleep[0][0]) if self._asleep else None

    def wait_in(self, bucket: RateBucket, now: float) -> float:
        """Seconds that the chat's own limits and pause would hold back one more call."""
        state = self._states.get(bucket)
        if state is None:
            return 0.0
        spacing = self._limits.chat_seconds if bucket.counted else 0.0
        return max(0.0, state.next_at - now) + len(state.waiting) * spacing

    def allow(self, rate: float, now: float) -> None:
        """Go on at another rate; at 0 nobody has a turn.

        Turns stay evenly spaced: what is left of the time up to the next one grows or shrinks.
        """
        if rate == self._rate:
            return
        if self._rate:
            self._rest = max(0.0, self._next - now) * self._rate if self._rate < inf else 0.0
        self._rate = rate
        self._next = now + self._rest / rate if rate else inf

    def rate(self, now: float) -> float:
        """Calls a second that are allowed just now: less for a while after a flood wait of all."""
        return 0.0 if now < self._paused_until else self._rate * self._share_now(now)

    def paused_for(self, now: float) -> float:
        """Seconds that all calls stand still from now."""
        return max(0.0, self._paused_until - now)

    def pause(self, chat: ChatKey, seconds: float, now: float) -> None:
        """Telegram refused a call into this chat for so long (429, `retry_after`).

        It does not say whether the chat or the bot as a whole was meant. Where several chats are
        refused within a few seconds it is the bot: then everything stands still for the shortest
        of their waits, and goes on at half the rate, which grows back within a minute.
        """
        for bucket in (RateBucket(chat), RateBucket(chat, counted=False)):
            state = self._state(bucket)
            state.next_at = max(state.next_at, now + seconds)
            self._place(state, now)
        self._floods = {
            flood: (at, until)
            for flood, (at, until) in self._floods.items()
            if now - at <= _FLOODS_WITHIN
        }
        self._floods[chat] = (now, now + seconds)
        if sum(1 if RateBucket(flood).is_group else 3 for flood in self._floods) >= _FLOODS_OF_ALL:
            self._pause_all(min(until for _, until in self._floods.values()), now)

    def _pause_all(self, until: float, now: float) -> None:
        self._floods.clear()
        if now >= self._paused_until:  # else it is more of the same flood
            self._share = max(_LEAST_SHARE, self._share_now(now) / 2)
        self._paused_until = self._share_at = max(until, self._paused_until)

    def _gate(self) -> float:
        """When the next turn can be given: never more within a second than the rate."""
        most = _turns_in_a_second(self._rate)
        full = most is not None and len(self._turns) >= most
        window = self._turns[-most] + _SECOND if full and most else -inf
        return max(self._next, self._paused_until, window)

    def _share_now(self, now: float) -> float:
        return min(1.0, self._share + max(0.0, now - self._share_at) / _RECOVERY)

    def _spend(self, state: _State, ticket: Ticket, now: float) -> None:
        while self._turns and self._turns[0] <= now - _SECOND:
            self._turns.popleft()
        self._turns.append(now)
        interval = 1.0 / (self._rate * self._share_now(now))
        could = max(self._next, self._paused_until, ticket.asked_at, state.next_at)
        self._next = max(could, now - max(interval, _LATENESS)) + interval
        if state.bucket.counted:
            state.next_at = now + self._limits.chat_seconds
            if state.bucket.is_group:
                state.next_at = max(state.next_at, self._full_until(state, now))
        self._place(state, now)

    def _full_until(self, state: _State, now: float) -> float:
        if state.sent is None:
            state.sent = deque(maxlen=self._limits.group_count)
        state.sent.append(now)
        full = len(state.sent) == self._limits.group_count
        return state.sent[0] + self._limits.group_seconds if full else -inf

    def _state(self, bucket: RateBucket) -> _State:
        if bucket not in self._states:
            self._states[bucket] = _State(bucket)
        return self._states[bucket]

    def _place(self, state: _State, now: float) -> None:
        """Put a bucket where it belongs now: ready, asleep, or forgotten."""
        state.version += 1
        while state.waiting and state.waiting[0][2].cancelled:
            heappop(state.waiting)
        if state.waiting and state.next_at <= now:
            priority, number, _ = state.waiting[0]
            turns = state.turns + state.bucket.is_group
            if priority == Priority.ALERT:
                turns = 0
            elif turns >= _BUSY:
                priority, turns, number = Priority.ALERT, 0, self._number()
            heappush(self._ready, (priority, turns, number, state.version, state))
            return
        if state.waiting:
            heappush(self._asleep, (state.next_at, self._number(), state.version, state))
        elif self._matters_until(state) > now:
            idle = (self._matters_until(state), self._number(), state.version, state)
            heappush(self._idle, idle)
        else:
            self._states.pop(state.bucket, None)

    def _matters_until(self, state: _State) -> float:
        window = state.sent[-1] + self._limits.group_seconds if state.sent else -inf
        return max(state.next_at, window)

    def _move_on(self, heap: list[tuple[float, int, int, _State]], now: float) -> None:
        while heap and heap[0][0] <= now:
            _, _, version, state = heappop(heap)
            if version == state.version:
                self._place(state, now)

    def _best(self) -> _State | None:
        while self._ready:
            *_, version, state = self._ready[0]
            if version == state.version:
                return state
            heappop(self._ready)
        return None

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


def _turns_in_a_second(rate: float) -> int | None:
    """The most turns within a second at a rate; None where there is no limit."""
    return None if rate == inf else max(1, int(rate))
