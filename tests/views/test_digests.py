from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample import (
    ENGLISH,
    GREEK,
    NOW,
    Spelling,
    agreement,
    as_it_is,
    button,
    buttons,
    check,
    check_translated,
    entry,
    evidence,
    in_greek_letters,
    reader,
    said,
)

from bot.agreement.board import StatusChange
from bot.agreement.events import Event
from bot.alerts.model import Alert, AlertKind
from bot.subscribers.chat import ChatKind
from bot.views.alerts import alert_message
from bot.views.callbacks import Place, Show, ShowProvision, View, encode
from bot.views.digests import digest_pages
from bot.views.message import Message
from bot.views.pagination import shown

STARTED = entry(
    status="started",
    date="2024-05-18",
    note=said("The keel was laid."),
    evidence=[evidence("https://example.org/keel")],
)
DONE = entry(
    status="done",
    date="2024-05-19",
    note=said("It sails."),
    evidence=[evidence("https://example.org/sail", publisher="Port Times")],
)


def current(provision_id: str) -> Event:
    provision = agreement().provision(provision_id)
    assert provision is not None
    return provision.shown_by


class Made:
    """Alerts as they would be made one after the other."""

    def __init__(self, spelling: Spelling = as_it_is) -> None:
        self.alerts: list[Alert] = []
        self._stands: dict[str, Event] = {}
        self._agreement = agreement(spelling)

    def change(self, provision_id: str, after: Event, **fields: Any) -> Alert:
        before = self._stands.get(provision_id, current(provision_id))
        return self._add(provision_id, before, after, AlertKind.CHANGE, None, **fields)

    def correct(self, change: StatusChange) -> Alert:
        kind = AlertKind.CORRECTION
        return self._add(change.provision_id, change.after, change.before, kind, change.id)

    def _add(
        self,
        provision_id: str,
        before: Event,
        after: Event,
        kind: AlertKind,
        undoes: int | None,
        **fields: Any,
    ) -> Alert:
        number = len(self.alerts) + 1
        provision = self._agreement.provision(provision_id)
        assert provision is not None
        values: dict[str, Any] = {
            "id": number,
            "kind": kind,
            "change": StatusChange(
                id=number,
                provision_id=provision_id,
                before=before,
                after=after,
                made_by=7,
                made_at=NOW + timedelta(days=number),
                undoes=undoes,
            ),
            "number": provision.number,
            "title": provision.title,
            "text": provision.text,
            "origin": provision.origin,
            "topics": provision.topics,
            "ready_at": NOW,
        }
        one = Alert(**{**values, **fields})
        self.alerts.append(one)
        self._stands[provision_id] = after
        return one


def text(pages: list[Message]) -> str:
    for page in pages:
        check(page)
    return "\n".join(shown(page.html) for page in pages)


def test_a_digest_tells_what_has_changed_in_the_end() -> None:
    made = Made()
    made.change("ferry", STARTED)
    made.change("lamp", DONE)
    made.change("ferry", DONE)
    (page,) = digest_pages(reader(), made.alerts)
    check(page)
    assert shown(page.html).replace("\u2009", " ") == "\n".join(
        [
            "📬 News of 2 provisions",
            "21–23 May 2024",
            "",
            "✅ 2. A ferry between the shores",
            "promised in a statement, not in the text",
            "Announced → Done · Date: 19 May 2024 (1 step in between)",
            "It sails.",
            "Sources: Port Times, 2 Mar 2023 and Harbour Post, 2 Mar 2023",
            "",
            "✅ 1. A common lamp <big & bright>",
            "Substantial progress → Done · Date: 19 May 2024",
            "It sails.",
            "Source: Port Times, 2 Mar 2023",
        ]
    )


def test_its_buttons_lead_to_details_and_leave_the_digest_where_it_is() -> None:
    made = Made()
    made.change("ferry", STARTED)
    made.change("lamp", DONE)
    (page,) = digest_pages(reader(), made.alerts)
    assert [row.label for row in page.rows[0]] == ["1", "2"]
    assert button(page, "2").action == ShowProvision("ferry", anew=True)
    assert button(page, "What I follow").action == Show(Place(View.SUBSCRIPTIONS), anew=True)
    assert all(
        len(encode(each_button.action)) <= 64 for each_button in buttons(page) if each_button.action
    )


def test_in_a_channel_there_are_only_links() -> None:
    made = Made()
    made.change("ferry", STARTED)
    made.change("lamp", DONE)
    (page,) = digest_pages(reader(kind=ChatKind.CHANNEL), made.alerts)
    assert [each_button.url for each_button in buttons(page)] == [
        "https://t.me/lighthouse_bot?start=provision_lamp",
        "https://t.me/lighthouse_bot?start=provision_ferry",
    ]


def test_what_was_changed_and_taken_back_is_left_out() -> None:
    made = Made()
    first = made.change("ferry", STARTED)
    made.correct(first.change)
    assert digest_pages(reader(), made.alerts) == []
    made.change("lamp", DONE)
    (page,) = digest_pages(reader(), made.alerts)
    assert "ferry" not in shown(page.html)
    assert "News of 1 provision\n23 May 2024" in shown(page.html)


def test_what_is_done_anew_after_it_was_taken_back_is_told_once() -> None:
    made = Made()
    made.correct(made.change("ferry", STARTED).change)
    made.change("ferry", DONE)
    found = text(digest_pages(reader(), made.alerts))
    assert "Announced → Done" in found
    assert "step" not in found
    assert "taken back" not in found


def test_a_correction_of_earlier_news_is_explained_and_comes_first() -> None:
    made = Made()
    told = made.change("ferry", STARTED)
    made.change("lamp", DONE)
    made.correct(told.change)
    found = text(digest_pages(reader(), made.alerts[1:]))
    assert found.index("2. A ferry") < found.index("1. A common lamp")
    assert "↩️ An earlier alert has been withdrawn: Started (18 May 2024)." in found
    assert "Current status: ○ Announced · Since 5 Jan 2020" in found
    assert "Harbour Post" not in found, "what was taken back has no sources"


def test_a_change_after_a_correction_starts_from_what_really_stood() -> None:
    made = Made()
    made.correct(made.change("ferry", STARTED).change)
    made.change("ferry", DONE)
    found = text(digest_pages(reader(), made.alerts[1:]))
    assert "↩️ An earlier alert has been withdrawn: Started" in found
    assert "Announced → Done" in found
    assert "Current status" not in found


def test_what_was_withdrawn_and_announced_again_is_no_news() -> None:
    made = Made()
    made.correct(made.change("ferry", STARTED).change)
    made.change("ferry", STARTED)
    assert digest_pages(reader(), made.alerts[1:]) == []


def test_many_withdrawals_of_one_provision_are_counted() -> None:
    made = Made()
    told = [made.change("ferry", DONE if n % 2 else STARTED) for n in range(5)]
    for item in reversed(told):
        made.correct(item.change)
    found = text(digest_pages(reader(), made.alerts[5:]))
    assert found.count("↩️") == 3
    assert "2 further alerts are taken back." in found


def test_the_same_status_again_is_a_further_event() -> None:
    made = Made()
    source = [evidence("https://example.org/top")]
    after = entry(status="advanced", date="2024-05-19", note={"tr": "Kule bitti."}, evidence=source)
    made.change("lamp", after)
    found = text(digest_pages(reader(), made.alerts))
    assert "Substantial progress: new development" in found
    assert "Not translated yet, shown in: Turkish." in found


@pytest.mark.parametrize(("silence", "silent"), [((True, True), True), ((True, False), False)])
def test_it_is_silent_if_all_of_it_is(silence: tuple[bool, bool], silent: bool) -> None:
    made = Made()
    made.change("ferry", STARTED, silent=silence[0])
    made.change("lamp", DONE, silent=silence[1])
    assert [page.silent for page in digest_pages(reader(), made.alerts)] == [silent]
    assert alert_message(reader(), made.alerts[1]).silent is silence[1]


def test_every_word_comes_from_the_catalog() -> None:
    note = said("note", in_greek_letters)
    source = [evidence("https://example.org/a", in_greek_letters)]
    one = entry(status="started", date="2024-05-18", note=note, evidence=source)
    two = entry(status="done", date="2024-05-19", note=note, evidence=source)
    made = Made(in_greek_letters)
    told = [made.change("lamp", one if n % 2 else two) for n in range(4)]
    for change in reversed(told):
        made.correct(change.change)
    made.change("ferry", one)
    made.change("ferry", two)
    for page in digest_pages(reader(GREEK), made.alerts[4:]):
        check_translated(page)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120).map(str.strip)


@pytest.mark.no_cover  # much work, and no line that others do not reach
@settings(max_examples=25, deadline=None)
@given(
    title=WORDS.filter(bool),
    note=WORDS.filter(bool),
    sources=st.integers(1, 5),
    count=st.integers(1, 60),
)
def test_it_is_split_between_provisions_whatever_they_hold(
    title: str, note: str, sources: int, count: int
) -> None:
    made = Made()
    for number in range(1, count + 1):
        after = entry(
            status="done",
            date="2024-05-19",
            note={"tr": note * 2},
            evidence=[
                evidence(f"https://example.org/{number}/{n}", publisher=title)
                for n in range(sources)
            ],
        )
        one = made.change("ferry", after, number=number, title={"en": title})
        renamed = one.change.model_copy(update={"provision_id": f"ferry_{number}"})
        made.alerts[-1] = one.model_copy(update={"change": renamed})
    pages = digest_pages(reader(), made.alerts)
    for page in pages:
        check(page)
    numbers = [
        each_button.label
        for page in pages
        for each_button in buttons(page)
        if each_button.label.isdecimal()
    ]
    assert numbers == [str(number) for number in range(1, count + 1)]
    assert len(pages) == 1 or "Page 2 of" in shown(pages[1].html)


def test_the_longest_content_can_be_sent() -> None:
    widest = "🏗"
    after = entry(
        status="unrated",
        reason="sources_conflict",
        date="2024-05-19",
        note={"en": widest * 300},
        evidence=[
            evidence(f"https://example.org/{n}" + "a" * 1900, publisher=widest * 120)
            for n in range(9)
        ],
    )
    made = Made()
    made.change("ferry", after, title={"tr": widest * 120})
    made.change("lamp", after, title={"tr": widest * 120})
    pages = digest_pages(reader(ENGLISH), made.alerts)
    text(pages)
    assert sum(len(page.rows[0]) for page in pages) == 2
