"""Choosing a time zone by city, country, offset or IANA name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from anyascii import anyascii
from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.agreement.user_input import fold
from bot.i18n.language import Language
from bot.i18n.times import clock_time, offset_name
from bot.i18n.timezones import (
    UNIVERSAL,
    city,
    city_in,
    country_in,
    likely_zones,
    offset_at,
    offsets,
    older_names,
    other_names,
    towns,
    zone_at,
    zone_names,
)
from bot.subscribers.chat import Chat
from bot.views.html import bold, code, lines, paragraphs
from bot.views.keyboards import back_button, rows_of
from bot.views.message import Button, Message, Reader, Row, Style
from bot.views.pagination import clip, page_of
from bot.views.schedule import place_name, wish

MOST_FOUND = 8
_SHORTEST_BEGINNING = 3
_SHORTEST_FORGIVEN, _LONG = 5, 9
_LONGEST = 100
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_HOURS = re.compile(r"\d|1[0-4]", re.ASCII)
"""An offset without its sign."""
_CLOCK = re.compile(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)
_CLOCK_IS_WRONG = timedelta(minutes=7)
_DAY, _NOON = timedelta(days=1), 12
_IN_ENGLISH = str.maketrans(
    {"ş": "sh", "ç": "ch", "ğ": "gh", "x": "kh", "ə": "a", "c": "j", "q": "g"}
)
"""How English writes letters of the Azerbaijani alphabet: Xocalı becomes Khojaly."""


def zones_called(language: Language, text: str) -> Sequence[str]:
    """The zones that a text may mean, the best first; none if it means none.

    Cities that stand for a zone and countries are known in the reader's language and in English,
    and a slip is forgiven; other towns in English, or as they are spelt there. "Berlin, Germany"
    is read up to the comma if the whole is not known.
    The first call in a language takes a while: not for the event loop.
    """
    found = _zones_called(language, text)
    if not found and "," in text:
        found = _zones_called(language, text.partition(",")[0])
    return list(dict.fromkeys(found))[:MOST_FOUND]


def _zones_called(language: Language, text: str) -> Sequence[str]:
    given = _plain(text[:_LONGEST])
    names = _names(language.code)
    latin = anyascii(given).lower().replace("'", "")  # "баку", "казань"
    spellings = dict.fromkeys((given, latin, latin.replace("y", "i")))
    lists = (_other_names(), names, _towns())
    found = next(
        (known[name] for known in lists for name in spellings if name in known), list[str]()
    )
    if not found and len(given) >= _SHORTEST_BEGINNING:
        found = [zone for name, zones in names.items() if name.startswith(given) for zone in zones]
    if not found:
        near = process.extractOne(
            given,
            _forgiving(language.code),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=_slips(given),
        )
        found = names[near[0]] if near else []
    return found


@lru_cache(maxsize=1)
def _other_names() -> Mapping[str, Sequence[str]]:
    """Zones by names that CLDR does not know, also as English spells Azerbaijani ones."""
    found: dict[str, Sequence[str]] = {}
    for name, zones in other_names():
        found[_plain(name)] = zones
        found.setdefault(_plain(fold(name).translate(_IN_ENGLISH)), zones)
    return found


@lru_cache(maxsize=1)
def _towns() -> Mapping[str, Sequence[str]]:
    """Zones by the comparable name of a town, the one with the most airports first."""
    known, renamed = frozenset(zone_names()), older_names()
    counted: dict[str, dict[str, int]] = {}
    plain, shared = lru_cache(_plain), dict[tuple[str, ...], tuple[str, ...]]()
    for name, given in towns():
        zone = renamed.get(given, given)
        if name and zone in known:
            zones = counted.setdefault(plain(name), {})
            zones[zone] = zones.get(zone, 0) + 1
    return {
        name: shared.setdefault(
            ranked := tuple(sorted(zones, key=lambda zone: -zones[zone])), ranked
        )
        for name, zones in counted.items()
    }


def _slips(given: str) -> int:
    """How many slips are forgiven. Few: a city that names no zone must not become another."""
    return 0 if len(given) < _SHORTEST_FORGIVEN else 1 if len(given) < _LONG else 2


def offset_called(text: str, now: datetime) -> timedelta | None:
    """The offset that a text names: +4, UTC-3:30, 4, or what a clock shows; None if it is none.

    A clock tells the offset if it is right to a few minutes. Of offsets whose clocks show the
    same on different days the one with more cities is meant.
    """
    text = text[:_LONGEST].strip()
    read = _OFFSET.fullmatch(text)
    if read is not None:
        offset = timedelta(hours=int(read[2]), minutes=int(read[3] or 0))
        return offset if read[1] == "+" else -offset
    if _HOURS.fullmatch(text):
        return timedelta(hours=int(text))
    clock = _CLOCK.fullmatch(text)
    return _offset_of(clock, now) if clock and (clock[2] or clock[3]) else None


def _offset_of(clock: re.Match[str], now: datetime) -> timedelta | None:
    hour, minute = int(clock[1]), int(clock[2] or 0)
    if clock[3]:
        hour = hour % _NOON + (_NOON if clock[3].lower() == "p" else 0)
    shown = timedelta(hours=hour, minutes=minute)
    utc = now.astimezone(UTC)
    ahead = shown - timedelta(hours=utc.hour, minutes=utc.minute)
    known = offsets(now)
    near = [offset for offset in known if _between(ahead, offset) <= _CLOCK_IS_WRONG]
    return max(near, key=lambda offset: len(known[offset]), default=None)


def _between(first: timedelta, second: timedelta) -> timedelta:
    """How far two clocks are apart, whatever the day."""
    apart = (first - second) % _DAY
    return min(apart, _DAY - apart)


@lru_cache(maxsize=16)
def _forgiving(code: str) -> Sequence[str]:
    """The comparable names of cities and countries alone: of these a slip is forgiven.

    Older names of zones, such as Canada/Atlantic, are no places.
    """
    locales = [Locale.parse(code, sep="-"), Locale.parse("en")]
    named = {
        _plain(name)
        for zone in zone_names()
        for locale in locales
        for name in (city_in(locale, zone), country_in(locale, zone))
    }
    return sorted(named & _names(code).keys())


@lru_cache(maxsize=16)
def _names(code: str) -> Mapping[str, Sequence[str]]:
    """Zones by everything that they are called, comparable; cities before countries."""
    locales = [Locale.parse(code, sep="-"), Locale.parse("en")]
    zones = zone_names()
    called = [(city_in(locale, zone), zone) for zone in zones for locale in locales]
    called += [(zone, zone) for zone in zones]
    called += [(zone.rpartition("/")[2], zone) for zone in zones]
    older = [(old, new) for old, new in older_names().items() if new in zones]
    called += [*older, *((old.rpartition("/")[2], new) for old, new in older)]
    called += [(UNIVERSAL, UNIVERSAL), ("GMT", UNIVERSAL)]
    called += [(country_in(locale, zone), zone) for zone in zones for locale in locales]
    found: dict[str, list[str]] = {}
    for name, zone in called:
        if name and zone not in found.setdefault(_plain(name), []):
            found[_plain(name)].append(zone)
    return {name: listed for name, listed in found.items() if name}


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", fold(text))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\s_\-]+", " ", bare).split())


_BORDERS = (timedelta(hours=-1), timedelta(hours=6))
_PARTS = len(_BORDERS) + 1
_CITIES = 24
_LABEL = 30
_GIVEN = 60


def zone_page(reader: Reader, chat: Chat, value: str = "") -> Message | None:
    """The page that asks for a zone; None where the value is not such a page.

    Values: "" or ``p2`` for the offsets and their third page; ``240`` or ``240.1`` for the
    cities whose clock is so many minutes ahead, and their second page.
    """
    if not value or (value[0] == "p" and value[1:].isdecimal()):
        return _offsets(reader, chat, int(value[1:]) if value else None)
    minutes, _, page = value.partition(".")
    if not minutes.removeprefix("-").isdecimal() or not (page or "0").isdecimal():
        return None
    return cities_at(reader, chat, timedelta(minutes=int(minutes)), int(page or 0))


def cities_at(reader: Reader, chat: Chat, offset: timedelta, number: int = 0) -> Message | None:
    """The cities whose clock is so far ahead of Universal Time; None if there are none."""
    language = reader.language
    zones = offsets(reader.now).get(offset)
    if zones is None:
        return None
    named = sorted((language.lower(city(language, zone)), zone) for zone in zones)
    page = page_of([zone for _, zone in named], number, _CITIES)
    buttons = [_city_button(reader, chat, zone) for zone in page.items]
    minutes = round(offset.total_seconds() / 60)
    turns = _turns(reader, chat, f"{minutes}.", page.number, page.count)
    return Message(
        paragraphs(
            bold(language.gettext("Which city is near you?")),
            lines(
                language.gettext(
                    "It is {time} there ({offset}). Not all of them change their clocks"
                    " on the same day.",
                    time=clock_time(language, reader.now.astimezone(timezone(offset))),
                    offset=offset_name(language, offset),
                )
            ),
        ),
        (*rows_of(buttons, 2), *turns, (back_button(reader, wish(reader, chat, "zone")),)),
    )


def place_page(reader: Reader, chat: Chat, latitude: float, longitude: float) -> Message:
    """The zone of a place on earth, with its local time to confirm."""
    return _zones_page(reader, chat, [zone_at(latitude, longitude)], "")


def found_page(reader: Reader, chat: Chat, given: str) -> Message:
    """The zone that a person named, with its local time to confirm; several, to choose from."""
    return _zones_page(reader, chat, zones_called(reader.language, given), given)


def _zones_page(reader: Reader, chat: Chat, zones: Sequence[str], given: str) -> Message:
    language = reader.language
    by_offset = (Button(language.gettext("Choose from a list"), wish(reader, chat, "zone")),)
    if not zones:
        name = bold(clip(" ".join(given.split()), _GIVEN))
        text = lines(
            language.html("I know no city named {given}.", given=name),
            language.gettext("Name a large city of your time zone, or choose from the list."),
        )
        return Message(text, (by_offset,))
    if len(zones) > 1:
        buttons = [_city_button(reader, chat, zone) for zone in zones]
        return Message(
            lines(bold(language.gettext("Which city is near you?"))),
            (*rows_of(buttons, 2), by_offset),
        )
    local = clock_time(language, reader.now.astimezone(timezone(offset_at(zones[0], reader.now))))
    yes = Button(
        language.gettext("Yes, that is my time"),
        wish(reader, chat, "zone", zones[0]),
        style=Style.PRIMARY,
    )
    return Message(
        lines(
            bold(place_name(reader, zones[0])),
            language.gettext("It is {time} there now. Is that your time?", time=local),
        ),
        ((yes,), by_offset),
    )


def _offsets(reader: Reader, chat: Chat, number: int | None) -> Message:
    """The times that clocks show now, in three parts of the world; the chat's own unless told."""
    language = reader.language
    own = offset_at(chat.timing.zone, reader.now)
    number = _part(own) if number is None else min(number, _PARTS - 1)
    known = [offset for offset in offsets(reader.now) if _part(offset) == number]
    buttons = [_offset_button(reader, chat, offset, chosen=offset == own) for offset in known]
    turns = _turns(reader, chat, "p", number, _PARTS)
    likely = rows_of([_city_button(reader, chat, zone) for zone in likely_zones(language)], 2)
    example = code("/timezone " + _example(reader))
    send = language.gettext("Or send me your location. I keep nothing of it but the time zone.")
    return Message(
        paragraphs(
            bold(language.gettext("What time is it where you are?")),
            language.html("Or name a city: {example}", example=example),
            send if reader.in_private else None,
        ),
        (*likely, *rows_of(buttons, 3), *turns, (back_button(reader, wish(reader, chat, "when")),)),
    )


def _part(offset: timedelta) -> int:
    """The Americas, Europe to India with Africa, the east: which of them has this offset."""
    return sum(offset >= border for border in _BORDERS)


def _turns(reader: Reader, chat: Chat, prefix: str, number: int, count: int) -> tuple[Row, ...]:
    """Buttons to the part before and the part after."""
    row = tuple(
        Button(label, wish(reader, chat, "zone", f"{prefix}{number + step}"))
        for label, step in (("‹", -1), ("›", 1))
        if 0 <= number + step < count
    )
    return (row,) if row else ()


def _example(reader: Reader) -> str:
    likely: Sequence[str] = likely_zones(reader.language) or ["Europe/London"]
    return city(reader.language, likely[0])


def _offset_button(reader: Reader, chat: Chat, offset: timedelta, *, chosen: bool) -> Button:
    language = reader.language
    time = clock_time(language, reader.now.astimezone(timezone(offset)))
    label = f"{time} · {offset_name(language, offset)}"
    minutes = round(offset.total_seconds() / 60)
    return Button(f"✓ {label}" if chosen else label, wish(reader, chat, "zone", str(minutes)))


def _city_button(reader: Reader, chat: Chat, zone: str) -> Button:
    language = reader.language
    local = clock_time(language, reader.now.astimezone(timezone(offset_at(zone, reader.now))))
    label = f"{clip(city(language, zone), _LABEL)} · {local}"
    chosen = zone == chat.timing.zone
    return Button(f"✓ {label}" if chosen else label, wish(reader, chat, "zone", zone))
