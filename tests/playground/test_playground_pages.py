from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest_asyncio


@pytest_asyncio.fixture
async def browser(playground):
    async with aiohttp.ClientSession(playground.url) as session:
        yield session


async def post(browser, name, **body):
    async with browser.post(f"/play/{name}", json=body) as response:
        return response.status, await response.json()


async def call(browser, method, **params):
    async with browser.post(f"/bot700:play-token/{method}", json=params) as response:
        return (await response.json())["result"]


async def events(stream, number):
    found = []
    while len(found) < number:
        line = await stream.content.readline()
        if line.startswith(b"data: "):
            found.append(json.loads(line[6:]))
    return found


async def test_the_page_sees_what_happens(playground, world, browser):
    world.person(11, "Aygün", "az", admin=True)
    async with browser.get("/play/events") as stream:
        await stream.content.readline()
        status, said = await post(browser, "say", user_id=11, chat_id=11, text="/start <b>")
        assert status == 200
        keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "x", "style": "danger"}]]}
        await call(browser, "sendChatAction", chat_id=11, action="typing")
        sent = await call(browser, "sendMessage", chat_id=11, text="<b>hi</b>",
                          parse_mode="HTML", reply_markup=keyboard)  # fmt: skip
        await call(browser, "editMessageText", chat_id=11, message_id=sent["message_id"], text="2")
        await call(browser, "setMyCommands", commands=[{"command": "a", "description": "b"}])
        await post(browser, "clock", seconds=3600)
        await post(browser, "block", user_id=11, blocked=True)
        found = await asyncio.wait_for(events(stream, 7), 5)
    assert [event["type"] for event in found] == [
        "message", "typing", "message", "edit", "menu", "clock", "member"
    ]  # fmt: skip
    mine, answer, edited = (found[n]["message"] for n in (0, 2, 3))
    assert mine["message_id"] == said["message_id"]
    assert mine["html"].endswith("&lt;b&gt;")
    assert answer["html"] == "<b>hi</b>"
    assert answer["keyboard"] == [[{"text": "a", "data": "x", "style": "danger"}]]
    assert answer["from"] == {"id": 700, "name": "Bot", "is_bot": True}
    assert (edited["text"], edited["keyboard"]) == ("2", [])
    assert found[5]["clock_offset"] == 3600

    async with browser.get("/play/state") as response:
        state = await response.json()
    assert state["users"][0] | {"blocked": True, "admin": True} == state["users"][0]
    assert [chat["id"] for chat in state["chats"]] == [11]
    assert len(state["chats"][0]["messages"]) == 2
    async with browser.get("/play/commands?user_id=11&chat_id=11") as response:
        assert await response.json() == [{"command": "a", "description": "b"}]


async def test_buttons_and_inline_results_answer_the_page(playground, world, browser):
    world.person(11, "Aygün", "az", started=True)
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "x"}]]}
    sent = await call(browser, "sendMessage", chat_id=11, text="x", reply_markup=keyboard)
    pressing = asyncio.create_task(
        post(browser, "press", user_id=11, chat_id=11, message_id=sent["message_id"], data="x")
    )
    [update] = await call(browser, "getUpdates", timeout=5)
    query_id = update["callback_query"]["id"]
    await call(browser, "answerCallbackQuery", callback_query_id=query_id, text="ok")
    assert await pressing == (200, {"toast": "ok", "alert": False, "url": None})

    asking = asyncio.create_task(post(browser, "inline", user_id=11, chat_id=11, query="rail"))
    [asked] = await call(browser, "getUpdates", timeout=5, offset=update["update_id"] + 1)
    content = {"message_text": "<b>x</b>", "parse_mode": "HTML"}
    result = {"type": "article", "id": "1", "title": "t", "input_message_content": content}
    result["reply_markup"] = keyboard
    await call(browser, "answerInlineQuery", inline_query_id=asked["inline_query"]["id"],
               results=[result])  # fmt: skip
    _, found = await asking
    assert found["results"][0]["message_html"] == "<b>x</b>"
    _, chosen = await post(browser, "choose", user_id=11, chat_id=11, result_id="1")
    message = world.messages(11)[-1]
    assert message["message_id"] == chosen["message_id"]
    inline_id = world.chats[11].messages[message["message_id"]].inline_id
    assert await call(browser, "editMessageText", inline_message_id=inline_id, text="y") is True
    assert world.messages(11)[-1]["text"] == "y"


async def test_members_pictures_and_wrong_requests(playground, world, browser):
    world.person(11, "Aygün")
    world.group(-1001, "Group", [11])
    assert (await post(browser, "member", chat_id=-1001, bot=True, status="left"))[0] == 200
    assert world.status(world.chats[-1001], 700) == "left"
    await post(browser, "member", chat_id=-1001, bot=True, status="administrator")
    assert world.is_admin(world.chats[-1001], 700)
    await world.send_photo(11, "c")
    async with browser.get("/play/state") as response:
        photo = (await response.json())["chats"][0]["messages"][-1]["photo"]
    async with browser.get(photo["url"]) as response:
        assert response.content_type == "image/png"
    assert (await post(browser, "say", user_id=99, chat_id=11, text="x"))[0] == 400
    assert (await post(browser, "say", user_id=11, chat_id=11, text=""))[0] == 400
    for wanted, path, options in (
        (404, "/play/file/none", {}),
        (404, "/page/..%2fserver.py", {}),
        (404, "/play/commands?user_id=9", {}),
        (403, "/play/state", {"headers": {"Host": "evil.example"}}),
        (403, "/play/state", {"headers": {"Origin": "https://evil.example"}}),
        (403, "/play/state", {"headers": {"Origin": "http://localhost:9"}}),
        (403, "/", {"headers": {"Host": "evil.example"}}),
        (403, "/bot700:play-token/getMe", {"headers": {"Host": "evil.example"}}),
        (403, "/bot700:play-token/getMe", {"headers": {"Origin": "https://evil.example"}}),
        (403, "/file/bot700:play-token/x", {"headers": {"Host": "evil.example"}}),
    ):
        async with browser.get(path, **options) as response:
            assert response.status == wanted, path
    async with browser.post("/play/say", data={"user_id": "11"}) as response:
        assert response.status == 415
