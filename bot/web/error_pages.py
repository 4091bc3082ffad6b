"""Pages with little on them: errors, and the choice of a language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from bot.agreement.suggestions import nearest
from bot.views.format import Picked
from bot.web.addresses import board_path, provision_path, topic_path
from bot.web.layout import Layout, Link, layout
from bot.web.page_context import PageContext


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong and where to go."""

    shell: Layout
    text: str
    near: Link | None


@dataclass(frozen=True, slots=True)
class Chooser:
    """The languages, for a host that cannot choose by itself."""

    shell: Layout
    about: Picked
    languages: Sequence[Link]


def error_page(here: PageContext, status: HTTPStatus, path: str = "") -> ErrorPage:
    """The page for an answer other than the one that was asked for."""
    heading, text = _problem(here, status)
    return ErrorPage(
        shell=layout(here, title=heading, sibling=None),
        text=text,
        near=_near(here, path) if status is HTTPStatus.NOT_FOUND else None,
    )


def problem_text(here: PageContext, status: HTTPStatus) -> str:
    """The same in one sentence."""
    return _problem(here, status)[1]


def _problem(here: PageContext, status: HTTPStatus) -> tuple[str, str]:
    gettext = here.language.gettext
    match status:
        case HTTPStatus.NOT_FOUND:
            return gettext("There is no such page"), gettext(
                "The address may have been cut off or mistyped. Everything is on the board."
            )
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return gettext("This page is read-only"), gettext(
                "The data that was sent was not accepted."
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            return gettext("Too many requests"), gettext(
                "Many pages were asked for from your address. Please wait a minute."
            )
        case _:
            return gettext("Something went wrong here"), gettext(
                "It is not your fault. Please try again in a minute."
            )


def _near(here: PageContext, path: str) -> Link | None:
    """The page whose id is written most like the end of the address."""
    given = path.rstrip("/").rpartition("/")[2].partition(".")[0].lower()
    provisions = {provision.id: provision for provision in here.board.provisions}
    topics = {topic.id: topic for topic in here.board.agreement.topics}
    by_number = {str(provision.number): provision.id for provision in provisions.values()}
    found = by_number.get(given) or nearest(given, [*provisions, *topics])
    if found in provisions:
        one = provisions[found]
        label = f"{one.number}. {here.pick(one.title)}"
        return Link(label, here.link(provision_path(here.code, one.id)))
    if found in topics:
        label = here.pick(topics[found].title).text
        return Link(label, here.link(topic_path(here.code, found)))
    return None


def chooser(here: PageContext) -> Chooser:
    """The page that offers every language."""
    agreement = here.board.agreement
    about = here.pick(agreement.about)
    return Chooser(
        shell=layout(
            here,
            title=here.pick(agreement.title).text,
            description=about.text,
            sibling="",
            picture=f"/{here.code}/board.png",
        ),
        about=about,
        languages=[
            Link(language.name, here.link(board_path(code)), language=code)
            for code, language in here.edition.languages.items()
        ],
    )
