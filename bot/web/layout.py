"""What stands around every page: head, navigation, languages, footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.views.format import Picked
from bot.views.pagination import clip
from bot.views.statuses import board_dates
from bot.web.addresses import board_path, page_path
from bot.web.assets import assets
from bot.web.page_context import PageContext
from bot.web.status_icons import sprite

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

    language: str
    title: str
    description: str
    brand: Picked
    skip: str
    home: str
    navigation: Sequence[Link]
    navigation_label: str
    languages: Sequence[Link]
    languages_label: str
    footer: Sequence[Link]
    footer_label: str
    as_of: str
    neutral: str
    telegram: Link | None
    feeds: Sequence[Link]
    canonical: str | None
    alternates: Sequence[Link]
    picture: str | None
    style: str
    script: str
    icon: str
    sprite: Markup
    untranslated: str | None
    kind: str = "website"


def layout(
    here: PageContext,
    *,
    title: str,
    description: str = "",
    sibling: str | None,
    feeds: Sequence[Link] = (),
    picture: str | None = None,
    shown: Sequence[Picked] = (),
    payload: str = "",
    kind: str = "website",
) -> Layout:
    """The frame of a page.

    `sibling` is the page's path after the language, the same in every language; None for a page
    that has no address of its own. `shown` are the texts of the content on it.
    """
    language, agreement = here.language, here.board.agreement
    gettext = language.gettext
    brand = here.pick(agreement.short_title)
    rest = "" if sibling is None else sibling
    telegram = here.in_telegram(payload)
    own = here.path == board_path(here.code)
    return Layout(
        language=here.code,
        title=brand.text if own else f"{title} – {brand}",
        description=clip(description, _DESCRIPTION),
        brand=brand,
        skip=gettext("Skip to the content"),
        home=here.link(board_path(here.code)),
        navigation=[
            _to(here, gettext("Status board"), board_path(here.code)),
            _to(here, gettext("Latest changes"), page_path(here.code, "latest")),
            _to(here, gettext("How it works"), page_path(here.code, "about")),
        ],
        navigation_label=gettext("Pages"),
        languages=[
            Link(each_language.name, here.link(f"/{code}/{rest}"), code == here.code, code)
            for code, each_language in here.edition.languages.items()
        ],
        languages_label=gettext("Language"),
        footer=[
            _to(here, gettext("Feed of all changes"), f"/{here.code}/feed.atom"),
            _to(here, gettext("Data as a table (CSV)"), f"/{here.code}/board.csv"),
            _to(here, gettext("For developers: API"), page_path(here.code, "api")),
        ],
        footer_label=gettext("Data and feeds"),
        as_of=board_dates(language, here.board),
        neutral=gettext("This site speaks for no party and for no government."),
        telegram=Link(gettext("Ask the bot in Telegram"), telegram) if telegram else None,
        feeds=[
            Link(gettext("{title}: changes", title=brand), here.link(f"/{here.code}/feed.atom")),
            *feeds,
        ],
        canonical=None if sibling is None else here.absolute(here.path),
        alternates=[]
        if sibling is None
        else [
            *(
                Link("", here.absolute(f"/{code}/{rest}"), language=code)
                for code in here.edition.languages
            ),
            Link("", here.absolute(f"/{_default(here)}/{rest}"), language="x-default"),
        ],
        picture=here.absolute(picture) if picture and here.edition.has_pictures else None,
        style=here.link(assets()["site.css"].path),
        script=here.link(assets()["app.js"].path),
        icon=here.link(assets()["icon.svg"].path),
        sprite=sprite(),
        untranslated=_untranslated(here, [brand, *shown]),
        kind=kind,
    )


def _to(here: PageContext, label: str, path: str) -> Link:
    return Link(label, here.link(path), path == here.path)


def _default(here: PageContext) -> str:
    languages = here.edition.languages
    return "en" if "en" in languages else next(iter(languages))


def _untranslated(here: PageContext, shown: Sequence[Picked]) -> str | None:
    others = dict.fromkeys(item.other for item in shown if item.other)
    if not others:
        return None
    names = here.language.join(here.language.name_of(code) for code in others)
    return here.language.gettext("Not translated yet, shown in: {languages}.", languages=names)
