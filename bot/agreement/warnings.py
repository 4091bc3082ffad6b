"""What an author should know of a content file that is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date

from bot.agreement.checks import BY_LANGUAGE, Node
from bot.agreement.content import Content
from bot.agreement.faults import FaultKind, Finding
from bot.agreement.positions import pointer

_WORDS = 4
"""Words from which on a text is no name, and the same text in two languages is a slip."""


def warnings(
    content: Content,
    today: date,
    unspoken: Collection[str],
    parts: Callable[[str, str], Collection[str]],
) -> Iterator[Finding]:
    """Everything that looks like a slip.

    `unspoken` are the languages without a catalog. `parts` gives the words of a text that count
    when people ask, in a language.
    """
    root = Node(content.document)
    for item in root.get("languages").items:
        if item.text in unspoken:
            yield Finding(FaultKind.NO_CATALOG, item.pointer, {"language": item.text})
    yield from _commands(root)
    yield from _ignored(root, parts)
    yield from _synonyms(root, parts)
    yield from _same_texts(root)
    for provision in root.get("provisions").items:
        yield from _dates(provision, today)
        for event in provision.get("history").items:
            yield from _evidence(event)


def _commands(root: Node) -> Iterator[Finding]:
    ids = {provision.get("id").text for provision in root.get("provisions").items}
    for topic in root.get("topics").items:
        for command in (topic.get("command"), *topic.get("aliases").items):
            if command.text in ids:
                yield Finding(FaultKind.ALIAS_IS_ID, command.pointer, {"value": command.text})


def _ignored(root: Node, parts: Callable[[str, str], Collection[str]]) -> Iterator[Finding]:
    """Keywords of which no word counts."""
    for field in ("topics", "provisions"):
        for holder in root.get(field).items:
            for language, keywords in holder.get("keywords").members:
                for keyword in keywords.items:
                    if not parts(keyword.text, language):
                        params = {"value": keyword.text}
                        yield Finding(FaultKind.WORD_IGNORED, keyword.pointer, params)


def _synonyms(root: Node, parts: Callable[[str, str], Collection[str]]) -> Iterator[Finding]:
    """Groups of which no word stands in a title or a keyword."""
    said: set[str] = set()
    for provision in root.get("provisions").items:
        for language, title in provision.get("title").members:
            said |= {title.text.casefold(), *parts(title.text, language)}
        for language, keywords in provision.get("keywords").members:
            for keyword in keywords.items:
                said |= {keyword.text.casefold(), *parts(keyword.text, language)}
    for group in root.get("synonyms").items:
        if not any(said & {item.text.casefold(), *parts(item.text, "")} for item in group.items):
            yield Finding(FaultKind.SYNONYMS_IDLE, group.pointer)


def _same_texts(node: Node) -> Iterator[Finding]:
    for name, member in node.members:
        if name not in BY_LANGUAGE or not isinstance(member.value, dict):
            yield from _same_texts(member)
            continue
        first: dict[str, str] = {}
        for language, text in member.members:
            if len(text.text.split()) < _WORDS:
                continue
            other = first.setdefault(text.text.strip(), language)
            if other != language:
                params = {"language": other, "other": language}
                yield Finding(FaultKind.SAME_TEXT, text.pointer, params)
    for item in node.items:
        yield from _same_texts(item)


def _dates(provision: Node, today: date) -> Iterator[Finding]:
    dated = [provision.get("checked_on")]
    dated += [event.get("date") for event in provision.get("history").items]
    for node in dated:
        if node.date is not None and node.date.first > today:
            yield Finding(FaultKind.FUTURE_DATE, node.pointer, {"date": node.text})


def _evidence(event: Node) -> Iterator[Finding]:
    seen: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for evidence in event.get("evidence").items:
        places = seen[evidence.get("url").text, evidence.get("quote").text]
        if places:
            where = evidence.pointer + pointer(["url"])
            yield Finding(FaultKind.REPEATED_EVIDENCE, where, {"first": places[0]})
        places.append(evidence.pointer)
