"""Alerts and their deliveries, as transactions on the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from tinydb import where

from bot.alerts.ledger import Entry, Key, Ledger, State, Tally, WaitsFor
from bot.alerts.model import (
    Alert,
    AlertKind,
    ClaimedBatch,
    Delivery,
    Failure,
    Progress,
)
from bot.alerts.outbox import DeliveryResult, Overtaken, Waiting
from bot.storage.serialization import read_chat
from bot.storage.tinydb.database import Database
from bot.storage.tinydb.indexes import (
    PENDING,
    Claim,
    Followers,
    address_of,
    deliveries_of,
    entry_row,
    key_text,
    read_entry,
)
from bot.storage.tinydb.lines import row_json
from bot.subscribers.chat import Chat, ChatKind, Scope

RECIPIENTS_KEPT = timedelta(days=7)
"""How long it is kept at least who got an alert."""
MOST_RECIPIENTS = 500_000
"""Of older alerts it is kept while they stand uncorrected, and while so many rows are not exceeded:
a correction needs it, nothing else does."""
COUNTS: Final = ("remaining", "sent", "failed", "cancelled", "later", "paused", "repeated")
NOTHING: Final[dict[str, Any]] = {**dict.fromkeys(COUNTS, 0), "failures": []}
"""The tally of an alert that goes to nobody."""


def next_ids(db: Database) -> tuple[int, int]:
    """Ids for a new change and a new alert."""
    last = db["ids"].row("last") or {"change": 0, "alert": 0}
    ids = last["change"] + 1, last["alert"] + 1
    db["ids"].put("last", {"change": ids[0], "alert": ids[1]})
    return ids


def read_alert(row: bytes) -> Alert:
    """The alert of a row."""
    return Alert.stored(orjson.loads(row)["document"])


def report_at(db: Database, alert_id: int, chat_id: int, message_id: int) -> None:
    """Keep which message shows an alert's progress."""
    row = db["alerts"].row(alert_id)
    if row is None:
        raise KeyError(alert_id)
    place = {"report_chat_id": chat_id, "report_message_id": message_id}
    db["alerts"].put(alert_id, row | {"document": row["document"] | place})


def record(
    db: Database, followers: Followers, alert: Alert, scopes: frozenset[Scope], known: int | None
) -> int:
    """Keep an alert with its audience; cancel what waits of the one that it corrects.

    Raises:
        ValueError: it is recorded already, or corrects nothing that stands.
        Overtaken: there are more changes of the provision than those that are known.
    """
    alerts, change = db["alerts"], alert.change
    if alerts.row(alert.id) is not None:
        raise ValueError(f"alert {alert.id} is recorded already")
    if known is not None and alerts.count(where("provision") == change.provision_id) > known:
        raise Overtaken
    if alert.kind is AlertKind.CHANGE:
        followed, audience = sorted(map(str, scopes)), followers.audience(scopes)
    else:
        corrected = _corrected(db, alert)
        # Whether they follow it still is no matter: no scope stands for that.
        followed, audience = [], _told(db, followers, corrected["id"])
        withdraw(db, corrected["id"], kept=_in_hand(db, corrected["id"]))
        alerts.put(corrected["id"], corrected | {"withdrawn_by": alert.id})
    row = {
        "id": alert.id,
        "change": change.id,
        "provision": change.provision_id,
        "made_at": change.made_at,
        "ready_at": alert.ready_at,
        "scopes": followed,
        "withdrawn_by": None,
        "document": alert.model_dump(mode="json"),
    }
    alerts.put(alert.id, row)
    db[deliveries_of(alert.id)].write(dict.fromkeys(audience, PENDING))
    db["tallies"].put(alert.id, NOTHING | {"remaining": len(audience)})
    forget_recipients(db, change.made_at)
    return len(audience)


def _corrected(db: Database, correction: Alert) -> dict[str, Any]:
    """The row of the alert that a correction takes back."""
    found = db["alerts"].search(where("change") == correction.change.undoes)
    if not found:
        raise ValueError("there is no alert that this corrects")
    if found[0]["withdrawn_by"] is not None:
        raise ValueError(f"alert {found[0]['id']} is corrected already")
    return found[0]


def _told(db: Database, followers: Followers, alert_id: int) -> set[str]:
    """The addresses of active chats that got an alert, or may have or may still get it."""
    told = _in_hand(db, alert_id)
    for address, row in db[deliveries_of(alert_id)].raw.items():
        entry = read_entry(row)
        if entry.maybe or entry.state is State.SENT:
            told.add(address)
    known = db["chats"].raw
    chats = {address: address.partition("/")[0] for address in told}
    return {key for key, chat in chats.items() if chat in known and chat not in followers.inactive}


def withdraw(db: Database, alert_id: int, *, kept: Collection[str]) -> None:
    """Cancel what waits of an alert that is taken back, but for what is kept in hand."""
    table = db[deliveries_of(alert_id)]
    found = {key: read_entry(row) for key, row in table.raw.items() if key not in kept}
    pending = {key: entry for key, entry in found.items() if entry.state is State.PENDING}
    table.write(dict.fromkeys(pending))
    count(db, alert_id, cancelled(pending.values()))


def cancelled(entries: Iterable[Entry]) -> Tally:
    """What is added to an alert's counts when those of the deliveries that wait are cancelled."""
    gone = Tally()
    for entry in entries:
        if entry.state is State.PENDING:
            gone.count(entry, -1)
            gone.cancelled += 1
    return gone


def forget_recipients(db: Database, now: datetime) -> None:
    """Of old alerts that cannot be corrected any more, or are too many, keep only the counts."""
    kept = 0
    made_at: dict[int, str] = {}
    for alert in sorted(db["alerts"], key=lambda row: row["id"], reverse=True):
        made_at[alert["id"]] = alert["made_at"]
        recipients = db[deliveries_of(alert["id"])]
        kept += len(recipients.raw)
        change = alert.get("document", {}).get("change", {})
        is_over = (alert.get("withdrawn_by") or change.get("undoes")) is not None
        last = made_at.get(alert.get("withdrawn_by") or 0, alert["made_at"])
        is_old = datetime.fromisoformat(last) < now - RECIPIENTS_KEPT
        if (
            is_old
            and recipients.raw
            and (is_over or kept > MOST_RECIPIENTS)
            and not _tally(db, alert["id"])["remaining"]
        ):
            kept -= len(recipients.raw)
            recipients.truncate()


def _in_hand(db: Database, alert_id: int) -> set[str]:
    """The addresses at which senders hold an alert."""
    return {str(claim.doc_id) for claim in db["claims"] if alert_id in claim["alerts"]}


def progress(db: Database, alert_id: int) -> Progress:
    """How far an alert has come."""
    tally = _tally(db, alert_id)
    total = sum(tally[name] for name in ("remaining", "sent", "failed", "cancelled"))
    counts = {name: tally[name] for name in COUNTS if name != "remaining"}
    failures = {Failure(reason, detail): number for reason, detail, number in tally["failures"]}
    return Progress(total, **counts, failures=failures)


def waiting(db: Database, alert_ids: Iterable[int], limit: int) -> list[Waiting]:
    """Deliveries of these alerts that are not yet made."""
    found: list[Waiting] = []
    for alert_id in alert_ids:
        alert = db["alerts"].row(alert_id) or {}
        ready_at = datetime.fromisoformat(alert["ready_at"])
        for address, row in db[deliveries_of(alert_id)].raw.items():
            if len(found) == limit:
                return found
            entry = read_entry(row)
            if entry.state is State.PENDING:
                delivery = Delivery(alert_id, address_of(address), entry.attempts)
                due = max(entry.not_before or ready_at, ready_at)
                found.append(Waiting(delivery, due, entry.waits_for, entry.detail))
    return found


def claim(db: Database, claims: Sequence[Claim]) -> list[ClaimedBatch]:
    """Write what senders take. What has ended meanwhile is left out."""
    batches: list[ClaimedBatch] = []
    taken: dict[str, bytes | None] = {}
    for address, alerts in claims:
        place = address_of(address)
        found = entries(db, (Key.of(number, place) for number in alerts))
        held = tuple(
            Delivery(key.alert_id, place, entry.attempts)
            for key, entry in found.items()
            if entry.state is State.PENDING
        )
        if held:
            numbers = [delivery.alert_id for delivery in held]
            taken[address] = row_json({"alerts": numbers, "stale": False})
            row = db["chats"].row(place.chat_id)
            # An unknown chat wants nothing: see `bot.alerts.scheduling`.
            unknown = Chat(place.chat_id, ChatKind.PRIVATE, active=False)
            batches.append(ClaimedBatch(read_chat(row) if row else unknown, place, held))
    db["claims"].write(taken)
    return batches


def settle(db: Database, keys: Sequence[Key], settled: Sequence[DeliveryResult]) -> None:
    """Write outcomes of deliveries, by their keys as they are now, and release their claims."""
    corrections = _corrections(db, {key.alert_id for key in keys})
    corrected = [key for key in keys if key.alert_id in corrections]
    of_corrections = [key._replace(alert_id=corrections[key.alert_id]) for key in corrected]
    ledger = Ledger(entries(db, [*keys, *of_corrections]))
    table = db["claims"]
    claims = {address: table.row(address) for address in map(key_text, keys)}
    for key, item in zip(keys, settled, strict=True):
        claim = claims[key_text(key)]
        stale = claim is not None and claim["stale"]
        ledger.settle(key, item.outcome, correction=corrections.get(key.alert_id), stale=stale)
        if claim is not None:
            claim["alerts"] = [number for number in claim["alerts"] if number != key.alert_id]
    write_ledger(db, ledger)
    # With the last of a batch the address is free again.
    table.write(
        {
            address: row_json(claim) if claim["alerts"] else None
            for address, claim in claims.items()
            if claim is not None
        }
    )


def _corrections(db: Database, alert_ids: Iterable[int]) -> dict[int, int]:
    """The alerts that take those back, by what they take back."""
    rows = (db["alerts"].row(alert_id) or {} for alert_id in alert_ids)
    return {row["id"]: row["withdrawn_by"] for row in rows if row.get("withdrawn_by")}


def give_up_claims(db: Database) -> None:
    """After a restart: what was in flight may have arrived, and is due again.

    What was of an alert that is taken back is not sent again.
    """
    held = [
        Key.of(alert_id, address_of(str(claim.doc_id)))
        for claim in db["claims"]
        for alert_id in claim["alerts"]
    ]
    for key, entry in entries(db, held).items():
        if entry.state in {State.PENDING, State.CANCELLED}:
            row = entry_row(replace(entry, maybe=True))
            db[deliveries_of(key.alert_id)].write({key_text(key): row})
    db["claims"].truncate()
    for alert_id in _corrections(db, {key.alert_id for key in held}):
        withdraw(db, alert_id, kept=())


def retry(db: Database, alert_ids: Iterable[int]) -> int:
    """Make what waits after a failure due at once; say how many deliveries."""
    found = _free(db, alert_ids)
    failed = {key: entry for key, entry in found.items() if entry.waits_for is WaitsFor.RETRY}
    ledger = Ledger(failed)
    for key in failed:
        ledger.make_due(key)
    write_ledger(db, ledger)
    return len(failed)


def drop(db: Database, alert_id: int, chat_id: int | None) -> int:
    """Cancel what waits of an alert, for one chat or all; say how many deliveries."""
    found = _free(db, [alert_id])
    chosen = {key: entry for key, entry in found.items() if chat_id in {None, key.chat_id}}
    ledger = Ledger(chosen)
    for key in chosen:
        ledger.cancel(key)
    write_ledger(db, ledger)
    return len(chosen)


def _free(db: Database, alert_ids: Iterable[int]) -> dict[Key, Entry]:
    """The pending deliveries of alerts that no sender has in hand."""
    found: dict[Key, Entry] = {}
    for alert_id in alert_ids:
        in_hand = _in_hand(db, alert_id)
        for address, row in db[deliveries_of(alert_id)].raw.items():
            entry = read_entry(row)
            if entry.state is State.PENDING and address not in in_hand:
                found[Key.of(alert_id, address_of(address))] = entry
    return found


def entries(db: Database, keys: Iterable[Key]) -> dict[Key, Entry]:
    """The deliveries that are kept of those."""
    found: dict[Key, Entry] = {}
    tables: dict[int, Mapping[str, bytes]] = {}
    for key in keys:
        rows = tables.get(key.alert_id)
        if rows is None:
            rows = tables[key.alert_id] = db[deliveries_of(key.alert_id)].raw
        row = rows.get(key_text(key))
        if row is not None:
            found[key] = read_entry(row)
    return found


def write_ledger(db: Database, ledger: Ledger) -> None:
    """Write what a ledger has changed. Of a failure only the count is kept."""
    changed: dict[int, dict[str, bytes | None]] = {}
    for key, entry in ledger.changed.items():
        is_kept = entry.maybe or entry.state is not State.FAILED
        ended = Entry(entry.state, entry.maybe, message=entry.message)
        kept = entry if entry.state is State.PENDING else ended
        rows = changed.setdefault(key.alert_id, {})
        rows[key_text(key)] = entry_row(kept) if is_kept else None
    for alert_id, rows in changed.items():
        db[deliveries_of(alert_id)].write(rows)
    for alert_id, tally in ledger.tallies.items():
        count(db, alert_id, tally)


def _tally(db: Database, alert_id: int) -> dict[str, Any]:
    return db["tallies"].row(alert_id) or NOTHING


def count(db: Database, alert_id: int, more: Tally) -> None:
    """Add to an alert's counts."""
    tally = _tally(db, alert_id)
    sums: dict[str, Any] = {name: tally[name] + getattr(more, name) for name in COUNTS}
    failures = Counter({(reason, detail): number for reason, detail, number in tally["failures"]})
    failures.update(more.failures)
    sums["failures"] = [[*failure, number] for failure, number in sorted(failures.items())]
    db["tallies"].put(alert_id, sums)
