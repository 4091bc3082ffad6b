"""Everything at once: floods, hard texts, odd updates, refusals. Somebody else notices nothing."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from generator import Generator
from town import ADMIN, BYSTANDER, MOST_MEMORY, Town, town, until, waits_of_a_bystander

from bot.clock import system_clock
from bot.playground.faults import Fault, flood
from bot.storage.factory import open_named

SOAK = int(os.environ.get("BRIEFING_SOAK", "0"))
SECONDS = 5 + 6 * SOAK
LONGEST_WAIT = 1.0
FOLLOWERS = 12
Attack = Callable[[Town, list[int], list[int], random.Random], Iterator[Coroutine[Any, Any, Any]]]


def everywhere(place: Town, people: list[int], groups: list[int], _: random.Random):
    """60 people, each in all of 20 groups."""
    crowd = itertools.product(groups[:20], people[:60])
    for group, person in itertools.cycle(crowd):
        yield place.world.say(person, "/topics", group)


def own_groups(place: Town, people: list[int], groups: list[int], _: random.Random):
    """70 groups, in each of them its own people."""
    for person, group in itertools.cycle(zip(people, itertools.cycle(groups))):
        yield place.world.say(person, "/topics", group)


def anonymous(place: Town, people: list[int], groups: list[int], _: random.Random):
    """An anonymous admin of 70 groups."""
    for group in itertools.cycle(groups):
        yield place.world.say(ADMIN, "/topics", group, anonymous=True)


def hard_texts(place: Town, people: list[int], groups: list[int], chooser: random.Random):
    """Texts that are hard to normalise, as messages, commands and inline queries."""
    generator = Generator(chooser)
    while True:
        person = chooser.choice(people)
        yield place.world.say(person, generator.text() or "x")
        yield place.world.say(person, generator.command())
        yield place.world.inline(person, generator.text()[:256])


def odd_updates(place: Town, people: list[int], groups: list[int], chooser: random.Random):
    """Updates of every kind, valid and spoiled."""
    generator = Generator(chooser)
    updates = place.world.updates

    async def queue(make: Callable[[int], Any]) -> None:
        update = make(updates._next_id)
        with contextlib.suppress(TypeError):  # the playground's JSON cannot hold it
            orjson.dumps(update)
            updates._queue(update)
            updates._next_id += 1

    while True:
        yield queue(generator.update)
        yield queue(generator.spoiled)


ATTACKS: dict[str, tuple[Attack, int]] = {
    "60 people in 20 groups": (everywhere, 120),
    "70 groups": (own_groups, 140),
    "anonymous admins": (anonymous, 140),
    "hard texts": (hard_texts, 20),
    "odd updates": (odd_updates, 40),
}
"""Attacks, and how many updates a second they make."""


async def attack(acts: Iterator[Coroutine[Any, Any, Any]], a_second: float) -> None:
    began, made = time.monotonic(), 0
    while True:
        while made < (time.monotonic() - began) * a_second:
            await next(acts)
            made += 1
        await asyncio.sleep(0.02)


async def press(place: Town, message: dict[str, Any], label: str) -> None:
    rows = message["reply_markup"]["inline_keyboard"]
    button = next(button for row in rows for button in row if label in button["text"])
    await place.world.press(
        ADMIN, message["chat"]["id"], message["message_id"], button["callback_data"]
    )


async def announce(place: Town) -> None:
    """Send an alert to all followers."""
    await place.world.say(ADMIN, "/update railway advanced 2026-03-06 https://example.org/1 A.")
    with_buttons = lambda: [m for m in place.world.answers(ADMIN) if "reply_markup" in m]  # noqa: E731
    await until(with_buttons, 10)
    await press(place, with_buttons()[-1], "Send to")


def refusals(followers: list[int]) -> list[Fault]:
    """What the Bot API answers to messages into some of the followers' chats."""
    send = {"method": "sendMessage"}
    blocked = "Forbidden: bot was blocked by the user"
    missing = "Bad Request: chat not found"
    return [
        Fault("error", code=403, description=blocked, chat_id=followers[0], **send),
        Fault("error", code=400, description=missing, chat_id=followers[1], **send),
        Fault("error", code=500, chat_id=followers[2], every=2, **send),
        Fault("reset_before", chat_id=followers[3], times=3, **send),
        flood(2, chat_id=followers[4], times=2, **send),
    ]


async def subscriptions(data: Path) -> dict[int, int]:
    store = await open_named("tinydb", data, system_clock)
    try:
        return {chat.id: len(chat.subscriptions) for chat in await store.chats()}
    finally:
        await store.close()


async def chaos(data: Path, attacks: list[str], seconds: float) -> tuple[Town, list[float]]:
    """Attack for so long; the town, and how long a bystander waited for each answer."""
    async with town(data, 210, 70, window_seconds="1") as (place, people, groups):
        followers = people[-FOLLOWERS:]
        await asyncio.gather(*(place.ask(person, "/subscribe all") for person in followers))
        for fault in refusals(followers):
            place.playground.faults.add(fault)
        await announce(place)
        crowd = people[:-FOLLOWERS]
        chooser = random.Random(1)
        tasks = [
            asyncio.create_task(attack(act(place, crowd, groups, chooser), a_second))
            for act, a_second in map(ATTACKS.get, attacks)
        ]
        try:
            waits = await waits_of_a_bystander(place, seconds)
            spared = followers[5:]
            await until(lambda: all(len(place.world.answers(chat)) > 1 for chat in spared), 30)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(error, asyncio.CancelledError) for error in ended), ended
        assert place.process.returncode is None
        assert place.memory() < MOST_MEMORY
        place.process.kill()
    kept = await subscriptions(data)
    assert all(kept.get(person) for person in followers)
    return place, waits


async def test_all_attacks_at_once(tmp_path: Path):
    place, waits = await chaos(tmp_path / "data", list(ATTACKS), SECONDS)
    assert max(waits) < LONGEST_WAIT, waits
    log = place.log.read_text(encoding="utf-8")
    assert "unexpected error" not in log
    assert "word17" not in log


@pytest.mark.skipif(not SOAK, reason="make soak")
@pytest.mark.parametrize("name", ATTACKS)
async def test_an_attack(tmp_path: Path, name: str):
    _, waits = await chaos(tmp_path / "data", [name], SECONDS)
    assert max(waits) < LONGEST_WAIT, waits


@pytest.mark.skipif(not SOAK, reason="make soak")
async def test_nothing_is_lost_through_kills(tmp_path: Path):
    """Each person's question is answered, although the process is killed again and again."""
    async with town(tmp_path / "data", 100, 1) as (place, people, _):
        questions = asyncio.create_task(
            attack((place.world.say(person, "/topics") for person in people), 10)
        )
        for _ in range(3):
            await asyncio.sleep(3)
            place.process.kill()
            await place.process.wait()
            await place.start()
        await until(lambda: all(place.world.answers(person) for person in people), 60)
        await asyncio.gather(questions, return_exceptions=True)
        await place.ask(BYSTANDER, "/help")
