"""Extracts, updates, compiles and checks the catalogs: python locales/catalogs.py COMMAND.

``update`` takes new and changed messages from the code and the templates into every ``bot.po``,
and makes one for each further language that is named; ``progress`` says how far each is, by part;
``compile`` builds each ``bot.mo``; ``check`` names everything that a reader would see go wrong: a
missing, fuzzy or obsolete message, a placeholder or a tag that the English text does not have,
wrong plural forms.
``terms`` names words that ``termbase.json`` replaces, in the catalogs and in the content.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

from bot.i18n.catalogs import CatalogDamaged, read_catalog
from bot.i18n.translation import (
    PARTS,
    is_translated,
    new_catalog,
    ordered,
    part_of,
    progress,
    read,
    singular,
    write,
)

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "locales"

WHOLE = frozenset({"az", "en", "ru", "tr"})
"""The languages of which every part has to be translated, not only what readers see."""

_KEYWORDS = {
    "_": None,
    "gettext": None,
    "html": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "nhtml": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_METHODS = [("**.py", "python"), ("web/templates/**.html", "jinja2")]
_OPTIONS = {"web/templates/**.html": {"silent": "false"}}
"""Babel skips a template that it cannot parse, unless it is not silent."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TAG = re.compile(r"</?([a-z-]+)")


def extracted() -> Catalog:
    """Every message of the code and of the templates."""
    template = Catalog(domain="bot", project="briefing-bot", charset="utf-8")
    found = extract_from_dir(
        ROOT / "bot",
        method_map=_METHODS,
        options_map=_OPTIONS,
        keywords=_KEYWORDS,
        comment_tags=("Translators:",),
    )
    for path, line, message, comments, context in found:
        place = (f"bot/{path}", line)
        template.add(message, None, [place], auto_comments=comments, context=context)
    return template


def catalogs() -> dict[str, Path]:
    """The catalog of each language."""
    return {path.parts[-3]: path for path in sorted(LOCALES.glob("*/LC_MESSAGES/bot.po"))}


def update(new: Iterable[str] = ()) -> None:
    """Take the code's messages into every catalog, and into those of `new` languages."""
    template = extracted()
    paths = {code: LOCALES / code / "LC_MESSAGES" / "bot.po" for code in new} | catalogs()
    for code, path in paths.items():
        write(new_catalog(template, code, read(path) if path.exists() else None), path)


def compile_all() -> None:
    """Build each ``bot.mo`` beside its ``bot.po``."""
    for path in catalogs().values():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))


def check() -> list[str]:
    """Everything that is wrong, a line each."""
    template = ordered(extracted())
    problems = [f"{code}: no catalog" for code in sorted(WHOLE - catalogs().keys())]
    for code, path in catalogs().items():
        try:
            read_catalog(code.replace("_", "-"), path)
        except CatalogDamaged as error:
            problems.append(f"{code}: {error}")
            continue
        catalog = read(path)
        wanted = {(singular(item), item.context) for item in template}
        problems += [
            f"{code}: not in the code any more: {singular(item)!r}"
            for item in catalog
            if item.id and (singular(item), item.context) not in wanted
        ]
        problems += [f"{code}: obsolete: {singular(item)!r}" for item in catalog.obsolete.values()]
        for message in template:
            found = catalog.get(singular(message), message.context)
            if code not in WHOLE and part_of(message) != PARTS[0] and not is_translated(found):
                continue
            problems += [
                f"{code}: {fault}: {singular(message)!r}"
                for fault in _faults(message, found, catalog.num_plurals)
            ]
    return problems


def progress_lines() -> list[str]:
    """How far each catalog is, by part, a line each."""
    template = extracted()
    return [
        f"{code}: " + ", ".join(f"{part.part} {part.done}/{part.total}" for part in parts)
        for code, path in catalogs().items()
        for parts in [progress(template, read(path))]
    ]


def misused_terms() -> list[str]:
    """Words of the catalogs and of the content that the termbase replaces, a line each."""
    termbase = json.loads((LOCALES / "termbase.json").read_text(encoding="utf-8"))
    content = json.loads((ROOT / "content" / "provisions.json").read_text(encoding="utf-8"))
    problems = []
    for code, terms in termbase.items():
        texts = [*_strings(read(catalogs()[code])), *_in_language(content, code)]
        if code == "en":
            texts = [*(str(item.id) for item in extracted() if item.id), *texts]
        for term in terms:
            pattern = re.compile(rf"\b(?:{'|'.join(term['forbidden'])})\b", re.IGNORECASE)
            for text in texts:
                if found := pattern.search(text):
                    wanted = f"{code}: {found[0]!r} for {term['meaning']!r}: write {term['term']!r}"
                    problems.append(f"{wanted} in {text[:80]!r}")
    return problems


def _strings(catalog: Catalog) -> Iterator[str]:
    for message in catalog:
        if message.id:
            held = message.string
            yield from held if isinstance(held, tuple | list) else (held,)


def _in_language(part: object, code: str) -> Iterator[str]:
    """The texts of the content in a language; not what readers type, and not what others wrote."""
    if isinstance(part, list):
        for item in part:
            yield from _in_language(item, code)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == code and isinstance(value, str):
                yield value
            elif name not in {"keywords", "related", "synonyms", "translation"}:
                yield from _in_language(value, code)


def _faults(message: Message, found: Message | None, forms: int) -> Iterator[str]:
    if found is None or found.id != message.id:
        yield "missing"
        return
    if found.fuzzy:
        yield "fuzzy"
    strings = found.string if isinstance(found.string, tuple | list) else (found.string,)
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    if message.pluralizable and len(strings) != forms:
        yield f"{forms} plural forms needed"
    if not all(strings):
        yield "not translated"
        return
    for string in strings:
        if not _same(_PLACEHOLDER, ids, string):
            yield f"placeholders differ in {string!r}"
        if not _same(_TAG, ids, string):
            yield f"tags differ in {string!r}"
        edges = [(item[:1].isspace(), item[-1:].isspace()) for item in (ids[0], string)]
        if edges[0] != edges[1]:
            yield f"spaces at the ends differ in {string!r}"


def _same(pattern: re.Pattern[str], ids: Iterable[str], string: str) -> bool:
    """Whether a translation holds the same parts as one of the English forms."""
    held = sorted(pattern.findall(string))
    return any(held == sorted(pattern.findall(item)) for item in ids)


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("update", "compile", "check", "progress", "terms"))
    parser.add_argument("new", nargs="*", metavar="CODE", help="a new language, for update")
    given = parser.parse_args()
    command = given.command
    if command == "update":
        update(given.new)
    elif command == "progress":
        sys.stdout.write("\n".join(progress_lines()) + "\n")
    elif command == "compile":
        compile_all()
    else:
        problems = check() if command == "check" else misused_terms()
        for problem in problems:
            sys.stderr.write(f"{problem}\n")
        sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
