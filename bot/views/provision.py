"""A provision as a card: the last event, where it stands; its history, sources, text, citation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from markupsafe import Markup

from bot.agreement.events import Event, EventKind
from bot.agreement.evidence import Citation, Evidence, Remark, Wording
from bot.agreement.model import Agreement, Provision
from bot.agreement.sentences import utf16_length
from bot.agreement.status import Status
from bot.subscribers.chat import Scope
from bot.views.callbacks import NOWHERE, Part, Place, Show, ShowPart, ShowProvision, View
from bot.views.format import (
    Picked,
    dash,
    name,
    pick,
    promise,
    publisher_name,
    quoted,
    side_label,
    source_link,
    source_links,
    untranslated,
)
from bot.views.html import bold, italic, lines, paragraphs
from bot.views.keyboards import LABEL, back_button, follow_provision
from bot.views.message import Button, Message, Reader, Row
from bot.views.pagination import clip, page_of, shown
from bot.views.statuses import (
    correction_text,
    event_label,
    origin_mark,
    status_name,
    symbol,
    unseen_line,
    wording_label,
)

LONGEST_CARD = 900
"""The most UTF-16 units of a card, and of each of its pages."""
LONGEST_COPY = 256
"""The most characters that a button copies (Bot API, CopyTextButton)."""
_NOTE, _LINKED = 300, 2


def card(
    reader: Reader,
    provision: Provision,
    back: Place,
    follows: frozenset[Scope],
    *,
    event: Event | None = None,
    lead: str | None = None,
    remark: str | None = None,
    related: Sequence[Provision] = (),
    cited: bool = False,
) -> Message:
    """A provision in short: what happened last, where it stands since when, what was promised.

    `event` stands first in place of the last one, `lead` above it, `remark` below all. `cited`: a
    citation stands there in place of the promise. Buttons lead to `related` ones by name.
    """
    language = reader.language
    mark = origin_mark(language, provision.origin)
    unseen = unseen_line(reader, provision)
    told = lines(promise(reader, provision.text), italic(mark) if mark else None)
    words = citation(reader, provision) if cited else None
    html = paragraphs(
        lines(
            lead,
            event_text(reader, provision, event or provision.last_event),
            standing_text(reader, provision),
            f"⚠️ {unseen}" if unseen else None,
        ),
        _block(words) if words else lines(told, dates_of(reader, provision)),
        italic(remark) if remark else None,
        untranslated(language, _card_texts(reader, provision)),
    )
    rows = (
        _to_parts(reader, provision, back),
        (*_cite(reader, provision, back), *follow_provision(reader, provision, follows, back)),
        *((_named(reader, item),) for item in related),
        () if back == NOWHERE else (back_button(reader, Show(back)),),
    )
    return Message(html, tuple(row for row in rows if row))


def event_text(reader: Reader, provision: Provision, event: Event) -> Markup:
    """An event with its date, what it says and its sources, in a line."""
    language, date = reader.language, reader.language.short_date(event.date)
    note = clip(pick(event.note, language).text, _NOTE) if event.note else None
    note = note or event_label(language, event)
    if event is not provision.last_event:
        text = Markup("<b>{}:</b> {}").format(language.capitalised(date), note)
    elif event.kind is EventKind.ANNOUNCEMENT:
        text = language.html("<b>Last announcement, {date}:</b> {note}", date=date, note=note)
    else:
        text = language.html("<b>Last event, {date}:</b> {note}", date=date, note=note)
    links = source_links(reader, event.evidence, _LINKED)
    return Markup("{} ({})").format(text, links) if links else text


def standing_text(reader: Reader, provision: Provision) -> Markup:
    """A provision's name, where it stands since when, and when its sources were looked at."""
    language, standing = reader.language, provision.standing
    parts = [name(reader, provision), f"{symbol(provision.status)} {_status(reader, provision)}"]
    if standing is not None and standing.status is not Status.UNRATED:
        parts.append(language.gettext("Since {date}", date=language.short_date(standing.since)))
    checked = language.short_date(provision.checked_on)
    parts.append(language.gettext("Checked: {date}", date=checked))
    return Markup(" · ").join(parts)


def dates_of(reader: Reader, provision: Provision) -> Markup:
    """By when it was promised, or is expected; empty where that is not said."""
    language = reader.language
    deadline = expected = None
    if provision.deadline:
        date = language.date(provision.deadline)
        deadline = language.html("<b>Deadline:</b> {date}", date=date)
    if provision.expected:
        date = language.date(provision.expected)
        expected = language.html("<b>Expected:</b> {date}", date=date)
    return lines(deadline, expected)


def part_page(
    reader: Reader,
    agreement: Agreement,
    provision: Provision,
    shows: ShowPart,
) -> Message:
    """A page of a provision's history, sources, text, or its citation; "back" to its card."""
    titles = _part_labels(reader)
    items = {
        Part.HISTORY: lambda: [entry_line(reader, item) for item in reversed(provision.history)],
        Part.SOURCES: lambda: _sources(reader, agreement, provision),
        Part.TEXT: lambda: [*_wordings(reader, provision)],
        Part.CITATION: lambda: [_block(citation(reader, provision) or "")],
    }[shows.part]()
    found = page_of(_grouped(items), shows.page, 1)
    html = paragraphs(
        Markup("{} · {}").format(name(reader, provision), titles[shows.part]),
        *(found.items[0] if found.items else ()),
        untranslated(reader.language, [pick(provision.title, reader.language)]),
    )
    turns = tuple(
        Button(label, ShowPart(provision.id, shows.part, to, shows.back))
        for label, to in (("‹", found.number - 1), ("›", found.number + 1))
        if 0 <= to < found.count
    )
    back = (back_button(reader, ShowProvision(provision.id, shows.back)),)
    return Message(html, tuple(row for row in (turns, back) if row))


def citation(reader: Reader, provision: Provision, *, short: bool = False) -> str | None:
    """A provision's status with the words of a source, its date and its address, to be pasted.

    None where there is no source. `short` leaves out what the bot says itself if words are quoted.
    """
    language, standing = reader.language, provision.standing
    source, event = _cited(provision)
    if source is None:
        return None
    title = pick(provision.title, language).text
    since = ""
    if standing is not None and standing.status is not Status.UNRATED:
        since = language.gettext("Since {date}", date=language.short_date(standing.since))
    quote = source.quote if isinstance(source, Evidence) else None
    if isinstance(source, Wording):
        quote = source.text if source.exact else None
    note = pick(event.note, language).text if event is not None and event.note else ""
    if event is not None and note:
        note = f"{language.capitalised(language.short_date(event.date))}: {clip(note, _NOTE)}"
    named = publisher_name(reader, source)
    if source.date is not None:
        named = f"{named}, {language.short_date(source.date)}"
    words = str(quoted(language, clip(quote, _NOTE)).unescape()) if quote else ""
    head = " · ".join(part for part in (title, _status(reader, provision), since) if part)
    told = () if short and words else (note,)
    by = str(dash(language, words, named).unescape()) if words else named
    return "\n".join(part for part in (head, *told, by, str(source.url)) if part)


def _cited(provision: Provision) -> tuple[Citation | None, Event | None]:
    """The source that is cited, and the event that it is of: the newest one, a quote first."""
    for event in reversed(provision.events):
        if event.evidence:
            return next((item for item in event.evidence if item.quote), event.evidence[0]), event
    return next(iter(provision.wordings), None), None


def _cite(reader: Reader, provision: Provision, back: Place) -> Row:
    """Copies a citation, or leads to it where it is too long for a button."""
    label = "❞ " + reader.language.gettext("Cite")
    words = citation(reader, provision, short=True)
    if words is None:
        return ()
    if utf16_length(words) <= LONGEST_COPY:
        return (Button(label, copy=words),)
    return (Button(label, ShowPart(provision.id, Part.CITATION, 0, back)),)


def _to_parts(reader: Reader, provision: Provision, back: Place) -> Row:
    labels = _part_labels(reader)
    return tuple(
        Button(labels[part], ShowPart(provision.id, part, 0, back))
        for part in (Part.HISTORY, Part.SOURCES, Part.TEXT)
    )


def _part_labels(reader: Reader) -> Mapping[Part, str]:
    gettext = reader.language.gettext
    return {
        Part.HISTORY: gettext("History"),
        Part.SOURCES: gettext("Sources"),
        Part.TEXT: reader.language.pgettext("button", "Text"),
        Part.CITATION: gettext("To copy"),
    }


def _named(reader: Reader, provision: Provision) -> Button:
    title = clip(pick(provision.title, reader.language).text, LABEL)
    return Button(f"{provision.number}. {title}", ShowProvision(provision.id, Place(View.ANSWER)))


def _block(text: str) -> Markup:
    """Words in a block of one width: a tap copies it whole."""
    return Markup("<pre>{}</pre>").format(text)


def _status(reader: Reader, provision: Provision) -> str:
    return status_name(reader.language, provision.standing)


def _grouped(items: Sequence[Markup]) -> list[tuple[Markup, ...]]:
    """The items in pages, as many on each as a card's length takes."""
    pages: list[list[Markup]] = []
    left = 0
    for item in items:
        length = utf16_length(shown(item)) + 2
        if not pages or length > left:
            pages.append([])
            left = LONGEST_CARD - 200
        pages[-1].append(item)
        left -= length
    return [tuple(page) for page in pages]


def _card_texts(reader: Reader, provision: Provision) -> Iterator[Picked]:
    texts = (provision.title, provision.text, provision.last_event.note)
    return (pick(text, reader.language) for text in texts if text)


def _wordings(reader: Reader, provision: Provision) -> Iterator[Markup]:
    """What was promised, printed words about it, where they differ, and what helps to understand.

    Each is short enough for a page.
    """
    language = reader.language
    yield Markup("{}").format(clip(pick(provision.text, language).text, 600))
    if provision.target:
        text = clip(pick(provision.target, language).text, 300)
        yield language.html("<b>Target:</b> {target}", target=text)
    for wording in provision.wordings:
        yield _wording(reader, wording)
    if provision.difference:
        text = clip(pick(provision.difference, language).text, 300)
        yield language.html("<b>Where they differ:</b> {note}", note=text)
    for head, remarks in (
        (language.gettext("Where sources disagree"), provision.conflicts),
        (language.gettext("Context"), provision.context),
    ):
        yield from (_remark(reader, head, remark) for remark in remarks)


def _remark(reader: Reader, head: str, remark: Remark) -> Markup:
    text = clip(pick(remark.text, reader.language).text, 300)
    return Markup("<b>{}:</b> {} ({})").format(head, text, source_links(reader, remark.evidence))


def _wording(reader: Reader, wording: Wording) -> Markup:
    language = reader.language
    text = clip(wording.text, 400)
    label = wording_label(language, wording, clip(publisher_name(reader, wording), 80))
    head = Markup('<a href="{}">{}</a>').format(wording.url, bold(label))
    remark = None
    if not wording.exact:
        remark = italic(language.gettext("Paraphrased, not quoted."))
    if wording.language.partition("-")[0] != language.locale.language:
        name_of_it = language.name_of(wording.language)
        remark = lines(remark, italic(language.gettext("Language: {name}", name=name_of_it)))
    words = quoted(language, text) if wording.exact else text
    translated = translation_of(reader, wording.translation)
    return lines(
        head, Markup("<blockquote>{}</blockquote>").format(lines(words, remark, translated))
    )


def translation_of(reader: Reader, translation: Mapping[str, str] | None) -> Markup | None:
    """Our translation of somebody's words, marked as ours; None where there is none."""
    language = reader.language
    text = (translation or {}).get(language.locale.language)
    return language.html("<i>Our translation:</i> {text}", text=text) if text else None


def entry_line(reader: Reader, event: Event) -> Markup:
    """An event of the history in one line, with its sources; a corrected one is struck through."""
    language = reader.language
    date = bold(language.capitalised(language.short_date(event.date)))
    status = f"{symbol(event.status)} {event_label(language, event)}"
    note = clip(pick(event.note, language).text, 300) if event.note else None
    line = dash(language, date, status)
    for part in (note, source_links(reader, event.evidence)):
        if part:
            line = dash(language, line, part)
    if event.correction is None:
        return line
    corrected = clip(correction_text(language, event.correction), 400)
    return lines(Markup("<s>{}</s>").format(line), corrected)


def _sources(reader: Reader, agreement: Agreement, provision: Provision) -> list[Markup]:
    """Every source once, the newest event's first, with its side and what it says."""
    language = reader.language

    def line(evidence: Evidence) -> Markup:
        link = source_link(reader, evidence)
        side = side_label(language, agreement, evidence)
        text = dash(language, link, clip(side, 80)) if side else link
        quote = quoted(language, clip(evidence.quote, 400)) if evidence.quote else None
        translated = translation_of(reader, evidence.translation) if quote else None
        return lines(Markup("• {}").format(text), quote, translated)

    entries = (entry.evidence for entry in reversed(provision.history))
    remarks = (item.evidence for item in (*provision.conflicts, *provision.context))
    found: dict[str, Evidence] = {}
    for item in chain.from_iterable((*entries, *remarks)):
        found.setdefault(str(item.url), item)
    none = Markup("{}").format(language.gettext("No source was found for its status."))
    return [line(item) for item in found.values()] or [none]
