"""`briefing-bot doctor`."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from bot.clock import system_clock
from bot.doctor import Finding, Verdict, examine
from bot.logs import Redactor
from bot.settings import SettingsWrong, read_settings

_SIGNS = {Verdict.OK: "ok", Verdict.NOTE: "note", Verdict.FAULT: "FAULT"}


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON in place of lines.")] = False,
) -> None:
    """Look at everything that the bot stands on, and say what to do where something is wrong.

    The bot may be running. The exit code is 1 where there is a fault.
    """
    redact = Redactor()
    try:
        settings = read_settings()
    except SettingsWrong as error:
        advice = "The settings are in docs/operating.md."
        found = [Finding("settings", Verdict.FAULT, one, advice) for one in error.problems]
    else:
        if settings.token is not None:
            redact = Redactor(settings.token.get_secret_value())
        found = asyncio.run(examine(settings, system_clock))
    if as_json:
        rows = [asdict(one) for one in found]
        typer.echo(redact(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode()))
    else:
        for one in found:
            typer.echo(redact(f"{_SIGNS[one.verdict]:<6} {one.check}: {one.found}"))
            if one.advice:
                typer.echo(redact(f"       {one.advice}"))
    if any(one.verdict is Verdict.FAULT for one in found):
        raise typer.Exit(1)
