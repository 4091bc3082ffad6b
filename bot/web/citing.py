"""How a page is cited, and what it says of itself to programs (schema.org, JSON-LD)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from bot.agreement.dates import PartialDate
from bot.views.format import Picked
from bot.web.addresses import API, board_path
from bot.web.page_context import PageContext


@dataclass(frozen=True, slots=True)
class Citation:
    """A page as one style writes it."""

    style: str
    text: str


def citations(here: PageContext, title: str, updated: PartialDate) -> list[Citation]:
    """A page in every style, with the day on which it was seen."""
    language, today = here.language, here.edition.today
    url, site = here.absolute(here.path), here.pick(here.board.agreement.short_title).text
    publisher = publisher_of(here)
    who = publisher or site
    plain = language.gettext(
        "“{title}”. {site}. Updated: {updated}. {url} (accessed: {today})",
        title=title,
        site=f"{site}, {publisher}" if publisher else site,
        updated=language.date(updated),
        url=url,
        today=language.date(PartialDate.of(today)),
    )
    apa = f"{who}. ({_apa_date(updated)}). {title}. {site}. Retrieved {_english(today)}, from {url}"
    wikipedia = [
        ("url", url),
        ("title", title),
        ("website", site),
        ("publisher", publisher),
        ("date", str(updated)),
        ("access-date", str(today)),
        ("language", here.code),
    ]
    template = " ".join(f"|{name}={_wiki(value)}" for name, value in wikipedia if value)
    name = here.path.strip("/").replace("/", "-") or here.code
    fields = {
        "title": "{" + _bibtex(title) + "}",
        "author": "{" + _bibtex(who) + "}",
        "year": str(updated.year),
        "howpublished": _bibtex(site),
        "url": url,
        "urldate": str(today),
    }
    bibtex = ",\n".join(f"  {field} = {{{value}}}" for field, value in fields.items())
    return [
        Citation(language.gettext("Plain text"), plain),
        Citation("APA", apa),
        Citation("Wikipedia", f"{{{{cite web {template}}}}}"),
        Citation("BibTeX", f"@misc{{{here.board.agreement.id}-{name},\n{bibtex}\n}}"),
    ]


def publisher_of(here: PageContext) -> str:
    """Who publishes the content, or "" where that is not said."""
    publisher = here.board.agreement.publication.publisher
    return here.pick(publisher).text if publisher else ""


def dataset(here: PageContext, description: str, updated: PartialDate) -> dict[str, Any]:
    """The board as a data set."""
    agreement = here.board.agreement
    licence = agreement.publication.licence
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": here.pick(agreement.title).text,
        "description": description,
        "url": here.absolute(board_path(here.code)),
        "inLanguage": list(here.edition.languages),
        "dateModified": str(updated),
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": kind,
                "contentUrl": here.absolute(path),
            }
            for kind, path in (
                ("text/csv", f"/{here.code}/board.csv"),
                ("application/json", f"{API}/provisions"),
                ("application/atom+xml", f"/{here.code}/feed.atom"),
            )
        ],
    }
    if licence is not None:
        found["license"] = str(licence.url)
    if publisher := publisher_of(here):
        found["creator"] = found["publisher"] = {"@type": "Organization", "name": publisher}
    return found


def breadcrumbs(here: PageContext, steps: Sequence[tuple[Picked, str]]) -> dict[str, Any]:
    """The way from the board to a page."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name.text,
                "item": here.absolute(path),
            }
            for position, (name, path) in enumerate(steps, 1)
        ],
    }


def _english(day: date) -> str:
    return format_date(day, "MMMM d, y", locale="en")


def _apa_date(day: PartialDate) -> str:
    pattern = "y, MMMM d" if day.day else "y, MMMM" if day.month else "y"
    return format_date(day.first, pattern, locale="en")


def _wiki(text: str) -> str:
    """Text that does not end a parameter of a template."""
    return text.replace("|", "{{!}}")


def _bibtex(text: str) -> str:
    """Text without the signs that BibTeX takes for its own."""
    plain = text.replace("\\", "").replace("{", "").replace("}", "")
    return "".join(f"\\{letter}" if letter in "&%$#_" else letter for letter in plain)
