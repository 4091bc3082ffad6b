"""How it works: the method, the vocabulary, the sources of the text, what is kept of readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agreement.status import Status, UnratedReason
from bot.views.format import Picked
from bot.views.statuses import reason_label, reason_meaning, status_label, status_meaning
from bot.web.layout import Layout, layout
from bot.web.page_context import PageContext


@dataclass(frozen=True, slots=True)
class Term:
    """A status and what it says."""

    status: Status
    label: str
    meaning: str
    reasons: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class TextSource:
    """A source of the agreement's text."""

    href: str
    title: str
    language: str
    publisher: str
    language_name: str
    note: Picked | None


@dataclass(frozen=True, slots=True)
class AboutPage:
    """All that the page shows."""

    shell: Layout
    heading: str
    title: Picked
    about: Picked
    method_heading: str
    method: Sequence[str]
    vocabulary_heading: str
    vocabulary: Sequence[Term]
    sources_heading: str
    sources: Sequence[TextSource]
    privacy_heading: str
    privacy: Sequence[str]


def about_page(here: PageContext) -> AboutPage:
    """The page in a language."""
    language, agreement = here.language, here.board.agreement
    gettext = language.gettext
    title, about = here.pick(agreement.title), here.pick(agreement.about)
    heading = gettext("How it works")
    return AboutPage(
        shell=layout(
            here,
            title=heading,
            description=about.text,
            sibling="about",
            shown=[title, about],
        ),
        heading=heading,
        title=title,
        about=about,
        method_heading=gettext("How a status is given"),
        method=[
            gettext(
                "Each promise is one provision with a status of its own; related events have none."
            ),
            gettext("Every status except “announced” and “not rated” needs a source."),
            gettext(
                "Statements made in speeches are marked as such; they are not clauses of the"
                " agreement."
            ),
            gettext(
                "Where sources disagree, all are shown and none is preferred, unless one is plainly"
                " mistaken; then that is said."
            ),
            gettext(
                "The newest event on the board is of {date}; later ones may be missing.",
                date=language.date(here.board.newest_event),
            ),
            gettext("This site speaks for no party and for no government."),
        ],
        vocabulary_heading=gettext("What a status means"),
        vocabulary=[_term(here, status) for status in Status],
        sources_heading=gettext("Sources of the text"),
        sources=[
            TextSource(
                href=str(source.url),
                title=source.title,
                language=source.language,
                publisher=here.board.publishers.name(source.publisher, here.code),
                language_name=language.name_of(source.language),
                note=here.pick(source.note) if source.note else None,
            )
            for source in agreement.sources
        ],
        privacy_heading=gettext("What this site stores about you"),
        privacy=[
            gettext("No cookies, no counting of visits, nothing from other sites."),
            gettext(
                "Opened inside Telegram, it acts for you only when you press “Follow”; the bot"
                " then keeps what you follow, and /forgetme erases it."
            ),
        ],
    )


def _term(here: PageContext, status: Status) -> Term:
    reasons = [
        (reason_label(here.language, reason), reason_meaning(here.language, reason))
        for reason in (UnratedReason if status is Status.UNRATED else ())
    ]
    return Term(
        status, status_label(here.language, status), status_meaning(here.language, status), reasons
    )
