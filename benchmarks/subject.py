"""This bot under load, in a process of its own: the whole program but for its command line.

python -m benchmarks.subject alert URL FOLDER RATE    prints one JSON line; RATE may be inf
python -m benchmarks.subject answer URL FOLDER RATE   answers until it is killed
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.sample import TOKEN
from bot.agreement.events import Event
from bot.alerts.publisher import Publisher
from bot.app import RunningBot, running_bot
from bot.ops.logs import set_up_logs
from bot.settings import Settings, read_settings

PROVISION = 7
NEWS = Event.model_validate_json(
    json.dumps(
        {
            "status": "done",
            "date": "2026-11-20",
            "note": {
                "en": "The first regular service ran, and both sides confirmed the timetable.",
                "az": "İlk müntəzəm reys yola düşdü, hər iki tərəf cədvəli təsdiqlədi.",
                "tr": "İlk düzenli sefer yapıldı, iki taraf da tarifeyi doğruladı.",
                "ru": "Прошёл первый регулярный рейс, обе стороны подтвердили расписание.",
            },
            "evidence": [{"url": "https://example.org/communique", "publisher": "Communiqué"}],
        }
    )
)


def settings_for(url: str, folder: Path, rate: float, others: dict[str, Any]) -> Settings:
    """Defaults but for what is measured; `rate` may be beyond what an operator can set."""
    settings = read_settings(
        token=TOKEN, api_url=url, data=folder, window_seconds=0, paid_broadcast=rate > 30, **others
    )
    return settings.model_copy(update={"rate": rate})


async def announce(bot: RunningBot) -> dict[str, Any]:
    """One alert to everybody: from the admin's confirmation until the last record is durable."""
    context = bot.context
    publisher = Publisher(
        context.state,
        context.store,
        context.clock,
        undo_within=timedelta(minutes=60),
        window=timedelta(),
        announced=bot.worker.wake,
    )
    provision = context.state.agreement.provisions[PROVISION - 1]
    cpu, began = time.process_time(), time.perf_counter()
    announced = await publisher.change(provision.id, NEWS, seen=len(provision.history), admin=1)
    confirmed = time.perf_counter()
    while (await context.store.progress(announced.alert.id)).left:  # noqa: ASYNC110 - from outside
        await asyncio.sleep(0.002)
    ended = time.perf_counter()
    progress = await context.store.progress(announced.alert.id)
    return {
        "due": announced.due,
        "sent": progress.sent,
        "repeated": progress.repeated,
        "confirmed_after": confirmed - began,
        "seconds": ended - began,
        "per_second": announced.due / (ended - began),
        "cpu_per_message": (time.process_time() - cpu) / announced.due,
    }


async def alert(settings: Settings) -> dict[str, Any]:
    async with running_bot(settings) as bot:
        return await announce(bot)


async def answer(settings: Settings) -> None:
    async with running_bot(settings) as bot:
        await bot.wait(asyncio.Event())


def main() -> None:
    job, url, folder, rate = sys.argv[1:5]
    others = json.loads(sys.argv[5]) if len(sys.argv) > 5 else {}
    uvloop = others.pop("uvloop", False)
    set_up_logs("INFO", "json", token=TOKEN)
    settings = settings_for(url, Path(folder), float(rate), others)
    with asyncio.Runner(loop_factory=loop_factory() if uvloop else None) as runner:
        print(json.dumps(runner.run({"alert": alert, "answer": answer}[job](settings))))


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
