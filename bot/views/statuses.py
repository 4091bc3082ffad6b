"""Statuses, origins and dates in words."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.agreement.events import Correction, Event, EventKind, Standing
from bot.agreement.evidence import Origin, Wording
from bot.agreement.model import Provision
from bot.agreement.status import Status, UnratedReason
from bot.i18n.catalogs import gettext_noop
from bot.i18n.language import Language
from bot.views.html import lines
from bot.views.message import Reader

_ON_THE_TEXT = gettext_noop("{publisher} on the text")
_THE_LIST = gettext_noop("The list: {publisher}")
_REPORTED = gettext_noop("As reported by {publisher}")
_WORDINGS = {
    Origin.CLAUSE: (
        gettext_noop("The text, as quoted by {publisher}"),
        gettext_noop("The text, as paraphrased by {publisher}"),
    ),
    Origin.ATTRIBUTED: (_ON_THE_TEXT, _ON_THE_TEXT),
    Origin.STATEMENT: (
        gettext_noop("The statement, as quoted by {publisher}"),
        gettext_noop("The statement, as paraphrased by {publisher}"),
    ),
    Origin.LISTED: (_THE_LIST, _THE_LIST),
    Origin.RELATED: (_REPORTED, _REPORTED),
}
"""Labels of words that are quoted, and of words that are paraphrased."""

Rated = Standing | Event
"""What a status is named of: where a provision stands, or an event."""
NO_STATUS = "•"
"""The symbol of an event that changes no status, and of what has none."""


def in_order(provisions: Iterable[Provision]) -> list[Provision]:
    """Provisions as a board lists them: by status, then by number; related events last."""

    def key(provision: Provision) -> tuple[int, int]:
        status = provision.status
        return (status.order if status else len(Status), provision.number)

    return sorted(provisions, key=key)


def status_label(language: Language, status: Status | None) -> str:
    """The name of a status, as it stands alone: Announced, Under way, Done."""
    if status is None:
        return language.gettext("Related events, not counted")
    return {
        Status.ANNOUNCED: language.pgettext("status", "Announced"),
        Status.STARTED: language.pgettext("status", "Started"),
        Status.ADVANCED: language.pgettext("status", "Substantial progress"),
        Status.DONE: language.pgettext("status", "Done"),
        Status.CONTINUING: language.pgettext("status", "Continuing"),
        Status.STALLED: language.pgettext("status", "Stalled"),
        Status.ENDED: language.pgettext("status", "Ended"),
        Status.UNRATED: language.pgettext("status", "Not rated"),
    }[status]


def status_meaning(language: Language, status: Status) -> str:
    """What a status says, in one sentence."""
    return {
        Status.ANNOUNCED: language.gettext(
            "Said or signed; no source shows that anything has begun."
        ),
        Status.STARTED: language.gettext(
            "A first formal act: a protocol, a contract, a ground-breaking."
        ),
        Status.ADVANCED: language.gettext("Substantial progress, not finished."),
        Status.DONE: language.gettext("The promised result has been reached."),
        Status.CONTINUING: language.gettext(
            "An open-ended commitment; “Last event” tells when it was last acted on."
        ),
        Status.STALLED: language.gettext("A source shows a halt or a missed date."),
        Status.ENDED: language.gettext(
            "What it was about is gone, or the promise was withdrawn or superseded."
        ),
        Status.UNRATED: language.gettext("There is not enough evidence to rate this."),
    }[status]


def reason_label(language: Language, reason: UnratedReason) -> str:
    """Why something is not rated, in a few words."""
    return {
        UnratedReason.NO_SOURCE: language.gettext("no source found"),
        UnratedReason.NOT_CHECKABLE: language.gettext("too vague to check"),
        UnratedReason.SOURCES_CONFLICT: language.gettext("sources conflict"),
    }[reason]


def reason_meaning(language: Language, reason: UnratedReason) -> str:
    """Why something is not rated, in one sentence."""
    return {
        UnratedReason.NO_SOURCE: language.gettext(
            "No source was found. That is not the same as nothing having happened."
        ),
        UnratedReason.NOT_CHECKABLE: language.gettext(
            "The promise is too vague to be checked against facts."
        ),
        UnratedReason.SOURCES_CONFLICT: language.gettext(
            "The sources contradict each other; all are shown, and none is preferred."
        ),
    }[reason]


def origin_label(language: Language, origin: Origin) -> str:
    """How a provision is known, as a name."""
    return {
        Origin.CLAUSE: language.gettext("A clause of the text"),
        Origin.ATTRIBUTED: language.gettext("Attributed to the text; the clause was not read"),
        Origin.STATEMENT: language.gettext("A statement, not the text"),
        Origin.LISTED: language.gettext("Claimed only by a list of what was announced"),
        Origin.RELATED: language.gettext("A related event, which nobody promised"),
    }[origin]


def origin_mark(language: Language, origin: Origin) -> str:
    """A few words for what is not a clause that was read; "" for what is."""
    return {
        Origin.CLAUSE: "",
        Origin.ATTRIBUTED: language.gettext("attributed to the text; the clause was not read"),
        Origin.STATEMENT: language.gettext("promised in a statement, not in the text"),
        Origin.LISTED: language.gettext("claimed only by a list of what was announced"),
        Origin.RELATED: language.gettext("related event, not a promise of the agreement"),
    }[origin]


def wording_label(language: Language, wording: Wording, publisher: str) -> str:
    """What stands above printed words: what they are of, and who quotes or paraphrases them."""
    quoted, paraphrased = _WORDINGS[wording.of]
    return language.gettext(quoted if wording.exact else paraphrased, publisher=publisher)


def symbol(status: Status | None) -> str:
    """The symbol of a status, or that of an event without one."""
    return status.symbol if status else NO_STATUS


def status_name(language: Language, rated: Rated | None) -> str:
    """The name of a status, with the reason where it is not rated; what else it is without one."""
    if rated is None:
        return language.gettext("Related event")
    if rated.status is None:
        return language.gettext("No change of status")
    label = status_label(language, rated.status)
    if rated.reason is None:
        return label
    reason = reason_label(language, rated.reason)
    return language.gettext("{status} ({reason})", status=label, reason=reason)


def what_changed(language: Language, before: Rated | None, after: Event) -> str:
    """Old and new status in words; a further event at the same status says so."""
    if after.correction is not None:
        return language.gettext("corrected entry")
    if after.status is None:
        return language.gettext("New development, no change of status")
    old, new = status_name(language, before) if before else "", status_name(language, after)
    if isinstance(before, Event) and after.date < before.date:
        return language.gettext("Older event found later: {status}", status=new)
    if old == new:
        return language.gettext("{status}: new development", status=new)
    return language.gettext("{old} → {new}", old=old, new=new) if old else new


def correction_text(language: Language, correction: Correction) -> str:
    """When an entry was corrected, and why, where that is said."""
    date = language.short_date(correction.on)
    if correction.reason is None:
        return language.gettext("Withdrawn on {date}", date=date)
    texts = correction.reason
    reason = texts.get(language.code) or texts.get("en") or next(iter(texts.values()), "")
    return language.gettext("Corrected on {date}: {reason}", date=date, reason=reason)


def event_label(language: Language, event: Event) -> str:
    """What an event is, in a word or two: its status, or whether it happened or was announced."""
    if event.correction is not None:
        return language.gettext("corrected entry")
    if event.status is not None:
        return status_name(language, event)
    if event.kind is EventKind.ANNOUNCEMENT:
        return language.gettext("announcement, no change of status")
    return language.gettext("event, no change of status")


def dates_text(language: Language, provision: Provision) -> str:
    """Since when it stands there, its last event, how far its sources were looked at: labelled."""
    standing = provision.standing
    parts = []
    if standing is not None and standing.status is not Status.UNRATED:
        parts.append(language.gettext("Since {date}", date=language.short_date(standing.since)))
    last = language.short_date(provision.last_event.date)
    parts.append(language.gettext("Last event: {date}", date=last))
    checked = language.short_date(provision.checked_on)
    parts.append(language.gettext("Checked: {date}", date=checked))
    return " · ".join(parts)


def unseen_line(reader: Reader, provision: Provision) -> str:
    """That a continuing provision was not seen at work for two years; "" for any other."""
    date = provision.unseen_since(reader.now.date())
    if date is None:
        return ""
    return reader.language.gettext("Not seen since {date}", date=reader.language.short_date(date))


def status_line(reader: Reader, provision: Provision) -> Markup:
    """A provision's symbol and status, and below it its dates."""
    status = Markup("{} <b>{}</b>").format(
        symbol(provision.status), status_name(reader.language, provision.standing)
    )
    unseen = unseen_line(reader, provision)
    return lines(status, f"⚠️ {unseen}" if unseen else None, dates_text(reader.language, provision))


def event_status(reader: Reader, event: Event) -> Markup:
    """An event's symbol and status with its labelled date."""
    language = reader.language
    status = Markup("{} <b>{}</b>").format(symbol(event.status), status_name(language, event))
    date = language.gettext("Since {date}", date=language.short_date(event.date))
    return Markup("{} · {}").format(status, date) if event.status else status


def unrated_line(language: Language, board: Board) -> str:
    """How many provisions are not rated, and why; "" where all are."""
    reasons = [
        provision.standing.reason
        for provision in board.counted
        if provision.standing and provision.standing.reason
    ]
    if not reasons:
        return ""
    named = language.join(
        f"{reason_label(language, reason)}: {language.number(reasons.count(reason))}"
        for reason in UnratedReason
        if reason in reasons
    )
    return language.gettext(
        "Not rated: {n} of {total} ({reasons}).",
        n=language.number(len(reasons)),
        total=language.number(len(board.counted)),
        reasons=named,
    )


def board_dates(language: Language, board: Board) -> str:
    """What a board's dates are of: its newest event, and the last change recorded here."""
    newest = language.gettext("Newest event: {date}", date=language.short_date(board.newest_event))
    if board.last_recorded is None:
        return newest
    day = PartialDate.of(board.last_recorded.date())
    recorded = language.gettext("Last change recorded: {date}", date=language.short_date(day))
    return f"{newest} · {recorded}"


def counts_in_words(reader: Reader, board: Board) -> Markup:
    """How many provisions stand at each status, with its name; no part is torn between lines."""
    language = reader.language
    parts = (
        f"{status.symbol} {status_label(language, status)} {language.number(count)}"
        for status, count in board.counts().items()
    )
    return Markup(" · ").join(part.replace(" ", "\xa0") for part in parts)


def counts_line(reader: Reader, board: Board) -> Markup:
    """How many provisions stand at each status, as symbols with numbers."""
    counts = board.counts().items()
    parts = (f"{status.symbol}\xa0{reader.language.number(count)}" for status, count in counts)
    return Markup(" · ").join(parts)
