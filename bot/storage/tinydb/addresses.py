"""Many addresses in little room, in memory and in JSON."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from bot.subscribers.chat import Address

Packed = tuple[Sequence[int], Sequence[int]]
"""Chat ids, and beside them thread ids with 0 for none."""


def pack(addresses: Iterable[Address]) -> Packed:
    """The addresses as two columns."""
    chats: list[int] = []
    threads: list[int] = []
    for address in addresses:
        chats.append(address.chat_id)
        threads.append(address.thread_id or 0)
    return chats, threads


def unpack(packed: Packed) -> Iterator[Address]:
    """The addresses of two columns.

    Raises:
        ValueError: the columns differ in length.
    """
    for chat_id, thread_id in zip(*packed, strict=True):
        yield Address(chat_id, thread_id or None)


class AddressList:
    """Addresses in the order they came, in 16 bytes each."""

    def __init__(self, addresses: Iterable[Address] = ()) -> None:
        chats, threads = pack(addresses)
        self._chats, self._threads = array("q", chats), array("q", threads)

    def add(self, address: Address) -> None:
        """Add one at the end."""
        self._chats.append(address.chat_id)
        self._threads.append(address.thread_id or 0)

    def move(self, old_id: int, new_id: int | None) -> None:
        """Give a chat's addresses another chat id, or take them out with None."""
        place = 0
        with suppress(ValueError):  # none is left
            while True:
                place = self._chats.index(old_id, place)
                thread = self._threads[place] or None
                if new_id is None or Address(new_id, thread) in self:
                    del self._chats[place], self._threads[place]
                else:
                    self._chats[place] = new_id

    def packed(self) -> tuple[list[int], list[int]]:
        """The addresses as two columns."""
        return self._chats.tolist(), self._threads.tolist()

    def __iter__(self) -> Iterator[Address]:
        return unpack((self._chats, self._threads))

    def __len__(self) -> int:
        return len(self._chats)

    def __contains__(self, address: Address) -> bool:
        return address.chat_id in self._chats and any(item == address for item in self)
