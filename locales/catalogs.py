"""Extracts, updates, compiles and checks the catalogs: python locales/catalogs.py COMMAND.

``update`` takes new and changed messages from the code and the templates into every ``bot.po``;
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
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "locales"

PLURALS = {
    "en": "nplurals=2; plural=(n != 1);",
    "az": "nplurals=2; plural=(n != 1);",
    "tr": "nplurals=2; plural=(n != 1);",
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    ),
}
"""CLDR's plural rules for whole numbers (Language Plural Rules), as gettext writes them."""

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
    """Every message of the code and of the templates, sorted by file and line."""
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


def read(path: Path) -> Catalog:
    """Read a catalog."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain="bot", abort_invalid=True)


def update() -> None:
    """Take the code's messages into every catalog, a new language's included."""
    template = extracted()
    for code, path in _paths().items():
        old = read(path) if path.exists() else Catalog(locale=code, domain="bot")
        new = Catalog(locale=code, domain="bot", project="briefing-bot", charset="utf-8")
        # babel's own table gives Turkish one form, and the others would be dropped
        new.mime_headers = [("Plural-Forms", PLURALS[code])]
        for message in template:
            if not message.id:
                continue
            known = old.get(_singular(message), message.context)
            string = known.string if known is not None and known.id == message.id else None
            forms = _forms(code)
            if code == "en":  # message ids are readable English
                string = message.id
            if message.pluralizable and not (isinstance(string, tuple) and len(string) == forms):
                string = ("",) * forms
            new.add(
                message.id,
                string or "",
                [(file, None) for file, _ in message.locations],
                auto_comments=message.auto_comments,
                user_comments=known.user_comments if known else (),
                context=message.context,
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(
                file, new, width=100, omit_header=True, sort_by_file=True, include_lineno=False
            )
        _put_header(path, code)


def compile_all() -> None:
    """Build each ``bot.mo`` beside its ``bot.po``."""
    for path in catalogs().values():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))


def check() -> list[str]:
    """Everything that is wrong, a line each."""
    template = [message for message in extracted() if message.id]
    problems = [f"{code}: no catalog" for code in sorted(PLURALS.keys() - catalogs().keys())]
    for code, path in catalogs().items():
        catalog = read(path)
        if f'"Plural-Forms: {PLURALS.get(code)}\\n"' not in path.read_text(encoding="utf-8"):
            problems.append(f"{code}: the Plural-Forms header must be {PLURALS.get(code)}")
        wanted = {(_singular(item), item.context) for item in template}
        problems += [
            f"{code}: not in the code any more: {_singular(item)!r}"
            for item in catalog
            if item.id and (_singular(item), item.context) not in wanted
        ]
        problems += [f"{code}: obsolete: {_singular(item)!r}" for item in catalog.obsolete.values()]
        for message in template:
            found = catalog.get(_singular(message), message.context)
            problems += [
                f"{code}: {fault}: {_singular(message)!r}"
                for fault in _faults(message, found, code)
            ]
    return problems


def misused_terms() -> list[str]:
    """Words of the catalogs and of the content that the termbase replaces, a line each."""
    termbase = json.loads((LOCALES / "termbase.json").read_text(encoding="utf-8"))
    content = json.loads((ROOT / "content" / "provisions.json").read_text(encoding="utf-8"))
    problems = []
    for code, terms in termbase.items():
        texts = [*_strings(read(_paths()[code])), *_in_language(content, code)]
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


def _faults(message: Message, found: Message | None, code: str) -> Iterator[str]:
    if found is None or found.id != message.id:
        yield "missing"
        return
    if found.fuzzy:
        yield "fuzzy"
    strings = found.string if isinstance(found.string, tuple | list) else (found.string,)
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    if message.pluralizable and len(strings) != _forms(code):
        yield f"{_forms(code)} plural forms needed"
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


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _paths() -> dict[str, Path]:
    return {code: LOCALES / code / "LC_MESSAGES" / "bot.po" for code in PLURALS}


def _forms(code: str) -> int:
    return int(PLURALS[code].removeprefix("nplurals=")[0])


def _put_header(path: Path, code: str) -> None:
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {code}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS[code]}\\n"\n\n'
    )
    path.write_text(header + path.read_text(encoding="utf-8").lstrip("\n"), encoding="utf-8")


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("update", "compile", "check", "terms"))
    command = parser.parse_args().command
    if command == "update":
        update()
    elif command == "compile":
        compile_all()
    else:
        problems = check() if command == "check" else misused_terms()
        for problem in problems:
            sys.stderr.write(f"{problem}\n")
        sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
