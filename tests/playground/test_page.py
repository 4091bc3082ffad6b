"""The chat page in a real browser, over the real playground; only the bot is a small one."""

from __future__ import annotations

import asyncio
import contextlib
import re

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.playground.clock import PlayClock
from bot.playground.server import Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

EMMA, LEYLA, ADMIN = 101, 102, 900
GROUP, FORUM, CHANNEL = -1001, -1002, -1003
TEXT = (
    "<b>Railway</b>\n<blockquote expandable>one\ntwo\nthree\nfour\nfive\nsix</blockquote>\n"
    '<tg-time unix="1782000000" format="D">a day in June</tg-time> <tg-spoiler>secret</tg-spoiler>'
)
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Follow", "callback_data": "follow", "style": "primary"}],
        [{"text": "Warn", "callback_data": "warn", "style": "danger"}],
        [{"text": "Send it", "callback_data": "send", "style": "success"}],
        [{"text": "Deep", "url": "https://t.me/briefing_bot?start=provision_7"}],
        [
            {
                "text": "Share",
                "url": "https://t.me/share/url?url=https%3A%2F%2Fexample.org&text=Look",
            }
        ],
        [{"text": "Source", "url": "https://example.org/"}],
        [{"text": "Card", "switch_inline_query_current_chat": "rail"}],
    ]
}


def populate(world):
    world.person(EMMA, "Emma", "en")
    world.person(LEYLA, "Leyla", "az")
    world.person(ADMIN, "Admin", "en", admin=True)
    everyone = [EMMA, LEYLA, ADMIN]
    world.group(GROUP, "Newsroom", everyone)
    world.group(FORUM, "Circle", everyone, forum=True)
    world.thread(FORUM, 2, "Energy")
    world.channel(CHANNEL, "Daily", [ADMIN])
    world.set_member(CHANNEL, EMMA, "member")


def set_menus(playground):
    menus = {
        "": [("topics", "All topics"), ("status", "The board")],
        "az": [("topics", "Mövzular")],
    }
    for language, commands in menus.items():
        listed = [{"command": name, "description": text} for name, text in commands]
        arguments = {"commands": listed, "language_code": language}
        playground.perform("setMyCommands", arguments, {})


def answer(playground, update):
    if "callback_query" in update:
        query = update["callback_query"]
        toast = {"text": "Done", "show_alert": query["data"] == "warn"}
        playground.perform("answerCallbackQuery", {"callback_query_id": query["id"], **toast}, {})
        message = query["message"]
        where = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        text = f"{TEXT}\nedited by {query['data']}"
    elif "inline_query" in update:
        content = {"message_text": "<b>A card</b>", "parse_mode": "HTML"}
        card = {
            "type": "article", "id": "1", "title": "Railway card", "description": "Under way",
            "input_message_content": content,
        }  # fmt: skip
        arguments = {"inline_query_id": update["inline_query"]["id"], "results": [card]}
        return playground.perform("answerInlineQuery", arguments, {})
    elif "message" in update and update["message"].get("text", "").startswith("/"):
        where, text = {"chat_id": update["message"]["chat"]["id"]}, TEXT
    else:
        return None
    method = "editMessageText" if "message_id" in where else "sendMessage"
    arguments = {**where, "text": text, "parse_mode": "HTML", "reply_markup": KEYBOARD}
    if text.endswith("edited by send"):
        del arguments["reply_markup"]
    return playground.perform(method, arguments, {})


async def small_bot(playground):
    offset, never = 0, asyncio.Event()
    while True:
        for update in await playground.world.updates.poll({"offset": offset, "timeout": 30}, never):
            offset = update["update_id"] + 1
            answer(playground, update)


TURKISH = {
    "Try this": "Deneyin",
    "Send": "Gönderin",
    "+1 day": "+1 gün",
    "{n} d": "{n} gün",
}


@pytest_asyncio.fixture(loop_scope="module")
async def played():
    texts = {
        "en": {"name": "English", "texts": {}},
        "tr": {"name": "Türkçe", "texts": TURKISH},
    }
    playground = Playground("700:token", PlayClock(), texts=texts)
    populate(playground.world)
    await playground.start()
    set_menus(playground)
    bot = asyncio.create_task(small_bot(playground))
    yield playground
    bot.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await bot
    await playground.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def page(played, browser):
    page = await browser.new_page(viewport={"width": 1600, "height": 900}, locale="en-GB")
    troubles, elsewhere = [], []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.on("request", lambda request: elsewhere.append(request.url))
    await page.goto(played.url)
    await page.wait_for_selector("body[data-ready]")
    yield page
    await page.close()
    assert not troubles
    assert [url for url in elsewhere if not url.startswith(played.url)] == []


def phone_of(page, user_id):
    return page.locator(f".phone[data-user='{user_id}']")


async def started(page, user_id):
    phone = phone_of(page, user_id)
    await phone.locator(".big").click()
    await phone.locator(".message.theirs").wait_for()
    return phone


async def test_start_then_a_pressed_button_edits_in_place(page, played):
    phone = phone_of(page, EMMA)
    await expect(phone.locator(".big")).to_have_text("Start")
    await expect(phone_of(page, LEYLA).locator(".big")).to_have_text("Başla")
    await started(page, EMMA)
    assert played.world.messages(EMMA)[0]["text"] == "/start"
    answer = phone.locator(".message.theirs")
    await answer.locator(".quote-toggle").click()
    await answer.evaluate("node => { node.marked = true; }")

    await answer.get_by_role("button", name="Follow").press("Enter")

    await expect(phone.locator(".toast")).to_have_text("Done")
    await expect(answer).to_contain_text("edited by follow")
    await expect(answer).to_have_count(1)
    assert await answer.evaluate("node => node.marked")
    await expect(answer.locator("blockquote")).to_have_attribute("data-open", "yes")
    await expect(answer.get_by_role("button", name="Follow")).to_be_focused()
    await expect(answer.get_by_role("button", name="Follow")).to_have_class(re.compile("primary"))
    await answer.get_by_role("button", name="Warn").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Done")
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_formatting_comes_alive(page):
    phone = await started(page, LEYLA)
    answer = phone.locator(".message.theirs")
    await expect(answer.locator("time.tg-time")).to_have_text("21 iyun 2026")
    await expect(answer.locator("time.tg-time")).to_have_attribute("title", re.compile("a day in"))
    quote = answer.locator("blockquote")
    folded = (await quote.bounding_box())["height"]
    await answer.get_by_role("button", name="Davamını göstər").click()
    assert (await quote.bounding_box())["height"] > folded
    await answer.locator(".tg-spoiler").click()
    await expect(answer.locator(".tg-spoiler")).to_have_class(re.compile("shown"))
    assert await phone.get_attribute("lang") == "az"


async def test_commands_are_completed_in_the_persons_language(page, played):
    phone = await started(page, LEYLA)
    field = phone.get_by_role("textbox")
    await field.fill("/")
    await expect(phone.locator(".option")).to_have_text(["/topicsMövzular"])
    await field.press("Enter")
    await expect(field).to_have_value("/topics ")
    await field.press("Enter")
    await expect(phone.locator(".message.own").last).to_contain_text("/topics")

    phone = await started(page, EMMA)
    await phone.get_by_role("button", name="Menu", exact=True).click()
    field = phone.get_by_role("textbox")
    await field.press("ArrowDown")
    await expect(phone.locator(".option[aria-selected=true]")).to_contain_text("/status")
    await field.press("Enter")
    await expect(phone.locator(".message.own").last).to_contain_text("/status")
    assert played.world.messages(EMMA)[-2]["text"] == "/status"


async def test_block_and_restart(page, played):
    phone = await started(page, EMMA)
    switch = phone.get_by_role("switch", name="Block bot")
    await switch.click()
    await expect(switch).to_be_checked()
    assert played.world.users[EMMA].blocked
    await expect(phone.get_by_role("textbox")).to_be_hidden()
    await phone.get_by_role("button", name="Restart").click()
    await expect(switch).not_to_be_checked()
    await expect(phone.locator(".message.theirs")).to_have_count(2)
    assert not played.world.users[EMMA].blocked


async def test_telegrams_own_links_stay_inside(page, played):
    phone = await started(page, EMMA)
    first = phone.locator(".message.theirs").first
    source = first.get_by_role("link", name="Source")
    assert await source.get_attribute("target") == "_blank"
    assert "noopener" in await source.get_attribute("rel")
    await first.get_by_role("link", name="Share").click()
    await page.get_by_role("dialog").get_by_role("button", name="Newsroom").click()
    await expect(phone.locator(".message.own")).to_contain_text("https://example.org\nLook")
    assert played.world.messages(GROUP)[-1]["text"] == "https://example.org\nLook"
    await phone.get_by_role("button", name="Bot", exact=True).click()
    await first.get_by_role("link", name="Deep").click()
    await expect(phone.locator(".message.own").last).to_contain_text("/start provision_7")


async def test_inline_mode_shows_cards(page, played):
    phone = await started(page, EMMA)
    await phone.locator(".message.theirs").get_by_role("button", name="Card").click()
    await expect(phone.get_by_role("textbox")).to_have_value("@briefing_bot rail")
    await expect(phone.locator(".option")).to_have_text(["Railway cardUnder way"])
    await phone.locator(".option").click()
    await expect(phone.locator(".message.own").last).to_contain_text("A card")
    assert played.world.messages(EMMA)[-1]["via_bot"]["id"] == played.world.bot.id


async def test_what_people_write_is_never_markup(page, played):
    await played.world.say(EMMA, "<img src=x onerror='document.title=1'> & <b>bold</b>", GROUP)
    phone = phone_of(page, LEYLA)
    await expect(phone.get_by_role("button", name="Newsroom 1")).to_be_visible()
    await phone.get_by_role("button", name="Newsroom").click()
    message = phone.locator(".message.theirs")
    await expect(message).to_contain_text("<img src=x onerror='document.title=1'> & <b>bold</b>")
    await expect(message.locator(".sender")).to_have_text("Emma")
    assert await message.locator(".text *").count() == 0


async def test_topics_channels_and_the_clock(page, played):
    phone = phone_of(page, EMMA)
    await phone.get_by_role("button", name="Circle").click()
    await phone.get_by_role("button", name="Energy").click()
    await phone.get_by_role("textbox").fill("In the topic")
    await phone.get_by_role("button", name="Send").click()
    await expect(phone.locator(".message.own")).to_contain_text("In the topic")
    assert played.world.messages(FORUM)[-1]["message_thread_id"] == 2
    await phone.get_by_role("button", name="Daily").click()
    await expect(phone.get_by_text("Only admins can post here.")).to_be_visible()
    await page.get_by_role("button", name="One day forward").click()
    await expect(page.locator(".clock-ahead")).to_have_text("+1 d")
    await page.get_by_role("button", name="Forward to the next 09:00").click()
    await expect(page.locator(".clock-time")).to_have_text("09:00")


async def test_a_telephone_shows_one_column(page):
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("navigation", name="People").get_by_role("button", name="Admin").click()
    await expect(phone_of(page, ADMIN)).to_be_in_viewport(ratio=0.95)
    await expect(phone_of(page, EMMA)).not_to_be_in_viewport(ratio=0.05)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_after_a_lost_connection_the_page_catches_up(browser):
    clock = PlayClock()
    first = Playground("700:token", clock)
    populate(first.world)
    await first.start()
    page = await browser.new_page()
    await page.goto(first.url)
    await page.wait_for_selector("body[data-ready]")
    await first.stop()
    await expect(page.locator("#lost")).to_be_visible()

    second = Playground("700:token", clock)
    populate(second.world)
    await second.world.say(EMMA, "While you were away")
    await second.start(int(first.url.rsplit(":", 1)[1]))
    await expect(phone_of(page, EMMA).locator(".message.own")).to_contain_text(
        "While you were away", timeout=10_000
    )
    await expect(page.locator("#lost")).to_be_hidden()
    await page.close()
    await second.stop()


async def test_the_bar_and_the_strip_speak_the_chosen_language(page, played):
    strip, bar = page.locator("#strip"), page.locator("header")
    await expect(strip.get_by_role("heading")).to_have_text("Try this")
    admin = await started(page, ADMIN)
    current = strip.locator("[aria-current=step]")
    await expect(current).to_contain_text("Send the alert as Admin")
    await bar.get_by_label("Language of this page").select_option(label="Türkçe")
    await expect(strip.get_by_role("heading")).to_have_text("Deneyin")
    await expect(strip).to_contain_text("Read the alert in each language")  # not translated
    await bar.get_by_role("button", name="+1 gün").click()
    await expect(bar.locator(".clock-ahead")).to_have_text("+1 gün")
    assert await page.evaluate("document.documentElement.lang") == "tr"
    await strip.get_by_role("button", name="Gönderin").click()
    await expect(admin.locator(".message.theirs")).to_contain_text("edited by send")
    await expect(current).to_contain_text("Read the alert in each language")

    await page.reload()
    await expect(strip.get_by_role("heading")).to_have_text("Deneyin")


async def test_more_than_texts_can_be_sent(page, played):
    phone = await started(page, EMMA)

    async def attach(name):
        await phone.get_by_role("button", name="Attach").click()
        await phone.get_by_role("option", name=name).click()

    await attach("Sticker")
    await expect(phone.locator(".message.own .sticker")).to_be_visible()
    await attach("Voice message")
    await attach("Album of two photos")
    await expect(phone.locator(".message.own[data-kind=photo]")).to_have_count(2)
    await phone.locator("textarea").fill("A headline")
    await attach("Forwarded post")
    forwarded = phone.locator(".message.own").last
    await expect(forwarded).to_contain_text("Forwarded from Daily news")
    await expect(forwarded).to_contain_text("A headline")
    kinds = [message for message in played.world.messages(EMMA) if message["from"]["id"] == EMMA]
    assert "sticker" in kinds[1]
    assert "voice" in kinds[2]
    assert kinds[3]["media_group_id"] == kinds[4]["media_group_id"]
    assert kinds[5]["forward_origin"]["type"] == "channel"

    await (
        phone.locator(".message.own", has_text="/start").get_by_role("button", name="Edit").click()
    )
    field = phone.locator("textarea")
    await expect(field).to_have_value("/start")
    await field.fill("/topics")
    await field.press("Enter")
    await expect(phone.locator(".message.own", has_text="/topics")).to_contain_text("edited")
    assert "edit_date" in played.world.messages(EMMA)[0]


async def test_a_person_out_of_view_gets_a_badge(played, browser):
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    await page.goto(played.url)
    await page.wait_for_selector("body[data-ready]")
    await played.world.say(LEYLA, "/start")
    badge = page.locator(".person", has_text="Leyla").locator(".count")
    await expect(badge).to_have_text("1")
    await page.locator(".person", has_text="Leyla").click()
    await expect(badge).to_be_hidden()
    await page.close()


async def test_what_no_browser_knows_in_azerbaijani_is_written_as_people_do(page):
    said = await page.evaluate(
        """async () => {
            const { ownRelative } = await import("/page/calendar.js");
            const { wordsFor } = await import("/page/words.js");
            const words = wordsFor("az");
            return [
                ...[0, 3, -3].map((number) => ownRelative(number, "day", "az")),
                ...["copied", "via", "seen"].map((name) => words.word(name)),
            ];
        }"""
    )
    assert said == ["bu gün", "3 gün sonra", "3 gün öncə", "Köçürüldü", "{bot} vasitəsilə", "Oldu"]


async def test_the_page_begins_in_the_browsers_language(played, browser):
    page = await browser.new_page(locale="tr-TR", viewport={"width": 390, "height": 844})
    await page.goto(played.url)
    await expect(page.locator("#strip h2")).to_have_text("Deneyin")
    wide = (
        "[...document.querySelectorAll('.bar > *, .strip')]"
        ".some(one => one.getBoundingClientRect().right > innerWidth)"
    )
    assert not await page.evaluate(wide), "it fits a phone"
    await page.close()
