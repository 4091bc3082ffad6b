from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from web_samples import CLOCK, LIGHTHOUSE, OPTIONS

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.i18n.catalogs import load_languages, offered
from bot.i18n.language import Language
from bot.paths import content_file, locales_folder
from bot.web.app import create_site


@pytest.fixture(scope="session")
def languages() -> Mapping[str, Language]:
    codes = load_file(content_file()).languages
    return offered(load_languages(locales_folder()), codes)


@pytest.fixture(scope="session")
def board() -> Board:
    return Board(load_file(content_file()))


@pytest.fixture(scope="session")
def lighthouse() -> Board:
    return Board(load_file(LIGHTHOUSE))


@pytest.fixture
async def client(board, languages) -> AsyncIterator[httpx.AsyncClient]:
    site = create_site(lambda: board, languages, OPTIONS, clock=CLOCK)
    transport = httpx.ASGITransport(site)
    async with httpx.AsyncClient(transport=transport, base_url="https://board.example") as client:
        yield client
