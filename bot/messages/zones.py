"""Choosing a time zone: by what the clock says, then by a city; or by a city's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone

from bot.language.places import city, likely_zones, offset_at, offsets
from bot.language.times import clock_time, offset_name
from bot.messages.buttons import back_button, rows_of
from bot.messages.cities import zones_called
from bot.messages.fitting import clip, page_of
from bot.messages.model import Button, Message, Row, Style
from bot.messages.reader import Reader
from bot.messages.tags import bold, code, lines, paragraphs
from bot.messages.timing import place_name, wish
from bot.subscribers.model import Chat

_BORDERS = (timedelta(hours=-1), timedelta(hours=6))
_PARTS = len(_BORDERS) + 1
_CITIES = 24
_LABEL = 30
_GIVEN = 60


def zone_page(reader: Reader, chat: Chat, value: str = "") -> Message | None:
    """The page that asks for a zone; None where the value is no such page.

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


def found_page(reader: Reader, chat: Chat, given: str) -> Message:
    """The zone that a person named, with its local time to confirm; several, to choose from."""
    language, zones = reader.language, zones_called(reader.language, given)
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
    likely = rows_of([_city_button(reader, chat, one) for one in likely_zones(language)], 2)
    example = code("/timezone " + _example(reader))
    return Message(
        paragraphs(
            bold(language.gettext("What does your clock say?")),
            language.html("Or name a city: {example}", example=example),
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
