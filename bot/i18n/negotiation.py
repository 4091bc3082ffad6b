"""Which of the languages that the bot speaks a reader gets.

The rules are CLDR's (UTS 35, "Likely Subtags" and "Language Matching"): tags are compared once
their likely script has been filled in, so ``tr-TR`` is ``tr`` and ``az-Latn-AZ`` is ``az``.

* A script that a tag names is taken seriously: ``az-Cyrl`` asks for Cyrillic letters, a catalog
  in Latin ones is as far from that as another language, and the reader gets the next preference.
* A script that only follows from a region is a guess about the region, not a wish: ``az-RU`` gets
  ``az``, because a client's region says where a device is, not what its owner can read.
* One language never stands for another: a reader of Ukrainian is not assumed to want Russian.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from babel.core import get_global, parse_locale

FALLBACK = "en"


def negotiate(preferred: Iterable[str | None], supported: Iterable[str]) -> str:
    """The best supported language for the preferences, the strongest first.

    Preferences are BCP 47 tags: a reader's own choice, then what their client says. None, and
    what is not a tag, is passed over. Where nothing fits it is English, or, if that is not
    supported, the first language that is.

    Raises:
        ValueError: no language is supported.
    """
    offered = list(supported)
    if not offered:
        raise ValueError("no language to choose from")
    for tag in preferred:
        found = match(tag, offered) if tag else None
        if found is not None:
            return found
    return FALLBACK if FALLBACK in offered else offered[0]


def match(tag: str, offered: Collection[str]) -> str | None:
    """The supported language that a tag asks for, or None."""
    if tag in offered:
        return tag
    wanted = _parsed(tag)
    if wanted is None:
        return None
    language, script, region = wanted
    candidates = [
        (code, parsed) for code in offered if (parsed := _parsed(code)) and parsed[0] == language
    ]
    likely = [candidate for candidate in candidates if _script(*candidate[1]) == _script(*wanted)]
    if likely:
        same_region = (code for code, parsed in likely if parsed[2] and parsed[2] == region)
        return next(same_region, likely[0][0])
    return candidates[0][0] if candidates and script is None else None


def _parsed(tag: str) -> tuple[str, str | None, str | None] | None:
    """Language, script and region, the language by its present code; None for what is not a tag."""
    try:
        language, region, script = parse_locale(tag.replace("_", "-"), sep="-")[:3]
    except ValueError:
        return None
    language = get_global("language_aliases").get(language, language)
    return language, script, region


def _script(language: str, script: str | None, region: str | None) -> str | None:
    """The script, filled in where CLDR knows the likely one."""
    if script:
        return script
    likely = get_global("likely_subtags")
    full = likely.get(f"{language}_{region}") or likely.get(language)
    return parse_locale(full)[2] if full else None
