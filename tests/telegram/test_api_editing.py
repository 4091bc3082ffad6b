from __future__ import annotations

import pytest
from loopback_api import LoopbackApi, refusing
from rich_message import RICH
from telegram.error import BadRequest

from bot.telegram.api import Api


@pytest.mark.parametrize(
    ("words", "reads_so"),
    [
        ("message is not modified: specified new message content", True),
        ("message to edit not found", False),
        ("message can't be edited", False),
        ("there is no text in the message to edit", False),
    ],
)
async def test_edits(api: LoopbackApi, sender: Api, words, reads_so):
    assert await sender.edit(5, 3, RICH)
    assert api.calls[-1][0] == "editMessageText"
    assert api.calls[-1][1]["message_id"] == 3
    api.answer = refusing(("", words))
    assert await sender.edit(5, 3, RICH) is reads_so
    api.answer = refusing(("", "chat not found"))
    with pytest.raises(BadRequest):
        await sender.edit(5, 3, RICH)
