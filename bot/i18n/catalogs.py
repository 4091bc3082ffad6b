"""Read compiled catalogs, ``CODE/LC_MESSAGES/bot.mo``, and mark texts that are translated later."""

from __future__ import annotations

import struct
from gettext import GNUTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError

from bot.i18n.language import Language


def gettext_noop(text: str) -> str:
    """Return the text as it is; the extractor finds it by this call."""
    return text


_SAMPLE = range(1001)


class CatalogMissing(Exception):
    """A language has no compiled catalog, or there is no language at all."""


class CatalogDamaged(Exception):
    """A compiled catalog cannot be used; the message says which one and why."""


def load_languages(folder: Path) -> dict[str, Language]:
    """Every language that has a folder there, by its BCP 47 code, in alphabetical order.

    Reads files: call it at start, before the event loop has work.

    Raises:
        CatalogMissing: a catalog was not compiled, or none is there.
        CatalogDamaged: a catalog cannot be read, or counts otherwise than CLDR says.
    """
    sources = sorted(folder.glob("*/LC_MESSAGES"))
    if not sources:
        raise CatalogMissing(f"There is no language in {folder}.")
    languages = (_load(source.parent.name, source / "bot.mo") for source in sources)
    return {language.code: language for language in languages}


def _load(name: str, path: Path) -> Language:
    if not path.exists():
        raise CatalogMissing(
            f"The catalog {path} is missing: it is compiled from bot.po beside it when the"
            " project is installed or built."
        )
    code = name.replace("_", "-")
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        raise CatalogDamaged(f"{path}: {code} is no language that CLDR knows.") from None
    try:
        with path.open("rb") as file:
            catalog = GNUTranslations(file)
    except (OSError, ValueError, struct.error) as error:  # the last for a file cut short
        raise CatalogDamaged(f"{path} cannot be read: {error}.") from error
    if not _counts_by_cldr(catalog, locale):
        raise CatalogDamaged(
            f"{path}: its Plural-Forms header counts otherwise than CLDR does for {code}."
        )
    return Language(code, catalog)


def _counts_by_cldr(catalog: GNUTranslations, locale: Locale) -> bool:
    """Whether the catalog tells the same numbers apart as CLDR's plural rules (UTS 35).

    Whole numbers only, as gettext counts nothing else; so Russian needs three forms, not four.
    """
    form = catalog.plural  # type: ignore[attr-defined] # typeshed leaves it out
    pairs = {(form(n), locale.plural_form(n)) for n in _SAMPLE}
    forms, tags = {pair for pair, _ in pairs}, {tag for _, tag in pairs}
    return len(pairs) == len(forms) == len(tags)
