"""Following from a page inside Telegram, over the real store."""

from __future__ import annotations

import httpx
import pytest
from web_samples import CLOCK, NOW, OPTIONS, init_data

from bot.storage.errors import StoreFull
from bot.storage.tinydb import open_store
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind, Scope, ScopeKind
from bot.web.app import create_site
from bot.web.app_endpoint import StoredFollows

RATIFICATION = Scope(ScopeKind.PROVISION, "ratification")
DIPLOMACY = Scope(ScopeKind.TOPIC, "diplomacy")
STRANGER = {"id": 77, "language_code": "tr"}


@pytest.fixture
async def store(tmp_path):
    store = await open_store(tmp_path, CLOCK)
    yield store
    await store.close()


@pytest.fixture
async def app(store, board, languages):
    follows = StoredFollows(store, CLOCK)
    site = create_site(lambda: board, languages, OPTIONS, follows=follows, clock=CLOCK)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url="https://board.example"
    ) as client:
        yield client


async def ask(app, act: str, scope: object = RATIFICATION, data: str | None = None, **more):
    wish = {
        "init_data": init_data() if data is None else data,
        "scope": str(scope),
        "act": act,
        "language": "az",
        **more,
    }
    return await app.post("/app/follow", json=wish)


async def test_a_person_follows_and_stops(app, store) -> None:
    assert (await ask(app, "look")).json()["state"] == "open"
    followed = await ask(app, "follow")
    assert followed.status_code == 200
    assert followed.json()["state"] == "followed"
    chat = await store.chat(77)
    assert chat == Chat(
        77,
        ChatKind.PRIVATE,
        client_locale="tr",
        since=NOW,
        subscriptions=frozenset({(None, RATIFICATION)}),
    )
    assert (await ask(app, "look")).json()["state"] == "followed"
    stopped = (await ask(app, "unfollow")).json()
    assert stopped["state"] == "open"
    assert stopped["notice"]
    assert (await store.chat(77)).subscriptions == frozenset()


async def test_words_are_in_the_pages_language(app, languages) -> None:
    label = (await ask(app, "look")).json()["label"]
    assert label == languages["az"].gettext("Follow")
    other = (await ask(app, "look", language="de")).json()["label"]
    assert other == "Follow"


@pytest.mark.parametrize("wider", [EVERYTHING, DIPLOMACY])
async def test_what_covers_more_is_seen(app, store, wider) -> None:
    await ask(app, "follow", wider)
    assert (await ask(app, "look")).json()["state"] == "covered"
    assert (await ask(app, "look", wider)).json()["state"] == "followed"


async def test_who_cannot_be_written_to_is_told(app, store) -> None:
    stranger = init_data(user=STRANGER)
    refused = await ask(app, "follow", data=stranger)
    assert refused.status_code == 409
    assert refused.json()["notice"]
    assert await store.chat(77) is None
    await store.update_chat(77, lambda _: Chat(77, ChatKind.PRIVATE))
    assert (await ask(app, "follow", data=stranger)).status_code == 200
    await store.update_chat(77, lambda chat: chat.lost(NOW))
    assert (await ask(app, "look", data=stranger)).json()["state"] == "open"
    assert (await ask(app, "follow", data=stranger)).status_code == 409
    assert (await ask(app, "follow")).status_code == 200
    assert (await store.chat(77)).active


async def test_nobody_acts_for_another(app, store) -> None:
    for data in ("", "hash=00", init_data().replace("77", "78"), init_data(token="1:x")):
        refused = await ask(app, "follow", data=data)
        assert refused.status_code == 403
    assert await store.chats() == []


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"scope": "provision:nope"}, 404),
        ({"scope": "topic:nope"}, 404),
        ({"scope": "provision:"}, 400),
        ({"scope": "x" * 65}, 400),
        ({"act": "forget"}, 400),
        ({"more": 1}, 400),
        ({"init_data": "x" * 5000}, 400),
        ({"language": "x" * 20_000}, 400),
    ],
)
async def test_other_wishes_are_refused(app, store, wish, status) -> None:
    whole = {"init_data": init_data(), "scope": "all", "act": "follow", "language": "en", **wish}
    refused = await app.post("/app/follow", json=whole)
    assert refused.status_code == status
    assert await store.chats() == []


async def test_other_sites_cannot_ask(app) -> None:
    form = await app.post("/app/follow", data={"scope": "all"})
    assert form.status_code == 415
    found = await ask(app, "look")
    assert "access-control-allow-origin" not in found.headers
    assert found.headers["cache-control"] == "no-store"
    flight = await app.options("/app/follow", headers={"Origin": "https://evil.example"})
    assert not flight.is_success
    assert "access-control-allow-methods" not in flight.headers
    assert (await app.get("/app/follow")).status_code == 404


async def test_a_full_disk_is_said(board, languages) -> None:
    class Full(StoredFollows):
        async def follow(self, person, scope):
            raise StoreFull(f"no room for {scope} of {person}")

    site = create_site(lambda: board, languages, OPTIONS, follows=Full(None, CLOCK), clock=CLOCK)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url="https://board.example"
    ) as client:
        found = await ask(client, "follow")
    assert found.status_code == 503
    assert found.json()["notice"]
