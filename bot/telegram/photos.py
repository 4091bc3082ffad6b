"""Photos: render and upload an image once, then send it by its file_id."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

import structlog
from cachetools import LRUCache
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.agreement.sentences import utf16_length
from bot.images.palette import Theme
from bot.images.renderer import PictureFailed, Renderer, digest_of
from bot.storage.errors import StoreError
from bot.storage.protocol import Store
from bot.subscribers.chat import Address
from bot.telegram.rate_limiter import NotWanted, Paced
from bot.telegram.serialization import destination
from bot.telegram.transport import Upload, encoded
from bot.views.message import Form, ImageSpec, Message
from bot.views.pagination import shown

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


Photo: TypeAlias = str | bytes
"""The file_id of an image, or the image as a PNG."""


@dataclass(frozen=True, slots=True)
class FileIdCache:
    """A picture or an album, ready to be sent: Telegram's ids of it, or PNGs to upload."""

    key: str
    image: ImageSpec
    digest: str
    media: tuple[Photo, ...]

    @property
    def known(self) -> bool:
        """Whether Telegram has it already."""
        return all(isinstance(item, str) for item in self.media)


class PhotoUploads:
    """Lends pictures to whoever sends a message.

    Args:
        renderer: Renders them.
        store: Keeps Telegram's ids of those that last; an id is good for one bot only.
        theme: On a light ground or a dark one; a bot cannot know what its readers use.
    """

    def __init__(self, renderer: Renderer, store: Store, theme: Theme) -> None:
        self._renderer = renderer
        self._store = store
        self._theme = theme
        self._ids: LRUCache[str, tuple[str, tuple[str, ...]]] = LRUCache(_MOST)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._rests: dict[str, float] = {}

    @contextlib.asynccontextmanager
    async def lent(self, image: ImageSpec, bot_id: int) -> AsyncIterator[FileIdCache | None]:
        """The picture for one message; None where there is none for now.

        One that Telegram does not have yet is lent to one message at a time: the others wait a
        little for its id.
        """
        key = f"picture:{bot_id}:{self._theme.value}:{image.key}"
        if self._rests.get(key, 0.0) > asyncio.get_running_loop().time():
            yield None
            return
        file_ids = await self._known(key, image)
        if file_ids is not None:
            yield file_ids
            return
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            await asyncio.wait_for(lock.acquire(), _PATIENCE)
        except TimeoutError:
            yield None
            return
        try:
            yield await self._known(key, image) or await self._made(key, image)
        finally:
            lock.release()

    async def sent(self, file_ids: FileIdCache, messages: Sequence[Mapping[str, Any]]) -> None:
        """Remember what Telegram calls a picture that was uploaded; from the messages it made."""
        if file_ids.known:
            return
        ids = tuple(message["photo"][-1]["file_id"] for message in messages if message.get("photo"))
        if len(ids) < len(file_ids.media):
            return
        self._keep(file_ids.key, file_ids.digest, ids)
        if file_ids.image.lasting:
            await self._remember(file_ids.key, " ".join((file_ids.digest, *ids)))

    async def refused(self, file_ids: FileIdCache) -> None:
        """Telegram did not take it: an id is forgotten; a file is left alone for a while."""
        self._ids.pop(file_ids.key, None)
        if not file_ids.known:
            self._rest(file_ids.key)
        elif file_ids.image.lasting:
            await self._remember(file_ids.key, "")

    async def close(self) -> None:
        """Wait for what is being drawn."""
        await self._renderer.close()

    async def _known(self, key: str, image: ImageSpec) -> FileIdCache | None:
        """The picture, if Telegram has it as it looks now."""
        try:
            async with asyncio.timeout(_PATIENCE):
                _, digest = await self._drawn(key, image)
        except (PictureFailed, TimeoutError):
            return None
        kept = self._ids.get(key)
        if kept is None and image.lasting:
            kept_digest, *ids = (await self._store.remembered(key) or "").split(" ")
            kept = (kept_digest, tuple(ids))
        if kept is None or kept[0] != digest or not kept[1]:
            return None
        self._keep(key, *kept)
        return FileIdCache(key, image, digest, kept[1])

    async def _made(self, key: str, image: ImageSpec) -> FileIdCache | None:
        """The picture as files; None where it cannot be drawn, or not soon enough."""
        try:
            async with asyncio.timeout(_PATIENCE):
                svgs, digest = await self._drawn(key, image)
                if not svgs:
                    return None
                pngs = [await self._renderer.png(svg, SCALE) for svg in svgs]
        except PictureFailed:
            self._rest(key)
            return None
        except TimeoutError:
            _log.info("a picture comes too late", picture=image.key)
            return None
        return FileIdCache(key, image, digest, tuple(pngs))

    async def _drawn(self, key: str, image: ImageSpec) -> tuple[list[str], str]:
        """The picture as SVGs, and what tells its look from another.

        There are none where the fonts lack a letter: gaps say less than the text alone.
        """

        def draw() -> tuple[list[str], str]:
            drawings = image.draw(self._theme)[:_MOST_IN_AN_ALBUM]
            svgs = (
                [drawing.svg for drawing in drawings]
                if all(drawing.is_legible for drawing in drawings)
                else []
            )
            return svgs, digest_of("\n".join(svgs), SCALE)

        return await self._renderer.drawn(key, image.version, draw)

    async def _remember(self, key: str, value: str) -> None:
        try:
            await self._store.remember(key, value)
        except StoreError as error:
            _log.warning("the id of a picture was not kept", error=type(error).__name__)

    def _keep(self, key: str, digest: str, ids: tuple[str, ...]) -> None:
        self._ids[key] = (digest, ids)

    def _rest(self, key: str) -> None:
        now = asyncio.get_running_loop().time()
        self._rests = {rest: until for rest, until in self._rests.items() if until > now}
        self._rests[key] = now + _REST


LONGEST_CAPTION = 1024
"""UTF-16 units of a caption as shown (Bot API, sendPhoto.caption)."""

_ABOUT_THE_CHAT = (Forbidden, ChatMigrated, RetryAfter, NotWanted)
_ABOUT_PICTURES = ("photo", "media", "image", "file")
"""Words of refusals that a text without a picture need not fear."""
_NO_PHOTOS_THERE = (
    "rights to send photo",
    "rights to send media",
    "chat_send_photos_forbidden",
    "chat_send_media_forbidden",
)
"""Words of a group that takes texts and no pictures: a permission of its members there."""

AnyBot: TypeAlias = ExtBot[Any]
Answer = Mapping[str, Any]
"""A message as the Bot API answers with it."""
Post = Callable[[str, bytes | Upload, Paced, int | None], Awaitable[Any]]
"""Calls a method of the Bot API with a body, when the chat's turn has come."""


def is_caption(message: Message) -> bool:
    """Whether a text can stand under a picture."""
    return utf16_length(shown(message.html)) <= LONGEST_CAPTION


def is_above(message: Message) -> bool:
    """Whether a text goes under its picture or alone: an alert."""
    return message.picture is not None and message.picture.form is Form.ABOVE


class PhotoSender:
    """The two ways in which a picture goes with a text.

    Both leave the text to the caller where the picture fails: what is wrong with the chat the
    text's own call tells.
    """

    def __init__(self, bot: AnyBot, pictures: PhotoUploads, post: Post) -> None:
        self._bot = bot
        self._pictures = pictures
        self._post = post

    async def above(
        self,
        image: ImageSpec,
        call: Callable[[Photo], Awaitable[Answer]],
        *,
        insist: bool,
    ) -> Answer | None:
        """Make a call that sends a picture with the text under it; None: send the text alone.

        `insist` is for an alert: where nobody knows whether it has arrived (or it was not sent
        for now) it is not sent as a text right away, but fails as a text would.

        Raises:
            TelegramError: the chat cannot be reached, or the call failed in an alert.
        """
        async with self._pictures.lent(image, self._bot.id) as file_ids:
            if file_ids is None or len(file_ids.media) != 1:
                return None
            try:
                sent = await call(file_ids.media[0])
            except _ABOUT_THE_CHAT:
                raise
            except TelegramError as error:
                refusal = isinstance(error, BadRequest)
                if not refusal or (is_about_pictures(error) and not takes_no_photos(error)):
                    await self._refused(file_ids, error)
                if insist and not refusal:
                    raise
                return None
            await self._pictures.sent(file_ids, [sent])
            return sent

    async def before(self, address: Address, image: ImageSpec, paced: Paced) -> None:
        """Send a picture or an album as a message of its own, without a sound.

        Nothing depends on it: what goes wrong is logged.
        """
        async with self._pictures.lent(image, self._bot.id) as file_ids:
            if file_ids is None:
                return
            try:
                sent = await self._send(address, file_ids, paced)
            except TelegramError as error:
                if not (isinstance(error, _ABOUT_THE_CHAT) or takes_no_photos(error)):
                    await self._refused(file_ids, error)
                return
            await self._pictures.sent(file_ids, sent)

    async def _send(
        self, address: Address, file_ids: FileIdCache, paced: Paced
    ) -> Sequence[Answer]:
        parameters: dict[str, Any] = {**destination(address), "disable_notification": True}
        caption = file_ids.image.caption
        if len(file_ids.media) == 1:
            body = photo_body({**parameters, "caption": caption}, file_ids.media[0])
            return [await self._post("sendPhoto", body, paced, address.chat_id)]
        parameters["media"] = [
            {"type": "photo", "media": item if isinstance(item, str) else f"attach://photo{at}"}
            for at, item in enumerate(file_ids.media)
        ]
        parameters["media"][0]["caption"] = caption
        files = {
            f"photo{at}": _file(item)
            for at, item in enumerate(file_ids.media)
            if isinstance(item, bytes)
        }
        body = Upload(parameters, files) if files else encoded(parameters)
        sent: Sequence[Answer] = await self._post("sendMediaGroup", body, paced, address.chat_id)
        return sent

    async def _refused(self, file_ids: FileIdCache, error: TelegramError) -> None:
        _log.warning("a picture was not sent", picture=file_ids.image.key, error=repr(error))
        await self._pictures.refused(file_ids)


def photo_body(parameters: Mapping[str, Any], photo: Photo) -> bytes | Upload:
    """The body of sendPhoto: JSON with a file_id, a form with a PNG."""
    if isinstance(photo, str):
        return encoded({**parameters, "photo": photo})
    return Upload(parameters, {"photo": _file(photo)})


def _file(png: bytes) -> tuple[str, bytes, str]:
    return "photo.png", png, "image/png"


def takes_no_photos(error: TelegramError) -> bool:
    """Whether a chat allows no pictures: the picture is fine, and a text may be welcome."""
    said = error.message.lower()
    return any(words in said for words in _NO_PHOTOS_THERE)


def is_about_pictures(error: TelegramError) -> bool:
    """Whether a refusal is one that a text without a picture need not fear."""
    said = error.message.lower()
    return any(word in said for word in _ABOUT_PICTURES) and "rights" not in said
