"""Installs take pinned and hashed packages only, and nothing from an index by our own name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def pins(file: Path) -> dict[str, set[str]]:
    """The versions of each package in a lock, with the condition under which each counts."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"(?m)^([a-z0-9-]+)==(.+?) *\\$", file.read_text()):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.stem)
def test_a_lock_pins_and_hashes_every_package(file):
    blocks = re.split(r"(?m)^(?=\S)", file.read_text())
    for block in filter(None, blocks):
        assert re.match(r"[a-z0-9-]+==[^\s;]+", block), block.partition("\n")[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.partition("\n")[0]


def test_the_locks_that_share_an_environment_agree():
    together = [pins(file) for file in LOCKS if file.stem != "bench"]
    for lock in together:
        for other in together:
            for name in lock.keys() & other.keys():
                assert lock[name] == other[name], name


def test_what_builds_the_package_is_locked():
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    locked = pins(ROOT / "requirements" / "build.txt")
    for need in needs:
        name, _, version = need.partition("==")
        assert locked[name] == {version}


def texts() -> list[Path]:
    """Files that install something, or tell people to."""
    found = [ROOT / name for name in ("Makefile", "Dockerfile", "README.md", "compose.yaml")]
    found += [*(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").glob("*.service")]
    return [*found, *(ROOT / "bot").rglob("*.py"), *(ROOT / ".github").rglob("*.yml")]


def test_every_lock_is_installed_without_resolving_and_with_hashes():
    installs = 0
    for file in texts():
        joined = re.sub(r"\\\n\s*|\"\n\s*\"", " ", file.read_text())
        for command in re.findall(r"[^&|`\n]* -r \S*requirements\S*", joined):
            installs += 1
            flags = {"--no-deps", "--require-hashes"}
            assert "$(INSTALL)" in command or flags <= set(command.split()), f"{file}: {command}"
    assert (
        "INSTALL := install --quiet --no-deps --require-hashes\n" in (ROOT / "Makefile").read_text()
    )
    assert installs > 5


def test_nobody_is_told_to_install_our_name_from_an_index():
    for file in texts():
        for command in re.findall(r"pip install ([^&|`\n]*)", file.read_text()):
            for word in command.split():
                assert not re.fullmatch(r"\W*briefing[-_]bot(?!-\d)\S*", word), f"{file}: {command}"
