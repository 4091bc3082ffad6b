"""What each write comes to, in records. Runs in the writer's thread and changes nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.alerts.ledger import Key, Ledger, WaitsFor
from bot.alerts.model import Alert, AlertKind, Result
from bot.alerts.outbox import DeliveryResult, Overtaken
from bot.storage.tinydb.deliveries import About, Deliveries
from bot.storage.tinydb.handled import Handled
from bot.storage.tinydb.outbox import Claim
from bot.storage.tinydb.outbox_records import (
    Forget,
    Move,
    PutClaims,
    PutDeliveries,
    PutEntries,
    Withdraw,
)
from bot.storage.tinydb.records import DropChat, PutAlert, PutChat, PutDraft, PutHandled
from bot.storage.tinydb.writer import Transaction
from bot.subscribers.chat import Address, Chat, Scope


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
    outbox = transaction.state.outbox
    waiting = dict(outbox.of_chat(old))
    ledger = Ledger(waiting)
    for key, entry in waiting.items():
        scopes = outbox.deliveries[key.alert_id].about.scopes
        if new is None or _loses(old, new, key.address.thread_id, scopes):
            ledger.cancel(key)
        elif entry.is_held and new.hears_sooner_than(old):
            ledger.make_due(key)
    if ledger.changed:
        transaction.add(PutEntries.of(ledger))


def _loses(old: Chat, new: Chat, thread: int | None, scopes: frozenset[Scope]) -> bool:
    """Whether a thread can no longer be reached, or has just stopped following."""
    if not new.active:
        return True
    return scopes.isdisjoint(new.follows(thread)) and not scopes.isdisjoint(old.follows(thread))


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
        each_alert
        for each_alert in state.alerts.values()
        if each_alert.change.provision_id == alert.change.provision_id
    ]
    if known is not None and len(of_provision) > known:
        raise Overtaken
    transaction.add(PutAlert(alert))
    if alert.kind is AlertKind.CHANGE:
        deliveries = Deliveries(_about(alert, scopes), state.chats.audience(scopes))
    else:
        corrected = corrected_by(transaction, alert)
        told = state.outbox.deliveries[corrected]
        addresses = {item for item in told.may_have_got() if _active(transaction, item)}
        deliveries = Deliveries(_about(alert, told.about.scopes), addresses)
        kept = [item for item in told.in_flight if item in told.left]
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


def claim(transaction: Transaction, claims: Sequence[Claim]) -> None:
    """Write what senders have claimed."""
    transaction.add(PutClaims(transaction.state.outbox.held_still(claims)))


def settle(transaction: Transaction, settled: Sequence[DeliveryResult], now: datetime) -> None:
    """Write what came of attempts."""
    outbox = transaction.state.outbox
    released = [
        (result.delivery.alert_id, outbox.current(result.delivery.address)) for result in settled
    ]
    keys = [Key.of(*item) for item in released]
    corrections = {key: _correction(transaction, key) for key in keys}
    asked = {
        *keys,
        *(
            each_correction
            for each_correction in corrections.values()
            if each_correction is not None
        ),
    }
    ledger = _ledger(transaction, asked)
    for key, element in zip(keys, settled, strict=True):
        correction = corrections[key]
        ledger.settle(
            key,
            element.outcome,
            correction=correction and correction.alert_id,
            stale=_wishes_changed(transaction, key.address),
        )
    transaction.add(PutEntries.of(ledger, released))
    for key, entry in zip(keys, settled, strict=True):
        chat = transaction.chat(key.chat_id)
        if chat is None:
            continue
        if entry.outcome.result is Result.GONE:
            put_chat(transaction, chat.id, chat.lost(now, entry.outcome.obstacle))
        elif entry.outcome.pause is not None:
            put_chat(transaction, chat.id, chat.paused(key.address.thread_id, entry.outcome.pause))


def _ledger(transaction: Transaction, keys: Iterable[Key]) -> Ledger:
    found = ((key, transaction.state.outbox.entry(key)) for key in keys)
    return Ledger({key: entry for key, entry in found if entry is not None})


def _correction(transaction: Transaction, key: Key) -> Key | None:
    """The delivery of the alert that takes this one's back, if there is one."""
    deliveries = transaction.state.outbox.deliveries.get(key.alert_id)
    if deliveries is None or deliveries.withdrawn_by is None:
        return None
    return key._replace(alert_id=deliveries.withdrawn_by)


def _wishes_changed(transaction: Transaction, address: Address) -> bool:
    """Whether the chat asked for another time since the address was claimed."""
    claimed = transaction.state.outbox.claimed_of(address)
    chat = transaction.chat(address.chat_id)
    return claimed is not None and chat is not None and chat.hears_sooner_than(claimed)


def retry(transaction: Transaction, alert_id: int | None) -> int:
    """Make what waits after a failure due at once."""
    outbox = transaction.state.outbox
    chosen = outbox.unfinished() if alert_id is None else [alert_id]
    waiting = dict(outbox.waiting(chosen))
    ledger = Ledger(waiting)
    for key, entry in waiting.items():
        if entry.waits_for is WaitsFor.RETRY:
            ledger.make_due(key)
    transaction.add(PutEntries.of(ledger))
    return len(ledger.changed)


def drop(transaction: Transaction, alert_id: int, chat_id: int | None) -> int:
    """Cancel what waits of an alert, for one chat or all."""
    ledger = Ledger(dict(transaction.state.outbox.waiting([alert_id])))
    for key in ledger.entries:
        if chat_id is None or key.chat_id == chat_id:
            ledger.cancel(key)
    transaction.add(PutEntries.of(ledger))
    return len(ledger.changed)


def handled(transaction: Transaction, update_ids: Iterable[int], at: datetime) -> None:
    """Remember that updates were handled."""
    found = Handled()
    for update_id in update_ids:
        found.add(update_id, update_id, at)
    transaction.add(PutHandled(found.ranges))


def moved(settled: DeliveryResult) -> int | None:
    """The supergroup that the delivery's group became, if that is what came of it."""
    return settled.outcome.migrated_to if settled.outcome.result is Result.MIGRATED else None
