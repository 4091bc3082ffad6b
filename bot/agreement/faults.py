"""What can be wrong with a content file, each fault with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class FaultKind(StrEnum):
    """A sort of fault; after each the names of its parameters."""

    UNREADABLE = "unreadable"  # reason (the system's, in English)
    TOO_LARGE = "too_large"  # limit (in MB)
    NOT_TEXT = "not_text"  # position
    INVALID_SYNTAX = "invalid_syntax"  # column, reason (the parser's, in English)
    REPEATED_NAME = "repeated_name"  # field
    HALF_CHARACTER = "half_character"
    CONTROL_CHARACTER = "control_character"
    MISSING_FIELD = "missing_field"  # field
    UNKNOWN_FIELD = "unknown_field"  # field, nearest ("" if none is near)
    WRONG_TYPE = "wrong_type"  # expected: text, whole_number, yes_or_no, object, array
    BAD_VALUE = "bad_value"  # value, expected
    BAD_ID = "bad_id"  # value
    BAD_LANGUAGE_CODE = "bad_language_code"  # value
    BAD_URL = "bad_url"  # value
    BAD_DATE = "bad_date"  # value
    BAD_NUMBER = "bad_number"  # value, limit
    EMPTY = "empty"
    TOO_SHORT = "too_short"  # limit
    TOO_LONG = "too_long"  # length, limit
    TOO_MANY = "too_many"  # length, limit
    TOO_FEW = "too_few"  # length, limit
    EVIDENCE_MISSING = "evidence_missing"  # status
    REASON_MISSING = "reason_missing"
    REASON_UNWANTED = "reason_unwanted"  # status
    DUPLICATE_ID = "duplicate_id"  # value, first
    DUPLICATE_NUMBER = "duplicate_number"  # value, first
    DUPLICATE_COMMAND = "duplicate_command"  # value, first
    DUPLICATE_LANGUAGE = "duplicate_language"  # value, first
    RESERVED_COMMAND = "reserved_command"  # value
    MISSING_LANGUAGE = "missing_language"  # language
    EXTRA_LANGUAGE = "extra_language"  # language, languages
    UNUSED_LANGUAGE = "unused_language"  # language
    UNKNOWN_TOPIC = "unknown_topic"  # value, nearest ("" if none is near)
    UNKNOWN_SIDE = "unknown_side"  # value, nearest ("" if none is near)
    UNKNOWN_PUBLISHER = "unknown_publisher"  # value, nearest ("" if none is near)
    UNKNOWN_PERSON = "unknown_person"  # value, nearest ("" if none is near)
    QUOTE_LANGUAGE_MISSING = "quote_language_missing"
    OLD_SHAPE = "old_shape"
    UNUSED_TOPIC = "unused_topic"  # value
    DATES_GO_BACK = "dates_go_back"  # date, before
    EVENT_AFTER_CHECK = "event_after_check"  # date, checked_on
    BEFORE_SIGNING = "before_signing"  # date, signed
    ANNOUNCEMENT_ONLY = "announcement_only"  # status
    LISTED_RATED = "listed_rated"  # status
    RELATED_RATED = "related_rated"  # status
    STATUS_MISSING = "status_missing"
    DEADLINE_TOO_EARLY = "deadline_too_early"  # deadline, date
    FIRST_SENTENCE_TOO_LONG = "first_sentence_too_long"  # length, limit
    PROVISION_TOO_LONG = "provision_too_long"  # language, length, limit
    NO_CATALOG = "no_catalog"  # language
    WORD_IGNORED = "word_ignored"  # value
    SYNONYMS_IDLE = "synonyms_idle"
    SAME_TEXT = "same_text"  # language, other
    FUTURE_DATE = "future_date"  # date
    REPEATED_EVIDENCE = "repeated_evidence"  # first
    ALIAS_IS_ID = "alias_is_id"  # value


WARNINGS = frozenset(
    {
        FaultKind.NO_CATALOG,
        FaultKind.WORD_IGNORED,
        FaultKind.SYNONYMS_IDLE,
        FaultKind.SAME_TEXT,
        FaultKind.FUTURE_DATE,
        FaultKind.REPEATED_EVIDENCE,
        FaultKind.ALIAS_IS_ID,
    }
)
"""What `bot.agreement.warnings` finds: a file with it is used, but an author should know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault whose line is not known yet, only its place as a JSON pointer."""

    kind: FaultKind
    pointer: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its place as a JSON pointer (RFC 6901) and a line from 1, and its details."""

    kind: FaultKind
    pointer: str
    line: int
    params: Mapping[str, str] = field(default_factory=dict)


class ContentFaults(ValueError):
    """A content file was refused: all that is wrong with it, in the order of its lines."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        places = ", ".join(
            f"{fault.kind} at line {fault.line} ({fault.pointer})" for fault in faults[:5]
        )
        super().__init__(f"{len(faults)} faults: {places}{', …' if len(faults) > 5 else ''}")  # noqa: PLR2004
        self.faults = faults
        self.file: Path | None = None
        """The file, where it was read from one."""
