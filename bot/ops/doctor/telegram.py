"""What Telegram says: the token, the time, the webhook, the bot's rights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import telegram
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, TelegramError

from bot.clock import Clock
from bot.ops.doctor.result import CheckResult, fault, note, well
from bot.subscribers.chat import Chat, ChatKind
from bot.telegram.transport import AiohttpRequest, encoded

_FAST, _SLOW = timedelta(seconds=5), timedelta(seconds=60)
"""How far the clock may be off before it is worth a note, and before it is a fault."""
_MANY = 100
_WAIT = 13
"""Seconds for another poller to show itself; this bot itself comes back after ten."""
_RECENT = timedelta(hours=1)
_MOST_PLACES = 200
"""Groups and channels that are asked about, one after the other."""
_OUT = {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}


async def reached(api_url: str, proxy: str | None, clock: Clock) -> list[CheckResult]:
    """Whether the Bot API is reached, and what time it has there."""
    try:
        async with AiohttpRequest(connections=1, proxy=proxy) as request:
            told = (await request.headers_at(api_url)).get("Date")
    except NetworkError as error:
        advice = "Look after the network, the firewall, BRIEFING_PROXY and BRIEFING_API_URL."
        return [fault("network", f"{api_url} is not reached: {error.message}", advice)]
    found = [well("network", f"{api_url} answers")]
    if told is not None:
        found.append(_clock(parsedate_to_datetime(told), clock()))
    return found


def _clock(there: datetime, here: datetime) -> CheckResult:
    off = here - (there if there.tzinfo else there.replace(tzinfo=UTC))
    found = f"{abs(off.total_seconds()):.0f} s {'ahead of' if off > timedelta() else 'behind'} it"
    advice = "Let the machine set its clock (NTP): alerts and digests go by it."
    if abs(off) > _SLOW:
        return fault("clock", found, advice)
    return note("clock", found, advice) if abs(off) > _FAST else well("clock", "as Telegram's")


async def webhook(bot: telegram.Bot, wanted: str | None, clock: Clock) -> list[CheckResult]:
    """Whether Telegram delivers where the settings say, and how that goes."""
    info = await bot.get_webhook_info()
    found = []
    if (info.url or None) != wanted:
        now = f"Telegram delivers to {info.url}" if info.url else "Telegram delivers to no webhook"
        should = f"BRIEFING_WEBHOOK_URL is {wanted}" if wanted else "the bot is to poll"
        advice = "It is put right when the bot starts; or now:  briefing-bot webhook " + (
            "set" if wanted else "remove"
        )
        found.append(note("webhook", f"{now}, and {should}", advice))
    else:
        found.append(well("webhook", wanted or "none: the bot polls"))
    failed = info.last_error_date
    if info.url and failed is not None and clock() - failed < _RECENT:
        advice = "Telegram must reach the address: DNS, certificate, port 443, 80, 88 or 8443."
        found.append(fault("webhook errors", info.last_error_message or "unknown", advice))
    waiting = f"{info.pending_update_count} updates wait at Telegram"
    if info.pending_update_count > _MANY:
        advice = "Is the bot running? Its log says what holds it up."
        found.append(fault("pending updates", waiting, advice))
    else:
        found.append(well("pending updates", waiting))
    return found


async def polling(bot: telegram.Bot, request: AiohttpRequest, *, works: bool) -> CheckResult:
    """Whether another program polls with the same token.

    Of two programs that wait for updates Telegram sends the earlier one away (409). So this one
    waits for a while, without confirming an update; another poller that is sent away comes back
    within seconds, and it is this one's turn to be sent away.

    Args:
        bot: Whose updates they are.
        request: Makes the request.
        works: The bot itself is at work. It polls, and is not to be disturbed.
    """
    if works:
        return well("polling", "the bot is at work; its log and /readyz name another poller")
    body = encoded({"limit": 1, "timeout": _WAIT})
    try:
        waiting = await request.post_json(f"{bot.base_url}/getUpdates", body, longer=_WAIT)
    except Conflict as error:
        advice = "Stop it, or give it a bot of its own; if nobody knows it, renew the token."
        return fault("polling", f"another program polls with this token: {error.message}", advice)
    found = "updates wait, so nobody fetches them" if waiting else "nobody else polls"
    return well("polling", found)


async def admins(bot: telegram.Bot, ids: Sequence[int]) -> list[CheckResult]:
    """Whether there are admins that can be written to."""
    if not ids:
        advice = "Name your numeric id in BRIEFING_ADMINS: only admins can change a status."
        return [note("admins", "there are none", advice)]
    found = []
    for item in ids:
        try:
            await bot.get_chat(item)
        except (BadRequest, Forbidden) as error:
            advice = f"Admin {item} must send /start to the bot once, to get its reports."
            found.append(note("admins", f"{item} cannot be written to: {error.message}", advice))
    return found or [well("admins", f"{len(ids)}")]


async def rights(bot: telegram.Bot, places: Sequence[Chat]) -> list[CheckResult]:
    """Whether the bot can write to the groups and channels that it knows."""
    found = [
        one for place in places[:_MOST_PLACES] if (one := await _right(bot, place)) is not None
    ]
    if found:
        return found
    asked = f"{min(len(places), _MOST_PLACES)} of {len(places)}" if places else "no"
    return [well("rights", f"as they should be in {asked} groups and channels")]


async def _right(bot: telegram.Bot, place: Chat) -> CheckResult | None:
    name = f"{place.title or 'untitled'} ({place.id})"
    channel = place.kind is ChatKind.CHANNEL
    try:
        member = await bot.get_chat_member(place.id, bot.id)
    except (BadRequest, Forbidden) as error:
        advice = "Add the bot again, or let it be: it is left out from its next message on."
        return note("rights", f"{name}: {error.message}", advice)
    except TelegramError as error:
        return note("rights", f"{name}: {error.message}", "Ask again later.")
    if member.status in _OUT:
        return note("rights", f"{name}: the bot is no member any more", "Add it again.")
    if channel and not getattr(member, "can_post_messages", False):
        advice = "Make the bot an admin of the channel, with the right to post messages."
        return fault("rights", f"{name}: the bot may not post", advice)
    if not channel and not await _may_write(bot, place.id, member):
        advice = "Let members write in that group, or make the bot an admin of it."
        return fault("rights", f"{name}: the bot may not write", advice)
    return None


async def _may_write(bot: telegram.Bot, chat_id: int, member: telegram.ChatMember) -> bool:
    if isinstance(member, telegram.ChatMemberRestricted):
        return member.can_send_messages
    if member.status != ChatMemberStatus.MEMBER:
        return True
    permissions = (await bot.get_chat(chat_id)).permissions
    return permissions is None or permissions.can_send_messages is not False
