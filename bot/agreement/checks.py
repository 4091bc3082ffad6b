"""What is checked of a content file as a whole, on the JSON as it was read.

The checks take whatever the file holds and look past what has another shape than it should
(that is the model's to refuse), so that every fault of a file is found at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.agreement.dates import PartialDate
from bot.agreement.events import EventKind
from bot.agreement.evidence import Origin
from bot.agreement.faults import FaultKind, Finding
from bot.agreement.fields import is_language_code
from bot.agreement.positions import pointer
from bot.agreement.sentences import first_sentence, utf16_length
from bot.agreement.status import Status
from bot.agreement.suggestions import nearest

BY_LANGUAGE = frozenset(
    {
        "about", "difference", "keywords", "name", "note", "office", "place", "publisher", "reason",
        "related", "short_title", "target", "text", "title", "translation",
    }
)  # fmt: skip
"""The fields that hold a text in each language, wherever they hold an object."""

_COUNTED = frozenset({Origin.CLAUSE, Origin.ATTRIBUTED, Origin.STATEMENT, Origin.LISTED})
"""The origins that need a status."""

_HALF = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold (XML 1.0, 2.2), and with it no feed, badge or picture."""
_SUSPECT = re.compile(r"[\ud800-\udfff\ufffe\uffff]|\\u00[01]")
"""A file, written as JSON, that may hold one of them: most hold none, and are not walked."""

FIRST_SENTENCE_LIMIT = 140
"""UTF-16 units of the first sentence, which lists show as the whole promise."""

PROVISION_LIMIT = 3500
"""UTF-16 units of a provision's page; 4,096 fit in a message (Bot API, sendMessage)."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file, or None where there is none, with its path."""

    value: object
    path: tuple[str | int, ...] = ()

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer. It is made when a fault needs it: few values have one."""
        return pointer(self.path)

    def get(self, name: str) -> Node:
        """A member of an object."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(value, (*self.path, name))

    @property
    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of an object by name."""
        if isinstance(self.value, dict):
            yield from ((name, self.get(name)) for name in self.value)

    @property
    def items(self) -> Iterator[Node]:
        """The items of an array."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(value, (*self.path, index))

    @property
    def text(self) -> str:
        """A text, or "" for anything else."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def date(self) -> PartialDate | None:
        """A date that could be read, or None."""
        try:
            return PartialDate.parse(self.text)
        except ValueError:
            return None


def findings(document: object, reserved: Collection[str]) -> Iterator[Finding]:
    """All that is wrong with a file beyond the shape of its parts.

    `reserved` are the commands that the bot needs for itself.
    """
    root = Node(document)
    if _SUSPECT.search(json.dumps(document, ensure_ascii=False)):
        yield from _characters(root)
    yield from _ids(root)
    yield from _commands(root, reserved)
    languages = [item.text for item in root.get("languages").items if item.text]
    if languages:
        yield from _languages(root, languages)
    yield from _topics(root)
    yield from _references(root)
    for provision in root.get("provisions").items:
        yield from _history(provision, root.get("date").date)
        yield from _deadline(provision, root.get("date").date)
        yield from _lengths(provision, languages)


def _characters(node: Node) -> Iterator[Finding]:
    """What JSON can write but no message (halves of UTF-16 pairs) or no feed can hold."""
    if _HALF.search(node.text):
        yield Finding(FaultKind.HALF_CHARACTER, node.pointer, {})
    if _CONTROL.search(node.text):
        yield Finding(FaultKind.CONTROL_CHARACTER, node.pointer, {})
    for _, member in node.members:
        yield from _characters(member)
    for item in node.items:
        yield from _characters(item)


def _ids(root: Node) -> Iterator[Finding]:
    for field in ("parties", "sides", "publishers", "people", "topics", "provisions"):
        items = list(root.get(field).items)
        ids = [item.get("id") for item in items]
        ids += [former for item in items for former in item.get("former_ids").items]
        yield from _repeats(ids, FaultKind.DUPLICATE_ID)
    numbers = (item.get("number") for item in root.get("provisions").items)
    yield from _repeats(numbers, FaultKind.DUPLICATE_NUMBER)
    yield from _repeats(root.get("languages").items, FaultKind.DUPLICATE_LANGUAGE)
    for provision in root.get("provisions").items:
        yield from _repeats(provision.get("topics").items, FaultKind.DUPLICATE_ID)


def _commands(root: Node, reserved: Collection[str]) -> Iterator[Finding]:
    commands: list[Node] = []
    for topic in root.get("topics").items:
        commands += [topic.get("command"), *topic.get("aliases").items]
    yield from _repeats(commands, FaultKind.DUPLICATE_COMMAND)
    for command in commands:
        if command.text in reserved:
            yield Finding(FaultKind.RESERVED_COMMAND, command.pointer, {"value": command.text})


def _repeats(nodes: Iterable[Node], kind: FaultKind) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for node in nodes:
        if not isinstance(node.value, str | int):
            continue
        first = seen.setdefault(str(node.value), node.pointer)
        if first != node.pointer:
            yield Finding(kind, node.pointer, {"value": str(node.value), "first": first})


def _languages(root: Node, languages: list[str]) -> Iterator[Finding]:
    """Texts that lack a language, or have one too many.

    A language that no text is in is one fault, and so are the texts in a language that nobody
    listed where one that is listed has a wrong code.
    """
    texts = list(_texts(root))
    used = {code for _, text in texts for code, _ in text.members}
    idle = [item for item in root.get("languages").items if item.text and item.text not in used]
    for item in idle if texts else ():
        if is_language_code(item.text):  # else the model says so
            yield Finding(FaultKind.UNUSED_LANGUAGE, item.pointer, {"language": item.text})
    for holder, text in texts:
        own = holder.get("language").text if text.pointer.endswith("/translation") else ""
        for language in languages:
            if language in used - {own, *dict(text.members)}:
                place = text.get(language).pointer
                yield Finding(FaultKind.MISSING_LANGUAGE, place, {"language": language})
        for language, member in text.members:
            if language not in languages and not idle:
                params = {"language": language, "languages": ", ".join(languages)}
                yield Finding(FaultKind.EXTRA_LANGUAGE, member.pointer, params)


def _texts(node: Node) -> Iterator[tuple[Node, Node]]:
    """Every text by language, after what holds it."""
    for name, member in node.members:
        if name not in BY_LANGUAGE or not isinstance(member.value, dict):
            yield from _texts(member)
        elif member.value or name not in {"keywords", "related"}:
            yield node, member
    for item in node.items:
        yield from _texts(item)


def _topics(root: Node) -> Iterator[Finding]:
    known = {item.get("id").text: item for item in root.get("topics").items if item.get("id").text}
    used: set[str] = set()
    for provision in root.get("provisions").items:
        for topic in provision.get("topics").items:
            used.add(topic.text)
            yield from _unknown(topic, known, FaultKind.UNKNOWN_TOPIC)
    for topic_id, topic in known.items():
        if topic_id not in used:
            yield Finding(FaultKind.UNUSED_TOPIC, topic.pointer, {"value": topic_id})


def _unknown(node: Node, known: Collection[str], kind: FaultKind) -> Iterator[Finding]:
    if node.text and node.text not in known:
        near = nearest(node.text, known) or ""
        yield Finding(kind, node.pointer, {"value": node.text, "nearest": near})


def _references(root: Node) -> Iterator[Finding]:
    """Names that lead nowhere: of sides, publishers and people."""
    known = {
        field: {item.get("id").text for item in root.get(field).items}
        for field in ("sides", "publishers", "people")
    }
    for node in _every(root):
        if not isinstance(node.value, dict):
            continue
        for name in ("publisher", "via"):
            yield from _unknown(node.get(name), known["publishers"], FaultKind.UNKNOWN_PUBLISHER)
        yield from _unknown(node.get("side"), known["sides"], FaultKind.UNKNOWN_SIDE)
        for field in ("people", "signed_by"):
            for person in node.get(field).items:
                yield from _unknown(person, known["people"], FaultKind.UNKNOWN_PERSON)
        if node.get("quote").text and not node.get("language").text:
            yield Finding(FaultKind.QUOTE_LANGUAGE_MISSING, node.get("language").pointer, {})


def _every(node: Node) -> Iterator[Node]:
    """A node and all that it holds."""
    yield node
    for _, member in node.members:
        yield from _every(member)
    for item in node.items:
        yield from _every(item)


def _history(provision: Node, signed: PartialDate | None) -> Iterator[Finding]:
    """The rule: what an event may say of a provision's status."""
    origin, checked_on = provision.get("origin").text, provision.get("checked_on").date
    before: PartialDate | None = None
    is_rated = False
    for event in provision.get("history").items:
        yield from _support(event)
        yield from _rating(event, origin, signed)
        date, status = event.get("date").date, event.get("status")
        is_rated |= status.value is not None and event.get("correction").value is None
        if date and before and date < before:
            params = {"date": str(date), "before": str(before)}
            yield Finding(FaultKind.DATES_GO_BACK, event.get("date").pointer, params)
        if date and checked_on and date.first > checked_on.last:
            params = {"date": str(date), "checked_on": str(checked_on)}
            yield Finding(FaultKind.EVENT_AFTER_CHECK, event.get("date").pointer, params)
        before = date or before
    if not is_rated and origin in _COUNTED and provision.get("history").value:
        yield Finding(FaultKind.STATUS_MISSING, provision.get("history").pointer, {})


def _support(event: Node) -> Iterator[Finding]:
    status = event.get("status").text
    if event.get("status").value is not None and status not in set(Status):
        return
    claims = not status or Status(status).needs_evidence
    if claims and not event.get("evidence").value:
        params = {"status": status}
        yield Finding(FaultKind.EVIDENCE_MISSING, event.get("evidence").pointer, params)
    reason, is_unrated = event.get("reason"), status == Status.UNRATED
    if is_unrated and reason.value is None:
        yield Finding(FaultKind.REASON_MISSING, reason.pointer, {})
    if not is_unrated and reason.value is not None:
        yield Finding(FaultKind.REASON_UNWANTED, reason.pointer, {"status": status})


def _rating(event: Node, origin: str, signed: PartialDate | None) -> Iterator[Finding]:
    status, date = event.get("status"), event.get("date").date
    if status.text not in set(Status):
        return
    params = {"status": status.text}
    if origin == Origin.RELATED:
        yield Finding(FaultKind.RELATED_RATED, status.pointer, params)
    if not Status(status.text).needs_evidence:
        return
    if origin == Origin.LISTED:
        yield Finding(FaultKind.LISTED_RATED, status.pointer, params)
    if event.get("kind").text == EventKind.ANNOUNCEMENT:
        yield Finding(FaultKind.ANNOUNCEMENT_ONLY, status.pointer, params)
    if date and signed and date.first < signed.first:
        params = {"date": str(date), "signed": str(signed)}
        yield Finding(FaultKind.BEFORE_SIGNING, status.pointer, params)


def _deadline(provision: Node, agreed: PartialDate | None) -> Iterator[Finding]:
    deadline = provision.get("deadline")
    if agreed and deadline.date and deadline.date.last < agreed.first:
        params = {"deadline": str(deadline.date), "date": str(agreed)}
        yield Finding(FaultKind.DEADLINE_TOO_EARLY, deadline.pointer, params)


def _lengths(provision: Node, languages: list[str]) -> Iterator[Finding]:
    for _, text in provision.get("text").members:
        length = utf16_length(first_sentence(text.text.strip()))
        if length > FIRST_SENTENCE_LIMIT:
            params = {"length": str(length), "limit": str(FIRST_SENTENCE_LIMIT)}
            yield Finding(FaultKind.FIRST_SENTENCE_TOO_LONG, text.pointer, params)
    for language in languages:
        length = _page_length(provision, language)
        if length > PROVISION_LIMIT:
            params = {
                "language": language,
                "length": str(length),
                "limit": str(PROVISION_LIMIT),
            }
            yield Finding(FaultKind.PROVISION_TOO_LONG, provision.pointer, params)


def _page_length(provision: Node, language: str) -> int:
    """What a page needs at least, with the longest entry of the history alone."""
    texts = [
        provision.get("title").get(language),
        provision.get("text").get(language),
        *(wording.get("text") for wording in provision.get("wordings").items),
        provision.get("difference").get(language),
    ]
    return _total(texts) + max(
        (_total(_entry_texts(entry, language)) for entry in provision.get("history").items),
        default=0,
    )


def _entry_texts(entry: Node, language: str) -> Iterator[Node]:
    yield entry.get("note").get(language)
    for evidence in entry.get("evidence").items:
        yield evidence.get("publisher")
        yield evidence.get("quote")


def _total(texts: Iterable[Node]) -> int:
    return sum(utf16_length(text.text) for text in texts)
