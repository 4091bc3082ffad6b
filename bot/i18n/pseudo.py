"""A made-up language for tests: whatever was not passed through the catalog stands out."""

from __future__ import annotations

import re
from gettext import NullTranslations

from bot.i18n.language import Language

_KEPT = re.compile(r"(\{[^}]*\}|<[^>]*>|&\w+;)")
_ACCENTS = str.maketrans("aeiounycAEIOUNYC", "áéíóúñýçÁÉÍÓÚÑÝÇ")


class _Pseudo(NullTranslations):
    def gettext(self, message: str) -> str:
        return _marked(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return _marked(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - as in gettext
        return _marked(message)


def pseudo(code: str = "en") -> Language:
    """The formats of a real language with every message bracketed and accented: ⟦Sétúp⟧."""
    return Language(code, _Pseudo())


def _marked(message: str) -> str:
    parts = _KEPT.split(message)
    accented = (part if at % 2 else part.translate(_ACCENTS) for at, part in enumerate(parts))
    return f"⟦{''.join(accented)}⟧"
