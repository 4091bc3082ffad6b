"""Updates of every kind in every shape, valid and spoiled, on their way to a handler."""

from __future__ import annotations

import random

import orjson
import pytest
from generator import Generator
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot, Update

from bot.telegram.throttling import Throttle, Verdict
from bot.telegram.updates import ALLOWED_UPDATES, UpdateUnreadable, accepted_form


class NamedBot(Bot):
    """Knows its name without asking Telegram for it."""

    username = "briefing_bot"
    id = 700


BOT = NamedBot("700:x")
SEEDS = st.integers(0, 2**32)


def judged(document: object) -> Verdict:
    """What the dispatcher does with an update before it is handled."""
    accepted = accepted_form(document)
    assert -(2**63) <= accepted.lane < 2**63
    return Throttle(BOT).judge(Update.de_json(orjson.loads(accepted.document), BOT))


@pytest.mark.parametrize("kind", ALLOWED_UPDATES)
@given(seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_what_the_bot_api_describes_is_accepted(kind: str, seed: int):
    assert judged(Generator(random.Random(seed)).update(7, kind)) in Verdict


@given(seed=SEEDS)
@settings(max_examples=300, deadline=None)
def test_what_is_spoiled_is_accepted_or_set_aside(seed: int):
    try:
        accepted = accepted_form(Generator(random.Random(seed)).spoiled(7))
    except UpdateUnreadable:
        return
    assert orjson.loads(accepted.document)["update_id"] == accepted.update_id == 7


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
@settings(max_examples=200, deadline=None)
def test_anything_else_is_set_aside(document: object):
    with pytest.raises(UpdateUnreadable):
        accepted_form(document)
