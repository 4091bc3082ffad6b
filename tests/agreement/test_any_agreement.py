from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LANGUAGES = re.compile(
    r"azerbaijani|azərbaycanca|азербайджанск\w*|turkish|türkçe|турецк\w*|Azərbaycan, English",
    re.IGNORECASE,
)
ONE_AGREEMENT = re.compile(
    r"shusha|şuşa|шуша|azerbaijan|azərbaycan|азербайджан|türkiye|turkey|турци|karabakh|qarabağ"
    r"|karabağ|карабах|zangezur|zəngəzur|zengezur|nakhchivan|naxçıvan|nahçıvan|baku|\bbakı(?:da|nın|ya)?\b|ankara"
    r"|\bkars\b|socar|tpao|tanap|baykar|\btoki\b|armenia|ermenistan|ermənistan",
    re.IGNORECASE,
)


@pytest.mark.parametrize("text", ["Şuşa", "SHUSHA", "Türkiye", "in Azerbaijan", "Azərbaycan"])
def test_the_names_are_recognised(text: str) -> None:
    assert ONE_AGREEMENT.search(LANGUAGES.sub("", text))


@pytest.mark.slow
def test_nothing_in_the_engine_names_one_agreement() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted((ROOT / "bot").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ONE_AGREEMENT.search(LANGUAGES.sub("", line))
    ]
    assert not named
