"""What each write comes to, in records. Runs in the writer's thread and changes nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.alerts.model import Alert, AlertKind, Result
from bot.alerts.outbox import Overtaken, Settled
from bot.store.tinydb.deliveries import About, Deliveries, Mark
from bot.store.tinydb.handled import Handled
from bot.store.tinydb.outbox_records import (
    Forget,
    Marked,
    Marks,
    Move,
    PutDeliveries,
    Withdraw,
)
from bot.store.tinydb.records import DropChat, PutAlert, PutChat, PutDraft, PutHandled
from bot.store.tinydb.writer import Transaction
from bot.subscribers.model import Address, Chat, Scope


def put_chat(transaction: Transaction, chat_id: int, new: Chat | None) -> None:
    """Replace a chat or drop it with None.

    Deliveries that it does not want now are cancelled; those that waited for the time that it
    wished before are looked at anew.
    """
    old = transaction.chat(chat_id)
    if new == old:
        return
    if new is not None and new.id != chat_id:
        raise ValueError("a chat keeps its id; a group that became a supergroup is migrated")
    transaction.chats[chat_id] = new
    transaction.add(DropChat(chat_id) if new is None else PutChat(new))
    if old is None:
        return
    outbox, marks = transaction.state.outbox, []
    for alert_id, address, tried in outbox.of_chat(old):
        scopes = outbox.deliveries[alert_id].about.scopes
        if new is None or _loses(old, new, address.thread_id, scopes):
            marks.append(Marked(alert_id, address, Mark.CANCELLED))
        elif tried.later and not _same_wishes(old, new):
            marks.append(Marked(alert_id, address, Mark.DUE))
    if marks:
        transaction.add(Marks(marks))


def _loses(old: Chat, new: Chat, thread: int | None, scopes: frozenset[Scope]) -> bool:
    """Whether a thread can no longer be reached, or has just stopped following."""
    if not new.active:
        return True
    return scopes.isdisjoint(new.follows(thread)) and not scopes.isdisjoint(old.follows(thread))


def _same_wishes(one: Chat, other: Chat) -> bool:
    return (one.timing, one.schedules) == (other.timing, other.schedules)


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


def record_alert(
    transaction: Transaction, alert: Alert, scopes: frozenset[Scope], known: int | None
) -> int:
    """Keep an alert with its audience; cancel what waits of the one that it corrects."""
    state = transaction.state
    if alert.id in state.alerts:
        raise ValueError(f"alert {alert.id} is recorded already")
    of_provision = [
        one for one in state.alerts.values() if one.change.provision_id == alert.change.provision_id
    ]
    if known is not None and len(of_provision) > known:
        raise Overtaken
    transaction.add(PutAlert(alert))
    if alert.kind is AlertKind.CHANGE:
        deliveries = Deliveries(_about(alert, scopes), state.chats.audience(scopes))
    else:
        corrected = corrected_by(transaction, alert)
        told = state.outbox.deliveries[corrected]
        addresses = {one for one in told.may_have_got() if _active(transaction, one)}
        deliveries = Deliveries(_about(alert, told.about.scopes), addresses)
        kept = [one for one in told.in_flight if one in told.left]
        transaction.add(Withdraw(corrected, alert.id, kept))
    transaction.add(PutDeliveries(alert.id, deliveries))
    return len(deliveries.left)


def _about(alert: Alert, scopes: frozenset[Scope]) -> About:
    return About(alert.change.provision_id, alert.change.made_at, alert.ready_at, scopes)


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
    outbox = transaction.state.outbox
    marks = [mark for one in settled for mark in _marks(transaction, one)]
    released = [(one.delivery.alert_id, outbox.current(one.delivery.address)) for one in settled]
    transaction.add(Marks(marks, released))
    for one in settled:
        address = outbox.current(one.delivery.address)
        chat = transaction.chat(address.chat_id)
        if chat is None:
            continue
        if one.outcome.result is Result.GONE:
            put_chat(transaction, chat.id, chat.lost())
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
    Result.LATER: Mark.LATER,
    Result.UNWANTED: Mark.CANCELLED,
}
_OPEN = {Mark.AGAIN, Mark.MAYBE, Mark.LATER, Mark.DUE}


def _marks(transaction: Transaction, settled: Settled) -> list[Marked]:
    outbox, outcome = transaction.state.outbox, settled.outcome
    alert_id, address = settled.delivery.alert_id, outbox.current(settled.delivery.address)
    mark = _MARKS[outcome.result]
    if mark is Mark.LATER and _wishes_changed(transaction, address):
        mark = Mark.DUE
    not_before = None if mark is Mark.DUE else outcome.retry_at
    marks = [Marked(alert_id, address, mark, not_before, outcome.detail)]
    deliveries = outbox.deliveries.get(alert_id)
    correction = deliveries.withdrawn_by if deliveries else None
    if deliveries is None or correction is None or mark is Mark.SENT:
        return marks
    # The alert was taken back while this was under way: it is not sent again, and who cannot
    # have got it needs no correction either.
    if mark in _OPEN:
        marks.append(Marked(alert_id, address, Mark.CANCELLED))
    if mark is not Mark.MAYBE and address not in deliveries.maybe:
        marks.append(Marked(correction, address, Mark.CANCELLED))
    return marks


def _wishes_changed(transaction: Transaction, address: Address) -> bool:
    """Whether the chat asked for another time since the address was claimed."""
    claimed = transaction.state.outbox.claimed_of(address)
    chat = transaction.chat(address.chat_id)
    return claimed is not None and chat is not None and not _same_wishes(claimed, chat)


def retry(transaction: Transaction, alert_id: int | None) -> int:
    """Make what waits after a failure due at once."""
    outbox = transaction.state.outbox
    chosen = outbox.unfinished() if alert_id is None else [alert_id]
    marks = [
        Marked(one, address, Mark.DUE, detail=tried.detail)
        for one, address, tried in outbox.waiting(chosen)
        if tried.failed
    ]
    transaction.add(Marks(marks))
    return len(marks)


def drop(transaction: Transaction, alert_id: int, chat_id: int | None) -> int:
    """Cancel what waits of an alert, for one chat or all."""
    marks = [
        Marked(alert_id, address, Mark.CANCELLED)
        for _, address, _ in transaction.state.outbox.waiting([alert_id])
        if chat_id is None or address.chat_id == chat_id
    ]
    transaction.add(Marks(marks))
    return len(marks)


def handled(transaction: Transaction, update_ids: Iterable[int], at: datetime) -> None:
    """Remember that updates were handled."""
    found = Handled()
    for update_id in update_ids:
        found.add(update_id, update_id, at)
    transaction.add(PutHandled(found.ranges))


def moved(settled: Settled) -> int | None:
    """The supergroup that the delivery's group became, if that is what came of it."""
    return settled.outcome.migrated_to if settled.outcome.result is Result.MIGRATED else None
