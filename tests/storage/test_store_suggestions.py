"""What any store must do with suggestions of the desk, and with the turn to read feeds."""

from __future__ import annotations

from datetime import timedelta

from store_samples import NOW

from bot.feeds.model import KEPT, Suggestion, Verdict


def suggestion(number=1, **fields):
    return Suggestion(
        **{
            "id": f"{number:016x}",
            "feed": "https://example.org/feed",
            "url": f"https://example.org/{number}",
            "headline": "Qatar açıldı 🚆",
            "day": NOW.date(),
            "publisher": "agency",
            "provision_id": "rail",
            "score": 0.5,
            "sentence": "Qatar açıldı",
            "group": f"{number:016x}",
            "found_at": NOW,
            "due": NOW,
        }
        | fields
    )


async def test_a_suggestion_is_kept_once_and_lasts(reopen):
    store = await reopen()
    await store.suggest([suggestion(1), suggestion(2)], NOW - KEPT)
    await store.suggest([suggestion(1, headline="Another")], NOW - KEPT)
    store = await reopen()
    found = sorted(await store.suggestions(), key=lambda item: item.id)
    assert found == [suggestion(1), suggestion(2)]


async def test_a_decision_changes_what_is_still_kept_only(reopen):
    store = await reopen()
    await store.suggest([suggestion(1)], NOW - KEPT)
    await store.decide([suggestion(n, verdict=Verdict.NOT_NEWS) for n in (1, 2)])
    await store.suggest([suggestion(1)], NOW - KEPT)
    store = await reopen()
    [found] = await store.suggestions()
    assert found.verdict is Verdict.NOT_NEWS


async def test_old_suggestions_are_erased(store):
    old = suggestion(1, found_at=NOW - KEPT - timedelta(seconds=1))
    await store.suggest([old, suggestion(2)], NOW - KEPT - timedelta(days=1))
    assert len(await store.suggestions()) == 2
    await store.suggest([], NOW - KEPT)
    assert [found.id for found in await store.suggestions()] == [suggestion(2).id]


async def test_the_turn_to_read_feeds_comes(store):
    async with store.reading_feeds() as lost:
        assert not lost.is_set()
