from __future__ import annotations

import subprocess
import sys

from bot.i18n.timezones import towns


def test_towns_come_before_regions() -> None:
    found = list(towns())
    names = [name for name, _ in found]
    assert ("Ankara", "Europe/Istanbul") in found
    assert names.index("Munich") < names.index("Bavaria")
    assert "Gəncə" in names


def test_nothing_is_read_before_a_town_is_asked_for() -> None:
    code = "import sys, bot.views.timezone_picker; print('airportsdata' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
