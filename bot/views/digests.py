"""Several alerts of one chat as one message: what has changed in the end, provision by provision.

Like a single alert it is rendered late, in the reader's language, but only from what was frozen
when each change was confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.agreement.evidence import Evidence
from bot.alerts.model import Alert, AlertKind
from bot.i18n.times import days
from bot.subscribers.chat import ChatKind
from bot.views.alerts import headline
from bot.views.callbacks import ShowProvision
from bot.views.format import (
    Picked,
    deep_link,
    page_number,
    pick,
    sources_line,
    untranslated,
)
from bot.views.html import bold, italic, lines, paragraphs
from bot.views.keyboards import rows_of, to_following
from bot.views.message import Button, Message, Reader, Row
from bot.views.pagination import fits
from bot.views.statuses import event_status, origin_mark, status_name, what_changed

_SOURCES = 4
"""How many sources a provision names in a digest; the details name all."""
_WITHDRAWN = 3
"""How many withdrawn alerts of a provision are named; further ones are only counted."""
_WIDEST = 99


def digest_pages(reader: Reader, alerts: Sequence[Alert]) -> list[Message]:
    """The alerts of one chat, oldest first, as one digest of as few messages as Telegram takes.

    A change that is taken back by another of the alerts is left out with its correction, and so
    is a provision that stands where it stood before; where nothing is left there is no message.
    """
    items = [item for item in _items(alerts) if not item.comes_to_nothing]
    # What a chat was told wrongly comes first; each part goes from the oldest to the newest.
    items.sort(key=lambda item: (not item.withdrawn, item.alerts[0].id))
    head = _head(reader, items)
    silent = all(alert.silent for alert in alerts)
    pages = _paged(reader, head, items)
    return [
        Message(_text(reader, head, page, number, len(pages)), _buttons(reader, page), silent)
        for number, page in enumerate(pages)
    ]


def news_count(alerts: Sequence[Alert]) -> int:
    """Of how many provisions a digest of these alerts would bring news."""
    return sum(not item.comes_to_nothing for item in _items(alerts))


@dataclass(frozen=True, slots=True)
class _Item:
    """What the alerts say of one provision, oldest first: corrections of earlier news, changes."""

    alerts: tuple[Alert, ...]

    @property
    def withdrawn(self) -> tuple[Alert, ...]:
        """The corrections of what the chat was told before."""
        return tuple(alert for alert in self.alerts if alert.kind is AlertKind.CORRECTION)

    @property
    def changes(self) -> tuple[Alert, ...]:
        """The changes that stand."""
        return tuple(alert for alert in self.alerts if alert.kind is AlertKind.CHANGE)

    @property
    def last(self) -> Alert:
        """The newest of them."""
        return self.alerts[-1]

    @property
    def comes_to_nothing(self) -> bool:
        """Whether all stands as the chat was told before."""
        return self.alerts[0].change.before == self.last.change.after


def _items(alerts: Sequence[Alert]) -> Iterator[_Item]:
    made = {each_alert.change.id for each_alert in alerts}
    undone = {each_alert.change.undoes for each_alert in alerts}
    standing: dict[str, list[Alert]] = {}
    for item in sorted(alerts, key=lambda alert: alert.id):
        if item.change.id not in undone and item.change.undoes not in made:
            standing.setdefault(item.change.provision_id, []).append(item)
    return (_Item(tuple(found)) for found in standing.values())


def _head(reader: Reader, items: Sequence[_Item]) -> Markup:
    """How many provisions, and the days on which it was recorded."""
    language = reader.language
    count = language.ngettext("News of {n} provision", "News of {n} provisions", len(items))
    moments = [alert.change.made_at for item in items for alert in item.alerts]
    recorded = [moment.astimezone(reader.now.tzinfo).date() for moment in moments]
    period = days(language, min(recorded), max(recorded)) if recorded else ""
    return lines(Markup("📬 {}").format(bold(count)), period)


def _paged(reader: Reader, head: Markup, items: Sequence[_Item]) -> list[list[_Item]]:
    """The provisions in as few pages as hold them, none of them torn apart."""
    pages: list[list[_Item]] = []
    for item in items:
        if pages and fits(_text(reader, head, [*pages[-1], item], _WIDEST - 1, _WIDEST)):
            pages[-1].append(item)
        else:
            pages.append([item])
    return pages


def _text(reader: Reader, head: Markup, items: Sequence[_Item], number: int, count: int) -> Markup:
    shown = [picked for item in items for picked in _content(reader, item)]
    return paragraphs(
        lines(head, page_number(reader.language, number, count)),
        *(_item(reader, item) for item in items),
        untranslated(reader.language, shown),
    )


def _item(reader: Reader, item: _Item) -> Markup:
    """The title, the net change, what was taken back, the last note, the sources."""
    language, last = reader.language, item.last
    mark = origin_mark(language, last.origin)
    note = _note(reader, item)
    return lines(
        headline(reader, last),
        italic(mark) if mark else None,
        *_withdrawals(reader, item),
        _net(reader, item),
        note.text if note else None,
        sources_line(reader, _sources(item)),
    )


def _withdrawals(reader: Reader, item: _Item) -> Iterator[Markup]:
    language = reader.language
    for entry in item.withdrawn[:_WITHDRAWN]:
        before = entry.change.before
        yield language.html(
            "↩️ An earlier alert has been withdrawn: {status} ({date}).",
            status=status_name(language, before),
            date=language.short_date(before.date),
        )
    more = len(item.withdrawn) - _WITHDRAWN
    if more > 0:
        yield language.nhtml(
            "{n} further alert is taken back.", "{n} further alerts are taken back.", more
        )


def _net(reader: Reader, item: _Item) -> Markup:
    language, after = reader.language, item.last.change.after
    if not item.changes:
        return language.html("Current status: {status}", status=event_status(reader, after))
    first, between = item.changes[0], len(item.changes) - 1
    date = language.html("Date: {date}", date=language.short_date(after.date))
    net = Markup("{} · {}").format(bold(what_changed(language, first.change.before, after)), date)
    if not between:
        return net
    steps = language.ngettext("{n} step in between", "{n} steps in between", between)
    return Markup("{} ({})").format(net, steps)


def _note(reader: Reader, item: _Item) -> Picked | None:
    """The newest note of a change that stands."""
    notes = [
        change.change.after.note for change in reversed(item.changes) if change.change.after.note
    ]
    return pick(notes[0], reader.language) if notes else None


def _sources(item: _Item) -> list[Evidence]:
    """The sources of every step, the newest step's first, each once."""
    found: dict[str, Evidence] = {}
    for change in reversed(item.changes):
        for evidence in change.change.after.evidence:
            found.setdefault(evidence.url, evidence)
    return list(found.values())[:_SOURCES]


def _content(reader: Reader, item: _Item) -> Iterator[Picked]:
    yield pick(item.last.title, reader.language)
    note = _note(reader, item)
    if note is not None:
        yield note


def _buttons(reader: Reader, items: Sequence[_Item]) -> tuple[Row, ...]:
    """The details by number, each as a message of its own: the digest stays."""
    alerts = sorted((item.last for item in items), key=lambda item: item.number)
    if reader.kind is ChatKind.CHANNEL:  # whoever reads a channel does not choose for it
        links = [
            Button(
                str(alert.number), url=deep_link(reader, f"provision_{alert.change.provision_id}")
            )
            for alert in alerts
        ]
        return rows_of(links, 8)
    details = [
        Button(str(alert.number), ShowProvision(alert.change.provision_id, anew=True))
        for alert in alerts
    ]
    return (*rows_of(details, 8), (to_following(reader),))
