"""The agreement with its histories as files for other programs. Holds nothing about readers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

from bot.agreement.board import Board
from bot.agreement.events import Event
from bot.agreement.model import Provision

_COLUMNS = (
    "number",
    "provision",
    "title",
    "origin",
    "topics",
    "standing",
    "since",
    "last_event",
    "checked_on",
    "event_date",
    "event_kind",
    "event_status",
    "event_reason",
    "corrected_on",
    "note",
    "publishers",
    "sources",
    "sides",
    "quotes",
    "target",
    "deadline",
    "entry_id",
    "recorded_at",
    "page",
    "licence",
)


def as_json(board: Board) -> bytes:
    """The agreement as a content file with every change taken in, and the changes alongside it."""
    agreement = board.agreement.model_copy(update={"provisions": board.provisions})
    document = {
        "content": agreement.model_dump(mode="json", exclude_none=True),
        "changes": [change.model_dump(mode="json") for change in board.changes],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


Placed = Callable[[Provision, Event], tuple[str, str, str]]
"""An entry's id, when it was recorded, and the address of its page."""


def as_csv(board: Board, language: str | None = None, placed: Placed | None = None) -> bytes:
    """Every entry of every history, a line each, in a language of the agreement, else its first.

    `placed` says where an entry stands on the web.

    It starts with a byte order mark: spreadsheets take UTF-8 for another encoding without one.
    """
    spoken = board.agreement.languages
    language = language if language in spoken else spoken[0]
    licence = board.agreement.publication.licence
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for provision in board.provisions:
        standing = provision.standing
        for event in provision.history:
            writer.writerow(
                _plain(value)
                for value in (
                    provision.number,
                    provision.id,
                    provision.title.get(language, ""),
                    provision.origin,
                    " ".join(provision.topics),
                    standing.status if standing else "",
                    standing.since if standing else "",
                    provision.last_event.date,
                    provision.checked_on,
                    event.date,
                    event.kind,
                    event.status or "",
                    event.reason or "",
                    event.correction.on if event.correction else "",
                    (event.note or {}).get(language, ""),
                    "; ".join(source.publisher for source in event.evidence),
                    " ".join(source.url for source in event.evidence),
                    "; ".join(_sides(board, event)),
                    "; ".join(source.quote for source in event.evidence if source.quote),
                    (provision.target or {}).get(language, ""),
                    provision.deadline or "",
                    *(placed(provision, event) if placed else ("", "", "")),
                    licence.name if licence else "",
                )
            )
    return out.getvalue().encode("utf-8-sig")


def _sides(board: Board, event: Event) -> list[str]:
    publishers = (board.publishers.get(source.publisher) for source in event.evidence)
    return [publisher.side if publisher else "" for publisher in publishers]


def _plain(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
