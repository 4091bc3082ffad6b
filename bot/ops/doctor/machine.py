"""What is on this machine: content, catalogs, time zones, folders."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.agreement.content import load_file
from bot.agreement.faults import ContentFaults, FaultKind
from bot.agreement.model import Agreement
from bot.embedding import embedder_of
from bot.i18n.catalogs import (
    CATALOG_ADVICE,
    CatalogDamaged,
    CatalogMissing,
    load_languages,
    no_catalog,
    offered,
    without_catalog,
)
from bot.ops.doctor.result import CheckResult, fault, note, well
from bot.search.embedder import EmbedderFails
from bot.settings import Settings
from bot.storage.tinydb.files import OtherOwner, check_owner
from bot.views.commands import RESERVED

_LITTLE = 100 * 1024 * 1024
_SCARCE = 1024 * 1024 * 1024
"""Free bytes from which a disk is worth a look."""
_MAKE_ROOM = "Make room: without it changes and subscriptions are refused, and alerts pause."
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_SOME_ZONE = "Europe/London"


def content(file: Path) -> tuple[CheckResult, Agreement | None]:
    """The content file, and the agreement in it where it is right."""
    try:
        agreement = load_file(file, reserved=RESERVED)
    except ContentFaults as error:
        if error.faults[0].kind is FaultKind.UNREADABLE:
            advice = "Name the file in BRIEFING_CONTENT and let the bot's user read it."
            reason = error.faults[0].params["reason"]
            return fault("content", f"{file} cannot be read: {reason}", advice), None
        count = len(error.faults)
        advice = f"Each fault with its place:  briefing-bot check {file}"
        return fault("content", f"{file} has {count} fault{'s' * (count > 1)}", advice), None
    found = f"{file}: {len(agreement.provisions)} provisions"
    return well("content", found), agreement


def fonts(font: Path | None, agreement: Agreement | None) -> list[CheckResult]:
    """Whether pictures can be drawn in each language of the content."""
    from bot.images.text_metrics import has_letters, use_font  # noqa: PLC0415 - doctor alone

    if font is not None:
        use_font(font)
    if agreement is None:
        return []
    titles = [agreement.title, agreement.short_title]
    titles += [topic.title for topic in agreement.topics]
    titles += [provision.title for provision in agreement.provisions]
    lacking = [
        code
        for code in agreement.languages
        if not all(has_letters(title.get(code, "")) for title in titles)
    ]
    if not lacking:
        return [well("fonts", "every letter of the content")]
    found = f"letters are missing in {', '.join(lacking)}: texts go out without pictures"
    return [note("fonts", found, "Name a font that has them in BRIEFING_FONT.")]


def catalogues(folder: Path, own: Path | None, wanted: Sequence[str]) -> CheckResult:
    """The languages of the bot, and which of those that the content is `wanted` in it lacks."""
    try:
        languages = load_languages(folder, own)
    except CatalogMissing as error:
        advice = "Install the bot again; in a checkout: make catalogs"
        return fault("catalogues", str(error), advice)
    except CatalogDamaged as error:
        return fault("catalogues", str(error), "Correct the catalog, or make it again.")
    if missing := without_catalog(languages, wanted):
        return note("catalogues", no_catalog(missing), CATALOG_ADVICE)
    return well("catalogues", ", ".join(offered(languages, wanted)))


def meaning(settings: Settings) -> CheckResult:
    """Which embedder the search goes by, if it works, and how long it takes for a question."""
    try:
        embedder = embedder_of(settings)
        if embedder is None:
            return well("search", "by words alone (BRIEFING_EMBEDDINGS=none)")
        embedder.question("")  # a model is loaded by the first one
        start = time.perf_counter()
        embedder.question("What was promised, and what became of it?")
    except EmbedderFails as error:
        advice = (
            "The bot answers by words. For meaning, name an OpenAI-compatible endpoint in"
            " BRIEFING_EMBEDDINGS; `none` says that words are enough."
        )
        return note("search", f"by words alone: {error}", advice)
    spent = (time.perf_counter() - start) * 1000
    return well("search", f"by words and by meaning: {embedder.name}, {spent:.0f} ms a question")


def secrets(file: Path) -> list[CheckResult]:
    """Whether others on this machine can read the file that holds the token."""
    if file.is_file() and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        found = f"{file} can be read by other users of this machine"
        return [note("secrets", found, f"It may hold the token:  chmod 600 {file}")]
    return []


def time_zones() -> CheckResult:
    """Whether times can be told."""
    try:
        ZoneInfo(_SOME_ZONE)
    except ZoneInfoNotFoundError:
        return fault("time zones", "there are none", "Install them:  pip install tzdata")
    return well("time zones", f"{len(available_timezones())}")


def folder(path: Path) -> list[CheckResult]:
    """Whether the data folder is this user's and can be written to, with room in it."""
    try:
        check_owner(path)
    except OtherOwner as error:
        # Root looks after a bot that runs as somebody else: nothing is wrong with that.
        how = note if os.geteuid() == 0 else fault
        return [how("data folder", str(error), error.advice)]
    try:
        place = next(place for place in (path, *path.absolute().parents) if place.exists())
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(place).free
        there = "can be written" if path.exists() else "is made at the first start"
    except OSError as error:
        found = f"{path} cannot be written: {error.strerror}"
        if error.errno in _NO_ROOM:
            return [fault("disk", found, _MAKE_ROOM)]
        user = os.geteuid()
        advice = f"Let user {user} write there:  chown -R {user} {path}  (or set BRIEFING_DATA)"
        return [fault("data folder", found, advice)]
    return [well("data folder", f"{path} {there}"), _room(path, free)]


def _room(path: Path, free: int) -> CheckResult:
    found = f"{free // (1024 * 1024):,} MB free for {path}"
    if free < _LITTLE:
        return fault("disk", found, _MAKE_ROOM)
    return note("disk", found, _MAKE_ROOM) if free < _SCARCE else well("disk", found)
