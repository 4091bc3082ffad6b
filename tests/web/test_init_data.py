"""Mini App data: what Telegram signed is believed, everything else refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_samples import NOW, TOKEN, init_data

from bot.web.app_endpoint import NotProven, Person, person_of


def test_what_telegram_signed_is_believed() -> None:
    assert person_of(init_data(), TOKEN, NOW) == Person(77, "tr", may_be_written_to=True)
    # "signature" is Telegram's own, for others: it is one of the fields that the hash covers
    signed = init_data(signature="abc", start_param="x&y=z")
    assert person_of(signed, TOKEN, NOW + timedelta(minutes=59)).id == 77


@pytest.mark.parametrize(
    "given_data",
    [
        "",
        "hash=",
        "x" * 5000,
        "%ff=1&hash=\udc80",
        init_data(token="701:other-bot"),
        init_data(at=NOW - timedelta(minutes=61)),
        init_data(at=NOW + timedelta(minutes=5)),
        init_data().replace("77", "78"),
        init_data() + "&extra=1",
        init_data() + "&user=%7B%7D",
        init_data(user=[1]),
        init_data(user={"id": None}),
        init_data(auth_date="soon"),
        init_data(auth_date="9" * 30),
    ],
)
def test_everything_else_is_refused(given_data) -> None:
    with pytest.raises(NotProven):
        person_of(given_data, TOKEN, NOW)


@settings(max_examples=150)
@given(st.data())
def test_no_single_change_is_believed(data) -> None:
    right = init_data()
    at = data.draw(st.integers(0, len(right) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda item: item != right[at]))
    changed = right[:at] + letter + right[at + 1 :]
    try:
        person = person_of(changed, TOKEN, NOW)
    except NotProven:
        return
    assert person == person_of(right, TOKEN, NOW)  # another spelling of the same, %7b for %7B
