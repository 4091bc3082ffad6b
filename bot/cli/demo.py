"""demo: the bot without a token."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import end, settings_for_a_command
from bot.demo import run_demo
from bot.logs import set_up_logs


def demo(
    port: Annotated[int, typer.Option(help="The page's port; 0 takes a free one.")] = 8080,
    data: Annotated[
        Path | None, typer.Option(help="Keep the data in this folder; else it is thrown away.")
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Another agreement's content file.")] = None,
) -> None:
    """Try the bot without a token: the same program, and a page to chat with it."""
    settings = settings_for_a_command()
    quiet = "WARNING" if "log_level" not in settings.model_fields_set else settings.log_level
    set_up_logs(quiet, settings.log_format, token=None)
    chosen = content or settings.content
    try:
        asyncio.run(run_demo(port=port, data=data, content=chosen, announce=typer.echo))
    except OSError as error:
        end(f"Port {port} cannot be used ({error.strerror}). Try another: --port 0")
