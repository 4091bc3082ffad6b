from __future__ import annotations

from bot.search.postings import Normalizer, Postings


def _filed() -> Postings[str]:
    filing: Postings[str] = Postings(Normalizer())
    filing.file(0, "title", ["Rail/road tunnel"])
    filing.file(1, "title", ["The Tunnel’s end"])
    filing.file(2, "title", ["The Tunnel’s end"])
    filing.file(2, "note", ["A tunnel, a tunnel!"])
    return filing


def test_a_word_leads_to_its_texts_and_these_to_their_places() -> None:
    found = [(field, places) for field, places in _filed().of("tunnel")]
    assert found[:2] == [("title", [0]), ("title", [1, 2])]
    assert set(map(str, found[2:])) == {str(("note", [2]))}


def test_words_that_are_written_as_one_are_taken_apart() -> None:
    filing = _filed()
    assert [*filing.of("rail")] == [*filing.of("road")] == [("title", [0])]


def test_little_words_are_not_filed() -> None:
    assert {*_filed().words} == {"rail", "road", "tunnel", "end"}
    assert [*_filed().of("the")] == []
