"""What stands around every page: head, navigation, languages, citation, footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.agreement.dates import PartialDate
from bot.views.format import Picked
from bot.views.pagination import clip
from bot.web.citing import Citation, citations, publisher_of
from bot.web.components import Labelled, board_dates, last_change
from bot.web.page_context import PageContext

_DESCRIPTION = 200
_TERRITORIES = {"en": "GB"}
"""Where the usual country of a language is not the site's (house style: British English)."""


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
    dates: Sequence[Labelled]
    today: str
    telegram: str | None
    feeds: Sequence[Link]
    is_found: bool
    canonical: str | None
    alternates: Sequence[Link]
    locale: str
    locales: Sequence[str]
    picture: str | None
    untranslated: str
    """The languages of the texts that are not in the page's own, else ""."""
    kind: str
    publisher: str
    editor: str | None
    licence: Link | None
    report: str | None
    """Where an error is reported."""
    citations: Sequence[Citation]
    linked: Sequence[dict[str, Any]]
    """What the page says of itself to programs."""


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
    full_title: str = "",
    kind: str = "website",
    updated: PartialDate | None = None,
    linked: Sequence[dict[str, Any]] = (),
) -> Layout:
    """The frame of a page.

    `sibling` is the page's path after the language, the same in every language; None for a page
    that has no address of its own. `feed` is the page's own feed, `shown` are the texts of the
    content on it, `updated` is when it changed last, `full_title` stands in the browser's title.
    """
    agreement, languages = here.board.agreement, here.edition.languages
    brand = here.pick(agreement.short_title)
    rest = "" if sibling is None else sibling
    feeds = [Link(brand.text, here.link(f"/{here.code}/feed.atom"))]
    publication = agreement.publication
    licence = publication.licence
    is_named = sibling is not None and here.edition.addresses.is_public
    changed = updated or last_change(here) or agreement.date
    return Layout(
        heading=title,
        title=full_title or f"{title} – {brand}",
        description=clip(description, _DESCRIPTION),
        brand=brand,
        languages=[
            Link(each_language.name, here.link(f"/{code}/{rest}"), code == here.code, code)
            for code, each_language in languages.items()
        ],
        dates=board_dates(here),
        today=here.language.date(PartialDate.of(here.edition.today)),
        telegram=here.in_telegram(payload),
        feeds=[*feeds, feed] if feed else feeds,
        is_found=sibling is not None,
        canonical=here.absolute(here.path) if is_named else None,
        alternates=_alternates(here, rest) if is_named else [],
        locale=_locale(here.code),
        locales=[_locale(code) for code in languages if code != here.code],
        picture=here.absolute(picture) if picture and here.edition.has_pictures else None,
        untranslated=_untranslated(here, [brand, *shown]),
        kind=kind,
        publisher=publisher_of(here),
        editor=publication.editor,
        licence=Link(licence.name, str(licence.url)) if licence else None,
        report=_report(publication.contact, title, here) if is_named else publication.contact,
        citations=citations(here, title, changed) if is_named else [],
        linked=linked if is_named else (),
    )


def _locale(code: str) -> str:
    """A language as Open Graph writes it: en_GB, az_AZ."""
    language, _, region = code.partition("-")
    return f"{language}_{(region or _TERRITORIES.get(language, language)).upper()}"


def _report(contact: str | None, title: str, here: PageContext) -> str | None:
    """The contact; a letter names the page in its subject."""
    if contact is None or not contact.startswith("mailto:") or "?" in contact:
        return contact
    return f"{contact}?subject={quote(f'{title}: {here.absolute(here.path)}')}"


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
