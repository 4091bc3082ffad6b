"""Render pictures off the event loop: deduplicated, bounded, with a timeout."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import structlog
from cachetools import LRUCache

from bot.images.text_metrics import further_fonts

_log = structlog.get_logger(__name__)

_LONGEST = 20.0
"""Seconds for one picture; then its process is ended."""
_KEPT_DRAWINGS = 256
_KEPT_BYTES = 24_000_000
"""Of finished pictures; an older one is drawn again when somebody wants it."""
_FAULT_SHOWN = 400

Drawn = TypeVar("Drawn")


class PictureFailed(Exception):
    """A picture could not be drawn."""


class Renderer:
    """Makes PNGs of SVGs in processes of their own: the library holds the interpreter.

    A picture that is wanted several times at once is drawn once; whoever gives up waiting leaves
    it to the others, and to whoever comes later.

    Args:
        at_once: Processes at the same time.
    """

    def __init__(self, *, at_once: int = 1) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._under_way: dict[str, asyncio.Task[bytes]] = {}
        self._pictures: LRUCache[str, bytes] = LRUCache(_KEPT_BYTES, getsizeof=len)
        self._drawings: LRUCache[Hashable, tuple[object, object]] = LRUCache(_KEPT_DRAWINGS)

    async def drawn(self, key: Hashable, version: object, draw: Callable[[], Drawn]) -> Drawn:
        """What `draw` makes, in a thread; made again only when `version` is another one.

        Raises:
            PictureFailed: `draw` failed.
        """
        known = self._drawings.get(key)
        if known is not None and known[0] == version:
            return cast("Drawn", known[1])
        try:
            made = await asyncio.to_thread(draw)
        except Exception as error:
            _log.exception("a picture could not be drawn", picture=str(key))
            raise PictureFailed(f"{type(error).__name__} while drawing") from error
        self._drawings[key] = (version, made)
        return made

    async def png(self, svg: str, scale: float) -> bytes:
        """The PNG of an SVG, `scale` pixels to each of its units.

        Raises:
            PictureFailed: it is not an SVG, or it took too long.
        """
        key = digest_of(svg, scale)
        if key in self._pictures:
            return self._pictures[key]
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._make(svg, scale), name="picture")
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._finished(key, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _make(self, svg: str, scale: float) -> bytes:
        async with self._turns:
            return await asyncio.to_thread(_in_a_process, svg, scale)

    def _finished(self, key: str, task: asyncio.Task[bytes]) -> None:
        del self._under_way[key]
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            _log.warning("a picture could not be made", error=str(error))
            return
        if len(task.result()) <= _KEPT_BYTES:
            self._pictures[key] = task.result()


def digest_of(svg: str, scale: float) -> str:
    """A name for a picture by its content: another look, another name."""
    return hashlib.sha256(f"{scale}:{svg}".encode()).hexdigest()[:24]


def _in_a_process(svg: str, scale: float) -> bytes:
    """Run `bot.images.rasterizer` on it (blocking)."""
    command = [
        sys.executable,
        "-m",
        "bot.images.rasterizer",
        str(scale),
        *map(str, further_fonts()),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the picture as its input
            command, input=svg.encode(), capture_output=True, timeout=_LONGEST, check=True
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[-_FAULT_SHOWN:]
        raise PictureFailed(f"the process said: {said}") from error
    except (subprocess.TimeoutExpired, OSError) as error:
        raise PictureFailed(type(error).__name__) from error
    return done.stdout
