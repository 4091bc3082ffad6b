from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from bot.agreement.sentences import utf16_length
from bot.views.html import expandable, lines, paragraphs
from bot.views.pagination import LONGEST, Section, clip, compose, fill, fits, page_of, pieces, shown


def some_more(n: int) -> Markup:
    return Markup("{} more").format(n)


@given(st.text(), st.integers(1, 60))
def test_a_clipped_text_keeps_the_limit(text: str, units: int) -> None:
    cut = clip(text, units)
    assert utf16_length(cut) <= units
    assert cut == text or cut.endswith("…")


def test_a_text_is_cut_between_words() -> None:
    assert clip("The shores will light one lamp.", 20) == "The shores will…"
    assert clip("Donaudampfschifffahrt", 10) == "Donaudamp…"
    assert clip("💡💡💡", 4) == "💡…"


@given(st.text())
def test_what_is_shown_is_the_text_itself(text: str) -> None:
    assert shown(Markup("<b>{}</b>").format(text)) == text
    assert shown(expandable(lines(text, "x"))) == (f"{text}\nx" if text else "x")


def test_telegram_takes_4096_units_and_100_entities() -> None:
    assert fits(Markup("<b>{}</b>").format("x" * LONGEST))
    assert not fits(Markup("{}").format("💡" * (LONGEST // 2) + "x"))
    assert fits(Markup("<i>x</i>" * 100))
    assert not fits(Markup("<i>x</i>" * 101))


def test_empty_parts_leave_no_gap() -> None:
    assert paragraphs("a & b", None, "", Markup("<b>c</b>")) == "a &amp; b\n\n<b>c</b>"


def test_a_page_that_is_gone_is_the_last_one() -> None:
    assert page_of("abcde", 1, 2).items == ("c", "d")
    assert page_of("abcde", 9, 2).number == 2
    assert page_of("abcde", -3, 2).number == 0
    assert page_of("", 0, 2).count == 1


@settings(max_examples=25)
@given(st.integers(0, 120), st.integers(1, 300))
def test_a_list_is_cut_and_says_so(count: int, size: int) -> None:
    text = fill(Markup("Head"), [Markup("x" * size)] * count, some_more)
    assert fits(text)
    kept = text.count("x") // size
    assert kept == count or f"{count - kept} more" in text


def test_sections_give_way_in_the_order_asked() -> None:
    old = Section(
        tuple(Markup(f"{n} " + "o" * 300) for n in range(10)), some_more, newest_last=True
    )
    rest = Section(tuple(Markup("r" * 300) for _ in range(10)), some_more, quoted=True)
    text = compose([old, rest], [(rest, 1), (old, 2)])
    assert fits(text)
    assert text.count("r" * 300) < 10
    assert "9 ooo" in text
    again = compose([old, rest], [(old, 2), (rest, 0)])
    assert "0 ooo" not in again
    assert "9 ooo" in again
    assert again.startswith("7 more\n") or " more\n" in again


@given(st.text(), st.integers(2, 40))
def test_pieces_of_a_text_are_the_whole_of_it(text: str, units: int) -> None:
    found = pieces(text, units)
    assert "".join(found) == text
    assert all(0 < utf16_length(item) <= units for item in found) or text == ""


def test_a_text_is_parted_between_words() -> None:
    assert pieces("The shores will light one lamp.", 20) == ["The shores will ", "light one lamp."]
    assert pieces("💡💡💡", 4) == ["💡💡", "💡"]
