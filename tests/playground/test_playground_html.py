from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.errors import ApiError
from bot.playground.formatting import detected, parse_html, trimmed
from bot.playground.html import units
from bot.playground.page_html import render

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
tags = st.sampled_from(
    [("b", "bold"), ("i", "italic"), ("code", "code"), ("tg-spoiler", "spoiler")]
)


@settings(max_examples=80, deadline=None)
@given(texts)
def test_escaped_text_comes_back(text):
    assert parse_html(escape(text)) == (text.replace("&#x27;", "'"), [])
    assert parse_html(render(text, []))[0] == text


@settings(max_examples=60, deadline=None)
@given(texts, texts.filter(bool), texts, tags)
def test_an_entity_is_placed_in_utf16_units(before, inside, after, tag):
    name, kind = tag
    text, entities = parse_html(f"{escape(before)}<{name}>{escape(inside)}</{name}>{escape(after)}")
    assert text == before + inside + after
    assert entities == [{"type": kind, "offset": units(before), "length": units(inside)}]
    again = parse_html(render(text, entities).replace('span class="tg-spoiler"', "tg-spoiler")
                       .replace("</span>", "</tg-spoiler>"))  # fmt: skip
    assert again == (text, entities)


@settings(max_examples=100, deadline=None)
@given(st.text("<>/ab=\"'& x", max_size=25))
def test_anything_is_either_read_or_refused(source):
    try:
        text, entities = parse_html(source)
    except ApiError as error:
        problem = error.description
        text, entities = "", []
    else:
        problem = "Bad Request: can't parse entities: none"
    assert problem.startswith("Bad Request: can't parse entities: ")
    assert all(entity["offset"] + entity["length"] <= units(text) for entity in entities)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("é<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
        ("<tg-time>a</tg-time>", "Invalid Unix time specified"),
        ('<tg-time unix="1" format="x">a</tg-time>', "Invalid date-time format specified"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_errors_in_telegrams_words(source, problem):
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {problem}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<B>x</B>", "x", [{"type": "bold"}]),
        ("<b>x</>", "x", [{"type": "bold"}]),
        ("<b></b>x", "x", []),
        ("&nope; &lt &#39;&#x1F600;", "&nope; < '\U0001f600", []),
        ('<a href="example.com">x</a>', "x", [{"type": "text_link", "url": "http://example.com"}]),
        ('<a href="nowhere">x</a>', "x", []),
        ("<a>https://a.org</a>", "https://a.org", [{"type": "text_link", "url": "https://a.org"}]),
        ("<blockquote expandable>x</blockquote>", "x", [{"type": "expandable_blockquote"}]),
        ('<pre><code class="language-py">x</code></pre>', "x",
         [{"type": "pre", "language": "py"}]),
        ('<code class="language-py">x</code>', "x", [{"type": "code"}]),
        ('<tg-time unix="1647531900" format="wDT">x</tg-time>', "x",
         [{"type": "date_time", "unix_time": 1647531900, "date_time_format": "wDT"}]),
        ("<tg-time unix=5>x</tg-time>", "x", [{"type": "date_time", "unix_time": 5}]),
        ("<code><b>x</b></code>", "x", [{"type": "code"}]),
    ],
)  # fmt: skip
def test_tags(source, text, entities):
    found_text, found = parse_html(source)
    stripped = [
        {name: value for name, value in entity.items() if name not in {"offset", "length"}}
        for entity in found
    ]
    assert (found_text, stripped) == (text, entities)


def test_what_the_page_gets_is_safe():
    text, entities = parse_html('<a href="https://a.org/?q=&quot;&gt;">&lt;script&gt;</a>')
    assert render(text, entities) == (
        '<a href="https://a.org/?q=&quot;&gt;" target="_blank" rel="noopener noreferrer">'
        "&lt;script&gt;</a>"
    )
    text, entities = parse_html('<a href="javascript:alert(1)">x</a>')
    assert render(text, entities) == "x"
    crossing = [
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "italic", "offset": 2, "length": 3},
    ]
    assert render("abcdef", crossing) == "<b>ab<i>c</i></b>def"


def test_white_space_at_the_ends_is_cut():
    assert trimmed("  a \n", [{"type": "bold", "offset": 2, "length": 3}]) == (
        "a",
        [{"type": "bold", "offset": 0, "length": 1}],
    )


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/start now", [("bot_command", 0, 6)]),
        ("\U0001f600 /a@x_bot", [("bot_command", 3, 8)]),
        ("see https://a.org/b, ok", [("url", 4, 15)]),
        ("hi @someone!", [("mention", 3, 8)]),
        ("#tag me@a.org", [("hashtag", 0, 4), ("email", 5, 8)]),
        ("on president.az today", [("url", 3, 12)]),
        ("1/2 and a/b", []),
        ("no entities. Here", []),
    ],
)
def test_what_telegram_finds_itself(text, kinds):
    found = [(each["type"], each["offset"], each["length"]) for each in detected(text, [])]
    assert found == kinds


def test_nothing_is_found_in_code_and_links():
    text, entities = parse_html('<code>/start</code> <a href="https://a.org">@someone</a> /go')
    assert [each["type"] for each in detected(text, entities)] == [
        "code",
        "text_link",
        "bot_command",
    ]
