"""Questions about the agreement itself: who signed it and when, when it came into force."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bot.agreement.model import Agreement
from bot.search.normalization import fold, words


class Fact(StrEnum):
    """What is asked of the agreement itself."""

    SIGNED = "signed"
    IN_FORCE = "in_force"


_PHRASES: dict[Fact, tuple[str, ...]] = {
    Fact.IN_FORCE: (
        *("into force", "in force", "take effect", "took effect", "taken effect", "into effect"),
        *("quvveye min", "quvvededir", "yururluge gir", "yururlukte"),
        *("вступил в силу", "вступила в силу", "вступает в силу", "вступлени", "в силе"),
    ),
    Fact.SIGNED: (
        *("signed", "signatories", "signatory", "signature", "signing", "who signs"),
        *("imzala", "imza atdi", "imza atti", "подписа", "подпис"),
    ),
}
"""Beginnings of words, folded (`bot.search.normalization.fold`)."""

_ABOUT_NOTHING_ELSE = frozenset(
    word.strip()
    for line in (
        "who, whom, when, where, what, which, was, were, is, it, its, the, a, an, this, that",
        "did, does, do, has, have, been, by, on, of, to, and, in, at, for, come, came, enter",
        "entered, date, day, force, effect, go, went, take, took, agreement, treaty, document",
        "accord, declaration, pact, text, kim, kimler, terefinden, ne, vaxt, nece, hansi",
        "tarixde, tarix, harada, bu, onu, o, sened, muqavile, sazis, ne, zaman, hangi, tarihte",
        "tarih, nerede, kimin, anlasma, belge, antlasma, min, gir, girdi, girib, minib, кто",
        "когда, где, какой, дата, это, этот, эту, она, он, его, ее, был, была, было, кем, в",
        "на, силу, силе, и, документ, договор, соглашение, вступил, вступила, вступает",
    )
    for word in line.split(",")
)
_STEM = 5


def fact_asked(text: str, agreement: Agreement) -> Fact | None:
    """The fact of the agreement itself that a question asks for, or None.

    A question that names anything else ("who signed the protocol on the railway?") asks for none.
    """
    asked = [fold(word) for word in words(text)]
    spoken = " ".join(asked)
    for fact, phrases in _PHRASES.items():
        if any(f" {phrase}" in f" {spoken}" for phrase in phrases):
            rest = [word for word in asked if not _belongs(word, phrases)]
            return fact if all(_is_of_it(word, agreement) for word in rest) else None
    return None


def _belongs(word: str, phrases: Iterable[str]) -> bool:
    parts = [part for phrase in phrases for part in phrase.split()]
    return any(word.startswith(part) for part in parts if len(part) >= _STEM) or word in parts


def _is_of_it(word: str, agreement: Agreement) -> bool:
    """Whether a word only says that the agreement is meant."""
    names = (*agreement.title.values(), *agreement.short_title.values())
    own = {fold(part)[:_STEM] for name in names for part in words(name)}
    return word in _ABOUT_NOTHING_ELSE or word[:_STEM] in own
