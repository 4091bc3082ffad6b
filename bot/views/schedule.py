"""When a chat hears: its rhythm, its hour and zone, quiet hours, silence for a while.

A channel is set up from its admin's private chat: there the buttons name the channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.i18n.language import Language
from bot.i18n.times import clock_time, day_and_time, hour_name, offset_name, weekday_name
from bot.i18n.timezones import city, offset_at
from bot.subscribers.chat import Chat, ChatKind
from bot.subscribers.preferences import OFF
from bot.subscribers.schedule import QuietHours, Rhythm, Schedule
from bot.views.callbacks import Action, Adjust, Configure, Place, Show, View
from bot.views.html import bold, lines, paragraphs
from bot.views.keyboards import back_button, rows_of
from bot.views.message import Button, Message, Reader, Row
from bot.views.pagination import clip
from bot.views.pauses import pause_note

_HOURS = range(24)


def wish(reader: Reader, chat: Chat, what: str, value: str = "") -> Action:
    """What a button does that changes when a chat hears."""
    return Configure(chat.id, what, value) if _from_afar(reader, chat) else Adjust(what, value)


def when_page(reader: Reader, chat: Chat) -> Message:
    """What a chat has chosen, what that means now, and the ways to change it."""
    gettext = reader.language.gettext
    hint = None
    if not reader.in_private:
        hint = gettext("Only admins of this chat can change them.")
    return Message(
        paragraphs(
            bold(gettext("Delivery times")),
            lines(*timing_lines(reader, chat)),
            pause_note(reader, chat, None),
            hint,
        ),
        tuple(_choices(reader, chat)),
    )


def asking_page(reader: Reader, chat: Chat, what: str, value: str) -> Message | None:
    """The page that asks for a wish, or None where `value` names one already."""
    match what, value:
        case "when", "":
            return when_page(reader, chat)
        case "hour", "":
            return hour_page(reader, chat)
        case "day", "":
            return day_page(reader, chat)
        case "quiet", "":
            return quiet_presets(reader, chat)
        case "quiet", _ if value in {"other", *map(str, _HOURS)}:
            return quiet_page(reader, chat, None if value == "other" else int(value))
    return None


def hour_page(reader: Reader, chat: Chat) -> Message:
    """The hours at which a digest can come."""
    chosen = chat.timing.schedule.hour
    buttons = [
        Button(_ticked(label, hour == chosen), wish(reader, chat, "hour", str(hour)))
        for hour, label in _hours(reader.language)
    ]
    question = reader.language.gettext("At what hour should digests arrive?")
    return Message(
        paragraphs(bold(question), _zone_line(reader, chat)),
        (*rows_of(buttons, 4), _to_when(reader, chat)),
    )


def day_page(reader: Reader, chat: Chat) -> Message:
    """The days on which a weekly digest can come."""
    language, chosen = reader.language, chat.timing.schedule.weekday
    buttons = [
        Button(
            _ticked(language.capitalised(weekday_name(language, day)), day == chosen),
            wish(reader, chat, "day", str(day)),
        )
        for day in range(7)
    ]
    question = language.gettext("On which day should weekly digests arrive?")
    return Message(
        lines(bold(question)),
        (*rows_of(buttons, 2), _to_when(reader, chat)),
    )


def quiet_presets(reader: Reader, chat: Chat) -> Message:
    """The usual quiet hours to choose from, none, or others."""
    language, quiet = reader.language, chat.timing.quiet
    presets = [
        Button(
            _ticked(
                f"{hour_name(language, start)} – {hour_name(language, end)}",
                quiet == QuietHours(start, end),
            ),
            wish(reader, chat, "quiet", f"{start}-{end}"),
        )
        for start, end in ((22, 8), (23, 7))
    ]
    never = Button(
        _ticked(language.gettext("No quiet hours"), quiet is None), wish(reader, chat, "quiet", OFF)
    )
    other = Button(language.gettext("Other hours"), wish(reader, chat, "quiet", "other"))
    return Message(
        paragraphs(
            bold(language.gettext("When should it be quiet?")),
            _meaning_of_quiet(language),
            _zone_line(reader, chat),
        ),
        (tuple(presets), (other, never), _to_when(reader, chat)),
    )


def _meaning_of_quiet(language: Language) -> str:
    return language.gettext(
        "What comes in quiet hours is held and arrives after them as one message."
    )


def quiet_page(reader: Reader, chat: Chat, start: int | None = None) -> Message:
    """From when it shall be quiet; once `start` is chosen, until when."""
    language, quiet = reader.language, chat.timing.quiet
    if start is None:
        question = language.gettext("When should quiet hours begin?")
        buttons = [
            Button(
                _ticked(label, quiet is not None and quiet.start == hour),
                wish(reader, chat, "quiet", str(hour)),
            )
            for hour, label in _hours(language)
        ]
        back = (back_button(reader, wish(reader, chat, "quiet")),)
    else:
        begin = hour_name(language, start)
        question = language.gettext("Quiet from {start}. Until when?", start=begin)
        # The likely ends come first: the hours that follow the beginning.
        order = [(start + ahead) % 24 for ahead in range(1, 24)]
        buttons = [
            Button(
                _ticked(
                    hour_name(language, hour),
                    quiet is not None and (quiet.start, quiet.end) == (start, hour),
                ),
                wish(reader, chat, "quiet", f"{start}-{hour}"),
            )
            for hour in order
        ]
        back = (back_button(reader, wish(reader, chat, "quiet", "other")),)
    return Message(
        paragraphs(bold(question), _meaning_of_quiet(language), _zone_line(reader, chat)),
        (*rows_of(buttons, 4), back),
    )


def timing_lines(reader: Reader, chat: Chat) -> Iterator[str]:
    """What a chat has chosen of when it hears, and what that means now."""
    language, timing = reader.language, chat.timing
    yield _rhythm_line(language, timing.schedule)
    yield from _next(reader, chat, timing.schedule)
    if timing.quiet:
        yield language.gettext(
            "Quiet from {start} to {end}: what comes then waits until it is over.",
            start=hour_name(language, timing.quiet.start),
            end=hour_name(language, timing.quiet.end),
        )
    if timing.muted_until is not None and timing.muted(reader.now):
        until = _moment(reader, chat, timing.muted_until)
        yield language.gettext("Muted until {moment}. What comes until then waits.", moment=until)
    yield _zone_line(reader, chat)


def rhythm_name(language: Language, rhythm: Rhythm) -> str:
    """A rhythm in a word or two."""
    return {
        Rhythm.AT_ONCE: language.gettext("Immediately"),
        Rhythm.DAILY: language.gettext("Daily"),
        Rhythm.WEEKLY: language.gettext("Weekly"),
    }[rhythm]


def _rhythm_line(language: Language, schedule: Schedule) -> str:
    hour = hour_name(language, schedule.hour)
    match schedule.rhythm:
        case Rhythm.AT_ONCE:
            return language.gettext("Immediately, whenever a status changes.")
        case Rhythm.DAILY:
            return language.gettext("Once a day, as one message ({time}).", time=hour)
        case Rhythm.WEEKLY:
            day = weekday_name(language, schedule.weekday)
            return language.gettext(
                "Once a week, as one message ({weekday}, {time}).", weekday=day, time=hour
            )


def _next(reader: Reader, chat: Chat, schedule: Schedule) -> Iterator[str]:
    """When the next digest comes, if there is something to tell by then."""
    if schedule.is_digest:
        due = chat.timing.due(schedule, reader.now, reader.now)
        yield reader.language.gettext(
            "Next digest: {moment} ({city})",
            moment=_moment(reader, chat, due),
            city=_city(reader, chat),
        )


def _zone_line(reader: Reader, chat: Chat) -> str:
    language, local = reader.language, reader.now.astimezone(chat.timing.tzinfo)
    return language.gettext(
        "Time zone: {city}. It is {time} there.",
        city=_city(reader, chat),
        time=clock_time(language, local),
    )


def _moment(reader: Reader, chat: Chat, when: datetime) -> str:
    return day_and_time(reader.language, when.astimezone(chat.timing.tzinfo))


def _city(reader: Reader, chat: Chat) -> str:
    return place_name(reader, chat.timing.zone)


def place_name(reader: Reader, zone: str) -> str:
    """A zone's city, with how far its clock is ahead now."""
    language = reader.language
    offset = offset_name(language, offset_at(zone, reader.now))
    name = city(language, zone)
    return offset if name == "UTC" else f"{name}, {offset}"


def _choices(reader: Reader, chat: Chat) -> Iterator[Row]:
    language, timing = reader.language, chat.timing
    gettext, schedule = language.gettext, timing.schedule
    yield tuple(
        Button(
            _ticked(rhythm_name(language, rhythm), rhythm is schedule.rhythm),
            wish(reader, chat, "rhythm", rhythm.value),
        )
        for rhythm in Rhythm
    )
    if schedule.is_digest:
        hour = gettext("Hour: {hour}", hour=hour_name(language, schedule.hour))
        digest = [Button(hour, wish(reader, chat, "hour"))]
        if schedule.rhythm is Rhythm.WEEKLY:
            day = gettext("Day: {weekday}", weekday=weekday_name(language, schedule.weekday))
            digest.append(Button(day, wish(reader, chat, "day")))
        yield tuple(digest)
    yield (Button("🌙 " + _quiet_label(language, chat), wish(reader, chat, "quiet")),)
    zone = gettext("Time zone: {city}", city=clip(city(language, timing.zone), 40))
    yield (Button("🌍 " + zone, wish(reader, chat, "zone")),)
    if timing.muted(reader.now):
        yield (Button("🔔 " + gettext("Unmute"), wish(reader, chat, "mute", OFF)),)
    else:
        yield (
            Button("🔕 " + gettext("Mute for a day"), wish(reader, chat, "mute", "day")),
            Button("🔕 " + gettext("Mute for a week"), wish(reader, chat, "mute", "week")),
        )
    if _from_afar(reader, chat):
        yield (back_button(reader, Configure(chat.id)),)
    else:
        yield (back_button(reader, Show(Place(View.SETTINGS))),)


def _quiet_label(language: Language, chat: Chat) -> str:
    quiet = chat.timing.quiet
    if quiet is None:
        return language.gettext("Quiet hours: none")
    start, end = hour_name(language, quiet.start), hour_name(language, quiet.end)
    return language.gettext("Quiet hours: {start} – {end}", start=start, end=end)


def _hours(language: Language) -> list[tuple[int, str]]:
    return [(hour, hour_name(language, hour)) for hour in _HOURS]


def _to_when(reader: Reader, chat: Chat) -> Row:
    return (back_button(reader, wish(reader, chat, "when")),)


def _from_afar(reader: Reader, chat: Chat) -> bool:
    return chat.kind is ChatKind.CHANNEL and reader.kind is not ChatKind.CHANNEL


def _ticked(label: str, chosen: bool) -> str:  # noqa: FBT001 - a label with its state
    return f"✓ {label}" if chosen else label
