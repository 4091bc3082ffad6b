"""Templates: they hold the words of the pages, place what the pages say, and escape all of it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.assets import assets
from bot.web.page_context import PageContext
from bot.web.status_icons import sprite

_FOLDER = Path(__file__).with_name("templates")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(assets=assets(), sprite=sprite())
    return environment


def render(template: str, here: PageContext, page: object) -> bytes:
    """A page as HTML, with the messages of its language. The first use reads a small file."""
    language = here.language
    html = (
        _environment()
        .get_template(template)
        .render(here=here, page=page, gettext=language.gettext, ngettext=language.ngettext)
    )
    return html.encode()
