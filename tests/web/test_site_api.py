"""The JSON API, tried by hand and by its own description."""

from __future__ import annotations

import csv
import io

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from web_samples import CLOCK, NOW, OPTIONS, change

from bot.web.addresses import LiveAddresses
from bot.web.app import create_site
from bot.web.page_context import Edition
from bot.web.sitemap import catalogue


@pytest.mark.filterwarnings("ignore")
def test_answers_are_as_described(board, languages) -> None:
    """By schemathesis, with what the description allows and with what it does not."""
    site = create_site(lambda: board, languages, OPTIONS, clock=CLOCK)
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", site)
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:
            if (
                mode is schemathesis.GenerationMode.NEGATIVE
                and not operation.definition.raw["parameters"]
            ):
                continue  # there is nothing that could be wrong

            @settings(
                max_examples=14,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def answers(case) -> None:
                nonlocal tried
                tried += 1
                case.call_and_validate()

            answers()
    assert tried > 80


async def test_agreement(client, board) -> None:
    found = (await client.get("/api/v1/agreement")).json()
    assert found["provisions"] == len(board.provisions)
    assert sum(found["counts"].values()) == len(board.counted) < len(board.provisions)
    assert found["title"].keys() == {"en", "az", "tr", "ru"}


async def test_lists_can_be_narrowed(client) -> None:
    found = (await client.get("/api/v1/provisions?topic=transport&status=started")).json()
    assert [item["id"] for item in found["provisions"]]
    assert all("transport" in item["topics"] for item in found["provisions"])
    assert all(item["status"] == "started" for item in found["provisions"])
    news = (await client.get("/api/v1/changes?since=2025-01-01&limit=3")).json()["changes"]
    assert len(news) == 3
    moments = [piece["updated"] for piece in news]
    assert moments == sorted(moments, reverse=True)
    assert min(moments) >= "2025-01-01"


@pytest.mark.parametrize(
    "query",
    [
        "provisions?topic=nope",
        "provisions?status=DONE",
        "provisions?page=2",
        "provisions?topic=energy&topic=trade",
        "changes?since=2025",
        "changes?since=2025-13-01",
        "changes?since= 2025-01-01",
        "changes?limit=0",
        "changes?limit=501",
        "changes?limit=-1",
        "changes?limit=1e2",
        "changes?limit=%D9%A3",
        "changes?limit=99999999999999999999",
    ],
)
async def test_wrong_values_are_named(client, query) -> None:
    found = await client.get(f"/api/v1/{query}")
    assert found.status_code == 400
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["detail"]


async def test_a_provision_in_full(client) -> None:
    found = (await client.get("/api/v1/provisions/drone_factory")).json()
    assert [item["status"] for item in found["history"]][:2] == ["announced", "started"]
    assert found["status"] == found["current"]["status"]
    assert found["since"] <= found["last_event"] <= found["checked_on"]
    assert found["pages"]["tr"] == "https://board.example/tr/provisions/drone_factory"
    missing = await client.get("/api/v1/provisions/nope")
    assert missing.status_code == 404
    assert missing.headers["access-control-allow-origin"] == "*"


def test_who_recorded_a_change_stays_unsaid(board, languages) -> None:
    made = change(board.provision("ratification"))
    edition = Edition(
        board.following([made]), languages, OPTIONS, LiveAddresses(OPTIONS.base_url), NOW.date()
    )
    for path, resource in catalogue(edition).items():
        assert str(made.made_by).encode() not in resource.build(), path


async def test_other_sites_may_read(client) -> None:
    for path in ("/api/v1/topics", "/en/feed.atom", "/en/board.csv", "/en/badge.svg"):
        found = await client.get(path, headers={"Origin": "https://other.example"})
        assert found.headers["access-control-allow-origin"] == "*"
        assert found.headers["cross-origin-resource-policy"] == "cross-origin"
    page = await client.get("/en/", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in page.headers


async def test_the_table_is_in_the_pages_language(client, board) -> None:
    found = await client.get("/az/board.csv")
    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert len(rows) == sum(len(provision.history) for provision in board.provisions)
    assert rows[0]["title"] == board.provisions[0].title["az"]
