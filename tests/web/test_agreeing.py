"""A provision of two topics stands in both, wherever topics are shown: chat, picture, web, API."""

from __future__ import annotations

import re

from web_samples import NOW

from bot.images.board import board_picture
from bot.images.palette import Theme
from bot.subscribers.chat import ChatKind
from bot.views.message import Reader
from bot.views.pagination import shown
from bot.views.topics import topic_page


async def test_counts_pictures_and_topics_agree(board, languages, client) -> None:
    english = languages["en"]
    reader = Reader(english, ChatKind.PRIVATE, NOW, "briefing_bot")
    expected = {
        topic.id: [item.number for item in board.provisions if topic.id in item.topics]
        for topic in board.agreement.topics
    }
    assert sum(map(len, expected.values())) > len(board.provisions), "some have two topics"
    assert sum(board.counts().values()) == len(board.counted)
    svg = board_picture(english, board, Theme.LIGHT).svg
    texts = re.findall(r"<text[^>]*text-anchor=\"middle\"[^>]*>(\d+)</text>", svg)
    assert [int(text) for text in texts] == [
        number for item in expected.values() for number in item
    ]
    listed = (await client.get("/api/v1/provisions")).json()["provisions"]
    for topic in board.agreement.topics:
        in_api = [item["number"] for item in listed if topic.id in item["topics"]]
        assert sorted(in_api) == expected[topic.id]
        page = (await client.get(f"/en/topics/{topic.id}")).text
        ids = [item.id for item in board.provisions if topic.id in item.topics]
        assert [item for item in ids if f"/provisions/{item}" not in page] == []
        pages = range(-(-len(expected[topic.id]) // 10))
        chat = "\n".join(
            shown(topic_page(reader, board, topic, number, frozenset()).html) for number in pages
        )
        in_chat = {int(found) for found in re.findall(r"(?m)(\d+)\. ", chat)}
        assert set(expected[topic.id]) <= in_chat
