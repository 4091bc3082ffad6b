"""One side of a provision: the sources that it rests on, or its dates."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from bot.agreement.evidence import Evidence
from bot.agreement.model import Provision
from bot.messages.reader import Reader
from bot.messages.statuses import event_label, symbol
from bot.messages.tags import lines
from bot.messages.text import name, source_link

_MOST_SOURCES = 5
_MOST_DATES = 4


def sources_of(reader: Reader, provision: Provision) -> Markup:
    """A provision's name and its newest sources, a line each."""
    found = list(_sources(provision))
    listed = [Markup("• {}").format(source_link(reader, one)) for one in found[:_MOST_SOURCES]]
    none = Markup("{}").format(reader.language.gettext("No source was found for its status."))
    return lines(name(reader, provision), *(listed or [none]))


def dates_of(reader: Reader, provision: Provision) -> Markup:
    """A provision's name, its deadline and the newest entries of its history, a line each."""
    language = reader.language
    entries = provision.history[-_MOST_DATES:]
    deadline = None
    if provision.deadline is not None:
        date = language.date(provision.deadline)
        deadline = language.html("<b>Deadline:</b> {date}", date=date)
    listed = (
        Markup("• {} · {} {}").format(
            language.short_date(one.date), symbol(one.status), event_label(language, one)
        )
        for one in reversed(entries)
    )
    return lines(name(reader, provision), deadline, *listed)


def _sources(provision: Provision) -> Iterator[Evidence]:
    """The evidence of all entries, the newest entry's first, each address once."""
    seen: set[str] = set()
    for entry in reversed(provision.history):
        for one in entry.evidence:
            if str(one.url) not in seen:
                seen.add(str(one.url))
                yield one
