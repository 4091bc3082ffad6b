"""The shipped content, and the invented one, as their readers get it."""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

import pytest

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.i18n.language import Language
from bot.views.board import board_page
from bot.views.callbacks import NOWHERE, Part, ShowPart
from bot.views.pagination import shown
from bot.views.provision import card, part_page
from bot.views.topics import topic_page
from tests.views import sample

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["content/provisions.json", "tests/fixtures/lighthouse.json"])
@pytest.mark.parametrize("code", ["en", "az", "tr", "ru"])
def test_every_page_fits_and_shows_all_of_it(name: str, code: str) -> None:
    board = Board(load_file(ROOT / name))
    reader = sample.reader(Language(code, NullTranslations()))
    for provision in board.provisions:
        short = card(reader, provision, NOWHERE, frozenset())
        sample.check(short)
        assert len(shown(short.html)) <= 900, (provision.id, len(shown(short.html)))
        for part in Part:
            pages, seen = 1, 0
            while seen < pages:
                shows = ShowPart(provision.id, part, seen)
                page = part_page(reader, board.agreement, provision, shows)
                sample.check(page)
                assert len(shown(page.html)) <= 1200, (provision.id, part, seen)
                seen += 1
                pages += any(button.label == "›" for button in sample.buttons(page))
    for topic in board.agreement.topics:
        sample.check(topic_page(reader, board, topic, 0, frozenset()))
    board_text = board_page(reader, board, 0)
    sample.check(board_text)
    assert all(
        f"\n{provision.number}. " in shown(board_text.html) for provision in board.provisions
    )
