from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.errors import ApiError
from bot.playground.page_html import render_blocks
from bot.playground.rich import parse_rich, plain


def test_every_block_is_read_and_shown():
    source = (
        "<h2>Board &amp; more</h2>"
        '<table bordered><caption>All</caption><tr><th>No.</th><th align="right">Status</th></tr>'
        '<tr><td>1</td><td><b>Done</b> <a href="https://a.test/?x=1&amp;y=2">source</a></td></tr></table>'
        "<details open><summary>History</summary><ul><li>One</li><li><i>Two</i></li></ul></details>"
        "<blockquote>Words<cite>Somebody</cite></blockquote><hr/><footer>End</footer>loose text"
    )
    blocks = parse_rich(source)["blocks"]
    assert [block["type"] for block in blocks] == [
        "heading", "table", "details", "blockquote", "divider", "footer", "paragraph",
    ]  # fmt: skip
    assert blocks[1]["cells"][1][1]["text"] == [
        {"type": "bold", "text": "Done"},
        " ",
        {"type": "url", "text": "source", "url": "https://a.test/?x=1&y=2"},
    ]
    assert blocks[1]["is_bordered"]
    assert blocks[2]["is_open"]
    html = render_blocks(blocks)
    assert "Board &amp; more" in html
    assert '<td class="left"><b>Done</b> <a href="https://a.test/?x=1&amp;y=2"' in html
    assert plain(blocks).splitlines()[:3] == ["Board & more", "All", "No. · Status"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "<p></p><script>x</script>",
        "<h1>open",
        "<p>a</b></p>",
        "<details>no summary</details>",
        "<table></table>",
        "<table><tr>" + "<td>1</td>" * 21 + "</tr></table>",
        '<a href="javascript:alert(1)">x</a>',
        "<li>alone</li>",
        "<blockquote>" * 20,
        "x" * 32_769,
        "<p>a</p>" * 501,
    ],
)
def test_what_cannot_be_read_is_refused(source: str):
    with pytest.raises(ApiError):
        parse_rich(source)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<p>é</i>", 'Unmatched end tag at byte offset 5, expected "</p>", found "</i>"'),
        ("<p>a", 'Can\'t find end tag corresponding to start tag "p"'),
        ("a</", "Unexpected end tag at byte offset 1"),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
    ],
)
def test_rich_messages_are_read_as_strictly_as_formatting(source: str, problem: str):
    with pytest.raises(ApiError) as refused:
        parse_rich(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {problem}"


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_gets_out_of_its_place(text: str):
    from html import escape

    source = f"<p>x{escape(text)}</p>"
    html = render_blocks(parse_rich(source)["blocks"])
    inside = html.removeprefix("<p>").removesuffix("</p>")
    assert "<" not in inside
    assert ">" not in inside.replace("&gt;", "")
