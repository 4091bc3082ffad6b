"""What each write comes to, in records. Runs in the writer's thread and changes nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.alerts.model import Alert, AlertKind, Delivery, Outcome, Result
from bot.alerts.outbox import Settled
from bot.store.tinydb.deliveries import Deliveries, Mark
from bot.store.tinydb.outbox_records import (
    Forget,
    Marked,
    Marks,
    Move,
    PutDeliveries,
    Withdraw,
)
from bot.store.tinydb.records import DropChat, PutAlert, PutChat, PutDraft
from bot.store.tinydb.writer import Transaction
from bot.subscribers.model import Address, Chat, Scope


def put_chat(transaction: Transaction, chat_id: int, new: Chat | None) -> None:
    """Replace a chat or drop it with None; cancel the deliveries that it does not want now."""
    old = transaction.chat(chat_id)
    if new == old:
        return
    if new is not None and new.id != chat_id:
        raise ValueError("a chat keeps its id; a group that became a supergroup is migrated")
    transaction.chats[chat_id] = new
    transaction.add(DropChat(chat_id) if new is None else PutChat(new))
    if old is not None:
        lost = transaction.state.outbox.lost(old, new)
        marks = [Marked(alert_id, address, Mark.CANCELLED) for alert_id, address in lost]
        if marks:
            transaction.add(Marks(marks))


def update_chat(
    transaction: Transaction, chat_id: int, change: Callable[[Chat | None], Chat | None]
) -> Chat | None:
    """Replace a chat by what `change` makes of it."""
    new = change(transaction.chat(chat_id))
    put_chat(transaction, chat_id, new)
    return new


def migrate_chat(transaction: Transaction, old_id: int, new_id: int) -> None:
    """Move a chat, merged with what is known of its new id, and its deliveries."""
    if old_id == new_id:
        return
    old = transaction.chat(old_id)
    if old is not None:
        merged = old.merged_into(new_id, transaction.chat(new_id))
        transaction.chats |= {old_id: None, new_id: merged}
        transaction.add(PutChat(merged), DropChat(old_id))
    transaction.add(Move(old_id, new_id))


def forget_chat(transaction: Transaction, chat_id: int) -> None:
    """Drop all that is kept of a chat, and of the person whose private chat it is."""
    transaction.add(DropChat(chat_id), Forget(chat_id), PutDraft(chat_id, None))


def record_alert(transaction: Transaction, alert: Alert, scopes: frozenset[Scope]) -> int:
    """Keep an alert with its audience; cancel what waits of the one that it corrects."""
    state = transaction.state
    if alert.id in state.alerts:
        raise ValueError(f"alert {alert.id} is recorded already")
    made_at = alert.change.made_at
    transaction.add(PutAlert(alert))
    if alert.kind is AlertKind.CHANGE:
        deliveries = Deliveries(made_at, scopes, state.chats.audience(scopes))
    else:
        corrected = corrected_by(transaction, alert)
        told = state.outbox.deliveries[corrected]
        addresses = {one for one in told.may_have_got() if _active(transaction, one)}
        deliveries = Deliveries(made_at, told.scopes, addresses)
        kept = [one for one in told.in_flight if one in told.left]
        transaction.add(Withdraw(corrected, alert.id, kept))
    transaction.add(PutDeliveries(alert.id, deliveries))
    return len(deliveries.left)


def corrected_by(transaction: Transaction, correction: Alert) -> int:
    """The id of the alert that a correction takes back.

    Raises:
        ValueError: there is none, or it is taken back already.
    """
    state = transaction.state
    undone = correction.change.undoes
    found = None if undone is None else state.alert_of_change(undone)
    if found is None:
        raise ValueError("there is no alert that this corrects")
    if state.outbox.deliveries[found.id].withdrawn_by is not None:
        raise ValueError(f"alert {found.id} is corrected already")
    return found.id


def _active(transaction: Transaction, address: Address) -> bool:
    chat = transaction.chat(address.chat_id)
    return chat is not None and chat.active


def settle(transaction: Transaction, settled: Sequence[Settled]) -> None:
    """Write what came of attempts."""
    marks = [mark for one in settled for mark in _marks(transaction, one.delivery, one.outcome)]
    transaction.add(Marks(marks))
    for one in settled:
        address = transaction.state.outbox.current(one.delivery.address)
        chat = transaction.chat(address.chat_id)
        if chat is None:
            continue
        if one.outcome.result is Result.GONE:
            put_chat(transaction, chat.id, replace(chat, active=False))
        elif one.outcome.result is Result.THREAD_GONE:
            put_chat(transaction, chat.id, chat.without(address.thread_id))


_MARKS = {
    Result.SENT: Mark.SENT,
    Result.RETRY: Mark.AGAIN,
    Result.AMBIGUOUS: Mark.MAYBE,
    Result.GONE: Mark.FAILED,
    Result.THREAD_GONE: Mark.FAILED,
    Result.REFUSED: Mark.FAILED,
    Result.MIGRATED: Mark.DUE,
    Result.UNWANTED: Mark.CANCELLED,
}


def _marks(transaction: Transaction, delivery: Delivery, outcome: Outcome) -> list[Marked]:
    outbox = transaction.state.outbox
    address = outbox.current(delivery.address)
    mark = _MARKS[outcome.result]
    marks = [Marked(delivery.alert_id, address, mark, outcome.retry_at)]
    deliveries = outbox.deliveries.get(delivery.alert_id)
    correction = deliveries.withdrawn_by if deliveries else None
    if deliveries is None or correction is None or mark is Mark.SENT:
        return marks
    # The alert was taken back while this was under way: it is not sent again, and who cannot
    # have got it needs no correction either.
    if mark in {Mark.AGAIN, Mark.MAYBE, Mark.DUE}:
        marks.append(Marked(delivery.alert_id, address, Mark.CANCELLED))
    if mark is not Mark.MAYBE and address not in deliveries.maybe:
        marks.append(Marked(correction, address, Mark.CANCELLED))
    return marks


def moved(settled: Settled) -> int | None:
    """The supergroup that the delivery's group became, if that is what came of it."""
    return settled.outcome.migrated_to if settled.outcome.result is Result.MIGRATED else None
