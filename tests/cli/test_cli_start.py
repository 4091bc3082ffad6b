"""A command loads what it needs and no more, and the list of commands says what each does."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import COMMANDS, app

HEAVY = {"aiohttp", "bot.app", "bot.playground", "bot.storage", "bot.telegram", "bot.web", "httpx"}
HEAVY |= {"jinja2", "psycopg", "resvg_py", "starlette", "telegram", "tinydb"}


@pytest.mark.parametrize(
    ("arguments", "needless"),
    [
        (["--version"], HEAVY | {"bot.agreement", "bot.search", "bot.settings", "pydantic"}),
        (["--help"], HEAVY | {"bot.agreement", "bot.search", "bot.settings", "pydantic"}),
        (["ask", "railway"], HEAVY - {"bot.storage"}),
    ],
)
def test_a_command_loads_what_it_needs(arguments: list[str], needless: set[str]) -> None:
    code = (
        "import sys; from bot.cli import app;"
        " app(sys.argv[1:], standalone_mode=False); print('loaded', *sys.modules)"
    )
    ran = [sys.executable, "-c", code, *arguments]
    out = subprocess.run(ran, check=True, capture_output=True, text=True).stdout
    loaded = out.splitlines()[-1].split()
    assert "typer" in loaded
    assert not needless.intersection(loaded)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_how_the_help_of_a_command_begins(name: str) -> None:
    place, about = COMMANDS[name]
    module, _, attribute = place.partition(":")
    found = getattr(import_module(f"bot.cli.{module}"), attribute)
    help_text = found.info.help if isinstance(found, typer.Typer) else found.__doc__
    assert help_text.startswith(about.removesuffix("."))


def test_a_misspelt_command_is_suggested() -> None:
    result = CliRunner().invoke(app, ["docter"])
    assert "doctor" in result.output
    assert result.exit_code == 2
