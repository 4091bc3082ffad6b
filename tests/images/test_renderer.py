"""The studio: a picture once, beside the event loop, and failures that say so."""

from __future__ import annotations

import asyncio

import pytest

from bot.images import renderer as module
from bot.images.renderer import PictureFailed, Renderer

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20">'
    '<text x="2" y="15" font-family="Noto Sans" font-size="14">{}</text></svg>'
)


async def test_a_picture_wanted_at_once_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    real = module._in_a_process

    def counted(svg: str, scale: float) -> bytes:
        runs.append(svg)
        return real(svg, scale)

    monkeypatch.setattr(module, "_in_a_process", counted)
    renderer = Renderer()
    first, second = await asyncio.gather(*(renderer.png(SVG.format("şə"), 2) for _ in range(2)))
    assert first == second == await renderer.png(SVG.format("şə"), 2)
    assert first.startswith(b"\x89PNG")
    assert len(runs) == 1
    assert await renderer.png(SVG.format("другая"), 2) != first


async def test_the_event_loop_goes_on_meanwhile() -> None:
    renderer = Renderer()
    drawing = asyncio.create_task(renderer.png(SVG.format("x"), 20))
    turns = 0
    while not drawing.done():
        await asyncio.sleep(0.002)
        turns += 1
    await drawing
    assert turns > 5  # drawn on the loop, it would leave it no turn


async def test_what_cannot_be_drawn_says_so_and_is_tried_again() -> None:
    renderer = Renderer()
    for _ in range(2):
        with pytest.raises(PictureFailed):
            await renderer.png("<svg", 1)

    def broken() -> str:
        raise ZeroDivisionError

    with pytest.raises(PictureFailed):
        await renderer.drawn("x", 1, broken)
    await renderer.close()


async def test_whoever_gives_up_leaves_it_to_the_others() -> None:
    renderer = Renderer()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await renderer.png(SVG.format("late"), 2)
    assert (await renderer.png(SVG.format("late"), 2)).startswith(b"\x89PNG")


async def test_a_drawing_is_made_again_when_its_version_is_another() -> None:
    renderer, made = Renderer(), []

    def draw() -> int:
        made.append(1)
        return len(made)

    assert [await renderer.drawn("k", version, draw) for version in (1, 1, 2, 2)] == [1, 1, 2, 2]
