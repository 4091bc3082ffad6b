"""Colours that keep apart, marks that differ without colour, and pictures like the stored ones."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from colours import DEUTERANOPIA, NORMAL, PROTANOPIA, apart, contrast
from PIL import Image, ImageChops, ImageStat
from test_layout import LANGUAGES, alert_of

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.agreement.status import Status
from bot.alerts.model import AlertKind
from bot.images.alert import alert_picture
from bot.images.board import board_picture
from bot.images.build_metrics import WEIGHTS, advances
from bot.images.canvas import Canvas, Drawing
from bot.images.card import card_picture
from bot.images.palette import Theme, palette
from bot.images.rasterizer import fonts, rasterise
from bot.images.status_icons import status_icon
from bot.images.text_metrics import has_letters

STORED = Path(__file__).with_name("stored")
TODAY = date(2026, 11, 24)
CONTENT = Path(__file__).parents[1] / "fixtures" / "lighthouse.json"


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("seen", [NORMAL, DEUTERANOPIA, PROTANOPIA])
def test_statuses_keep_apart_for_everyone(theme: Theme, seen: object) -> None:
    colours = palette(theme).status
    for combination, other in combinations(Status, 2):
        assert apart(colours[combination], colours[other], seen) >= 9, (combination, other)


@pytest.mark.parametrize("theme", Theme)
def test_everything_stands_out_from_its_ground(theme: Theme) -> None:
    look = palette(theme)
    for ground in (look.ground, look.surface):
        assert all(contrast(ground, colour) >= 2.8 for colour in look.status.values())
        assert all(contrast(ground, text) >= 4.5 for text in (look.text, look.muted, look.warning))
    assert all(contrast(look.ground, colour) >= 3 for colour in look.status.values())


def test_marks_differ_without_their_colours() -> None:
    look = palette(Theme.LIGHT)
    shapes = {}
    for status in Status:
        canvas = Canvas(40, "#FFFFFF", 40)
        status_icon(canvas, 20, 20, 12, status, look)
        svg = canvas.finish("", "en").svg.replace(look.status[status], "#000000")
        shapes[status] = picture(rasterise(svg, 2)).convert("L")
    for combination, other in combinations(Status, 2):
        assert difference(shapes[combination], shapes[other]) > 8, (combination, other)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_texts_are_measured_by_the_fonts_that_draw_them(weight: str) -> None:
    from bot.images import text_metrics

    table = json.loads(Path(text_metrics.__file__).with_name("advances.json").read_text("utf-8"))
    (font,) = [path for path in fonts() if path.name == WEIGHTS[weight]]
    assert advances(font) == table[weight]


def test_the_fonts_have_every_letter_of_the_four_languages() -> None:
    assert has_letters("ƏəĞğIıİiÖöŞşÜüÇç АаБбЧчШшЩщЪъЫыЬьЭэЮюЯяЁё“”«»„–—…№€₼₺")
    assert not has_letters("中")
    assert has_letters("\u200f 🎉 \u2067…")  # no letters, so no gap in a word


def test_a_text_ends_where_it_was_measured_to_end() -> None:
    """The fonts draw no wider than was measured: what is right of a text stays blank."""
    from bot.images.text_metrics import width

    for text in ("Wəşğ İıÜ Щж — “Nakhchivan–Kars”", "WWWW MMMM", "To AV LT Ту «Г»"):
        canvas = Canvas(400, "#FFFFFF", 40)
        canvas.text(10, 28, text, size=20, fill="#000000")
        drawn = picture(rasterise(canvas.finish("", "en").svg, 1)).convert("L")
        box = ImageChops.invert(drawn).getbbox()
        assert box is not None
        assert box[2] <= 10 + width(text, 20) + 1.5, text
        assert box[2] >= 10 + width(text, 20) * 0.95 - 2, text


def the_board() -> Board:
    return Board(load_file(CONTENT))


CASES: dict[str, Callable[[Board], Drawing]] = {
    "board": lambda board: board_picture(LANGUAGES["en"], board, Theme.LIGHT),
    "card": lambda board: card_picture(
        LANGUAGES["az"], board, board.provisions[0], Theme.LIGHT, TODAY
    ),
    "alert": lambda board: alert_picture(
        LANGUAGES["tr"], alert_of(board, board.provisions[-1].id), Theme.DARK
    ),
    "correction": lambda board: alert_picture(
        LANGUAGES["en"],
        alert_of(board, board.provisions[-1].id, AlertKind.CORRECTION),
        Theme.LIGHT,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_pictures_look_as_they_did(name: str) -> None:
    """As the stored ones, but for a shade here and there; BRIEFING_STORE_PICTURES=1 stores anew."""
    drawn = picture(rasterise(CASES[name](the_board()).svg, 1))
    path = STORED / f"{name}.png"
    if os.environ.get("BRIEFING_STORE_PICTURES"):
        drawn.quantize(64).save(path, optimize=True)
    with Image.open(path) as stored:
        before = stored.convert("RGB")
    assert before.size == drawn.size
    assert difference(before, drawn) < 1.5


def picture(png: bytes) -> Image.Image:
    from io import BytesIO

    with Image.open(BytesIO(png)) as opened:
        return opened.convert("RGB")


def difference(image: Image.Image, other: Image.Image) -> float:
    """The mean difference of a pixel's channel, of 255."""
    means = ImageStat.Stat(ImageChops.difference(image, other)).mean
    return sum(means) / len(means)
