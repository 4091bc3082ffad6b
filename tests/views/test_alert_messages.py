from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample import (
    ENGLISH,
    GREEK,
    Spelling,
    agreement,
    as_it_is,
    button,
    buttons,
    change,
    check,
    check_translated,
    evidence,
    in_greek_letters,
    reader,
    said,
)

from bot.agreement.board import StatusChange
from bot.alerts.model import Alert, AlertKind
from bot.i18n.language import Language
from bot.subscribers.chat import ChatKind, Scope, ScopeKind
from bot.views.alerts import alert_message
from bot.views.callbacks import Follow, Mute, Place, ShowProvision, View, encode
from bot.views.pagination import shown


def alert(item: StatusChange | None = None, spelling: Spelling = as_it_is, **fields: Any) -> Alert:
    item = item or change()
    provision = agreement(spelling).provision(item.provision_id)
    assert provision is not None
    values = {
        "id": 12,
        "kind": AlertKind.CHANGE,
        "change": item,
        "number": provision.number,
        "title": provision.title,
        "text": provision.text,
        "origin": provision.origin,
        "topics": provision.topics,
        "ready_at": item.made_at,
    }
    return Alert(**{**values, **fields})


def correction() -> Alert:
    first = change()
    undone = first.model_copy(
        update={"id": 2, "before": first.after, "after": first.before, "undoes": 1}
    )
    return alert(undone, kind=AlertKind.CORRECTION)


def text(each_alert: Alert, language: Language = ENGLISH, kind: ChatKind = ChatKind.PRIVATE) -> str:
    message = alert_message(reader(language, kind), each_alert)
    check(message)
    return shown(message.html)


def test_an_alert_says_what_changed_since_when_and_by_which_source() -> None:
    message = alert_message(reader(), alert())
    assert message.html.startswith("◐ <b>2. A ferry between the shores</b>")
    for part in (
        "<b>Announced → Started</b>",
        "Date: 18 May 2024",
        "The keel was laid.",
        "Promised: A ferry was spoken of.",
        "<i>promised in a statement, not in the text</i>",
        'Source: <a href="https://example.org/keel">Harbour Post</a>, 2 Mar 2023',
        '<tg-time unix="1716197400" format="Dt">20 May 2024, 09:30',
    ):
        assert part in message.html.replace("\u202f", " "), part
    assert not message.silent


def test_several_sources_are_in_the_plural() -> None:
    two = [evidence("https://example.org/a"), evidence("https://example.org/b")]
    assert "Sources: Harbour Post, 2 Mar 2023 (2)" in text(alert(change(evidence=two)))


def test_what_stands_in_the_text_of_the_agreement_carries_no_mark() -> None:
    assert "not in the text" not in text(alert(change("lamp")))


def test_a_further_event_at_the_same_status_is_not_called_a_change() -> None:
    one = change("lamp", status="advanced")
    assert "Substantial progress: new development" in text(alert(one))


def test_a_note_in_another_language_says_so() -> None:
    one = alert(change(note={"tr": "Omurga kondu."}))
    assert "Omurga kondu." in text(one)
    assert "Not translated yet, shown in: Turkish." in text(one)
    assert "Not translated" not in text(alert(change(note=None)))


def test_a_reason_stands_beside_not_rated() -> None:
    one = change(status="unrated", reason="sources_conflict", evidence=[])
    assert "Announced → Not rated (sources conflict)" in text(alert(one))
    assert "Source:" not in text(alert(one))


def test_a_correction_takes_back_and_says_what_stands() -> None:
    shown_text = text(correction())
    assert "Correction" in shown_text
    assert "An earlier alert has been withdrawn: Started (18 May 2024)." in shown_text
    assert "Current status: ○ Announced · Since 5 Jan 2020" in shown_text


@pytest.mark.parametrize("kind", [ChatKind.PRIVATE, ChatKind.GROUP, ChatKind.SUPERGROUP])
def test_its_buttons_lead_to_the_details_and_stop_it(kind: ChatKind) -> None:
    here = Place(View.ALERT, "12")
    message = alert_message(reader(kind=kind), alert())
    assert button(message, "Details").action == ShowProvision("ferry", here)
    assert button(message, "Mute this provision").action == Mute(12)
    stopped = alert_message(reader(kind=kind), alert(), muted=True)
    assert stopped.html == message.html
    again = Follow(Scope(ScopeKind.PROVISION, "ferry"), here)
    assert button(stopped, "Unmute this provision").action == again


@pytest.mark.parametrize("muted", [True, False])
def test_in_a_channel_there_is_only_a_link(muted: bool) -> None:
    message = alert_message(reader(kind=ChatKind.CHANNEL), alert(), muted=muted)
    (only,) = buttons(message)
    assert only.url == "https://t.me/lighthouse_bot?start=provision_ferry"


@pytest.mark.parametrize("one", [alert(spelling=in_greek_letters), correction()])
def test_every_word_comes_from_the_catalog(one: Alert) -> None:
    spelt = change(
        note=said("note", in_greek_letters),
        evidence=[evidence("https://example.org/a", in_greek_letters)],
    )
    fields: dict[str, Any] = {"after": spelt.after}
    if one.kind is AlertKind.CORRECTION:
        fields = {"before": spelt.after, "after": spelt.before}
    ferry = agreement(in_greek_letters).provision("ferry")
    assert ferry is not None
    spelt_alert = one.model_copy(
        update={
            "title": ferry.title,
            "text": ferry.text,
            "change": one.change.model_copy(update=fields),
        }
    )
    check_translated(alert_message(reader(GREEK), spelt_alert))


LONG = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip)


@given(
    title=LONG.filter(lambda entry: 0 < len(entry) <= 120),
    note=LONG.filter(lambda item: 0 < len(item) <= 300),
    number=st.integers(1, 9999),
    identifier=st.integers(1, 10**9),
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_content_holds_it_can_be_sent(
    title: str, note: str, number: int, identifier: int
) -> None:
    one = alert(change(note={"en": note}), id=identifier, number=number, title={"en": title})
    message = alert_message(reader(), one)
    check(message)
    assert all(
        len(encode(each_button.action).encode()) <= 64
        for each_button in buttons(message)
        if each_button.action
    )


def test_the_longest_content_can_be_sent() -> None:
    widest = "🏗"
    long_evidence = evidence("https://example.org/" + "a" * 1900, publisher=widest * 120)
    one = alert(
        change(note={"en": widest * 300}, evidence=[long_evidence] * 9),
        title={"tr": widest * 120},
        text={"tr": widest * 900},
    )
    check(alert_message(reader(), one))
