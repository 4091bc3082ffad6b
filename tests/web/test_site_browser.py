"""The site in real Chromium: every language, phone and desktop, with and without JavaScript."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from gettext import NullTranslations
from importlib.resources import files
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import expect
from web_samples import TOKEN, init_data

from bot.agreement.board import Board
from bot.clock import system_clock
from bot.i18n.language import Language
from bot.storage.tinydb import open_store
from bot.web.app import create_site
from bot.web.app_endpoint import StoredFollows
from bot.web.export import export_site
from bot.web.page_context import SiteOptions
from bot.web.server import serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PAGES = {
    "phone": (
        "/{}/",
        "/{}/provisions/lighthouse_repair",
        "/{}/latest",
        "/{}/search?q=lighthouse",
        "/embed/{}/provisions/lighthouse_repair",
    ),
    "desktop": (
        "/{}/",
        "/{}/topics/lights",
        "/{}/status/unrated",
        "/{}/about",
        "/{}/api",
        "/{}/search?q=zzzz",
        "/embed/{}/topics/lights",
        "/{}/nope",
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(tmp_path_factory):
    store = await open_store(tmp_path_factory.mktemp("data"), system_clock)
    yield store
    await store.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def small(lighthouse, languages) -> AsyncIterator[str]:
    """A site with few provisions, some texts of which are missing in some languages."""
    options = SiteOptions(bot_username="briefing_bot", requests_per_minute=0)
    site = create_site(lambda: lighthouse, languages, options)
    async with serving(site, "127.0.0.1", 0) as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(store, board, languages) -> AsyncIterator[str]:
    options = SiteOptions(bot_username="briefing_bot", bot_token=TOKEN, requests_per_minute=0)
    follows = StoredFollows(store, system_clock)
    site = create_site(lambda: board, languages, options, follows=follows)
    async with serving(site, "127.0.0.1", 0) as url:
        yield url


@contextlib.asynccontextmanager
async def opened(browser, url: str, **context):
    """A page that fails its test on an error, and on a request to another site."""
    visitor = await browser.new_context(reduced_motion="reduce", **context)
    page = await visitor.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if failed(said) else None)
    page.on("request", lambda item: None if item.url.startswith(url) else wrong.append(item.url))
    try:
        yield page
        assert not wrong
        assert await visitor.cookies() == []
    finally:
        await visitor.close()


def failed(said) -> bool:
    """Whether the console says something is wrong; a page that is not there is meant not to be."""
    return said.type == "error" and "404 (Not Found)" not in said.text


async def violations(page) -> list[str]:
    """What axe-core has against the page."""
    await page.evaluate(AXE)
    found = await page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{item['id']}: {node['html']} {node.get('failureSummary')}"
        for item in found["violations"]
        for node in item["nodes"]
    ]


@pytest.mark.parametrize(
    ("code", "screen", "scheme"),
    [
        ("en", "phone", "light"),
        ("en", "desktop", "dark"),
        ("tr", "phone", "dark"),
        ("tr", "desktop", "light"),
    ],
)
async def test_every_sort_of_page_is_accessible(browser, small, code, screen, scheme) -> None:
    look = {"viewport": PHONE if screen == "phone" else DESKTOP, "color_scheme": scheme}
    async with opened(browser, small, **look) as page:
        for path in PAGES[screen]:
            await page.goto(small + path.format(code))
            assert await page.get_attribute("html", "lang") == code
            assert await violations(page) == [], path


async def test_the_whole_board_is_accessible(browser, url) -> None:
    async with opened(browser, url, viewport=PHONE) as page:
        await page.goto(f"{url}/ru/")
        assert await violations(page) == []
        await page.goto(f"{url}/az/provisions/zangezur_corridor")
        await page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert await violations(page) == []
        await page.evaluate("document.querySelector('main img').removeAttribute('alt')")
        assert any(violation.startswith("image-alt") for violation in await violations(page))


async def test_nothing_is_wider_than_a_narrow_screen(browser, url, board) -> None:
    """320 pixels are also a page of 1280 seen four times as large (WCAG 2.2, 1.4.10)."""
    codes = ("en", "az", "tr", "ru")
    async with opened(browser, url, viewport={"width": 320, "height": 700}) as page:
        for at, provision in enumerate(board.provisions):
            await page.goto(f"{url}/{codes[at % 4]}/provisions/{provision.id}")
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, page.url
        for code in codes:
            for name in ("", "topics/history", "latest", "api"):
                await page.goto(f"{url}/{code}/{name}")
                wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, page.url
            await page.goto(f"{url}/{code}/provisions/trade_15_billion")
            badge = await page.locator(".take img").bounding_box()
            assert badge["x"] + badge["width"] <= 320


async def test_words_without_end_are_broken(browser, board, languages) -> None:
    long = {"en": "Ş" * 120}
    agreement = board.agreement.model_copy(
        update={
            "short_title": long,
            "topics": tuple(
                topic.model_copy(update={"title": long}) for topic in board.agreement.topics
            ),
            "provisions": tuple(
                provision.model_copy(update={"title": long})
                for provision in board.agreement.provisions
            ),
        }
    )
    site = create_site(lambda: Board(agreement), languages, SiteOptions(requests_per_minute=0))
    async with (
        serving(site, "127.0.0.1", 0) as url,
        opened(browser, url, viewport={"width": 320, "height": 700}) as page,
    ):
        for name in ("", "topics/history", "latest", "provisions/trade_15_billion"):
            await page.goto(f"{url}/en/{name}")
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, page.url


@pytest.mark.parametrize(
    ("code", "script"), [("en", True), ("en", False), ("az", True), ("tr", False), ("ru", True)]
)
async def test_a_walk_over_the_board(browser, url, languages, code, script) -> None:
    look = {"viewport": PHONE, "java_script_enabled": script, "locale": code}
    async with opened(browser, url, **look) as page:
        await page.goto(f"{url}/")
        assert page.url == f"{url}/{code}/"
        await page.locator(".fold summary").first.click()
        await page.locator(".fold .onward a").first.click()
        await page.locator(".item a").first.click()
        await expect(page.locator(".standing .status")).to_be_visible()
        await expect(page.locator(".timeline > li")).not_to_have_count(0)
        other = "tr" if code != "tr" else "en"
        here = page.url
        await page.locator(f".languages a[hreflang={other}]").click()
        assert page.url == here.replace(f"/{code}/", f"/{other}/")
        assert await page.get_attribute("html", "lang") == other
        await page.locator(f".languages a[hreflang={code}]").click()
        latest = languages[code].gettext("Latest changes")
        await page.get_by_role("navigation").get_by_role("link", name=latest).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(latest)
        await page.locator("details, .news").first.wait_for()


async def test_the_keyboard_leads_through_a_page(browser, url) -> None:
    async with opened(browser, url, viewport=DESKTOP) as page:
        await page.goto(f"{url}/en/")
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        inside = await page.evaluate("document.activeElement.closest('main') !== null")
        assert inside
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


async def test_a_language_from_right_to_left(browser, board, languages) -> None:
    agreement = board.agreement.model_copy(update={"languages": (*board.agreement.languages, "ar")})
    spoken = {**languages, "ar": Language("ar", NullTranslations())}
    site = create_site(lambda: Board(agreement), spoken, SiteOptions(requests_per_minute=0))
    async with (
        serving(site, "127.0.0.1", 0) as url,
        opened(browser, url, viewport=DESKTOP) as page,
    ):
        for name in ("", "latest", "provisions/mutual_assistance"):
            await page.goto(f"{url}/ar/{name}")
            assert await page.get_attribute("html", "dir") == "rtl"
            assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            brand = await page.locator(".brand a").bounding_box()
            assert brand["x"] > DESKTOP["width"] / 2


async def test_an_exported_site_is_searched_by_its_script(
    browser, board, languages, tmp_path
) -> None:
    await export_site(tmp_path, board, languages, today=datetime.now(UTC).date())
    page_file = (tmp_path / "az/search.html").as_uri()
    async with opened(browser, "file://", viewport=PHONE) as page:
        await page.goto(f"{page_file}?q=dron+zavodu")
        await page.locator("#found a").first.click()
        assert page.url.endswith("/az/provisions/drone_factory.html")
        await page.goto(f"{page_file}?q=zzzzzz")
        await expect(page.locator("#none")).to_be_visible()


async def test_the_page_prints_without_its_navigation(browser, url) -> None:
    async with opened(browser, url, viewport=DESKTOP) as page:
        await page.goto(f"{url}/en/provisions/ratification")
        await page.emulate_media(media="print")
        await expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        foot = page.locator(".sheet")
        await expect(foot).to_contain_text("/en/provisions/ratification")
        shown = "one => getComputedStyle(one).display"
        assert await foot.evaluate(shown) == "table-footer-group"  # repeated on every sheet
        after = "getComputedStyle(document.querySelector('.sources > li > a'), '::after').content"
        assert "http" in await page.evaluate(after)


BRIDGE = """
window.said = [];
window.TelegramWebviewProxy = {
  postEvent: (name, data) => window.said.push([name, JSON.parse(data)]),
};
"""
THEME = {
    "bg_color": "#1c2733", "secondary_bg_color": "#121a23", "text_color": "#f5f5f5",
    "hint_color": "#26333f", "link_color": "#6ab7ff", "button_color": "#2b8ad6",
    "button_text_color": "#ffffff",
}  # fmt: skip


def launched(user: dict[str, object]) -> str:
    """What Telegram puts behind the address of a Mini App."""
    data = init_data(at=datetime.now(UTC), user=user)
    return urlencode(
        {
            "tgWebAppData": data,
            "tgWebAppVersion": "9.1",
            "tgWebAppPlatform": "android",
            "tgWebAppThemeParams": json.dumps(THEME),
        }
    )


async def test_inside_telegram(browser, url, store) -> None:
    user = {"id": 501, "language_code": "en", "allows_write_to_pm": True}
    async with opened(browser, url, viewport=PHONE, locale="en") as page:
        await page.add_init_script(BRIDGE)
        await page.goto(f"{url}/app#{launched(user)}")
        assert page.url.startswith(f"{url}/en/#")  # the parameters outlive the redirect
        said = dict(await page.evaluate("said"))
        assert said["web_app_setup_back_button"] == {"is_visible": False}
        assert {"web_app_ready", "web_app_expand"} <= said.keys()

        colour = "getComputedStyle(document.documentElement).getPropertyValue({!r})"
        assert await page.evaluate(colour.format("--bg")) == "#1c2733"
        muted = await page.evaluate(colour.format("--muted"))
        assert muted not in {"#26333f", "#f5f5f5"}  # the hint cannot be read, and is made lighter
        assert await violations(page) == []

        await page.goto(f"{url}/en/status/stalled")
        await page.locator(".item a").first.click()
        await expect(page.locator(".late")).to_be_visible()
        said = dict(await page.evaluate("said"))
        assert said["web_app_setup_back_button"] == {"is_visible": True}
        button = page.locator("button[data-follow]")
        await expect(button).to_have_text("Follow")
        await button.click()
        await expect(button).to_have_text("Stop following")
        await expect(page.get_by_role("status")).to_contain_text("Followed")
        assert await violations(page) == []
        chat = await store.chat(501)
        assert len(chat.subscriptions) == 1
        await button.click()
        await expect(button).to_have_text("Follow")
        assert not (await store.chat(501)).subscriptions

        await page.locator(".timeline .sources-inline a").first.click()
        await page.wait_for_function("said.some(([name]) => name === 'web_app_open_link')")
        await page.evaluate("Telegram.WebView.receiveEvent('back_button_pressed', null)")
        await page.wait_for_url(f"{url}/en/status/stalled")


async def test_telegram_decides_on_theme_and_language(browser, url, store) -> None:
    user = {"id": 502, "language_code": "az", "allows_write_to_pm": True}
    async with opened(browser, url, viewport=PHONE, locale="en") as page:
        await page.add_init_script(BRIDGE)
        await page.goto(f"{url}/app#{launched(user)}")
        await page.wait_for_url(re.compile(r"/az/#"))
        theme = THEME | {"bg_color": "#ffffff", "secondary_bg_color": "#fff0f5"}
        theme |= {
            "text_color": "#301020",
            "button_color": "#ff99bb",
            "button_text_color": "#ffffff",
        }
        event = json.dumps({"theme_params": theme})
        await page.evaluate(f"Telegram.WebView.receiveEvent('theme_changed', {event})")
        await page.goto(f"{url}/az/latest")
        colour = "getComputedStyle(document.documentElement).getPropertyValue({!r})"
        assert await page.evaluate(colour.format("--bg")) == "#ffffff"
        assert await page.evaluate(colour.format("--button")) not in {"#ff99bb", "#301020"}
        assert await violations(page) == []
        await page.goto(f"{url}/az/")
        button = page.locator("button[data-follow=all]")
        await button.click()
        await expect(button).to_have_attribute("data-state", "followed")
        assert (await store.chat(502)).follows(None)
        await page.locator("a[href$='board.csv']").click()
        await page.wait_for_function(
            "said.some(([name, data]) => name === 'web_app_open_link' && data.url.endsWith('.csv'))"
        )


async def test_a_direct_link_opens_its_page(browser, url) -> None:
    async with opened(browser, url, viewport=PHONE, locale="ru") as page:
        await page.add_init_script(BRIDGE)
        wanted = {"tgWebAppVersion": "9.1", "tgWebAppStartParam": "topic_energy"}
        await page.goto(f"{url}/app#{urlencode(wanted)}")
        await page.wait_for_url(re.compile(r"/ru/topics/energy#tgWebAppVersion=9.1$"))
        said = dict(await page.evaluate("said"))
        assert said["web_app_setup_back_button"] == {"is_visible": False}
        await page.goto(f"{url}/app#tgWebAppVersion=9.1&tgWebAppStartParam=topic_..%2f..")
        await page.wait_for_url(re.compile(r"/ru/#"))


async def test_a_browser_is_led_to_the_bot(browser, url) -> None:
    async with opened(browser, url, viewport=PHONE) as page:
        await page.add_init_script(BRIDGE)
        await page.goto(f"{url}/en/provisions/ratification")
        await expect(page.locator("a[data-follow]")).to_have_attribute(
            "href", "https://t.me/briefing_bot?start=provision_ratification"
        )
        assert await page.evaluate("said") == []
