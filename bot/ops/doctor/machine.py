"""What is on this machine: content, catalogs, time zones, folders."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.agreement.content import load_file
from bot.agreement.faults import ContentFaults, FaultKind
from bot.i18n.catalogs import CatalogDamaged, CatalogMissing, load_languages
from bot.ops.doctor.result import CheckResult, fault, note, well
from bot.views.commands import RESERVED

_LITTLE = 100 * 1024 * 1024
_SCARCE = 1024 * 1024 * 1024
"""Free bytes from which a disk is worth a look."""
_SOME_ZONE = "Europe/London"


def content(file: Path) -> CheckResult:
    """The content file."""
    try:
        agreement = load_file(file, reserved=RESERVED)
    except ContentFaults as error:
        if error.faults[0].kind is FaultKind.UNREADABLE:
            advice = "Name the file in BRIEFING_CONTENT and let the bot's user read it."
            return fault(
                "content", f"{file} cannot be read: {error.faults[0].params['reason']}", advice
            )
        advice = f"Each fault with its place:  briefing-bot check {file}"
        return fault("content", f"{file} has {len(error.faults)} faults", advice)
    return well("content", f"{file}: {len(agreement.provisions)} provisions")


def catalogues(folder: Path) -> CheckResult:
    """The languages."""
    try:
        languages = load_languages(folder)
    except (CatalogMissing, CatalogDamaged) as error:
        return fault("catalogues", str(error), "Install the bot anew; in a checkout: make catalogs")
    return well("catalogues", ", ".join(languages))


def time_zones() -> CheckResult:
    """Whether times can be told."""
    try:
        ZoneInfo(_SOME_ZONE)
    except ZoneInfoNotFoundError:
        return fault("time zones", "there are none", "Install them:  pip install tzdata")
    return well("time zones", f"{len(available_timezones())}")


def folder(path: Path) -> list[CheckResult]:
    """Whether there is a data folder that can be written to, with room in it."""
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(place).free
    except OSError as error:
        user = os.geteuid()
        advice = f"Let user {user} write there:  chown -R {user} {path}  (or set BRIEFING_DATA)"
        return [fault("data folder", f"{path} cannot be written: {error.strerror}", advice)]
    there = "can be written" if path.exists() else "is made at the first start"
    return [well("data folder", f"{path} {there}"), _room(path, free)]


def _room(path: Path, free: int) -> CheckResult:
    found = f"{free // (1024 * 1024):,} MB free for {path}"
    advice = "Make room: without it changes and subscriptions are refused, and alerts pause."
    if free < _LITTLE:
        return fault("disk", found, advice)
    return note("disk", found, advice) if free < _SCARCE else well("disk", found)
