"""How far an alert has come, and taking a change back."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from bot.agreement.board import Board, StatusChange
from bot.alerts.model import Alert, AlertKind, Progress
from bot.views.admin_editor import duration
from bot.views.alerts import headline
from bot.views.callbacks import Cancel, Close, Undo
from bot.views.format import moment, name
from bot.views.html import bold, code, lines, paragraphs
from bot.views.message import Button, Message, Reader, Row, Style
from bot.views.pagination import clip
from bot.views.pauses import obstacle_label
from bot.views.statuses import what_changed

_MARKS = 10
_REASONS = 6
"""How many reasons of failures are named."""
_WORDS = 120
"""Characters of what Telegram says of a refusal."""


def progress_page(
    reader: Reader, alert: Alert, progress: Progress, seconds_left: float | None
) -> Message:
    """Until when an alert is held, a bar while it goes out, then the result.

    The change can be taken back from here: as long as the alert is held nobody gets anything.
    `seconds_left` is the estimate for what is left; None if there is none.
    """
    language = reader.language
    if alert.kind is AlertKind.CORRECTION:
        head = language.gettext("Correction") if progress.total else language.gettext("Taken back")
    else:
        head = what_changed(language, alert.change.before, alert.change.after)
    held = _is_held(reader, alert, progress)
    if held:
        state = list(_waiting(reader, alert, progress))
    elif progress.finished:
        state = list(_result(reader, alert, progress))
    else:
        state = [_bar(reader, progress), *_counts(reader, progress)]
        if seconds_left is not None:
            time = duration(language, seconds_left)
            state.append(language.html("Time left: {time}", time=time))
    return Message(
        paragraphs(lines(headline(reader, alert), head), lines(*state)),
        _undo(reader, alert, held=held),
    )


def _bar(reader: Reader, progress: Progress) -> Markup:
    """A bar of ten marks, never full before the end, and the percentage.

    What waits for a digest or a morning does not hold it up.
    """
    share = 1 - progress.going / progress.total
    full = int(share * _MARKS)
    percent = reader.language.percent(int(share * 100) / 100)
    return Markup("{}{} {}").format("▰" * full, "▱" * (_MARKS - full), percent)


def _counts(reader: Reader, progress: Progress) -> Iterable[Markup]:
    language = reader.language
    yield language.html("Sent: {count}", count=language.number(progress.sent))
    yield language.html("Remaining: {count}", count=language.number(progress.going))
    yield from _losses(reader, progress)


def _is_held(reader: Reader, alert: Alert, progress: Progress) -> bool:
    """Whether it has not begun to go out."""
    return alert.kind is AlertKind.CHANGE and progress.left > 0 and reader.now < alert.ready_at


def _waiting(reader: Reader, alert: Alert, progress: Progress) -> Iterable[Markup]:
    language = reader.language
    yield bold(language.gettext("Recorded; the alert waits"))
    goes_out = moment(reader, alert.ready_at)
    yield language.html("It goes out: {moment}", moment=goes_out)
    yield language.nhtml("To {n} chat", "To {n} chats", progress.left)
    if alert.silent:
        yield language.html("It arrives without a sound.")


def _losses(reader: Reader, progress: Progress) -> Iterable[Markup]:
    language = reader.language
    if progress.failed:
        yield language.html("Failed: {count}", count=language.number(progress.failed))
        yield from _reasons(reader, progress)
    if progress.cancelled:
        yield language.html("Cancelled: {count}", count=language.number(progress.cancelled))
    if progress.later:
        yield language.nhtml(
            "{n} later, in a digest or after quiet hours",
            "{n} later, in digests or after quiet hours",
            progress.later,
        )
    if progress.paused:
        yield language.nhtml(
            "{n} waits where nothing can be sent for now",
            "{n} wait where nothing can be sent for now",
            progress.paused,
        )
    if progress.repeated:
        yield language.nhtml(
            "{n} message was sent again because its delivery could not be confirmed.",
            "{n} messages were sent again because their delivery could not be confirmed.",
            progress.repeated,
        )


def _reasons(reader: Reader, progress: Progress) -> Iterable[Markup]:
    """Why deliveries failed, the most frequent reason first; of a refusal Telegram's words."""
    language = reader.language
    counted = sorted(progress.failures.items(), key=lambda item: -item[1])
    for (reason, detail), number in counted[:_REASONS]:
        label = obstacle_label(language, reason)
        line = Markup("• {}: {}").format(label, language.number(number))
        yield Markup("{} ({})").format(line, code(clip(detail, _WORDS))) if detail else line


def _result(reader: Reader, alert: Alert, progress: Progress) -> Iterable[Markup]:
    language = reader.language
    if not progress.total and alert.kind is AlertKind.CORRECTION:
        yield lines(language.gettext("Nobody had received the alert, so no correction is sent."))
        return
    if not progress.total:
        yield lines(language.gettext("Recorded. Nobody follows this, so no message was sent."))
        return
    yield language.nhtml(
        "It has reached {sent} of {n} chat.",
        "It has reached {sent} of {n} chats.",
        progress.total,
        sent=language.number(progress.sent),
    )
    yield from _losses(reader, progress)


def _undo(reader: Reader, alert: Alert, *, held: bool) -> tuple[Row, ...]:
    if alert.kind is AlertKind.CORRECTION:
        return ()
    if held:
        cancel = reader.language.gettext("Cancel")
        return ((Button(cancel, Cancel(alert.change.id), style=Style.DANGER),),)
    label = "↩️ " + reader.language.gettext("Take it back")
    return ((Button(label, Undo(alert.change.id), style=Style.DANGER),),)


def undo_question(
    reader: Reader, board: Board, change: StatusChange, minutes_left: int | None
) -> Message:
    """Whether the last change shall be taken back, and for how long that is possible.

    `minutes_left` is None while its alert has not gone out.
    """
    language, provision = reader.language, board.provision(change.provision_id)
    if minutes_left is None:
        sure: Undo | Cancel = Cancel(change.id)
        effect = lines(language.gettext("Its alert has not gone out yet: nobody gets anything."))
    else:
        sure = Undo(change.id, sure=True)
        effect = lines(
            language.gettext("Everyone who got its alert gets a correction."),
            language.ngettext(
                "It can be taken back for {n} more minute.",
                "It can be taken back for {n} more minutes.",
                minutes_left,
            ),
        )
    return Message(
        paragraphs(
            bold(language.gettext("Take back the last change?")),
            lines(
                name(reader, provision) if provision else change.provision_id,
                what_changed(language, change.before, change.after),
            ),
            effect,
        ),
        (
            (
                Button(language.gettext("Take it back"), sure, style=Style.DANGER),
                Button(language.gettext("Leave it"), Close()),
            ),
        ),
    )


def undo_impossible(reader: Reader) -> Message:
    """There is no change that can still be taken back."""
    language = reader.language
    return Message(
        lines(
            language.gettext("There is no recent change that could be taken back."),
            language.html("To correct an older one, send {command}.", command="/correct"),
        )
    )
