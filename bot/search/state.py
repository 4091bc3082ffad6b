"""What is known at this moment: the board, and the search over it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.agreement.board import Board, StatusChange
from bot.agreement.model import Agreement
from bot.search import Search


class AgreementState:
    """The one place that moves on when a status changes or the content is read anew."""

    def __init__(self, search: Search, changes: Iterable[StatusChange] = ()) -> None:
        self.board = Board(search.agreement, tuple(changes))
        self.search = search

    @property
    def agreement(self) -> Agreement:
        """The agreement as its content file has it."""
        return self.board.agreement

    def record(self, change: StatusChange) -> None:
        """Take in a change that was made."""
        self.board = self.board.following([change])

    def catch_up(self, changes: Iterable[StatusChange]) -> None:
        """Take in changes that another process made; what is known already is left out."""
        known = {change.id for change in self.board.changes}
        if new := [change for change in changes if change.id not in known]:
            every = sorted((*self.board.changes, *new), key=lambda change: change.id)
            self.board = Board(self.agreement, tuple(every))

    def replace(self, search: Search) -> None:
        """Take another reading of the content; the changes made since stay.

        Its search comes made: for a large agreement that takes a second, away from the event loop.
        """
        self.board = Board(search.agreement, self.board.changes)
        self.search = search
