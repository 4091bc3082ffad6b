from __future__ import annotations

import pytest
from loopback_api import LoopbackApi
from markupsafe import Markup
from rich_message import RICH
from telegram.ext import ExtBot

from bot.alerts.rate_scheduler import Priority
from bot.subscribers.chat import Address
from bot.telegram.outgoing import Outgoing
from bot.views.message import Message


@pytest.mark.parametrize("paid", [False, True])
@pytest.mark.parametrize("address", [Address(5), Address(-5, 77)])
@pytest.mark.parametrize(
    "said", [RICH, Message(Markup("x"), silent=True), Message(Markup("half \ud83d"))]
)
async def test_it_is_the_request_that_the_library_would_make(
    api: LoopbackApi, bot: ExtBot, said: Message, address: Address, paid: bool
):
    outgoing = Outgoing(bot, paid_broadcast=paid)
    await outgoing.send(address, said, priority=Priority.ALERT)
    broadcast = outgoing.broadcast(said)
    numbers = [await outgoing.send_broadcast(address, broadcast) for _ in range(2)]
    assert numbers == [3, 4]  # the fake numbers its messages by call
    _, by_library, *ours = api.calls
    assert ours == [by_library, by_library]


@pytest.mark.parametrize("reply_to", [None, 9])
@pytest.mark.parametrize("address", [Address(5), Address(-5, 77)])
@pytest.mark.parametrize("said", [RICH, Message(Markup("x"))])
async def test_an_answer_is_the_request_that_the_library_would_make(
    api: LoopbackApi, bot: ExtBot, said: Message, address: Address, reply_to: int | None
):
    outgoing = Outgoing(bot, paid_broadcast=True)
    await outgoing.send(address, said, reply_to=reply_to)
    await outgoing.reply(address, said, reply_to=reply_to)
    _, by_library, ours = api.calls
    assert ours == by_library
