"""What an author is told of a file."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from typer.testing import CliRunner

from bot.agreement.content import read_file
from bot.agreement.faults import WARNINGS
from bot.cli import app
from bot.cli.links import look_at

LIGHTHOUSE = Path(__file__).parents[1] / "fixtures" / "lighthouse.json"


def check(path: Path, *options: str) -> list[str]:
    return CliRunner().invoke(app, ["check", str(path), *options]).output.splitlines()


def changed(tmp_path: Path, **fields: Any) -> Path:
    document = json.loads(LIGHTHOUSE.read_text("utf-8"))
    first, topic = document["provisions"][0], document["topics"][0]
    document |= fields.pop("document", {})
    first |= fields.pop("first", {})
    topic |= fields.pop("topic", {})
    for event in fields.pop("repeat", ()):
        evidence = first["history"][event]["evidence"]
        evidence.append(evidence[0])
    path = tmp_path / "content.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


SAME = "The old lighthouse is repaired by both"
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "no_catalog": ({}, "does not speak this language, so readers cannot choose it: Welsh."),
    "word_ignored": ({"topic": {"keywords": {"en": ["--"], "tr": ["fener"]}}}, "“--” counts for"),
    "synonyms_idle": ({"document": {"synonyms": [["dugong", "manatee"]]}}, "No title and no"),
    "same_text": ({"first": {"text": {"en": SAME, "tr": SAME}}}, "English, Turkish"),
    "future_date": ({"first": {"checked_on": "2999"}}, "in the future: 2999"),
    "repeated_evidence": ({"repeat": [1]}, "same page as evidence twice"),
    "alias_is_id": ({"topic": {"aliases": ["lighthouse_repair"]}}, "/lighthouse_repair is also"),
}


@pytest.mark.parametrize("kind", sorted(WARNINGS))
def test_a_slip_is_a_warning(tmp_path: Path, kind: str) -> None:
    fields, said = CASES[kind]
    path = changed(tmp_path, **fields)
    if kind == "no_catalog":
        text = path.read_text("utf-8").replace('"tr":', '"cy":').replace('"tr"', '"cy"')
        path.write_text(text, "utf-8")
    *warnings, last = check(path)
    assert [line for line in warnings if said in line], warnings
    assert "no faults, 1 warning;" in last


def test_a_good_file_has_none() -> None:
    assert "no faults;" in check(LIGHTHOUSE)[-1]


def test_faults_are_counted(tmp_path: Path) -> None:
    path = changed(tmp_path, first={"number": "1", "origin": "rumour"})
    assert check(path)[-1] == f"{path}: 2 faults"


def test_it_says_what_is_different_from_the_file_as_it_was(tmp_path: Path) -> None:
    path = changed(
        tmp_path, first={"id": "repair", "former_ids": ["lighthouse_repair"], "number": 9}
    )
    told = check(path, "--against", str(LIGHTHOUSE))
    assert "Renamed, with their followers: lighthouse_repair → repair." in told
    assert "Other numbers: repair (1 → 9)." in told


def test_an_id_that_another_one_had_is_taken(tmp_path: Path) -> None:
    path = changed(tmp_path, first={"former_ids": ["harbour_market"]})
    assert any("“harbour_market” is taken already" in line for line in check(path))


async def _answer(request: web.Request) -> web.Response:
    match request.path:
        case "/gone":
            return web.Response(status=404)
        case "/moved":
            raise web.HTTPMovedPermanently("/good")
        case "/loop":
            raise web.HTTPFound("/loop")
    return web.Response(text="x" * 100)


async def test_every_address_is_opened_once(tmp_path: Path) -> None:
    application = web.Application()
    application.router.add_get("/{path}", _answer)
    server = TestServer(application)
    await server.start_server()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(server.close)
        base = f"http://127.0.0.1:{server.port}"
        text = LIGHTHOUSE.read_text("utf-8")
        urls = list(dict.fromkeys(re.findall(r"https://[^\"]+", text)))
        paths = ["/good", "/gone", "/moved", "/loop"]
        for url, path in zip(urls, itertools.chain(paths, itertools.repeat("/good")), strict=False):
            text = text.replace(f'"{url}"', f'"{base}{path}"')
        path = tmp_path / "content.json"
        path.write_text(text, "utf-8")
        found = {link.url: link for link in await look_at(read_file(path), pause=0)}
    assert set(found) == {base + path for path in paths}
    said = {url.removeprefix(base): link.problem for url, link in found.items()}
    assert said["/good"] is None
    assert said["/gone"] == "it answers 404"
    assert said["/moved"] == f"it moved to {base}/good"
    assert said["/loop"] == "it redirects again and again"
    offline = await look_at(read_file(path), pause=0)
    assert not any(link.is_reached for link in offline)


def test_a_machine_that_is_offline_is_told_once(tmp_path: Path) -> None:
    text = re.sub(r"https://[^\"]+", "http://127.0.0.1:9/x", LIGHTHOUSE.read_text("utf-8"))
    path = tmp_path / "content.json"
    path.write_text(text, "utf-8")
    told = check(path, "--links")
    assert [line for line in told if "is this machine online?" in line]
    assert not [line for line in told if "cannot be reached" in line]
