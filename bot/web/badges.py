"""Status icons as SVG, and badges: a name on the left, where it stands on the right."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from markupsafe import Markup

from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.images.palette import Theme, palette
from bot.images.status_icons import DOT, SHAPES
from bot.views.pagination import clip
from bot.views.statuses import dates_text, status_label, status_name
from bot.web.page_context import PageContext

COLOURS: Mapping[Status, str] = palette(Theme.LIGHT).status
"""The same as in pictures, on a light ground; the style sheet has them once more."""


def sprite() -> Markup:
    """Every shape as a symbol, to be put into a page once and then referred to."""
    symbols = "".join(
        f'<symbol id="s-{status}" viewBox="0 0 16 16">{shape}</symbol>'
        for status, shape in [*SHAPES.items(), ("related", DOT)]
    )
    return Markup('<svg class="sprite" width="0" height="0" aria-hidden="true">{}</svg>').format(
        Markup(symbols)  # noqa: S704 - our own drawings
    )


_LABEL, _NAME = 40, 48
_SIZE = 11
_FONT = "Verdana,DejaVu Sans,Geneva,sans-serif"
_NARROW, _WIDE = "fijlrtı.,:;|!'()[] 1", "mwMWшщжюфмШЩЖЮФМ@%—"

_BADGE = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"'
    ' aria-label="{words}" xml:lang="{language}"><title>{words}</title>'
    '<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>'
    '<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#2f3740"/>'
    '<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
    '<g fill="#fff" font-family="{font}" font-size="{size}">'
    '<text x="8" y="14" textLength="{label_width}" lengthAdjust="spacingAndGlyphs">{label}</text>'
    '</g><g fill="{ink}" color="{ink}" font-family="{font}" font-size="{size}">{parts}</g></svg>\n'
)
_PART = Markup(
    '<svg x="{x}" y="4" width="12" height="12" viewBox="0 0 16 16">{shape}</svg>'
    '<text x="{text_x}" y="14" textLength="{width}" lengthAdjust="spacingAndGlyphs">{text}</text>'
)


_GREY = "#414b57"


def provision_badge(here: PageContext, provision: Provision) -> bytes:
    """A provision's title with its status."""
    title = clip(here.pick(provision.title).text, _LABEL)
    name = clip(status_name(here.language, provision.standing), _NAME)
    status = provision.status
    colour = COLOURS[status] if status else _GREY
    words = f"{title}: {name}. {dates_text(here.language, provision)}"
    return _badge(here, title, [(status, name)], colour, words)


def agreement_badge(here: PageContext) -> bytes:
    """The agreement's name with the number of provisions at each status."""
    title = clip(here.pick(here.board.agreement.short_title).text, _LABEL)
    counts = here.board.counts()
    parts = [(status, here.language.number(count)) for status, count in counts.items()]
    named = here.language.join(
        f"{status_label(here.language, status)}: {number}" for status, number in parts
    )
    return _badge(here, title, [*parts], _GREY, f"{title}. {named}")


def _badge(
    here: PageContext, label: str, parts: list[tuple[Status | None, str]], colour: str, words: str
) -> bytes:
    label_width = text_width(label)
    left = label_width + 16
    x, drawn = left + 8, Markup("")
    for status, text in parts:
        width = text_width(text)
        shape = Markup(SHAPES[status] if status else DOT)  # noqa: S704 - our own drawings
        drawn += _PART.format(x=x, shape=shape, text_x=x + 16, width=width, text=text)
        x += 16 + width + 8
    return _BADGE.format(
        width=x,
        left=left,
        right=x - left,
        colour=colour,
        ink=ink(colour),
        font=_FONT,
        size=_SIZE,
        label=label,
        label_width=label_width,
        parts=drawn,
        words=words,
        language=here.code,
    ).encode()


def ink(ground: str) -> str:
    """White or black, whichever stands out more from a colour (WCAG 2.2, relative luminance)."""
    channels = (int(ground[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for channel in channels
    )
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000" if (light + 0.05) ** 2 > 1.05 * 0.05 else "#fff"


def text_width(text: str) -> int:
    """About how wide a text is, in pixels; viewers stretch it to just that (SVG, textLength)."""
    width = 0.0
    for letter in text:
        if unicodedata.combining(letter):
            continue
        if letter in _NARROW:
            width += 0.4
        elif letter in _WIDE:
            width += 0.95
        elif letter.isupper() or unicodedata.east_asian_width(letter) in "WF":
            width += 0.72
        else:
            width += 0.61
    return max(1, round(width * _SIZE))
