"""Content and recorded changes of the first form, brought into the present one.

The first form had one list of status entries for each provision. Evidence named its publisher and
side in words, a provision had two wordings at most, and one date, `as_of`, told how far all
sources were looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from bot.agreement.events import EventKind
from bot.agreement.evidence import Origin
from bot.agreement.status import Status

Document = dict[str, Any]

_ORIGINS = {
    "declaration": Origin.CLAUSE,
    "press_statement": Origin.STATEMENT,
    "commentary": Origin.ATTRIBUTED,
    "not_found": Origin.LISTED,
}
_LONGEST_ID = 24


def is_old_content(document: object) -> bool:
    """Whether a content file has the first form."""
    return isinstance(document, dict) and "as_of" in document and "publishers" not in document


def upgraded_content(document: Document) -> Document:
    """A content file of the first form in the present one.

    A provision that was found nowhere becomes a related event if the announcement does not list
    it (it has no `bullet`), and loses its status; else it is claimed by a list only.
    """
    publishers = _Publishers(document["languages"], document["sides"][-1]["id"])
    provisions = [_provision(found, document, publishers) for found in document["provisions"]]
    sources = [
        {**source, "publisher": publishers.id_of(source["publisher"])}
        for source in document["sources"]
    ]
    changed = {"publishers": publishers.table(), "sources": sources, "provisions": provisions}
    order = [name for name in document if name not in {"as_of", *changed}]
    before = order[: order.index("sides") + 1]
    after = [name for name in order if name not in before]
    names = [*before, "publishers", "sources", *after, "provisions"]
    return {name: changed.get(name, document.get(name)) for name in names}


def upgraded_change(document: Document) -> Document:
    """A recorded change of any form in the present one."""
    return {
        **document,
        "before": _stored_event(document["before"]),
        "after": _stored_event(document["after"]),
    }


def upgraded_alert(document: Document) -> Document:
    """A kept alert of any form in the present one."""
    origin = document["origin"]
    return {
        **document,
        "origin": _ORIGINS.get(origin, origin),
        "change": upgraded_change(document["change"]),
    }


class _Publishers:
    """The table of publishers, filled while evidence is read."""

    def __init__(self, languages: list[str], elsewhere: str) -> None:
        self._languages = languages
        self._elsewhere = elsewhere
        self._ids: dict[str, str] = {}
        self._sides: dict[str, str] = {}

    def id_of(self, name: str, side: str | None = None) -> str:
        """The id of a publisher; its first side is kept."""
        if name not in self._ids:
            self._ids[name] = self._free_id(name)
        if side:
            self._sides.setdefault(name, side)
        return self._ids[name]

    def table(self) -> list[Document]:
        """Every publisher that was asked for, by name."""
        return [
            {
                "id": self._ids[name],
                "name": dict.fromkeys(self._languages, name),
                "side": self._sides.get(name, self._elsewhere),
            }
            for name in sorted(self._ids, key=str.casefold)
        ]

    def _free_id(self, name: str) -> str:
        plain = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
        letters = re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode()).strip("_")
        wanted = (letters if letters[:1].isalpha() else f"p_{letters}")[:_LONGEST_ID].rstrip("_")
        taken, found, number = set(self._ids.values()), wanted, 2
        while found in taken:
            ending = f"_{number}"
            found, number = wanted[: _LONGEST_ID - len(ending)] + ending, number + 1
        return found


def _provision(provision: Document, agreement: Document, publishers: _Publishers) -> Document:
    origin = _ORIGINS[provision["origin"]]
    is_sourced = any(entry.get("evidence") for entry in provision["history"])
    if origin is Origin.LISTED and "bullet" not in provision and is_sourced:
        origin = Origin.RELATED
    wordings = provision.get("wordings", {})
    kept = ("id", "number", "bullet", "topics", "title", "text")
    found = {name: provision[name] for name in kept if name in provision}
    found["origin"] = origin.value
    if printed := list(_wordings(wordings, origin, publishers)):
        found["wordings"] = printed
    if "note" in wordings:
        found["difference"] = wordings["note"]
    for name in ("keywords", "related", "target", "deadline"):
        if name in provision:
            found[name] = provision[name]
    for name in ("conflicts", "context"):
        if name in provision:
            found[name] = [_remark(remark, publishers) for remark in provision[name]]
    entries = provision["history"]
    looked = [entry.get("as_of", entry["date"]) for entry in entries]
    found["checked_on"] = max([agreement["as_of"], *looked])
    events = [_event(entry, publishers) for entry in entries]
    if origin is Origin.RELATED:
        events = [_without_status(event) for event in events if event.get("evidence")]
    found["history"] = events
    return found


def _wordings(wordings: Document, origin: Origin, publishers: _Publishers) -> Iterator[Document]:
    for name, of in (("announced", Origin.LISTED), ("published", origin)):
        if name in wordings:
            wording = wordings[name]
            named = _ORIGINS[wording["origin"]] if "origin" in wording else of
            rest = {key: value for key, value in wording.items() if key != "origin"}
            publisher = publishers.id_of(wording["publisher"])
            yield {"of": named.value, **rest, "publisher": publisher}


def _remark(remark: Document, publishers: _Publishers) -> Document:
    return {**remark, "evidence": [_cited(item, publishers) for item in remark["evidence"]]}


def _cited(evidence: Document, publishers: _Publishers) -> Document:
    rest = {name: value for name, value in evidence.items() if name != "side"}
    return {**rest, "publisher": publishers.id_of(evidence["publisher"], evidence.get("side"))}


def _event(entry: Document, publishers: _Publishers) -> Document:
    evidence = [_cited(item, publishers) for item in entry.get("evidence", ())]
    event = {"date": entry["date"], "kind": _kind(entry["status"]).value}
    event |= {name: entry[name] for name in ("status", "reason", "note") if name in entry}
    return event | ({"evidence": evidence} if evidence else {})


def _stored_event(entry: Document) -> Document:
    """An event as a store keeps it; the first form has `as_of` and no `kind`."""
    if "kind" in entry:
        return entry
    event = {name: value for name, value in entry.items() if name != "as_of"}
    event["evidence"] = [
        {name: value for name, value in item.items() if name != "side"}
        for item in entry.get("evidence", ())
    ]
    return {**event, "kind": _kind(entry["status"]).value}


def _without_status(event: Mapping[str, Any]) -> Document:
    kept = {name: value for name, value in event.items() if name not in {"status", "reason"}}
    return {**kept, "kind": EventKind.OCCURRENCE.value}


def _kind(status: str) -> EventKind:
    """The first form did not tell announcements; only its status "announced" was one for sure."""
    begun = Status(status).needs_evidence
    return EventKind.OCCURRENCE if begun else EventKind.ANNOUNCEMENT
