"""A provision in full: what was promised, in whose words, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, takewhile

from markupsafe import Markup

from bot.agreement.changes import Board
from bot.agreement.model import (
    Agreement,
    Evidence,
    Provision,
    Remark,
    StatusEntry,
    Wording,
)
from bot.messages.actions import Place, Show, View
from bot.messages.buttons import back_button, follow_provision, share
from bot.messages.fitting import Section, clip, compose, fits, whole
from bot.messages.model import Button, Message
from bot.messages.reader import Reader
from bot.messages.tags import bold, expandable, italic, lines
from bot.messages.text import (
    Picked,
    ago,
    dash,
    name,
    origin_mark,
    pick,
    quoted,
    reason_meaning,
    source_links,
    status_meaning,
    status_name,
    untranslated,
    wording_label,
)
from bot.subscribers.model import Scope

LONGEST_COPY = 256
"""The most characters that a button copies (Bot API, CopyTextButton)."""
_MOST_REMARKS = 12
_MOST_SOURCES = 40


def details(
    reader: Reader, board: Board, provision: Provision, back: Place, follows: frozenset[Scope]
) -> Message:
    """All that is known of a provision; of a long history the newest part."""
    rows = (
        follow_provision(reader, provision, follows, back),
        tuple(_to_take_along(reader, provision)),
        (back_button(reader, _back(provision, back)),),
    )
    return Message(_page(reader, board.agreement, provision), tuple(row for row in rows if row))


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
    """Title, where it was found, status and its meaning, and its dates."""
    language = reader.language
    current = provision.current
    mark = origin_mark(language, provision.origin)
    meaning = (
        reason_meaning(language, current.reason)
        if current.reason
        else status_meaning(language, current.status)
    )
    return lines(
        name(reader, provision),
        italic(mark) if mark else None,
        Markup("{} {}").format(current.status.symbol, bold(status_name(language, current))),
        italic(meaning),
        *_dates(reader, provision),
    )


def _dates(reader: Reader, provision: Provision) -> Iterator[Markup]:
    """Since when it stands there, when something last happened, how far the source looked."""
    language = reader.language
    current = provision.current

    def same(entry: StatusEntry) -> bool:
        return (entry.status, entry.reason) == (current.status, current.reason)

    *_, since = takewhile(same, reversed(provision.history))
    relative = ago(reader, since.date)
    date = language.date(since.date)
    if relative:
        yield language.html("Since {date} ({ago})", date=date, ago=relative)
    else:
        yield language.html("Since {date}", date=date)
    if current.date != since.date:
        yield language.html("Last event: {date}", date=language.date(current.date))
    if current.as_of is not None and current.as_of != current.date:
        yield language.html("Sources looked at until {date}", date=language.date(current.as_of))


def goal_of(reader: Reader, provision: Provision) -> Markup:
    """What is to be reached, and by when; empty where nothing is said."""
    language = reader.language
    target = deadline = None
    if provision.target:
        text = clip(pick(provision.target, language).text, 300)
        target = language.html("<b>Target:</b> {target}", target=text)
    if provision.deadline:
        date = language.date(provision.deadline)
        deadline = language.html("<b>Deadline:</b> {date}", date=date)
    return lines(target, deadline)


def wordings_of(reader: Reader, provision: Provision) -> Iterator[Markup]:
    """What was announced beside what was published, each with its words in a quote."""
    language = reader.language
    both = provision.wordings
    if both.announced:
        yield _wording(reader, both.announced, language.gettext("As it was announced"))
    if both.published:
        origin = both.published.origin or provision.origin
        yield _wording(reader, both.published, wording_label(language, origin))
    if both.note:
        text = clip(pick(both.note, language).text, 300)
        if both.announced and both.published:
            yield language.html("<b>Where they differ:</b> {note}", note=text)
        else:
            yield italic(text)


def _wording(reader: Reader, wording: Wording, label: str) -> Markup:
    language = reader.language
    text = clip(wording.text, 400)
    head = Markup('{} · <a href="{}">{}</a>').format(
        bold(label), wording.url, clip(wording.publisher, 80)
    )
    remark = None
    if not wording.exact:
        remark = italic(language.gettext("Paraphrased, not quoted."))
    if wording.language.partition("-")[0] != language.locale.language:
        name_of_it = language.name_of(wording.language)
        remark = lines(remark, italic(language.gettext("Language: {name}", name=name_of_it)))
    return lines(head, expandable(lines(quoted(language, text) if wording.exact else text, remark)))


def entry_line(reader: Reader, entry: StatusEntry) -> Markup:
    """An entry of the history in one line, with its sources."""
    language = reader.language
    line = bold(language.capitalised(language.short_date(entry.date)))
    status = f"{entry.status.symbol} {status_name(language, entry)}"
    note = clip(pick(entry.note, language).text, 300) if entry.note else None
    for part in (status, note, source_links(reader, entry.evidence)):
        if part:
            line = dash(language, line, part)
    return line


def remarks_of(reader: Reader, remarks: Sequence[Remark], head: str) -> Section:
    """Remarks with their sources, under a heading."""
    language = reader.language
    return Section(
        tuple(
            Markup("• {} ({})").format(
                clip(pick(one.text, language).text, 300), source_links(reader, one.evidence)
            )
            for one in remarks[:_MOST_REMARKS]
        ),
        lambda left: italic(language.ngettext("{n} more remark", "{n} more remarks", left)),
        bold(head),
    )


def sources_of(
    reader: Reader, agreement: Agreement, provision: Provision, *, quotes: bool
) -> Section:
    """Every source with the side that it speaks for, quoted where it is."""
    language = reader.language
    sides = {side.id: pick(side.title, language).text for side in agreement.sides}

    def line(one: Evidence) -> Markup:
        link = source_links(reader, [one])
        side = sides.get(one.side or "")
        text = dash(language, link, clip(side, 80)) if side else link
        quote = quoted(language, one.quote) if quotes and one.quote else None
        return lines(Markup("• {}").format(text), quote)

    return Section(
        tuple(map(line, list(_evidence(provision).values())[:_MOST_SOURCES])),
        lambda left: italic(language.ngettext("{n} more source", "{n} more sources", left)),
        bold(language.gettext("Sources")),
        quoted=True,
    )


def _evidence(provision: Provision) -> dict[str, Evidence]:
    """Every source of the provision by its address, the newest entry's first."""
    entries = (entry.evidence for entry in reversed(provision.history))
    remarks = (one.evidence for one in (*provision.conflicts, *provision.context))
    found: dict[str, Evidence] = {}
    for one in chain.from_iterable((*entries, *remarks)):
        found.setdefault(str(one.url), one)
    return found


def texts_of(reader: Reader, provision: Provision) -> Iterator[Picked]:
    """Every text of the content that the page shows in one of several languages."""
    remarks = (one.text for one in (*provision.conflicts, *provision.context))
    notes = (entry.note for entry in provision.history)
    texts = (provision.title, provision.text, provision.target, provision.wordings.note)
    return (pick(one, reader.language) for one in (*texts, *notes, *remarks) if one)


def _to_take_along(reader: Reader, provision: Provision) -> Iterator[Button]:
    yield share(reader, provision)
    quote = next(_short_quotes(provision), None)
    if quote:
        yield Button(reader.language.gettext("Copy quote"), copy=quote)


def _short_quotes(provision: Provision) -> Iterator[str]:
    """Words fit for the clipboard: the published text's, the announcement's, a source's.

    A quote that is too long is passed over: cut short it would say something else.
    """
    wordings = (provision.wordings.published, provision.wordings.announced)
    exact = (one.text for one in wordings if one and one.exact)
    quotes = (one.quote for one in _evidence(provision).values() if one.quote)
    return (one for one in chain(exact, quotes) if len(one) <= LONGEST_COPY)


def _back(provision: Provision, back: Place) -> Show:
    """Where "back" leads; from an address straight to the page it is the provision's topic."""
    return Show(Place(View.TOPIC, provision.topics[0]) if back.view is View.NOWHERE else back)
