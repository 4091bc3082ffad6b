"""What was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    """The bot works, and something is worth knowing."""
    FAULT = "fault"
    """Something does not work."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that was looked at."""

    check: str
    verdict: Verdict
    found: str
    advice: str = ""
    """What to do about it."""


def well(check: str, found: str) -> CheckResult:
    """Works."""
    return CheckResult(check, Verdict.OK, found)


def note(check: str, found: str, advice: str) -> CheckResult:
    """Works, with a caveat."""
    return CheckResult(check, Verdict.NOTE, found, advice)


def fault(check: str, found: str, advice: str) -> CheckResult:
    """Does not work."""
    return CheckResult(check, Verdict.FAULT, found, advice)
