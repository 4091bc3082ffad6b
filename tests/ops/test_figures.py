"""Figures are there for a monitor also where the store is not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.ops.metrics import Metrics


def clock() -> datetime:
    return datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Away:
    """A store that is waited for."""

    async def unfinished(self) -> None:
        await asyncio.Event().wait()


async def test_a_store_that_is_away_holds_up_no_figures():
    metrics = Metrics(clock)
    metrics.watch_queues(metrics.timed(Away()))
    async with asyncio.timeout(9):  # Prometheus waits ten seconds
        pages = await asyncio.gather(metrics.page(), metrics.page())
    for page in pages:
        assert b"briefing_build_info" in page
    assert b'briefing_store_errors_total{call="unfinished"} 1.0' in await metrics.page()
