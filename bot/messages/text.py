"""Words and small pieces that many messages share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from markupsafe import Markup

from bot.agreement.changes import Board
from bot.agreement.dates import PartialDate
from bot.agreement.model import Evidence, Origin, Provision, StatusEntry
from bot.agreement.sentences import first_sentence
from bot.agreement.sentences import utf16_length as utf16_len
from bot.agreement.status import Status, UnratedReason
from bot.language.language import Language
from bot.messages.fitting import clip
from bot.messages.reader import Reader
from bot.messages.tags import italic, lines

__all__ = ["clip", "utf16_len"]  # found here too, beside what is defined below

LINE = 200
"""How many UTF-16 units a promise in one line may have."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A text of the content, and the language that it is in where that is not the reader's."""

    text: str
    other: str | None = None

    def __str__(self) -> str:
        return self.text


def pick(texts: Mapping[str, str], language: Language) -> Picked:
    """The text in the reader's language, else in English, else in the first one there is."""
    for code in (language.code, language.locale.language, "en", *texts):
        if code in texts:
            same = code.partition("-")[0] == language.locale.language
            return Picked(texts[code], None if same else code)
    return Picked("")


def untranslated(language: Language, picked: Iterable[Picked]) -> Markup | None:
    """A line that says which other languages content is shown in, or None."""
    others = dict.fromkeys(one.other for one in picked if one.other)
    if not others:
        return None
    names = language.join(language.name_of(code) for code in others)
    note = language.gettext("Not translated yet, shown in: {languages}.", languages=names)
    return Markup("<i>{}</i>").format(note)


def status_label(language: Language, status: Status) -> str:
    """The name of a status, as it stands alone: Announced, Under way, Done."""
    return {
        Status.ANNOUNCED: language.pgettext("status", "Announced"),
        Status.STARTED: language.pgettext("status", "Started"),
        Status.ADVANCED: language.pgettext("status", "Well advanced"),
        Status.DONE: language.pgettext("status", "Done"),
        Status.CONTINUING: language.pgettext("status", "Continuing"),
        Status.STALLED: language.pgettext("status", "Stalled"),
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
            "A duty without an end; the date is that of the last time it was seen at work."
        ),
        Status.STALLED: language.gettext("A source shows a halt or a missed date."),
        Status.UNRATED: language.gettext("There is no ground for a rating."),
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
            "The sources contradict each other; they are shown, not settled."
        ),
    }[reason]


def origin_label(language: Language, origin: Origin) -> str:
    """Where a provision was found, as a name."""
    return {
        Origin.DECLARATION: language.gettext("Text of the agreement"),
        Origin.PRESS_STATEMENT: language.gettext("Press statement"),
        Origin.COMMENTARY: language.gettext("Commentary"),
        Origin.NOT_FOUND: language.gettext("Not found in any source"),
    }[origin]


def origin_mark(language: Language, origin: Origin) -> str:
    """A few words for what is not in the agreement's own text; "" for what is."""
    return {
        Origin.DECLARATION: "",
        Origin.PRESS_STATEMENT: language.gettext("said in a press statement, not in the text"),
        Origin.COMMENTARY: language.gettext("a commentator's reading, not in the text"),
        Origin.NOT_FOUND: language.gettext("not found in the text or in any statement"),
    }[origin]


def wording_label(language: Language, origin: Origin) -> str:
    """What stands above the words of a source: only a clause is called the agreement's text.

    `origin` is that of the wording, or of its provision where the wording has none.
    """
    if origin is Origin.DECLARATION:
        return language.gettext("In the published text")
    if origin is Origin.PRESS_STATEMENT:
        return language.gettext("In the press statement")
    return language.gettext("As reported")


def status_name(language: Language, entry: StatusEntry) -> str:
    """The name of an entry's status, with the reason where it is not rated."""
    label = status_label(language, entry.status)
    if entry.reason is None:
        return label
    reason = reason_label(language, entry.reason)
    return language.gettext("{status} ({reason})", status=label, reason=reason)


def status_line(reader: Reader, entry: StatusEntry) -> Markup:
    """An entry's symbol, status and date, and how far its source looked if that is later."""
    language = reader.language
    line = Markup("{} <b>{}</b> · {}").format(
        entry.status.symbol, status_name(language, entry), language.short_date(entry.date)
    )
    if entry.as_of is None or entry.as_of == entry.date:
        return line
    looked = language.gettext("as of {date}", date=language.short_date(entry.as_of))
    return Markup("{} · {}").format(line, looked)


def promise(reader: Reader, text: Mapping[str, str]) -> str:
    """What was promised, in one line: the first sentence of a provision's text."""
    return clip(first_sentence(pick(text, reader.language).text), LINE)


def name(reader: Reader, provision: Provision, units: int = 140) -> Markup:
    """A provision's number and title, in bold."""
    title = clip(pick(provision.title, reader.language).text, units)
    return Markup("<b>{}. {}</b>").format(provision.number, title)


def brief(reader: Reader, provision: Provision) -> Markup:
    """A provision in four short lines: title, status, promise, and origin where it matters."""
    mark = origin_mark(reader.language, provision.origin)
    return lines(
        name(reader, provision),
        status_line(reader, provision.current),
        promise(reader, provision.text),
        italic(mark) if mark else None,
    )


def dash(language: Language, first: str, second: str) -> Markup:
    """Two parts of a line with the dash between that the language has there."""
    return language.html("{first} – {second}", first=first, second=second)


def quoted(language: Language, text: str) -> Markup:
    """Words of others in the language's quotation marks."""
    return language.html("“{text}”", text=text)


def sources_line(language: Language, links: Sequence[Markup]) -> Markup | None:
    """The sources by name, or None where there is none."""
    if not links:
        return None
    return language.nhtml(
        "Source: {sources}",
        "Sources: {sources}",
        len(links),
        sources=language.join_html(links),
    )


def page_number(language: Language, number: int, count: int) -> str:
    """Which page of how many, for people, who count from 1; "" where there is only one."""
    if count == 1:
        return ""
    numbers = {"page": language.number(number + 1), "pages": language.number(count)}
    return language.gettext("Page {page} of {pages}", **numbers)


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


def as_of(board: Board) -> PartialDate:
    """The newest date that a source on the board speaks of."""
    entries = (provision.current for provision in board.provisions)
    return max([board.agreement.as_of, *(entry.as_of or entry.date for entry in entries)])


def source_links(reader: Reader, evidence: Sequence[Evidence], most: int = 2) -> Markup:
    """The first sources as links, and how many there are besides."""
    links = [source_link(reader, one) for one in evidence[:most]]
    if len(evidence) > most:
        links.append(Markup("+{}").format(reader.language.number(len(evidence) - most)))
    return Markup("; ").join(links)


def source_link(reader: Reader, evidence: Evidence) -> Markup:
    """The publisher as a link, and the date of publication if it is known."""
    link = Markup('<a href="{}">{}</a>').format(evidence.url, clip(evidence.publisher, 80))
    if evidence.date is None:
        return link
    return Markup("{}, {}").format(link, reader.language.short_date(evidence.date))


def moment(reader: Reader, when: datetime) -> Markup:
    """A date with its time of day; a client that can shows it by its own clock.

    Raises:
        ValueError: `when` is naive.
    """
    if when.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    written = reader.language.moment(when.astimezone(reader.now.tzinfo))
    return _tg_time(when, "Dt", written)


def ago(reader: Reader, date: PartialDate) -> Markup | None:
    """How long ago or ahead a day is; a client that can keeps it current. None for a vague date."""
    if date.day is None:
        return None
    noon = datetime.combine(date.first, time(12), UTC)
    return _tg_time(noon, "r", reader.language.ago(date.first, reader.now.date()))


def deep_link(reader: Reader, payload: str) -> str:
    """An address that opens a private chat with the bot on a page (Bot API, "Deep linking")."""
    return f"https://t.me/{reader.bot_username}?start={payload}"


def _tg_time(when: datetime, form: str, written: str) -> Markup:
    """A date-time entity (Bot API, "Date-time entity formatting"), which knows no time before 1970.

    What a client without it shows is the written text.
    """
    unix = int(when.timestamp())
    if unix <= 0:
        return Markup("{}").format(written)
    return Markup('<tg-time unix="{}" format="{}">{}</tg-time>').format(unix, form, written)
