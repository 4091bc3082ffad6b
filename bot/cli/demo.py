"""demo: the bot without a token."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.agreement.faults import ContentFaults
from bot.cli.common import end, end_over_content, settings_or_end, with_advice
from bot.demo import run_demo
from bot.language.catalogs import CatalogMissing
from bot.logs import set_up_logs
from bot.resources import content_file
from bot.store.errors import StoreError


def demo(
    port: Annotated[int, typer.Option(help="The page's port; 0 takes a free one.")] = 8080,
    data: Annotated[
        Path | None, typer.Option(help="Keep the data in this folder; else it is thrown away.")
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Another agreement's content file.")] = None,
) -> None:
    """Try the bot without a token: the same program, and a page to chat with it."""
    settings = settings_or_end()
    quiet = "WARNING" if "log_level" not in settings.model_fields_set else settings.log_level
    set_up_logs(quiet, settings.log_format, token=None)
    chosen = content or settings.content
    try:
        asyncio.run(run_demo(port=port, data=data, content=chosen, announce=typer.echo))
    except ContentFaults as error:
        end_over_content(chosen or content_file(), error)
    except CatalogMissing as error:
        end(str(error))
    except StoreError as error:
        end(with_advice(error))
    except OSError as error:
        end(f"Port {port} cannot be used ({error.strerror}). Try another: --port 0")
