from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample import (
    ENGLISH,
    GREEK,
    NOW,
    button,
    buttons,
    check,
    check_translated,
    reader,
)

from bot.i18n.language import Language
from bot.i18n.times import clock_time, day_and_time, days, hour_name, offset_name, weekday_name
from bot.i18n.timezones import (
    city,
    likely_zones,
    offset_at,
    offsets,
    other_names,
    zone_at,
    zone_names,
)
from bot.subscribers.chat import Chat, ChatKind, Scope, ScopeKind
from bot.subscribers.preferences import adjusted
from bot.subscribers.schedule import NO_WISHES, QuietHours, Rhythm, Schedule, Timing
from bot.views.callbacks import Adjust, Configure, Place, Show, View, encode
from bot.views.message import Message
from bot.views.pagination import shown
from bot.views.schedule import (
    asking_page,
    day_page,
    hour_page,
    quiet_page,
    quiet_presets,
    when_page,
)
from bot.views.timezone_picker import cities_at, found_page, offset_called, zone_page, zones_called

LANGUAGES = {code: Language(code, NullTranslations()) for code in ("en", "az", "tr", "ru")}
FERRY = Scope(ScopeKind.PROVISION, "ferry")
LIGHT = Scope(ScopeKind.TOPIC, "light")
BAKU = "Asia/Baku"
HERE = Chat(7, ChatKind.PRIVATE).following(None, FERRY)
CHANNEL = Chat(-1001234567890123, ChatKind.CHANNEL, title="Harbour").following(None, FERRY)


def timed(**fields: object) -> Chat:
    return HERE.timed(replace(NO_WISHES, **fields))  # type: ignore[arg-type]


def plain(page: Message | None) -> str:
    assert page is not None
    check(page)
    assert all(
        len(encode(each_button.action).encode()) <= 64
        for each_button in buttons(page)
        if each_button.action
    )
    return shown(page.html).replace("\u202f", " ")


def test_without_wishes_news_comes_at_once() -> None:
    page = when_page(reader(), HERE)
    assert plain(page) == (
        "Delivery times\n\nImmediately, whenever a status changes.\n"
        "Time zone: UTC. It is 09:30 there."
    )
    assert button(page, "✓ Immediately").action == Adjust("rhythm", "at_once")
    assert button(page, "Weekly").action == Adjust("rhythm", "weekly")
    assert button(page, "Mute for a week").action == Adjust("mute", "week")
    assert button(page, "Back").action == Show(Place(View.SETTINGS))
    assert not [
        each_button
        for each_button in buttons(page)
        if "Hour:" in each_button.label or "Day:" in each_button.label
    ]


def test_the_page_says_what_a_choice_means_now() -> None:
    weekly = timed(schedule=Schedule(Rhythm.WEEKLY, 9, 0), zone=BAKU)
    text = plain(when_page(reader(), weekly))
    assert "Once a week, as one message (Monday, 09:00)." in text
    # It is Monday, 13:30 in Baku: this week's digest has been.
    assert "Next digest: Monday 27 May, 09:00 (Baku, UTC+4)" in text
    assert "Time zone: Baku, UTC+4. It is 13:30 there." in text
    assert button(when_page(reader(), weekly), "Day: Monday").action == Adjust("day")
    daily = plain(when_page(reader(), timed(schedule=Schedule(Rhythm.DAILY, 18))))
    assert "Once a day, as one message (18:00)." in daily
    assert "Next digest: Monday 20 May, 18:00 (UTC)" in daily


def test_times_of_day_are_written_as_the_language_does() -> None:
    chat = timed(schedule=Schedule(Rhythm.DAILY, 18), quiet=QuietHours(22, 7))
    russian = plain(when_page(reader(LANGUAGES["ru"]), chat))
    assert "понедельник, 20 мая, 18:00" in russian
    assert "Quiet from 22:00 to 07:00" in russian


def test_silence_is_shown_and_ended() -> None:
    chat = timed(muted_until=NOW + timedelta(days=1), quiet=QuietHours(22, 8))
    page = when_page(reader(), chat)
    assert "Muted until Tuesday 21 May, 09:30." in plain(page)
    assert button(page, "Unmute").action == Adjust("mute", "off")
    assert button(page, "Quiet hours: 22:00").action == Adjust("quiet")
    over = timed(muted_until=NOW)
    assert "Muted" not in plain(when_page(reader(), over))


def test_hours_days_and_quiet_hours_are_chosen_by_buttons() -> None:
    chat = timed(schedule=Schedule(Rhythm.WEEKLY, 18, 4), quiet=QuietHours(22, 8))
    page = hour_page(reader(), chat)
    plain(page)
    values = [
        each_button.action.value
        for each_button in buttons(page)[:-1]
        if isinstance(each_button.action, Adjust)
    ]
    assert values == [str(hour) for hour in range(24)]
    assert button(page, "✓").action == Adjust("hour", "18")
    page = day_page(reader(), chat)
    plain(page)
    assert button(page, "✓ Friday").action == Adjust("day", "4")
    page = quiet_page(reader(), chat)
    plain(page)
    assert button(page, "✓ 22:00").action == Adjust("quiet", "22")
    assert button(quiet_presets(reader(), chat), "No quiet hours").action == Adjust("quiet", "off")
    page = quiet_page(reader(), chat, 22)
    assert "Quiet from 22:00. Until when?" in plain(page)
    assert buttons(page)[0].action == Adjust("quiet", "22-23")
    assert button(page, "✓").action == Adjust("quiet", "22-8")
    assert len(buttons(page)) == 24, "it does not end when it begins"


@pytest.mark.parametrize(
    ("what", "value", "asks"),
    [
        ("when", "", True),
        ("hour", "", True),
        ("day", "", True),
        ("quiet", "", True),
        ("quiet", "22", True),
        ("quiet", "24", False),
        ("quiet", "22-8", False),
        ("hour", "9", False),
        ("rhythm", "daily", False),
        ("rhythm", "", False),
    ],
)
def test_a_button_asks_or_chooses(what: str, value: str, asks: bool) -> None:
    assert (asking_page(reader(), HERE, what, value) is not None) is asks


def test_each_button_of_the_pages_is_a_question_or_a_wish() -> None:
    chat = timed(schedule=Schedule(Rhythm.WEEKLY), muted_until=NOW + timedelta(days=1))
    pages = [
        when_page(reader(), chat),
        when_page(reader(), HERE),
        hour_page(reader(), chat),
        day_page(reader(), chat),
        quiet_page(reader(), chat),
        quiet_page(reader(), chat, 0),
        zone_page(reader(), chat),
        cities_at(reader(), chat, timedelta(hours=4)),
    ]
    for page in pages:
        for each_button in buttons(page) if page else []:
            if isinstance(each_button.action, Adjust):
                what, value = each_button.action.what, each_button.action.value
                asked = (
                    zone_page(reader(), chat, value)
                    if what == "zone"
                    else asking_page(reader(), chat, what, value)
                )
                assert asked or adjusted(chat, what, value, NOW), each_button


def test_a_channel_is_timed_from_its_admins_private_chat() -> None:
    number = CHANNEL.id
    page = when_page(reader(), CHANNEL)
    plain(page)
    assert button(page, "Daily").action == Configure(number, "rhythm", "daily")
    assert button(page, "Back").action == Configure(number)
    itself = when_page(reader(kind=ChatKind.CHANNEL), CHANNEL)
    assert button(itself, "Daily").action == Adjust("rhythm", "daily")
    assert "Only admins" in plain(itself)


def test_zones_are_found_by_what_the_clock_says() -> None:
    page = zone_page(reader(LANGUAGES["az"]), timed(zone=BAKU))
    assert "/timezone Bakı" in plain(page)
    assert button(page, "✓ Bakı · 13:30").action == Adjust("zone", BAKU)
    assert button(page, "✓ 13:30 · UTC+4").action == Adjust("zone", "240")
    assert button(page, "‹").action == Adjust("zone", "p0")
    assert button(page, "›").action == Adjust("zone", "p2")
    first = zone_page(reader(), HERE, "p0")
    assert first is not None
    assert "✓" not in "".join(each_button.label for each_button in buttons(first))
    assert button(first, "UTC−10").action == Adjust("zone", "-600")


def test_the_cities_of_an_offset_come_in_pages() -> None:
    page = zone_page(reader(), HERE, "120")
    text = plain(page)
    assert "It is 11:30 there (UTC+2)." in text
    assert page is not None
    assert button(page, "Berlin · 11:30").action == Adjust("zone", "Europe/Berlin")
    assert button(page, "›").action == Adjust("zone", "120.1")
    second = zone_page(reader(), HERE, "120.1")
    assert second is not None
    plain(second)
    assert button(second, "‹").action == Adjust("zone", "120.0")
    assert button(second, "Back").action == Adjust("zone")


@pytest.mark.parametrize("value", ["x", "p", "pp", "p-1", "7", "9999", "120.x", "--5", "²"])
def test_what_is_no_page_of_zones(value: str) -> None:
    assert zone_page(reader(), HERE, value) is None


def test_every_zone_is_on_a_page() -> None:
    reached = set()
    for offset, zones in offsets(NOW).items():
        for number in range(1 + len(zones) // 24):
            page = cities_at(reader(), HERE, offset, number)
            plain(page)
            assert page is not None
            reached |= {
                each_button.action.value
                for each_button in buttons(page)
                if isinstance(each_button.action, Adjust)
            }
    assert {*zone_names(), "UTC"} <= reached
    assert len(zone_names()) > 400


@pytest.mark.parametrize(
    ("code", "given", "zone"),
    [
        ("en", "Baku", BAKU),
        ("en", "baku", BAKU),
        ("az", "Bakı", BAKU),
        ("az", "baki", BAKU),
        ("ru", "Баку", BAKU),
        ("ru", "Baku", BAKU),
        ("tr", "istanbul", "Europe/Istanbul"),
        ("tr", "İSTANBUL", "Europe/Istanbul"),
        ("en", "istambul", "Europe/Istanbul"),
        ("en", "new york", "America/New_York"),
        ("ru", "Нью-Йорк", "America/New_York"),
        ("en", "America/New_York", "America/New_York"),
        ("en", "Asia/Calcutta", "Asia/Kolkata"),
        ("en", "kiev", "Europe/Kyiv"),
        ("en", "busingen", "Europe/Busingen"),
        ("ru", "Азербайджан", BAKU),
        ("en", "utc", "UTC"),
    ],
)
def test_a_zone_is_found_by_city_in_the_readers_language_or_english(
    code: str, given: str, zone: str
) -> None:
    assert zones_called(LANGUAGES[code], given)[0] == zone


@pytest.mark.parametrize("unknown", ["Ankora", "Xzmir", "Rume"])
def test_a_city_without_a_zone_of_its_name_is_not_taken_for_another(unknown: str) -> None:
    assert not zones_called(LANGUAGES["tr"], unknown)


@pytest.mark.parametrize(
    ("code", "given", "zone"),
    [
        ("tr", "Ankara", "Europe/Istanbul"),
        ("tr", "İzmir", "Europe/Istanbul"),
        ("en", "izmir", "Europe/Istanbul"),
        ("ru", "Анкара", "Europe/Istanbul"),
        ("az", "Gəncə", BAKU),
        ("en", "Ganja", BAKU),
        ("az", "Lənkəran", BAKU),
        ("ru", "Казань", "Europe/Moscow"),
        ("en", "Munich", "Europe/Berlin"),
        ("en", "Bavaria", "Europe/Berlin"),
        ("en", "Mumbai", "Asia/Kolkata"),
    ],
)
def test_a_town_without_a_zone_of_its_own_has_that_of_its_airport(
    code: str, given: str, zone: str
) -> None:
    assert zones_called(LANGUAGES[code], given) == [zone]


def test_towns_of_one_name_are_to_choose_from() -> None:
    found = zones_called(ENGLISH, "Birmingham")
    assert set(found) == {"Europe/London", "America/Chicago"}
    assert zones_called(ENGLISH, "Paris") == ["Europe/Paris"], "a city that stands for its zone"


@pytest.mark.parametrize("given", ["Atlantis", "Pacifik", "Easterm"])
def test_an_older_name_of_a_zone_is_not_taken_for_a_misspelt_city(given: str) -> None:
    assert not zones_called(LANGUAGES["en"], given)


def test_a_city_is_confirmed_by_its_local_time() -> None:
    page = found_page(reader(LANGUAGES["tr"]), HERE, "bakü")
    assert plain(page) == "Bakü, UTC+4\nIt is 13:30 there now. Is that your time?"
    assert button(page, "Yes").action == Adjust("zone", BAKU)
    assert button(page, "Choose from a list").action == Adjust("zone")
    page = found_page(reader(), HERE, "Germany")
    assert "Which city is near you?" in plain(page)
    assert button(page, "Berlin").action == Adjust("zone", "Europe/Berlin")
    page = found_page(reader(), HERE, "<b>xqzwv")
    assert "I know no city named <b>xqzwv." in plain(page)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_typed_as_a_city_has_an_answer(given_text: str) -> None:
    plain(found_page(reader(), HERE, given_text))


HALF_PAST_NINE = datetime(2024, 5, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "minutes"),
    [("+4", 240), ("UTC+4", 240), ("gmt-3:30", -210), ("UTC −5", -300), ("+0545", 345)],
)
def test_an_offset_can_be_typed(given: str, minutes: int) -> None:
    assert offset_called(given, HALF_PAST_NINE) == timedelta(minutes=minutes)
    assert offset_called(given + "x", HALF_PAST_NINE) is None


@pytest.mark.parametrize(
    ("given", "minutes"),
    [
        ("13:30", 240), ("13.32", 240), ("1:28 pm", 240), ("1:30 p.m.", 240), ("4", 240),
        ("22:30", 780), ("15:15", 345), ("05:30", -240), ("12:30 pm", 180), ("12:30 am", -540),
    ],
)  # fmt: skip
def test_what_a_clock_shows_tells_the_offset(given: str, minutes: int) -> None:
    assert offset_called(given, HALF_PAST_NINE) == timedelta(minutes=minutes)


@pytest.mark.parametrize("given", ["25:00", "13:99", "13:45", "15", "1330", "noon"])
def test_what_no_clock_shows_is_no_offset(given: str) -> None:
    assert offset_called(given, HALF_PAST_NINE) is None


@pytest.mark.parametrize(
    ("given", "zone"),
    [
        ("MSK", "Europe/Moscow"), ("МСК", "Europe/Moscow"), ("Питер", "Europe/Moscow"),
        ("NZT", "Pacific/Auckland"), ("nyc", "America/New_York"), ("USA", "America/New_York"),
        ("Berlin, Germany", "Europe/Berlin"), ("Şuşa", BAKU), ("Shusha", BAKU), ("Шуша", BAKU),
        ("Xankəndi", BAKU), ("Khankandi", BAKU), ("Naxçıvan", BAKU), ("Nakhchivan", BAKU),
        ("Iğdır", "Europe/Istanbul"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("code", ["en", "az", "tr", "ru"])
def test_a_zone_is_found_by_other_names(code: str, given: str, zone: str) -> None:
    assert zones_called(LANGUAGES[code], given)[0] == zone


def test_every_zone_of_the_lexicon_exists() -> None:
    assert {zone for _, zones in other_names() for zone in zones} <= {*zone_names()}


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ((40.4, 49.9), BAKU),
        ((39.2, 45.4), BAKU),
        ((39.9, 32.9), "Europe/Istanbul"),
        ((52.5, 13.4), "Europe/Berlin"),
        ((-16.8, -179.9), "Pacific/Fiji"),
        ((89.9, 0.0), None),
    ],
)
def test_a_place_has_the_zone_of_the_nearest_airport(
    place: tuple[float, float], zone: str | None
) -> None:
    found = zone_at(*place)
    assert found == zone if zone else found in zone_names()


def test_words_for_times() -> None:
    english = LANGUAGES["en"]
    assert hour_name(english, 0).replace("\u202f", " ") == "00:00"
    assert clock_time(LANGUAGES["az"], NOW) == "09:30"
    assert weekday_name(LANGUAGES["tr"], 0) == "Pazartesi"
    assert day_and_time(LANGUAGES["az"], NOW) == "20 may, bazar ertəsi 09:30"
    assert days(english, NOW.date(), NOW.date()) == "20 May 2024"
    assert offset_name(english, timedelta(0)) == "UTC"
    assert offset_name(english, timedelta(hours=-3, minutes=-30)) == "UTC−3:30"
    assert city(LANGUAGES["ru"], "Mars/Olympus_Mons") == "Olympus Mons"
    assert offset_at("Mars/Olympus_Mons", NOW) == timedelta(0)
    assert likely_zones(LANGUAGES["tr"]) == ["Europe/Istanbul"]
    assert likely_zones(ENGLISH) == []


def test_every_word_comes_from_the_catalog() -> None:
    who = reader(GREEK)
    group = reader(GREEK, ChatKind.GROUP)
    busy = HERE.timed(
        Timing(
            Schedule(Rhythm.WEEKLY, 18), "Europe/Athens", QuietHours(22, 8), NOW + timedelta(days=1)
        )
    )
    athens = HERE.timed(Timing(zone="Europe/Athens"))
    channel = CHANNEL.timed(athens.timing)
    pages = [
        when_page(who, busy),
        when_page(who, athens),
        when_page(group, busy),
        when_page(who, channel),
        hour_page(who, busy),
        day_page(who, busy),
        quiet_page(who, busy),
        quiet_page(who, athens, 3),
        zone_page(who, athens),
        found_page(who, athens, "Αθήνα"),
        found_page(who, athens, "Ωωωωωω"),
    ]
    for page in pages:
        assert page is not None
        check_translated(page)
