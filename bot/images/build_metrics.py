"""Cut the fonts down and write how wide their letters are.

Run by hand when the fonts change: `python -m bot.images.build_metrics FOLDER`, where
FOLDER holds NotoSans-Regular.ttf and NotoSans-Bold.ttf (https://fonts.google.com/noto). It writes
the smaller fonts that the rasteriser uses and, alongside this module, `advances.json`: for each
weight the font's units to an em and the advance of each character, so that a text is measured
without reading a font.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

WEIGHTS = {"regular": "NotoSans-Regular.ttf", "bold": "NotoSans-Bold.ttf"}
_BLOCKS = (
    (0x20, 0x7E), (0xA0, 0x2AF), (0x2B0, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
    (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2070, 0x20CF), (0x2100, 0x214F), (0x2212, 0x2212),
    (0x2260, 0x2265), (0xFFFD, 0xFFFD),
)  # fmt: skip
"""Latin, Greek and Cyrillic with their additions, punctuation, signs (Unicode's blocks)."""
_FEATURES = ["ccmp", "locl", "mark", "mkmk", "kern"]


def advances(font: Path) -> dict[str, Any]:
    """A font's units to an em, the advance of what it lacks, and of each character by its code."""
    from fontTools.ttLib import (  # type: ignore[import-untyped] # noqa: PLC0415 - by hand alone
        TTFont,
    )

    with TTFont(font) as opened:
        widths = {name: advance for name, (advance, _) in opened["hmtx"].metrics.items()}
        table: dict[int, str] = opened.getBestCmap()
        return {
            "em": opened["head"].unitsPerEm,
            "missing": widths[".notdef"],
            "widths": {str(code): widths[name] for code, name in sorted(table.items())},
        }


def cut(source: Path, target: Path) -> None:
    """Write the font with only the letters and features that are needed."""
    from fontTools import subset  # type: ignore[import-untyped] # noqa: PLC0415 - by hand alone

    options = subset.Options(layout_features=_FEATURES, hinting=False, name_IDs=["*"])
    font = subset.load_font(str(source), options)
    letters = subset.Subsetter(options)
    letters.populate(unicodes=[code for low, high in _BLOCKS for code in range(low, high + 1)])
    letters.subset(font)
    subset.save_font(font, str(target), options)


def main() -> None:
    """Read the fonts of the folder named on the command line and write ours."""
    parser = argparse.ArgumentParser(description="Write the pictures' fonts and advances.json.")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args().folder
    fonts = Path(__file__).with_name("fonts")
    table = {}
    for weight, name in WEIGHTS.items():
        cut(given / name, fonts / name)
        table[weight] = advances(fonts / name)
    path = Path(__file__).with_name("advances.json")
    path.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
