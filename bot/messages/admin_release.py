"""When an admin's alert goes out, and whether with a sound."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.agreement.draft_state import StatusDraft
from bot.language.times import day_and_time
from bot.messages.actions import Edit
from bot.messages.admin_words import duration
from bot.messages.buttons import rows_of
from bot.messages.model import Button, Row
from bot.messages.reader import Reader

_HOLDS = (10, 60)
"""Minutes that an alert can be held."""
_MORNING = 9


def release_lines(reader: Reader, draft: StatusDraft, window: float) -> Iterator[str]:
    """When the alert goes out once it is confirmed. `window` is in seconds."""
    language = reader.language
    if draft.release_at is not None:
        local = draft.release_at.astimezone(reader.now.tzinfo)
        yield language.gettext(
            "It goes out at a chosen time: {moment}. Until then it can be cancelled.",
            moment=day_and_time(language, local),
        )
    elif wait := draft.hold_minutes * 60 or window:
        yield language.gettext(
            "Once confirmed it waits: {time}. Until then it can be cancelled.",
            time=duration(language, wait),
        )
    else:
        yield language.gettext("Once confirmed it goes out at once.")
    if draft.silent:
        yield language.gettext("It arrives without a sound.")


def release_rows(reader: Reader, draft: StatusDraft) -> tuple[Row, ...]:
    """Buttons for when: now, in a while, next morning by the admin's clock; and for the sound."""
    language = reader.language
    held, at = draft.hold_minutes, draft.release_at
    choices = [_button(draft, language.gettext("Now"), "hold", "0", chosen=not held and not at)]
    for minutes in _HOLDS:
        label = language.gettext("In {time}", time=duration(language, minutes * 60))
        choices.append(_button(draft, label, "hold", str(minutes), chosen=held == minutes))
    morning = next_morning(reader.now)
    choices.append(
        _button(
            draft,
            day_and_time(language, morning),
            "at",
            morning.isoformat(timespec="minutes"),
            chosen=at == morning,
        )
    )
    sound = language.gettext("Without a sound")
    silent = _button(draft, sound, "silent", "off" if draft.silent else "on", chosen=draft.silent)
    return (*rows_of(choices, 2), (silent,))


def time_has_passed(reader: Reader) -> str:
    """The time that was chosen lies in the past by now: nothing was sent yet."""
    return reader.language.gettext("The chosen time has passed. Please choose again.")


def next_morning(now: datetime) -> datetime:
    """The next nine o'clock, in the zone of `now`."""
    morning = now.replace(hour=_MORNING, minute=0, second=0, microsecond=0, fold=0)
    return morning if morning > now else morning + timedelta(days=1)


def _button(draft: StatusDraft, label: str, field: str, value: str, *, chosen: bool) -> Button:
    return Button(f"✓ {label}" if chosen else label, Edit(draft.token, field, value))
