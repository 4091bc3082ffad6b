"""Pictures on their way to Telegram: drawn and uploaded once, then sent by their file_id.

A picture is known by what it looks like: as long as it is drawn the same, Telegram's copy of it
is used again, over restarts too. Whatever goes wrong with a picture, its text goes out.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

import structlog
import telegram
from telegram import InputFile

from bot.messages.model import Sketch
from bot.messages.pictures.palette import Theme
from bot.pictures.studio import PictureFailed, Studio, digest_of
from bot.store.errors import StoreError
from bot.store.protocol import Store

_log = structlog.get_logger(__name__)

SCALE = 2.5
"""Pixels to a unit: 1,100 to 1,500 wide, what a phone shows at most (Telegram keeps 2,560)."""
_PATIENCE = 4.0
"""Seconds that a text waits for its picture to be drawn, or uploaded by another chat's message."""
_REST = 300.0
"""Seconds in which a picture that could not be sent is not tried again."""
_MOST = 512
_MOST_IN_AN_ALBUM = 10
"""Bot API, sendMediaGroup."""


@dataclass(frozen=True, slots=True)
class Prints:
    """A picture or an album, ready to be sent: Telegram's ids of it, or files to be uploaded."""

    key: str
    sketch: Sketch
    digest: str
    media: tuple[str | InputFile, ...]

    @property
    def known(self) -> bool:
        """Whether Telegram has it already."""
        return all(isinstance(one, str) for one in self.media)


class Pictures:
    """Lends pictures to whoever sends a message.

    Args:
        studio: Draws them.
        store: Keeps Telegram's ids of those that last; an id is good for one bot only.
        theme: On a light ground or a dark one; a bot cannot know what its readers use.
    """

    def __init__(self, studio: Studio, store: Store, theme: Theme) -> None:
        self._studio = studio
        self._store = store
        self._theme = theme
        self._ids: OrderedDict[str, tuple[str, tuple[str, ...]]] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._rests: dict[str, float] = {}

    @contextlib.asynccontextmanager
    async def lent(self, sketch: Sketch, bot_id: int) -> AsyncIterator[Prints | None]:
        """The picture for one message; None where there is none for now.

        One that Telegram does not have yet is lent to one message at a time: the others wait a
        little for its id.
        """
        key = f"picture:{bot_id}:{self._theme.value}:{sketch.key}"
        if self._rests.get(key, 0.0) > asyncio.get_running_loop().time():
            yield None
            return
        prints = await self._known(key, sketch)
        if prints is not None:
            yield prints
            return
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            await asyncio.wait_for(lock.acquire(), _PATIENCE)
        except TimeoutError:
            yield None
            return
        try:
            yield await self._known(key, sketch) or await self._made(key, sketch)
        finally:
            lock.release()

    async def sent(self, prints: Prints, messages: Sequence[telegram.Message]) -> None:
        """Remember what Telegram calls a picture that was uploaded."""
        if prints.known:
            return
        ids = tuple(one.photo[-1].file_id for one in messages if one.photo)
        if len(ids) < len(prints.media):
            return
        self._keep(prints.key, prints.digest, ids)
        if prints.sketch.lasting:
            await self._remember(prints.key, " ".join((prints.digest, *ids)))

    async def refused(self, prints: Prints) -> None:
        """Telegram did not take it: an id is forgotten; a file is left alone for a while."""
        self._ids.pop(prints.key, None)
        if not prints.known:
            self._rest(prints.key)
        elif prints.sketch.lasting:
            await self._remember(prints.key, "")

    async def close(self) -> None:
        """Wait for what is being drawn."""
        await self._studio.close()

    async def _known(self, key: str, sketch: Sketch) -> Prints | None:
        """The picture, if Telegram has it as it looks now."""
        try:
            async with asyncio.timeout(_PATIENCE):
                _, digest = await self._drawn(key, sketch)
        except (PictureFailed, TimeoutError):
            return None
        kept = self._ids.get(key)
        if kept is None and sketch.lasting:
            kept_digest, *ids = (await self._store.remembered(key) or "").split(" ")
            kept = (kept_digest, tuple(ids))
        if kept is None or kept[0] != digest or not kept[1]:
            return None
        self._keep(key, *kept)
        return Prints(key, sketch, digest, kept[1])

    async def _made(self, key: str, sketch: Sketch) -> Prints | None:
        """The picture as files; None where it cannot be drawn, or not soon enough."""
        try:
            async with asyncio.timeout(_PATIENCE):
                svgs, digest = await self._drawn(key, sketch)
                if not svgs:
                    return None
                pngs = [await self._studio.png(svg, SCALE) for svg in svgs]
        except PictureFailed:
            self._rest(key)
            return None
        except TimeoutError:
            _log.info("a picture comes too late", picture=sketch.key)
            return None
        files = (InputFile(png, filename=f"{at}.png") for at, png in enumerate(pngs, 1))
        return Prints(key, sketch, digest, tuple(files))

    async def _drawn(self, key: str, sketch: Sketch) -> tuple[list[str], str]:
        """The picture as SVGs, and what tells its look from another.

        There are none where the fonts lack a letter: gaps say less than the text alone.
        """

        def draw() -> tuple[list[str], str]:
            drawings = sketch.draw(self._theme)[:_MOST_IN_AN_ALBUM]
            svgs = [one.svg for one in drawings] if all(one.is_legible for one in drawings) else []
            return svgs, digest_of("\n".join(svgs), SCALE)

        return await self._studio.drawn(key, sketch.version, draw)

    async def _remember(self, key: str, value: str) -> None:
        try:
            await self._store.remember(key, value)
        except StoreError as error:
            _log.warning("the id of a picture was not kept", error=type(error).__name__)

    def _keep(self, key: str, digest: str, ids: tuple[str, ...]) -> None:
        self._ids[key] = (digest, ids)
        self._ids.move_to_end(key)
        if len(self._ids) > _MOST:
            self._ids.popitem(last=False)

    def _rest(self, key: str) -> None:
        now = asyncio.get_running_loop().time()
        self._rests = {one: until for one, until in self._rests.items() if until > now}
        self._rests[key] = now + _REST
