"""Search by the bot's own engine: a page that works without a script, and its answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bot.agreement.board import Board
from bot.agreement.model import Agreement, Provision
from bot.search import Search
from bot.search.answering import Answered, answer_question
from bot.search.intents import Intent
from bot.search.results import Decision
from bot.web.addresses import page_path, topic_path
from bot.web.components import Item, item
from bot.web.layout import Layout, Link, layout
from bot.web.page_context import Edition, PageContext

LONGEST = 200
"""Characters of a question that are read."""
_MOST_SHOWN = 20
_ABOUT = {
    Intent.OPERATOR,
    Intent.METHOD,
    Intent.LEGEND,
    Intent.IN_FORCE,
    Intent.SIGNED,
    Intent.TEXT,
}
"""What is asked of the agreement or of this site, not of a provision."""


class Searcher:
    """Asks the search in a thread of its own, one question after the other."""

    def __init__(self, searches: Callable[[], Search] | None = None) -> None:
        self._searches = searches
        self._made: tuple[Agreement, Search] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="web-search")

    async def find(self, edition: Edition, text: str, limit: int = _MOST_SHOWN) -> Answered:
        """What the agreement has on a question."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._find, edition, text, limit)

    def _find(self, edition: Edition, text: str, limit: int) -> Answered:
        search = self._search(edition.board.agreement)
        return answer_question(
            edition.board, search, text[:LONGEST], today=edition.today, limit=limit
        )

    def _search(self, agreement: Agreement) -> Search:
        if self._searches is not None:
            return self._searches()
        if self._made is None or self._made[0] is not agreement:
            self._made = agreement, Search(agreement)
        return self._made[1]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """All that the page shows."""

    shell: Layout
    question: str
    action: str
    longest: int
    is_sure: bool
    items: Sequence[Item]
    topics: Sequence[Link]
    fact: str | None
    """Where the question is answered, if it is about the agreement itself."""
    index: Sequence[dict[str, Any]]
    """What a script looks through where no server answers."""


def search_page(
    here: PageContext, question: str = "", answered: Answered | None = None
) -> SearchPage:
    """The page with what was found."""
    gettext = here.language.gettext
    found = answered.findings if answered else None
    items = [item(here, provision) for provision in found_provisions(here.board, answered)]
    topics = [here.board.agreement.topic(topic) for topic in found.topics] if found else []
    return SearchPage(
        shell=layout(
            here,
            title=gettext("Search"),
            description=gettext("Ask in your own words, in any of the site’s languages."),
            sibling="search",
            shown=[entry.title for entry in items],
        ),
        question=question[:LONGEST],
        action=here.link(page_path(here.code, "search")),
        longest=LONGEST,
        is_sure=found is not None and found.decision is Decision.ANSWER,
        items=items,
        topics=[
            Link(here.pick(topic.title).text, here.link(topic_path(here.code, topic.id)))
            for topic in topics
            if topic is not None
        ],
        fact=_fact(here, answered),
        index=[] if here.edition.is_live else _index(here),
    )


def found_provisions(board: Board, answered: Answered | None) -> list[Provision]:
    """The provisions that were found; those of events where it is events that were asked for."""
    if answered is None:
        return []
    found = [board.provision(match.provision_id) for match in answered.findings.matches]
    if not found:
        found = [latest.provision for latest in answered.events]
    unique = {provision.id: provision for provision in found if provision is not None}
    return list(unique.values())[:_MOST_SHOWN]


def _fact(here: PageContext, answered: Answered | None) -> str | None:
    if answered is None or answered.query.intent not in _ABOUT:
        return None
    return here.link(page_path(here.code, "about"))


def _index(here: PageContext) -> list[dict[str, Any]]:
    return [
        {
            "number": entry.number,
            "title": entry.title.text,
            "href": entry.href,
            "status": entry.status_name,
            "words": " ".join(
                [entry.promise.text, *provision.keywords.get(here.code, ())],
            ),
        }
        for provision in here.board.provisions
        for entry in [item(here, provision)]
    ]
