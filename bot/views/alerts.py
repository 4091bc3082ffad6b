"""What a chat reads when a provision that it follows has moved, or when that is taken back."""

from __future__ import annotations

from markupsafe import Markup

from bot.agreement.board import StatusChange
from bot.agreement.dates import PartialDate
from bot.agreement.events import Correction
from bot.alerts.model import Alert, AlertKind
from bot.images.specs import alert_image
from bot.subscribers.chat import ChatKind, Scope, ScopeKind
from bot.views.callbacks import Follow, Mute, Place, ShowProvision, View
from bot.views.format import (
    Picked,
    deep_link,
    moment,
    pick,
    promise,
    sources_line,
    untranslated,
)
from bot.views.html import bold, italic, lines, paragraphs, struck
from bot.views.keyboards import to_following
from bot.views.message import Button, Message, Reader, Row
from bot.views.statuses import (
    correction_text,
    event_status,
    origin_mark,
    status_name,
    symbol,
    what_changed,
)

_SOURCES = 5
"""How many sources an alert names; the details name all."""


def alert_message(
    reader: Reader,
    alert: Alert,
    *,
    muted: bool = False,
    correction: StatusChange | None = None,
) -> Message:
    """An alert in the reader's language, from what was frozen when it was confirmed.

    `muted` is for a chat that does not hear of it any more: the button leads back. With
    `correction`, the change that took it back, it is marked as corrected.
    It stays below 2,000 UTF-16 units, whatever the content holds.
    """
    if correction is not None:
        text = _corrected(reader, alert, correction)
    elif alert.kind is AlertKind.CORRECTION:
        text = _correction(reader, alert, muted=muted)
    else:
        text = _change(reader, alert)
    return Message(
        text,
        _buttons(reader, alert, muted=muted),
        silent=alert.silent,
        picture=alert_image(reader, alert),
    )


def headline(reader: Reader, alert: Alert) -> Markup:
    """The status's symbol, the provision's number and title."""
    title = pick(alert.title, reader.language).text
    return Markup("{} <b>{}. {}</b>").format(symbol(alert.change.after.status), alert.number, title)


def _change(reader: Reader, alert: Alert) -> Markup:
    language, after = reader.language, alert.change.after
    note = pick(after.note, language) if after.note else None
    return paragraphs(
        headline(reader, alert),
        lines(
            bold(what_changed(language, alert.change.before, after)),
            language.html("Date: {date}", date=language.date(after.date)),
        ),
        note.text if note else None,
        _promised(reader, alert),
        _ending(reader, alert, note),
    )


def _corrected(reader: Reader, alert: Alert, correction: StatusChange) -> Markup:
    """What was told, struck out, below what holds: short enough for a caption."""
    language, after = reader.language, alert.change.after
    mark = Correction(on=PartialDate.of(correction.made_at.date()), reason=correction.reason)
    title = pick(alert.title, language).text
    return paragraphs(
        Markup("↩️ {}").format(bold(correction_text(language, mark))),
        lines(
            Markup("<b>{}. {}</b>").format(alert.number, title),
            language.html(
                "Current status: {status}", status=event_status(reader, correction.after)
            ),
        ),
        lines(
            struck(what_changed(language, alert.change.before, after)),
            struck(language.gettext("Date: {date}", date=language.date(after.date))),
            struck(pick(after.note, language).text) if after.note else None,
        ),
    )


def _correction(reader: Reader, alert: Alert, *, muted: bool) -> Markup:
    language, change = reader.language, alert.change
    withdrawn = status_name(language, change.before)
    return paragraphs(
        Markup("↩️ {}").format(bold(language.gettext("Correction"))),
        headline(reader, alert),
        lines(
            language.html(
                "An earlier alert has been withdrawn: {status} ({date}).",
                status=withdrawn,
                date=language.short_date(change.before.date),
            ),
            language.html("Reason: {reason}", reason=pick(change.reason, language).text)
            if change.reason
            else None,
            language.html("Current status: {status}", status=event_status(reader, change.after)),
        ),
        _promised(reader, alert),
        _ending(reader, alert, None),
        language.gettext(
            "This is not followed here any more. You read this because the earlier alert came"
            " here; nothing else will come."
        )
        if muted
        else None,
    )


def _promised(reader: Reader, alert: Alert) -> Markup:
    mark = origin_mark(reader.language, alert.origin)
    promised = reader.language.html("Promised: {promise}", promise=promise(reader, alert.text))
    return lines(promised, italic(mark) if mark else None)


def _ending(reader: Reader, alert: Alert, note: Picked | None) -> Markup:
    """The sources, when it was recorded, and which parts are in another language."""
    language, change = reader.language, alert.change
    shown = [pick(alert.title, language), pick(alert.text, language)]
    return lines(
        sources_line(reader, change.after.evidence[:_SOURCES]),
        language.html("Recorded: {moment}", moment=moment(reader, change.made_at)),
        untranslated(language, [*shown, note] if note else shown),
    )


def _buttons(reader: Reader, alert: Alert, *, muted: bool) -> tuple[Row, ...]:
    gettext, provision_id = reader.language.gettext, alert.change.provision_id
    if reader.kind is ChatKind.CHANNEL:  # whoever reads a channel does not choose for it
        link = deep_link(reader, f"provision_{provision_id}")
        return ((Button(gettext("Details"), url=link),),)
    here = Place(View.ALERT, str(alert.id))
    details = Button(gettext("Details"), ShowProvision(provision_id, here))
    if muted:
        again = Follow(Scope(ScopeKind.PROVISION, provision_id), here)
        mute = Button("🔔 " + gettext("Unmute this provision"), again)
    else:
        mute = Button("🔕 " + gettext("Mute this provision"), Mute(alert.id))
    return ((details, to_following(reader)), (mute,))
