"""Read compiled catalogs, ``CODE/LC_MESSAGES/bot.mo``, and mark texts that are translated later."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import IO

from babel import Locale, UnknownLocaleError
from babel.plural import PluralRule, to_gettext

from bot.i18n.language import Language
from bot.i18n.negotiation import FALLBACK, match


def gettext_noop(text: str) -> str:
    """Return the text as it is; the extractor finds it by this call."""
    return text


_SAMPLE = range(1001)


class CatalogMissing(Exception):
    """A language has no compiled catalog, or there is no language at all."""


class CatalogDamaged(Exception):
    """A compiled catalog cannot be used; the message says which one and why."""


def load_languages(folder: Path, own: Path | None = None) -> dict[str, Language]:
    """Every language that has a folder there, by its BCP 47 code, in alphabetical order.

    `own` is a folder of further catalogs, compiled or not (``CODE/LC_MESSAGES/bot.po``). A message
    that one of them lacks is taken from `folder`, and is English where that lacks it too.
    Reads files: call it at start, before the event loop has work.

    Raises:
        CatalogMissing: a catalog was not compiled, or none is there.
        CatalogDamaged: a catalog cannot be read, or counts otherwise than CLDR says.
    """
    catalogs: dict[str, GNUTranslations] = {}
    for place in (folder, own):
        if place is None:
            continue
        sources = sorted(place.glob("*/LC_MESSAGES"))
        if not sources:
            raise CatalogMissing(f"There is no language in {place}.")
        for source in sources:
            code = source.parent.name.replace("_", "-")
            written = source / "bot.po"
            is_own = place is own and written.exists()
            catalog = read_catalog(code, written if is_own else source / "bot.mo")
            if code in catalogs:
                catalog.add_fallback(catalogs[code])
            catalogs[code] = catalog
    return {code: Language(code, catalog) for code, catalog in sorted(catalogs.items())}


def offered(catalogs: Mapping[str, Language], content: Iterable[str]) -> dict[str, Language]:
    """The languages that a content file and the catalogs share: those that readers can choose.

    A content language has the catalog of its own code, or one of the same language and script:
    "pt-BR" is read with the catalog "pt". Where nothing is shared the bot speaks English.
    """
    found = {}
    for code in sorted(content):
        near = match(code, catalogs)
        if near is not None:
            found[code] = catalogs[near].under(code)
    return found or {FALLBACK: catalogs[FALLBACK]}


def without_catalog(catalogs: Mapping[str, Language], content: Iterable[str]) -> list[str]:
    """The languages of a content file that nobody can choose, as the bot does not speak them."""
    return [code for code in content if match(code, catalogs) is None]


def no_catalog(codes: Iterable[str]) -> str:
    """What `without_catalog` found, as an operator is told."""
    return f"the bot has no catalog for {', '.join(codes)}: readers cannot choose it"


CATALOG_ADVICE = "Make one:  briefing-bot translate CODE --to FOLDER  (docs/translating.md)"


def plural_forms(code: str) -> str:
    """CLDR's plural rule for whole numbers (UTS 35), as a gettext header has it.

    Raises:
        UnknownLocaleError: CLDR does not know the language.
    """
    rule = Locale.parse(code.replace("_", "-"), sep="-").plural_form
    used = {rule(n) for n in _SAMPLE}
    rules = {tag: text for tag, text in rule.rules.items() if tag in used}
    if "other" not in used:  # for fractions alone, as in Russian: the last form takes its place
        del rules[[tag for tag in _TAGS if tag in rules][-1]]
    rule_text = to_gettext(PluralRule(rules))
    return rule_text.replace(" && ((0 == 0))", "").replace("((0 == 0)) && ", "")


_TAGS = ("zero", "one", "two", "few", "many")
"""CLDR's names of plural forms, in the order in which gettext numbers them; "other" is last."""


def read_catalog(code: str, path: Path) -> GNUTranslations:
    """One catalog, ``bot.mo`` or ``bot.po``.

    Raises:
        CatalogMissing: it was not compiled.
        CatalogDamaged: it cannot be read, or counts otherwise than CLDR says.
    """
    if not path.exists():
        raise CatalogMissing(
            f"The catalog {path} is missing: it is compiled from bot.po beside it when the"
            " project is installed or built."
        )
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        raise CatalogDamaged(f"{path}: {code} is no language that CLDR knows.") from None
    try:
        with path.open("rb") as file:
            catalog = _compiled(file, locale) if path.suffix == ".po" else GNUTranslations(file)
        counts = _counts_by_cldr(catalog, locale)
    except (ArithmeticError, LookupError, OSError, ValueError, struct.error) as error:
        raise CatalogDamaged(f"{path} cannot be read: {error}.") from error
    if not counts:
        raise CatalogDamaged(
            f"{path}: its Plural-Forms header counts otherwise than CLDR does for {code}."
            f" It should be: {plural_forms(code)}"
        )
    return catalog


def _compiled(file: IO[bytes], locale: Locale) -> GNUTranslations:
    """The catalog of a .po file. Fuzzy translations are left out."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - few have catalogs of their own
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415

    compiled = BytesIO()
    try:
        catalog = read_po(file, locale=locale, abort_invalid=True)
    except PoFileError as error:
        raise ValueError(str(error)) from error
    for message in list(catalog):
        if message.pluralizable and not all(message.string or ""):  # else it would be English
            catalog.delete(message.id, message.context)
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _counts_by_cldr(catalog: GNUTranslations, locale: Locale) -> bool:
    """Whether the catalog tells the same numbers apart as CLDR's plural rules (UTS 35).

    Whole numbers only, as gettext counts nothing else; so Russian needs three forms, not four.
    """
    form = catalog.plural  # type: ignore[attr-defined] # typeshed leaves it out
    pairs = {(form(n), locale.plural_form(n)) for n in _SAMPLE}
    forms, tags = {pair for pair, _ in pairs}, {tag for _, tag in pairs}
    return len(pairs) == len(tags) and forms == set(range(len(pairs)))
