from __future__ import annotations

import pytest

from bot.playground.clock import PlayClock
from bot.playground.model import User
from bot.playground.views import chat_view, message_view
from bot.playground.world import World


@pytest.fixture
def world():
    world = World(PlayClock(), User(7, "Bot", username="play_bot", is_bot=True))
    world.person(11, "Aygün", "az")
    return world


@pytest.mark.parametrize(
    ("button", "shown"),
    [
        ({"callback_data": "x", "style": "danger"}, {"data": "x", "style": "danger"}),
        ({"url": "https://a.org"}, {"url": "https://a.org"}),
        ({"copy_text": {"text": "c"}}, {"copy": "c"}),
        ({"switch_inline_query": "q"}, {"switch_inline": "q", "current_chat": False}),
        ({"switch_inline_query_current_chat": ""}, {"switch_inline": "", "current_chat": True}),
        ({"switch_inline_query_chosen_chat": {"query": "q"}}, {"switch_inline": "q"}),
    ],
)
def test_buttons(world, button, shown):
    markup = {"inline_keyboard": [[{"text": "a", **button}]]}
    stored = world.post(world.chats[11], world.bot, {"text": "x", "reply_markup": markup})
    assert message_view(stored)["keyboard"] == [[{"text": "a", **shown}]]


async def test_kinds_of_messages(world):
    world.group(-1001, "Group", [11], bot=None)
    world.add_bot(-1001, by=11)
    await world.send_sticker(11, "👍")
    await world.send_document(11, "a.txt", b"x")
    world.post(
        world.chats[11],
        world.bot,
        {"rich_message": {"blocks": [{"type": "paragraph", "text": "<h1>x</h1>"}]}},
    )
    view = chat_view(world, world.chats[11])
    assert [message["kind"] for message in view["messages"]] == ["sticker", "document", "text"]
    assert view["messages"][1]["document"]["name"] == "a.txt"
    assert view["messages"][2]["html"] == "<p>&lt;h1&gt;x&lt;/h1&gt;</p>"
    group = chat_view(world, world.chats[-1001])
    assert group["messages"][0]["service"]["name"] == "new_chat_members"
    assert (group["members"], group["admins"], group["bot_status"]) == ([11, 7], [11], "member")
