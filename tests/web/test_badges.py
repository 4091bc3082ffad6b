from __future__ import annotations

import pytest
from lxml import etree
from web_samples import NOW, OPTIONS

from bot.agreement.status import Status
from bot.web.addresses import LiveAddresses
from bot.web.badges import COLOURS, ink, text_width
from bot.web.page_context import Edition
from bot.web.sitemap import Kind, catalogue

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("which", ["board", "lighthouse"])
def test_badges_hold_all_their_parts(which, request, languages) -> None:
    board = request.getfixturevalue(which)
    edition = Edition(board, languages, OPTIONS, LiveAddresses(OPTIONS.base_url), NOW.date())
    badges = {path: item for path, item in catalogue(edition).items() if item.kind is Kind.BADGE}
    assert len(badges) == len(languages) * (len(board.provisions) + 1)
    for path, badge in badges.items():
        root = etree.fromstring(badge.build())
        width = float(root.get("width"))
        for text in root.iter(f"{SVG}text"):
            assert float(text.get("x")) + float(text.get("textLength")) <= width - 4, path
        assert root.get("aria-label") == root.findtext(f"{SVG}title")
        assert not list(root.iter(f"{SVG}script", f"{SVG}style", f"{SVG}image"))


def test_words_on_a_badge_can_be_read() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for status in Status:
        words = {"#000": 0.0, "#fff": 1.0}[ink(COLOURS[status])]
        dark, bright = sorted((light(COLOURS[status]), words))
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, status


def test_widths_follow_the_letters() -> None:
    assert text_width("ill") < text_width("add") < text_width("mmm")
    assert text_width("") == 1
