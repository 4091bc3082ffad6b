"""`briefing-bot doctor`."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from bot.clock import system_clock
from bot.ops.doctor import CheckResult, Verdict, examine
from bot.ops.logs import Redactor
from bot.settings import SettingsWrong, misspelt_settings, read_settings

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
        advice = "Correct it in the environment or in .env."
        found = [
            CheckResult("settings", Verdict.FAULT, problem, advice) for problem in error.problems
        ]
    else:
        if settings.token is not None:
            redact = Redactor(settings.token.get_secret_value())
        found = [
            CheckResult("settings", Verdict.NOTE, warning, "Correct its name, or remove it.")
            for warning in misspelt_settings()
        ]
        found += asyncio.run(examine(settings, system_clock))
    if as_json:
        rows = [asdict(item) for item in found]
        typer.echo(redact(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode()))
    else:
        for entry in found:
            typer.echo(redact(f"{_SIGNS[entry.verdict]:<6} {entry.check}: {entry.found}"))
            if entry.advice:
                typer.echo(redact(f"       {entry.advice}"))
    if any(item.verdict is Verdict.FAULT for item in found):
        raise typer.Exit(1)
