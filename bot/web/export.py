"""The whole site as files for any web host: what a running site serves, with relative links."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from pathlib import Path

from bot.agreement.board import Board
from bot.i18n.catalogs import offered
from bot.i18n.language import Language
from bot.i18n.negotiation import negotiate
from bot.web.addresses import FileAddresses, HostedAddresses, file_of
from bot.web.error_pages import chooser, error_page
from bot.web.images import Pictures, subjects
from bot.web.page_context import Edition, SiteOptions
from bot.web.rendering import render
from bot.web.sitemap import catalogue


async def export_site(
    folder: Path,
    board: Board,
    languages: Mapping[str, Language],
    *,
    today: date,
    base_url: str | None = None,
    bot_username: str | None = None,
    pictures: Pictures | None = None,
) -> int:
    """Write every page, feed, table, badge and answer of the API; say how many files that were.

    Feeds and share cards need the public address (`base_url`) to name the site to others.

    Raises:
        OSError: a file cannot be written.
    """
    options = SiteOptions(base_url=base_url or "http://localhost", bot_username=bot_username)
    edition = Edition(
        board,
        offered(languages, board.agreement.languages),
        options,
        FileAddresses(base_url),
        today,
        has_pictures=pictures is not None,
        is_live=False,
    )
    count = await asyncio.to_thread(_write_all, folder, edition, base_url)
    if pictures is not None:
        count += await _write_pictures(folder, edition, pictures)
    return count


def _write_all(folder: Path, edition: Edition, base_url: str | None) -> int:
    found = catalogue(edition)
    for path, resource in found.items():
        _write(folder / file_of(path), resource.build())
    language = edition.languages[negotiate([], edition.languages)]
    front = edition.here(language, "/")
    _write(folder / "index.html", render("chooser.html", front, chooser(front)))
    # A host shows this page at the address that it does not know, however deep that is.
    nowhere = replace(edition, addresses=HostedAddresses(base_url)).here(language, "/404.html")
    missing = error_page(nowhere, HTTPStatus.NOT_FOUND)
    _write(folder / "404.html", render("error.html", nowhere, missing))
    return len(found) + 2


async def _write_pictures(folder: Path, edition: Edition, pictures: Pictures) -> int:
    async def one(code: str, subject: str) -> int:
        drawn = await pictures(code, subject)
        if drawn is None:
            return 0
        await asyncio.to_thread(_write, folder / file_of(f"/{code}/{subject}.png"), drawn)
        return 1

    wanted = [
        one(code, subject) for code in edition.languages for subject in subjects(edition.board)
    ]
    return sum(await asyncio.gather(*wanted))


def _write(file: Path, body: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
