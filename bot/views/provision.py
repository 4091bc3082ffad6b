"""A provision in full: what was promised, its sources, its dates, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.events import Event, EventKind
from bot.agreement.evidence import Evidence, Origin, Remark, Wording
from bot.agreement.model import Agreement, Provision
from bot.agreement.status import Status
from bot.subscribers.chat import Scope
from bot.views.callbacks import NOWHERE, Place, Show, ShowEverything, ShowProvision, View
from bot.views.format import (
    Picked,
    ago,
    dash,
    name,
    pick,
    publisher_name,
    quoted,
    side_label,
    source_link,
    source_links,
    sources_line,
    untranslated,
)
from bot.views.html import bold, expandable, italic, lines, paragraphs
from bot.views.keyboards import back_button, follow_provision, share
from bot.views.message import Button, Message, Reader
from bot.views.pagination import Section, clip, compose, fits, whole
from bot.views.statuses import (
    correction_text,
    dates_text,
    event_label,
    origin_mark,
    reason_meaning,
    status_meaning,
    status_name,
    symbol,
    unseen_line,
    wording_label,
)

LONGEST_COPY = 256
"""The most characters that a button copies (Bot API, CopyTextButton)."""
_MOST_REMARKS = 12
_MOST_SOURCES = 40
_FEW = 3
"""Sources that the short page names."""


def summary(
    reader: Reader, provision: Provision, back: Place, follows: frozenset[Scope]
) -> Message:
    """A provision in short: the promise, where it stands, its last event, what differs."""
    language, event = reader.language, provision.last_event
    mark = origin_mark(language, provision.origin)
    unseen = unseen_line(reader, provision)
    difference = None
    if provision.difference:
        text = clip(pick(provision.difference, language).text, 200)
        difference = language.html("<b>Where they differ:</b> {note}", note=text)
    html = paragraphs(
        lines(
            name(reader, provision),
            italic(mark) if mark else None,
            *list(_status(reader, provision))[:1],
            f"⚠️ {unseen}" if unseen else None,
            dates_text(language, provision),
        ),
        clip(pick(provision.text, language).text, 360),
        _last_event(reader, event),
        difference,
        sources_line(language, [source_link(reader, source) for source in event.evidence[:_FEW]]),
        untranslated(language, _summary_texts(reader, provision)),
    )
    more = Button(
        language.gettext("Wordings, history, sources"), ShowEverything(provision.id, back)
    )
    rows = (
        (more,),
        follow_provision(reader, provision, follows, back),
        tuple(_to_take_along(reader, provision)),
        (back_button(reader, _back(provision, back)),),
    )
    return Message(html, tuple(row for row in rows if row))


def _last_event(reader: Reader, event: Event) -> Markup | None:
    """The last event with its date and what it says; None where nothing is said of it."""
    if event.note is None:
        return None
    language = reader.language
    date = language.short_date(event.date)
    note = clip(pick(event.note, language).text, 300)
    if event.kind is EventKind.ANNOUNCEMENT:
        return language.html("<b>Last announcement, {date}:</b> {note}", date=date, note=note)
    return language.html("<b>Last event, {date}:</b> {note}", date=date, note=note)


def _summary_texts(reader: Reader, provision: Provision) -> Iterator[Picked]:
    texts = (provision.title, provision.text, provision.difference, provision.last_event.note)
    return (pick(text, reader.language) for text in texts if text)


def everything(
    reader: Reader, board: Board, provision: Provision, back: Place = NOWHERE
) -> Message:
    """All that is known of a provision; "back" leads to its short page, that one to `back`."""
    button = back_button(reader, ShowProvision(provision.id, back))
    return Message(_page(reader, board.agreement, provision), ((button,),))


def _page(reader: Reader, agreement: Agreement, provision: Provision) -> Markup:
    language = reader.language
    wordings = Section(tuple(wordings_of(reader, provision)))
    history = Section(
        tuple(entry_line(reader, entry) for entry in provision.history),
        lambda left: italic(language.ngettext("{n} earlier entry", "{n} earlier entries", left)),
        bold(language.gettext("History")),
        newest_last=True,
    )
    conflicts = remarks_of(reader, provision.conflicts, language.gettext("Where sources disagree"))
    context = remarks_of(reader, provision.context, language.gettext("Context"))
    ends = (
        whole(head_of(reader, provision), clip(pick(provision.text, language).text, 900)),
        whole(goal_of(reader, provision)),
        wordings,
        history,
        conflicts,
        context,
    )
    note = whole(untranslated(language, texts_of(reader, provision)))
    quoting, naming = (
        sources_of(reader, agreement, provision, quotes=quotes) for quotes in (True, False)
    )
    full = compose([*ends, quoting, note], [])
    if fits(full):
        return full
    cuts = [
        (naming, 0),
        (context, 0),
        (history, 3),
        (conflicts, 1),
        (history, 1),
        (wordings, 0),
        (conflicts, 0),
    ]
    return compose([*ends, naming, note], cuts)


def head_of(reader: Reader, provision: Provision) -> Markup:
    """Title, how it is known, status and its meaning, and its dates."""
    language = reader.language
    mark = origin_mark(language, provision.origin)
    unseen = unseen_line(reader, provision)
    return lines(
        name(reader, provision),
        italic(mark) if mark else None,
        *_status(reader, provision),
        f"⚠️ {unseen}" if unseen else None,
        *_dates(reader, provision),
    )


def _status(reader: Reader, provision: Provision) -> Iterator[Markup]:
    language, standing = reader.language, provision.standing
    if standing is None:
        return
    meaning = (
        reason_meaning(language, standing.reason)
        if standing.reason
        else status_meaning(language, standing.status)
    )
    yield Markup("{} {}").format(standing.status.symbol, bold(status_name(language, standing)))
    yield italic(meaning)


def _dates(reader: Reader, provision: Provision) -> Iterator[Markup]:
    """Since when it stands there, when something last happened, how far sources were looked at."""
    language, standing = reader.language, provision.standing
    if standing is not None and standing.status is not Status.UNRATED:
        date, relative = language.date(standing.since), ago(reader, standing.since)
        yield (
            language.html("Since {date} ({ago})", date=date, ago=relative)
            if relative
            else language.html("Since {date}", date=date)
        )
    yield language.html("Last event: {date}", date=language.date(provision.last_event.date))
    yield language.html("Sources checked up to {date}", date=language.date(provision.checked_on))


def goal_of(reader: Reader, provision: Provision) -> Markup:
    """What is to be reached, by when that was promised or is expected; empty where not said."""
    language = reader.language
    target = deadline = expected = None
    if provision.target:
        text = clip(pick(provision.target, language).text, 300)
        target = language.html("<b>Target:</b> {target}", target=text)
    if provision.deadline:
        date = language.date(provision.deadline)
        deadline = language.html("<b>Deadline:</b> {date}", date=date)
    if provision.expected:
        date = language.date(provision.expected)
        expected = language.html("<b>Expected:</b> {date}", date=date)
    return lines(target, deadline, expected)


def wordings_of(reader: Reader, provision: Provision) -> Iterator[Markup]:
    """Printed words about the promise, each in a quote, and where they differ."""
    language = reader.language
    for wording in provision.wordings:
        yield _wording(reader, wording)
    if provision.difference:
        text = clip(pick(provision.difference, language).text, 300)
        if len(provision.wordings) > 1:
            yield language.html("<b>Where they differ:</b> {note}", note=text)
        else:
            yield italic(text)


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
    return lines(head, expandable(lines(words, remark, translated)))


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


def remarks_of(reader: Reader, remarks: Sequence[Remark], head: str) -> Section:
    """Remarks with their sources, under a heading."""
    language = reader.language
    return Section(
        tuple(
            Markup("• {} ({})").format(
                clip(pick(remark.text, language).text, 300), source_links(reader, remark.evidence)
            )
            for remark in remarks[:_MOST_REMARKS]
        ),
        lambda left: italic(language.ngettext("{n} more remark", "{n} more remarks", left)),
        bold(head),
    )


def sources_of(
    reader: Reader, agreement: Agreement, provision: Provision, *, quotes: bool
) -> Section:
    """Every source with the side that it speaks for, quoted where it is."""
    language = reader.language

    def line(evidence: Evidence) -> Markup:
        link = source_links(reader, [evidence])
        side = side_label(language, agreement, evidence)
        text = dash(language, link, clip(side, 80)) if side else link
        quote = quoted(language, evidence.quote) if quotes and evidence.quote else None
        translated = translation_of(reader, evidence.translation) if quote else None
        return lines(Markup("• {}").format(text), quote, translated)

    return Section(
        tuple(map(line, list(_evidence(provision).values())[:_MOST_SOURCES])),
        lambda left: italic(language.ngettext("{n} more source", "{n} more sources", left)),
        bold(language.gettext("Sources")),
        quoted=True,
    )


def _evidence(provision: Provision) -> dict[str, Evidence]:
    """Every source of the provision by its address, the newest entry's first."""
    entries = (entry.evidence for entry in reversed(provision.history))
    remarks = (item.evidence for item in (*provision.conflicts, *provision.context))
    found: dict[str, Evidence] = {}
    for element in chain.from_iterable((*entries, *remarks)):
        found.setdefault(str(element.url), element)
    return found


def texts_of(reader: Reader, provision: Provision) -> Iterator[Picked]:
    """Every text of the content that the page shows in one of several languages."""
    remarks = (item.text for item in (*provision.conflicts, *provision.context))
    notes = (entry.note for entry in provision.history)
    texts = (provision.title, provision.text, provision.target, provision.difference)
    return (pick(item, reader.language) for item in (*texts, *notes, *remarks) if item)


def _to_take_along(reader: Reader, provision: Provision) -> Iterator[Button]:
    yield share(reader, provision)
    quote = next(_short_quotes(provision), None)
    if quote:
        yield Button(reader.language.gettext("Copy quote"), copy=quote)


def _short_quotes(provision: Provision) -> Iterator[str]:
    """Words fit for the clipboard: a clause's, a list's, a source's.

    A quote that is too long is passed over: cut short it would say something else.
    """
    wordings = sorted(provision.wordings, key=lambda wording: wording.of is Origin.LISTED)
    exact = (wording.text for wording in wordings if wording.exact)
    quotes = (source.quote for source in _evidence(provision).values() if source.quote)
    return (item for item in chain(exact, quotes) if len(item) <= LONGEST_COPY)


def _back(provision: Provision, back: Place) -> Show:
    """Where "back" leads; from an address straight to the page it is the provision's topic."""
    return Show(Place(View.TOPIC, provision.topics[0]) if back.view is View.NOWHERE else back)


_ASPECTS_MOST_SOURCES = 5
_MOST_DATES = 4


def sources_section(reader: Reader, provision: Provision) -> Markup:
    """A provision's name and its newest sources, a line each."""
    found = list(_sources(provision))
    listed = [
        Markup("• {}").format(source_link(reader, item)) for item in found[:_ASPECTS_MOST_SOURCES]
    ]
    none = Markup("{}").format(reader.language.gettext("No source was found for its status."))
    return lines(name(reader, provision), *(listed or [none]))


def dates_section(reader: Reader, provision: Provision) -> Markup:
    """A provision's name, its deadline and the newest entries of its history, a line each."""
    language = reader.language
    entries = provision.history[-_MOST_DATES:]
    deadline = None
    if provision.deadline is not None:
        date = language.date(provision.deadline)
        deadline = language.html("<b>Deadline:</b> {date}", date=date)
    listed = (
        Markup("• {} · {} {}").format(
            language.short_date(entry.date), symbol(entry.status), event_label(language, entry)
        )
        for entry in reversed(entries)
    )
    return lines(name(reader, provision), deadline, *listed)


def _sources(provision: Provision) -> Iterator[Evidence]:
    """The evidence of all entries, the newest entry's first, each address once."""
    seen: set[str] = set()
    for entry in reversed(provision.history):
        for source in entry.evidence:
            if str(source.url) not in seen:
                seen.add(str(source.url))
                yield source
