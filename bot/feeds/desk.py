"""What may matter of the items of feeds: matched, grouped, in order. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rapidfuzz import fuzz, utils

from bot.agreement.dates import PartialDate
from bot.agreement.evidence import Evidence, Feed, Publisher
from bot.feeds.model import KEPT, FeedState, Item, Suggestion, Verdict
from bot.search import Search

SURE_BY_WORDS, SURE = 0.72, 0.95
"""How sure a match must be to be suggested: by words alone, and by words and meaning.

Measured: see `benchmarks/desk`.
"""
_SAME_EVENT = 85
"""From which likeness of two headlines on they tell of the same event, 0 to 100."""
_LONGEST_QUOTE = 25
"""Words of the sentence that is kept."""
_SENTENCES = 8
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_CREDIT = re.compile(
    r"(?:\bvia\s+|(?:\bsource|\bmənbə|\bkaynak|\bисточник)\s*:\s*)([^.,;:()|]{2,40})[\s.)]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Matched:
    """What an item is about."""

    provision_id: str
    score: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Group:
    """Suggestions about the same event, the surest first; original words before copies."""

    suggestions: tuple[Suggestion, ...]

    @property
    def first(self) -> Suggestion:
        """The one that is shown."""
        return self.suggestions[0]

    @property
    def sources(self) -> int:
        """How many publishers tell of it by themselves."""
        return len({item.publisher for item in self.suggestions})


def provisions_of(search: Search, text: str) -> tuple[list[tuple[str, float]], bool]:
    """Provisions that a text may be about, with how sure that is; whether meaning was asked too.

    Takes a while: not to be called on the event loop.
    """
    weighed = search.weigh(text)
    provisions = search.agreement.provisions
    return [(provisions[place].id, sure) for place, sure in weighed.sure], weighed.near is not None


def scores(search: Search, headline: str, lead: str) -> tuple[list[tuple[str, float]], bool]:
    """What `provisions_of` says of a headline with its lead."""
    return provisions_of(search, f"{headline}. {lead}" if lead else headline)


def match(search: Search, headline: str, lead: str) -> Matched | None:
    """What a headline with its lead is about, or None."""
    best: Matched | None = None
    found, by_meaning = scores(search, headline, lead)
    if not found or found[0][1] < (SURE if by_meaning else SURE_BY_WORDS):
        return None
    provision_id, score = found[0]
    sure = -1.0
    for sentence in (headline, *_SENTENCE_ENDS.split(lead)[:_SENTENCES]):
        near = dict(provisions_of(search, sentence)[0]).get(provision_id, 0.0)
        if sentence and near > sure:
            best, sure = Matched(provision_id, round(score, 3), _quote(sentence)), near
    return best


def _quote(sentence: str) -> str:
    words = sentence.split()
    cut = " ".join(words[:_LONGEST_QUOTE])
    cut = cut if len(cut) < 300 else cut[:299].rstrip()  # noqa: PLR2004 - a `Sentence`
    return cut if cut == " ".join(words) else f"{cut}…"


def origin_of(item: Item, publishers: Iterable[Publisher]) -> str:
    """The publisher that an item names as its true source: its id where it is known, or ""."""
    named = item.origin
    for text in (item.lead, item.headline):
        if not named and (credit := _CREDIT.search(text)):
            named = credit[1].strip()
    known = {
        name.casefold(): each.id for each in publishers for name in (each.id, *each.name.values())
    }
    return known.get(named.casefold(), named)


def suggested(search: Search, feed: Feed, items: Iterable[Item], now: datetime) -> list[Suggestion]:
    """Suggestions of the items that may be about a provision. Takes a while, like `match`."""
    publishers = search.agreement.publishers
    return [
        _suggestion(item, feed, matched, now, publishers)
        for item in items
        if (matched := match(search, item.headline, item.lead)) is not None
    ]


def _suggestion(
    item: Item, feed: Feed, matched: Matched, now: datetime, publishers: Iterable[Publisher]
) -> Suggestion:
    """A suggestion of an item, in a group by itself."""
    origin = origin_of(item, publishers)
    return Suggestion(
        id=item.id,
        feed=feed.url,
        url=item.url,
        headline=item.headline,
        day=_day(item, now),
        language=item.language,
        publisher=origin or feed.publisher,
        via=feed.publisher if origin and origin != feed.publisher else None,
        provision_id=matched.provision_id,
        score=matched.score,
        sentence=matched.sentence,
        group=item.id,
        found_at=now,
        due=now,
    )


def _day(item: Item, now: datetime) -> date:
    """When it was published. A date in the future, or before there were feeds, is a mistake."""
    today = now.date()
    is_likely = item.day is not None and date(1999, 1, 1) <= item.day <= today
    return item.day if item.day and is_likely else today


def is_recent(item: Item, now: datetime) -> bool:
    """Whether an item is not too old to be news."""
    return _day(item, now) >= (now - KEPT).date()


def grouped(found: Iterable[Suggestion], kept: Sequence[Suggestion]) -> list[Suggestion]:
    """New suggestions, each in the group of those that tell of the same event.

    What was decided about the group holds for the new one too.
    """
    known, new = list(kept), list[Suggestion]()
    for item in found:
        if any(item.id == other.id for other in known):
            continue
        same = next((other for other in known if _same_event(item, other)), None)
        if same is not None:
            update = {"group": same.group, "verdict": same.verdict, "due": same.due}
            new.append(item.model_copy(update=update))
        else:
            new.append(item)
        known.append(new[-1])
    return new


def _same_event(one: Suggestion, other: Suggestion) -> bool:
    if (one.day, one.provision_id) != (other.day, other.provision_id):
        return False
    headlines = (one.headline, other.headline)
    likeness = fuzz.token_sort_ratio(*headlines, processor=utils.default_process)
    return one.url == other.url or likeness >= _SAME_EVENT


def open_groups(kept: Iterable[Suggestion], now: datetime) -> list[Group]:
    """What waits for a decision by now, the surest first."""
    groups: dict[str, list[Suggestion]] = {}
    for item in kept:
        groups.setdefault(item.group, []).append(item)
    found = [
        Group(tuple(sorted(items, key=lambda item: (item.via is not None, -item.score, item.id))))
        for items in groups.values()
        if any(item.is_open and item.due <= now for item in items)
    ]
    return sorted(found, key=lambda group: (-group.first.score, group.first.id))


@dataclass(frozen=True, slots=True)
class FeedReport:
    """How a feed does: how it was last read, and what became of its suggestions."""

    feed: Feed
    state: FeedState
    verdicts: Mapping[Verdict | None, int]

    @property
    def precision(self) -> float | None:
        """Which share of what was decided became a draft; None where nothing was decided."""
        decided = sum(count for verdict, count in self.verdicts.items() if verdict is not None)
        return self.verdicts.get(Verdict.DRAFT, 0) / decided if decided else None


def reports(
    states: Iterable[tuple[Feed, FeedState]], kept: Iterable[Suggestion]
) -> list[FeedReport]:
    """How each feed does."""
    counts: dict[str, Counter[Verdict | None]] = {}
    for item in kept:
        counts.setdefault(item.feed, Counter())[item.verdict] += 1
    return [FeedReport(feed, state, counts.get(feed.url, {})) for feed, state in states]


def evidence(item: Suggestion) -> Evidence:
    """A suggestion as the evidence of a change."""
    return Evidence(
        url=item.url,
        publisher=item.publisher[:120],
        via=item.via,
        headline=item.headline,
        date=PartialDate.of(item.day),
        language=item.language,
        quote=item.sentence if item.language else None,
    )


def checked(
    provision_ids: Iterable[str], states: Sequence[FeedState], kept: Iterable[Suggestion]
) -> dict[str, date]:
    """Up to which day the feeds were looked at, by provision.

    It is the day on which every feed was read. Where a suggestion waits for a decision, it is the
    day before that was published.
    """
    read = [state.read_at.date() for state in states if state.read_at is not None]
    if not read or len(read) < len(states):
        return {}
    found = dict.fromkeys(provision_ids, min(read))
    for item in kept:
        if item.is_open and item.provision_id in found:
            before = item.day - timedelta(days=1)
            found[item.provision_id] = min(found[item.provision_id], before)
    return found
