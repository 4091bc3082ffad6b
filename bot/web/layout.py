"""What stands around every page: head, navigation, languages, footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.views.format import Picked
from bot.views.pagination import clip
from bot.views.statuses import board_dates
from bot.web.addresses import board_path
from bot.web.page_context import PageContext

_DESCRIPTION = 200


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words. `current` marks the page that it stands on."""

    label: str
    href: str
    current: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """All that the frame of a page shows."""

    heading: str
    title: str
    description: str
    brand: Picked
    languages: Sequence[Link]
    as_of: str
    telegram: str | None
    feeds: Sequence[Link]
    canonical: str | None
    alternates: Sequence[Link]
    picture: str | None
    untranslated: str
    """The languages of the texts that are not in the page's own, else ""."""
    kind: str


def layout(
    here: PageContext,
    *,
    title: str,
    description: str = "",
    sibling: str | None,
    feed: Link | None = None,
    picture: str | None = None,
    shown: Sequence[Picked] = (),
    payload: str = "",
    kind: str = "website",
) -> Layout:
    """The frame of a page.

    `sibling` is the page's path after the language, the same in every language; None for a page
    that has no address of its own. `feed` is the page's own feed, `shown` are the texts of the
    content on it.
    """
    brand = here.pick(here.board.agreement.short_title)
    rest = "" if sibling is None else sibling
    own = here.path == board_path(here.code)
    feeds = [Link(brand.text, here.link(f"/{here.code}/feed.atom"))]
    return Layout(
        heading=title,
        title=brand.text if own else f"{title} – {brand}",
        description=clip(description, _DESCRIPTION),
        brand=brand,
        languages=[
            Link(each_language.name, here.link(f"/{code}/{rest}"), code == here.code, code)
            for code, each_language in here.edition.languages.items()
        ],
        as_of=board_dates(here.language, here.board),
        telegram=here.in_telegram(payload),
        feeds=[*feeds, feed] if feed else feeds,
        canonical=None if sibling is None else here.absolute(here.path),
        alternates=[] if sibling is None else _alternates(here, sibling),
        picture=here.absolute(picture) if picture and here.edition.has_pictures else None,
        untranslated=_untranslated(here, [brand, *shown]),
        kind=kind,
    )


def _alternates(here: PageContext, sibling: str) -> list[Link]:
    """The same page in every language, and in the language for readers of any other."""
    languages = here.edition.languages
    default = "en" if "en" in languages else next(iter(languages))
    codes = [*zip(languages, languages, strict=True), ("x-default", default)]
    return [
        Link("", here.absolute(f"/{code}/{sibling}"), language=language) for language, code in codes
    ]


def _untranslated(here: PageContext, shown: Sequence[Picked]) -> str:
    others = dict.fromkeys(item.other for item in shown if item.other)
    return here.language.join(here.language.name_of(code) for code in others)
