"""Words and small pieces that many messages share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from markupsafe import Markup

from bot.agreement.dates import PartialDate
from bot.agreement.evidence import Citation, Evidence, PublisherKind, Publishers
from bot.agreement.model import Agreement, Provision
from bot.agreement.sentences import first_sentence
from bot.agreement.sentences import utf16_length as utf16_len
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.views.html import italic, lines
from bot.views.message import Reader
from bot.views.pagination import clip
from bot.views.statuses import origin_mark, status_line, status_name, symbol

__all__ = ["clip", "utf16_len"]  # found here too, alongside what is defined below

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
    others = dict.fromkeys(item.other for item in picked if item.other)
    if not others:
        return None
    names = language.join(language.name_of(code) for code in others)
    note = language.gettext("Not translated yet, shown in: {languages}.", languages=names)
    return Markup("<i>{}</i>").format(note)


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
        status_line(reader, provision),
        promise(reader, provision.text),
        italic(mark) if mark else None,
    )


def row(reader: Reader, provision: Provision) -> Markup:
    """A provision in a line: number, title, where it stands since when."""
    language, standing = reader.language, provision.standing
    title = clip(pick(provision.title, language).text, 60)
    parts = [
        Markup("{}. {}").format(provision.number, title),
        f"{symbol(provision.status)} {status_name(language, standing)}",
    ]
    if standing is not None and standing.status is not Status.UNRATED:
        parts.append(language.short_date(standing.since))
    return Markup(" · ").join(parts)


def dash(language: Language, first: str, second: str) -> Markup:
    """Two parts of a line with the dash between that the language has there."""
    return language.html("{first} – {second}", first=first, second=second)


def quoted(language: Language, text: str) -> Markup:
    """Words of others in the language's quotation marks."""
    return language.html("“{text}”", text=text)


def sources_line(reader: Reader, evidence: Sequence[Citation]) -> Markup | None:
    """The sources by name, or None where there is none."""
    if not evidence:
        return None
    return reader.language.nhtml(
        "Source: {sources}",
        "Sources: {sources}",
        len(evidence),
        sources=reader.language.join_html(source_list(reader, evidence)),
    )


def source_list(reader: Reader, evidence: Iterable[Citation]) -> list[Markup]:
    """The sources as links, each publisher named once: further ones of it are numbered."""
    groups: dict[str, list[Citation]] = {}
    for cited in evidence:
        groups.setdefault(publisher_name(reader, cited), []).append(cited)
    return [_of_publisher(reader, first, further) for first, *further in groups.values()]


def _of_publisher(reader: Reader, first: Citation, further: Sequence[Citation]) -> Markup:
    named = source_link(reader, first)
    if not further:
        return named

    def numbered(number: int, cited: Citation) -> Markup:
        link = Markup('<a href="{}">{}</a>').format(cited.url, number)
        if cited.date in {None, first.date}:
            return link
        return Markup("{}: {}").format(link, reader.language.short_date(cited.date))

    others = (numbered(number, cited) for number, cited in enumerate(further, 2))
    return Markup("{} ({})").format(named, Markup("; ").join(others))


def page_number(language: Language, number: int, count: int) -> str:
    """Which page of how many, for people, who count from 1; "" where there is only one."""
    if count == 1:
        return ""
    numbers = {"page": language.number(number + 1), "pages": language.number(count)}
    return language.gettext("Page {page} of {pages}", **numbers)


def source_links(reader: Reader, evidence: Sequence[Evidence], most: int = 2) -> Markup:
    """The first sources as links, and how many there are besides."""
    links = source_list(reader, evidence[:most])
    if len(evidence) > most:
        links.append(Markup("+{}").format(reader.language.number(len(evidence) - most)))
    return Markup("; ").join(links)


def source_link(reader: Reader, evidence: Citation) -> Markup:
    """The publisher as a link, who republished it, and the date of publication if it is known."""
    name = publisher_name(reader, evidence)
    link = Markup('<a href="{}">{}</a>').format(evidence.url, clip(name, 80))
    if evidence.date is None:
        return link
    return Markup("{}, {}").format(link, reader.language.short_date(evidence.date))


def publisher_name(reader: Reader, cited: Citation) -> str:
    """Who is answerable for the words, and through whom they were read."""
    name = reader.publishers.name(cited.publisher, reader.language.code)
    if cited.via is None:
        return name
    via = reader.publishers.name(cited.via, reader.language.code)
    return reader.language.gettext("{publisher}, via {other}", publisher=name, other=via)


def side_label(language: Language, agreement: Agreement, cited: Citation) -> str:
    """The country of a source and how near it is to its state; "" where that is not known."""
    publisher = Publishers(agreement.publishers).get(cited.publisher)
    side = agreement.side(publisher.side) if publisher else None
    if publisher is None or side is None:
        return ""
    country = pick(side.title, language).text
    if publisher.kind is None:
        return country
    kind = {
        PublisherKind.STATE: language.gettext("state source"),
        PublisherKind.NEAR_STATE: language.gettext("source close to the state"),
        PublisherKind.INDEPENDENT: language.gettext("independent source"),
    }[publisher.kind]
    return language.gettext("{country}: {kind}", country=country, kind=kind)


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
