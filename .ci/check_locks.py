"""Install every lock as `make` does, with an old pip and with pins that are not the newest.

A lock that is right today must still install after its packages have had newer releases, also with
the pip that came with Python. So some pins are replaced by the older ones of aged.txt before each
lock is installed: python .ci/check_locks.py
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
import venv
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "requirements"
AGED = ROOT / ".ci" / "aged.txt"
TOGETHER = (["run", "postgres", "test"], ["build"], ["bench"])
"""Locks that are installed into one environment, in this order."""


def pins(text: str) -> dict[str, str]:
    """The pins of a lock by package: all lines of each, one text for all environments."""
    found: dict[str, str] = {}
    for block in re.split(r"(?m)^(?=[a-z])", text)[1:]:
        name = block.partition("==")[0]
        lines = [line for line in block.splitlines() if not line.lstrip().startswith("#")]
        found[name] = found.get(name, "") + "\n".join(lines) + "\n"
    return found


def version(pin: str) -> tuple[int, ...]:
    """The version of a pin, for comparison."""
    return tuple(
        int(number) for number in re.findall(r"\d+", pin.partition("==")[2].split(maxsplit=1)[0])
    )


def aged(lock: dict[str, str], older: dict[str, str]) -> dict[str, str]:
    """A lock as it will be after some of its packages had newer releases."""
    for name in lock.keys() & older.keys():
        if version(older[name]) >= version(lock[name]):
            sys.exit(f".ci/aged.txt: {name} is not older than the pin in requirements/")
    return {name: older.get(name, pin) for name, pin in lock.items()}


def flags_of_make() -> list[str]:
    """How the Makefile installs a lock."""
    found = re.search(r"(?m)^INSTALL := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"))
    if found is None:
        sys.exit("The Makefile has no INSTALL")
    return found[1].split()


def install(folder: Path, locks: dict[str, dict[str, str]], pip_pin: str) -> None:
    """Install locks into a new environment, and check after each that nothing is missing."""
    venv.create(folder, with_pip=True, symlinks=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    file = folder / "lock.txt"
    if sys.version_info < (3, 12):  # later versions of Python cannot run it
        file.write_text(pip_pin, encoding="utf-8")
        subprocess.run([*pip, *flags_of_make(), "-r", file], check=True)
    told = subprocess.run([*pip, "--version"], check=True, capture_output=True, text=True).stdout
    for name, lock in locks.items():
        start = time.monotonic()
        file.write_text("".join(lock.values()), encoding="utf-8")
        subprocess.run([*pip, *flags_of_make(), "--no-compile", "-r", file], check=True)
        checked = subprocess.run([*pip, "check"], capture_output=True, text=True, check=False)
        if checked.returncode:
            sys.exit(f"requirements/{name}.txt: {checked.stdout}{checked.stderr}")
        took = time.monotonic() - start
        print(f"{name}.txt: {len(lock)} packages, pip {told.split()[1]}, {took:.0f} s", flush=True)


def main() -> None:
    """Install every lock."""
    older = pins(AGED.read_text(encoding="utf-8"))
    locks = {file.stem: pins(file.read_text(encoding="utf-8")) for file in LOCKS.glob("*.txt")}
    if locks.keys() != {name for group in TOGETHER for name in group}:
        sys.exit(f"check_locks.py does not know all of {', '.join(sorted(locks))}")
    if not {"coverage", "filelock", "idna"} <= older.keys() & locks["test"].keys():
        sys.exit(".ci/aged.txt: three pins of the test lock are to be older, coverage among them")
    for group in TOGETHER:
        # A lock is proven complete in an environment that holds nothing else.
        for smaller, larger in pairwise(group):
            if not locks[smaller].keys() <= locks[larger].keys():
                sys.exit(f"requirements/{larger}.txt does not hold all of {smaller}.txt")
        with tempfile.TemporaryDirectory() as folder:
            install(Path(folder), {name: aged(locks[name], older) for name in group}, older["pip"])


if __name__ == "__main__":
    main()
