"""A font by setting, for letters that the bundled one lacks."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageChops

from bot.agreement.content import load_file
from bot.images import text_metrics
from bot.images.canvas import Canvas
from bot.images.renderer import Renderer
from bot.images.text_metrics import has_letters, use_font, width
from bot.ops.doctor.machine import fonts
from bot.ops.doctor.result import Verdict
from bot.settings import SettingsWrong, read_settings

LIGHTHOUSE = Path(__file__).parents[1] / "fixtures" / "lighthouse.json"
LETTER = "\u10d0"


@pytest.fixture
def font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A font with one Georgian letter: a square, an em wide."""
    builder = FontBuilder(1000, isTTF=True)
    pen = TTGlyphPen(None)
    for number, point in enumerate(((0, 0), (0, 800), (900, 800), (900, 0))):
        (pen.lineTo if number else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    builder.setupGlyphOrder([".notdef", "an"])
    builder.setupCharacterMap({ord(LETTER): "an"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "an": square})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "an": (1000, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    names = {"familyName": "Square", "styleName": "Regular", "psName": "Square-Regular"}
    builder.setupNameTable(names)
    builder.setupOS2()
    builder.setupPost()
    path = tmp_path / "square.ttf"
    builder.save(path)
    monkeypatch.setattr(text_metrics, "_further", [])
    return path


async def _drawn(text: str) -> tuple[int, int, int, int] | None:
    canvas = Canvas(400, "#FFFFFF", 60)
    canvas.text(10, 40, text, size=20, fill="#000000")
    renderer = Renderer()
    png = await renderer.png(canvas.finish("", "ka").svg, 1)
    await renderer.close()
    return ImageChops.invert(Image.open(BytesIO(png)).convert("L")).getbbox()


async def test_a_font_by_setting_draws_what_the_bundled_one_lacks(font: Path) -> None:
    assert not has_letters(LETTER)
    assert await _drawn(LETTER) is None
    use_font(font)
    assert has_letters(f"a{LETTER}")
    assert width(LETTER * 3, 20) == pytest.approx(60)
    box = await _drawn(LETTER * 3)
    assert box is not None
    assert box[2] == pytest.approx(10 + 58, abs=2)


def test_doctor_says_which_languages_lack_letters(font: Path, tmp_path: Path) -> None:
    path = tmp_path / "content.json"
    text = LIGHTHOUSE.read_text("utf-8").replace("Eski deniz fenerinin", LETTER)
    path.write_text(text, "utf-8")
    agreement = load_file(path)
    (told,) = fonts(None, agreement)
    assert (told.verdict, "missing in tr" in told.found) == (Verdict.NOTE, True)
    (told,) = fonts(font, agreement)
    assert told.verdict is Verdict.OK


def test_what_is_no_font_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "no.ttf"
    for data in (b"no", b"\0\1\0\0" + b"x" * 40):
        path.write_bytes(data)
        with pytest.raises(SettingsWrong, match=r"BRIEFING_FONT.*is not a TrueType"):
            read_settings(font=path)
