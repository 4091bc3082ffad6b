"""Catalogs for translators, ``bot.po``: in the order in which they are useful, with the progress.

Imported by commands alone: the bot itself reads catalogs with `bot.i18n.catalogs`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.i18n.catalogs import plural_forms

_FIRST = (
    *("views/home", "views/commands", "views/topics", "views/provision", "views/statuses"),
    *("views/format", "i18n/", "views/keyboards", "views/answers", "views/replies"),
    *("views/subscriptions", "views/alerts", "views/agreement", "views/board", "images/"),
)
"""The files whose messages readers meet first, in that order."""
_ADMINS = (
    "views/admin_",
    "views/content_errors",
    "views/syntax_errors",
    "views/comparison",
    "views/demo_page",
)

PARTS = ("readers", "web pages", "admins")
"""A catalog is of use once the first part is translated: what is missing then is English."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many messages of a part are translated."""

    part: str
    done: int
    total: int


def ordered(messages: Iterable[Message]) -> list[Message]:
    """Messages in the order in which they are of use: what readers see first, admin texts last."""
    return sorted((message for message in messages if message.id), key=_place)


def new_catalog(template: Iterable[Message], code: str, old: Catalog | None = None) -> Catalog:
    """The messages of a template, translated as far as `old` has them.

    Raises:
        UnknownLocaleError: CLDR does not know the language.
    """
    catalog = Catalog(locale=code, domain="bot", project="briefing-bot", charset="utf-8")
    catalog.mime_headers = [("Plural-Forms", plural_forms(code))]
    forms = catalog.num_plurals
    for message in ordered(template):
        known = old.get(singular(message), message.context) if old is not None else None
        string = known.string if known is not None and known.id == message.id else ""
        if code == "en":  # message ids are readable English
            string = message.id
        if message.pluralizable and not (isinstance(string, tuple) and len(string) == forms):
            string = ("",) * forms
        catalog.add(
            message.id,
            string,
            [(file, 0) for file, _ in message.locations],
            auto_comments=message.auto_comments,
            user_comments=known.user_comments if known else (),
            context=message.context,
            flags={"fuzzy"} & known.flags if known else (),
        )
    return catalog


def read(path: Path) -> Catalog:
    """Read a catalog, ``CODE/LC_MESSAGES/bot.po``."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain="bot", abort_invalid=True)


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalog, with a header that holds nothing but what programs need."""
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {path.parts[-3]}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {plural_forms(path.parts[-3])}\\n"\n\n'
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(header.encode())
        write_po(file, catalog, width=100, omit_header=True, include_lineno=False)


def progress(template: Iterable[Message], catalog: Catalog) -> list[Progress]:
    """How much of each part is translated."""
    done, total = dict.fromkeys(PARTS, 0), dict.fromkeys(PARTS, 0)
    for message in template:
        if message.id:
            part = part_of(message)
            total[part] += 1
            done[part] += is_translated(catalog.get(singular(message), message.context))
    return [Progress(part, done[part], total[part]) for part in PARTS]


def is_translated(message: Message | None) -> bool:
    """Whether readers see a translation."""
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def part_of(message: Message) -> str:
    """The first part in which a message is seen."""
    return PARTS[_place(message)[0]]


def singular(message: Message) -> str:
    """The English text, that for one thing of several."""
    return message.id if isinstance(message.id, str) else message.id[0]


def _place(message: Message) -> tuple[int, int, str]:
    return min(_file_place(file) for file, _ in message.locations)


def _file_place(file: str) -> tuple[int, int, str]:
    inside = file.removeprefix("bot/")
    if inside.startswith(_ADMINS):
        return 2, 0, inside
    if inside.startswith("web/"):
        return 1, 0, inside
    first = (at for at, start in enumerate(_FIRST) if inside.startswith(start))
    return 0, next(first, len(_FIRST)), inside
