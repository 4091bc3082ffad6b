from __future__ import annotations

import re

import pytest
from sample import ENGLISH, GREEK, agreement

from bot.views.commands import RESERVED, Menu, commands, profile

AGREEMENT = agreement()


@pytest.mark.parametrize("menu", Menu)
def test_a_menu_is_what_telegram_takes(menu: Menu) -> None:
    topics = tuple(
        AGREEMENT.topics[0].model_copy(
            update={"command": f"topic_{n}", "title": {"en": "long " * 24}}
        )
        for n in range(60)
    )
    for item in (AGREEMENT, AGREEMENT.model_copy(update={"topics": topics})):
        entries = commands(ENGLISH, item, menu)
        names = [name for name, _ in entries]
        assert len(names) == len(set(names)) <= 100
        assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in names)
        assert all(0 < len(text) <= 256 for _, text in entries)


def test_topics_come_last_and_aliases_not_at_all() -> None:
    entries = commands(ENGLISH, AGREEMENT, Menu.PRIVATE)
    assert entries[-3:] == (("light", "Light"), ("boats", "Boats"), ("birds", "Birds"))
    assert "lamp" not in dict(entries)
    assert "start" in dict(entries)


def test_only_admins_see_their_commands() -> None:
    own = {"update", "undo", "correct", "audit", "stats", "export", "reload"}
    assert own <= set(dict(commands(ENGLISH, AGREEMENT, Menu.ADMIN)))
    for menu in (Menu.PRIVATE, Menu.GROUP):
        assert not own & set(dict(commands(ENGLISH, AGREEMENT, menu)))


def test_no_topic_can_take_a_command_of_the_menus() -> None:
    topics = {topic.command for topic in AGREEMENT.topics}
    for menu in Menu:
        assert set(dict(commands(ENGLISH, AGREEMENT, menu))) - topics <= RESERVED


def test_a_groups_menu_is_short() -> None:
    assert len(commands(ENGLISH, AGREEMENT, Menu.GROUP)) <= 10


def test_every_description_comes_from_the_catalog() -> None:
    topics = {topic.command for topic in AGREEMENT.topics}
    for name, text in commands(GREEK, AGREEMENT, Menu.ADMIN):
        assert name in topics or text.startswith("⟦")


def test_the_profile_is_the_agreements() -> None:
    shown = profile(ENGLISH, AGREEMENT)
    assert shown.name == "Lighthouse Treaty"
    assert AGREEMENT.title["en"] in shown.short_description
    assert shown.description.startswith(AGREEMENT.about["en"])


@pytest.mark.parametrize("letter", ["a", "🏗", "ab "])
def test_the_longest_profile_is_clipped(letter: str) -> None:
    def long(limit: int) -> dict[str, str]:
        return {"en": (letter * limit)[:limit].strip()}

    fields = {"title": long(120), "short_title": long(120), "about": long(900)}
    shown = profile(ENGLISH, AGREEMENT.model_copy(update=fields))
    for text, limit in (
        (shown.name, 64),
        (shown.short_description, 120),
        (shown.description, 512),
    ):
        assert 0 < len(text.encode("utf-16-le")) // 2 <= limit
        assert "…" in text
