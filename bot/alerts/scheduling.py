"""What of a batch goes out now, what waits for its time, and what nobody wants any more. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.alerts.model import Alert, AlertKind, ClaimedBatch, Delivery
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import Chat


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch's deliveries, told apart.

    While the address is paused, all that is wanted waits for the end of the pause.
    """

    due: tuple[tuple[Delivery, Alert], ...]
    later: tuple[tuple[Delivery, datetime], ...]
    unwanted: tuple[Delivery, ...]
    paused: bool = False


def planned(batch: ClaimedBatch, alerts: Sequence[Alert | None], now: datetime) -> Plan:
    """What to do with a batch's deliveries; `alerts` are theirs, in the same order.

    News of a provision never overtakes older news of it: where the newer goes out now, so does
    the older, however long its digest had still been away. The newer may wait longer than the
    older.
    """
    waiting: list[tuple[Delivery, Alert, datetime]] = []
    unwanted: list[Delivery] = []
    for delivery, alert in zip(batch.deliveries, alerts, strict=True):
        at = due_at(batch.chat, delivery, alert, now) if alert else None
        if alert is None or at is None:
            unwanted.append(delivery)
        else:
            waiting.append((delivery, alert, at))
    pause = batch.chat.pause_at(batch.address.thread_id, now)
    if pause is not None:
        held = tuple((delivery, pause.until) for delivery, _, _ in waiting)
        return Plan((), held, tuple(unwanted), paused=True)
    waiting.sort(key=lambda item: item[1].id)
    newest = {alert.change.provision_id: alert.id for _, alert, at in waiting if at <= now}
    due: list[tuple[Delivery, Alert]] = []
    later: list[tuple[Delivery, datetime]] = []
    for delivery, alert, at in waiting:
        if alert.id <= newest.get(alert.change.provision_id, 0):
            due.append((delivery, alert))
        else:
            later.append((delivery, at))
    return Plan(tuple(due), tuple(later), tuple(unwanted))


def due_at(chat: Chat, delivery: Delivery, alert: Alert, now: datetime) -> datetime | None:
    """When a chat wants an alert; None where it does not want it any more.

    A correction is for whoever got what it corrects, and waits for no digest and no morning:
    what they believe is wrong. It comes also where they stopped following since; who has left is
    left alone.
    """
    if not chat.active:
        return None
    if alert.kind is AlertKind.CORRECTION:
        return max(alert.ready_at, now)
    scopes = scopes_of(alert.change.provision_id, alert.topics)
    if not chat.hears(delivery.address.thread_id, scopes):
        return None
    return chat.timing.due(chat.timing.schedule, alert.ready_at, now)
