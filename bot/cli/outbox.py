"""`briefing-bot outbox`: what is pending and what failed, and the operator's hand in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from typing import Annotated, Any, TypeVar

import orjson
import typer

from bot.alerts.ledger import WaitsFor
from bot.alerts.model import Alert, Progress
from bot.alerts.outbox import Waiting
from bot.cli.common import end, settings_for_a_command
from bot.clock import system_clock
from bot.settings import Settings
from bot.storage.errors import StoreInUse
from bot.storage.factory import folder_of, open_beside, open_named, opened
from bot.storage.protocol import Store

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    help="What is pending and what failed. Without a command: list it.",
    invoke_without_command=True,
)

_Answer = TypeVar("_Answer")

_RECENT = 20
"""Alerts whose sums are shown even where nothing of them is left."""
_HEAD = ("ALERT", "PROVISION", "CHAT", "ATTEMPTS", "DUE (UTC)", "WAITS FOR")

_Json = Annotated[bool, typer.Option("--json", help="JSON in place of a table.")]
_Limit = Annotated[int, typer.Option(min=1, help="How many deliveries to show at most.")]


@app.callback()
def default(context: typer.Context, *, as_json: _Json = False, limit: _Limit = 100) -> None:
    """What is pending and what failed. Without a command: list it."""
    if context.invoked_subcommand is None:
        show(as_json=as_json, limit=limit)


@app.command("list")
def show(*, as_json: _Json = False, limit: _Limit = 100) -> None:
    """List the deliveries that wait, the oldest alert's first, also while the bot runs."""
    settings = _settings()

    async def read(store: Store) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        alerts = {alert.id: alert for alert in await store.recent_alerts(_RECENT)}
        alerts |= {item.id: item for item in await store.unfinished()}
        sums = [_sum(alerts[alert], await store.progress(alert)) for alert in sorted(alerts)]
        waiting = await store.waiting(limit)
        return [_row(item, alerts[item.delivery.alert_id]) for item in waiting], sums

    rows, sums = asyncio.run(_beside_the_bot(settings, read))
    if as_json:
        document = {"waiting": rows, "alerts": sums}
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
        return
    left = sum(each_sum["left"] for each_sum in sums)
    if not left:
        typer.echo("Nothing waits.")
    for line in _table([_HEAD, *(_cells(row) for row in rows)] if rows else []):
        typer.echo(line)
    if left > len(rows):
        typer.echo(f"… and {left - len(rows)} more (--limit)")
    for entry in sums:
        if entry["left"] or entry["failed"]:
            typer.echo(
                "Alert {alert}: {sent} of {total} sent, {left} wait ({later} of them for their"
                " time, {paused} where nothing can be sent for now), {failed} given up,"
                " {repeated} repeated.".format_map(entry)
            )
        for why in entry["failures"]:
            detail = f" ({why['detail']})" if why["detail"] else ""
            typer.echo(f"  given up: {why['count']} {why['reason']}{detail}")


@app.command()
def retry(
    alert: Annotated[int | None, typer.Argument(help="Only this alert's deliveries.")] = None,
) -> None:
    """Make due at once what waits after a failure. On a data folder the bot must not be running."""
    settings = _settings()
    if alert is not None:
        _check_alert(settings, alert)
    count = asyncio.run(_on(settings, lambda store: store.retry(alert)))
    typer.echo(f"Deliveries that are tried again as soon as the bot is running: {count}")


@app.command()
def drop(
    alert: Annotated[int, typer.Argument(help="The alert, by its number.")],
    chat: Annotated[int | None, typer.Option(help="Only this chat's delivery.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give up what waits of an alert. On a data folder the bot must not be running."""
    settings = _settings()
    _check_alert(settings, alert)
    whose = "all chats that still wait" if chat is None else f"chat {chat}"
    if not yes:
        typer.confirm(f"Alert {alert} will not reach {whose}. Go on?", abort=True)
    count = asyncio.run(_on(settings, lambda store: store.drop(alert, chat)))
    typer.echo(f"Deliveries given up: {count}")


def _check_alert(settings: Settings, alert: int) -> None:
    """End the program where there is no such alert."""
    if asyncio.run(_beside_the_bot(settings, lambda store: store.alert(alert))) is None:
        end(f"There is no alert {alert}.")


async def _on(settings: Settings, act: Callable[[Store], Awaitable[_Answer]]) -> _Answer:
    name = settings.store.get_secret_value()
    try:
        async with opened(open_named(name, settings.data, system_clock)) as store:
            return await act(store)
    except StoreInUse:
        end(
            f"The bot is running on {settings.data}. Stop it, repeat this, and start it again:"
            " what waits is taken up then."
        )


async def _beside_the_bot(
    settings: Settings, read: Callable[[Store], Awaitable[_Answer]]
) -> _Answer:
    name = settings.store.get_secret_value()
    async with opened(open_beside(name, settings.data, system_clock)) as store:
        return await read(store)


def _row(waiting: Waiting, alert: Alert) -> dict[str, Any]:
    delivery = waiting.delivery
    return {
        "alert": delivery.alert_id,
        "kind": alert.kind.value,
        "provision": alert.change.provision_id,
        "chat": delivery.address.chat_id,
        "thread": delivery.address.thread_id,
        "attempts": delivery.attempts,
        "due": waiting.due.astimezone(UTC),
        "later": waiting.later,
        "paused": waiting.waits_for is WaitsFor.PAUSE,
        "reason": waiting.detail,
    }


def _sum(alert: Alert, progress: Progress) -> dict[str, Any]:
    return {
        "alert": alert.id,
        "provision": alert.change.provision_id,
        **progress.document(),
    }


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    thread = "" if row["thread"] is None else f"/{row['thread']}"
    reason = row["reason"] or "its turn"
    if row["later"]:
        reason = "a digest, or the end of quiet hours"
    elif row["paused"]:
        reason = row["reason"] or "the end of a pause"
    elif row["attempts"]:
        reason = row["reason"] or "another attempt"
    return (
        str(row["alert"]),
        row["provision"],
        f"{row['chat']}{thread}",
        str(row["attempts"]),
        f"{row['due']:%Y-%m-%d %H:%M:%S}",
        reason,
    )


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _settings() -> Settings:
    settings = settings_for_a_command()
    folder = folder_of(settings.store.get_secret_value(), settings.data)
    if folder is not None and not folder.is_dir():
        end(f"There is no data in {folder} yet (BRIEFING_DATA).")
    return settings
