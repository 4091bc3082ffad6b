"""check: every fault of a content file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.agreement.board import Board
from bot.agreement.comparison import compare
from bot.agreement.content import Content, load_file, read_file
from bot.agreement.warnings import warnings
from bot.cli.common import counted, settings_for_a_command
from bot.clock import system_clock
from bot.i18n.catalogs import load_languages, without_catalog
from bot.paths import content_file, locales_folder
from bot.search.languages import search_language
from bot.search.normalization import fold, parts
from bot.views.commands import RESERVED
from bot.views.comparison import comparison_lines
from bot.views.content_errors import fault_lines


def check(
    file: Annotated[Path, typer.Argument(help="The content file.")] = content_file(),  # noqa: B008 - a path, not a mutable
    *,
    against: Annotated[
        Path | None, typer.Option(help="The file as it was: say what is different.")
    ] = None,
    links: Annotated[
        bool, typer.Option("--links", help="Open every address, one at a time per host.")
    ] = False,
) -> None:
    """Name every fault of a content file, with its place and how to put it right.

    Warnings are for its author; a file with warnings is used.
    """
    content = read_file(file, reserved=RESERVED)
    agreement = content.agreement
    catalogs = load_languages(locales_folder(), settings_for_a_command().locales)
    unspoken = without_catalog(catalogs, agreement.languages)
    found = content.located(warnings(content, system_clock().date(), unspoken, _words_that_count))
    for line in fault_lines(catalogs["en"], found):
        typer.echo(f"{file}:{line}", err=True)
    if links:
        _look_at_links(file, content)
    if against is not None:
        found_before = Board(load_file(against, reserved=RESERVED))
        for line in comparison_lines(catalogs["en"], compare(found_before, Board(agreement))):
            typer.echo(line)
    provisions = counted(len(agreement.provisions), "provision")
    topics = counted(len(agreement.topics), "topic")
    told = f"no faults, {counted(len(found), 'warning')}" if found else "no faults"
    typer.echo(f"{file}: {told}; {provisions}, {topics}.")


def _look_at_links(file: Path, content: Content) -> None:
    from bot.cli.links import look_at  # noqa: PLC0415 - it loads an HTTP client

    found = asyncio.run(look_at(content))
    if found and not any(link.is_reached for link in found):
        typer.echo(f"{file}: no address can be reached; is this machine online?", err=True)
        return
    places = content.places()
    for link in found:
        if link.problem:
            place = f"{file}:{places.line(link.place)}: {link.place}"
            typer.echo(f"{place}: {link.url}: {link.problem}", err=True)
    typer.echo(f"{file}: {counted(len(found), 'address', 'addresses')} opened.")


def _words_that_count(text: str, language: str) -> set[str]:
    """The words of a text that the search looks for, as it compares them."""
    found = {fold(word) for word in parts(text)}
    return found - search_language(language).stop_words if language else found
