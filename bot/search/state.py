"""What is known at this moment: the board, and the search over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.agreement.board import Board, PublicBoard, StatusChange
from bot.agreement.dates import PartialDate
from bot.agreement.model import Agreement
from bot.clock import Clock, system_clock
from bot.search import Search


class AgreementState:
    """The one place that moves on when a status changes or the content is read again."""

    def __init__(
        self,
        search: Search,
        changes: Iterable[StatusChange] = (),
        clock: Clock = system_clock,
    ) -> None:
        self.whole = Board(search.agreement, tuple(changes))
        """With the changes that are still held: for admins."""
        self.search = search
        self._public = PublicBoard(clock)
        self._tell_of_search: Callable[[], None] = lambda: None

    @property
    def board(self) -> Board:
        """What everybody may see by now."""
        return self._public.of(self.whole)

    @property
    def agreement(self) -> Agreement:
        """The agreement as its content file has it."""
        return self.whole.agreement

    def record(self, change: StatusChange) -> None:
        """Take in a change that was made."""
        self.whole = self.whole.following([change])

    def catch_up(self, changes: Iterable[StatusChange]) -> None:
        """Take in changes that another process made; what is known already is left out."""
        known = {change.id for change in self.whole.changes}
        if new := [change for change in changes if change.id not in known]:
            every = sorted((*self.whole.changes, *new), key=lambda change: change.id)
            self.whole = replace(self.whole, changes=tuple(every))

    def checked(self, days: Mapping[str, date]) -> None:
        """Take in up to which day the sources of provisions were looked at."""
        found = {provision_id: PartialDate.of(day) for provision_id, day in days.items()}
        if found != self.whole.checked:
            self.whole = replace(self.whole, checked=found)

    def replace(self, search: Search) -> None:
        """Take another reading of the content; the changes made since stay.

        Its search comes made: for a large agreement that takes a second, away from the event loop.
        """
        self.whole = replace(self.whole, agreement=search.agreement)
        self.search = search
        self._tell_of_search()

    def on_search(self, tell: Callable[[], None]) -> None:
        """Call a function each time that the content was read again."""
        self._tell_of_search = tell
