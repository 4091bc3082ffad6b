from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from gettext import NullTranslations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from sample import (
    ENGLISH,
    GREEK,
    NOW,
    agreement,
    agreement_json,
    board,
    button,
    buttons,
    change,
    check,
    check_translated,
    in_greek_letters,
    reader,
)

from bot.agreement.board import Board, StatusChange
from bot.agreement.draft import (
    DraftError,
    DraftProblem,
    DraftStep,
    StatusDraft,
    parse_update,
    with_choice,
)
from bot.agreement.faults import Fault, FaultKind
from bot.agreement.model import Agreement
from bot.alerts.model import Alert, AlertKind, Failure, Progress
from bot.i18n.language import Language
from bot.views.admin_confirmation import (
    confirmation,
    discarded,
    draft_problem,
    later_page,
    options_page,
    preview_pages,
    update_usage,
)
from bot.views.admin_editor import draft_page, duration, next_morning, time_has_passed
from bot.views.admin_history import (
    audit_page,
    export_caption,
    reload_done,
    reload_refused,
    stats_page,
)
from bot.views.admin_progress import (
    progress_page,
    undo_impossible,
    undo_question,
)
from bot.views.alerts import alert_message
from bot.views.callbacks import Audit, Cancel, Close, Edit, Undo, encode
from bot.views.message import Message, Reader, Style
from bot.views.pagination import shown

TODAY = NOW.date()
BOARD = board()
URL = "https://example.org/keel"
LANGUAGES = [ENGLISH, *(Language(code, NullTranslations()) for code in ("az", "tr", "ru"))]
LINES = {
    DraftStep.STATUS: "ferry",
    DraftStep.REASON: "ferry unrated",
    DraftStep.DATE: "ferry started",
    DraftStep.SOURCE: "ferry unrated:no_source",
    DraftStep.PREVIEW: f"ferry started 2024-05-18 {URL} Κ",
}


def draft_at(step: DraftStep) -> StatusDraft:
    if step is DraftStep.PROVISION:
        return StatusDraft(token=5)
    if step is DraftStep.SOURCE:
        return with_choice(drafted("ferry started"), "date", "2024-05-18", BOARD, TODAY)
    if step is DraftStep.NOTE:
        return with_choice(draft_at(DraftStep.SOURCE), "source", URL, BOARD, TODAY)
    return drafted(LINES[step])


def drafted(line: str) -> StatusDraft:
    return parse_update(line, BOARD.agreement, BOARD, TODAY, token=5)


def page(draft: StatusDraft, number: int = 0) -> Message:
    message = draft_page(reader(), BOARD, draft, LANGUAGES, number)
    check(message)
    assert all(
        len(encode(each_button.action).encode()) <= 64
        for each_button in buttons(message)
        if each_button.action
    )
    return message


@pytest.mark.parametrize("step", DraftStep)
def test_each_step_can_be_left_and_is_translated(step: DraftStep) -> None:
    draft = draft_at(step)
    assert draft.step is step
    message = page(draft)
    assert button(message, "Discard").action == Edit(5, "discard")
    assert button(message, "Discard").style is Style.DANGER
    back = [
        each_button for each_button in buttons(message) if each_button.action == Edit(5, "back")
    ]
    assert bool(back) is (step is not DraftStep.PROVISION)
    without_latin = draft.model_copy(update={"source": None})
    greek = board(spelling=in_greek_letters)
    check_translated(draft_page(reader(GREEK), greek, without_latin, [GREEK]))


def test_a_provision_is_chosen_from_pages() -> None:
    data = agreement_json()
    data["provisions"] = [
        {**data["provisions"][1], "id": f"ferry_{n}", "number": n} for n in range(1, 20)
    ]
    many = Board(Agreement.model_validate_json(json.dumps(data)))
    message = draft_page(reader(), many, StatusDraft(token=5), LANGUAGES, 1)
    check(message)
    assert button(message, " 9. ").action == Edit(5, "provision", "ferry_9")
    assert button(message, "‹").action == Edit(5, "page", "0")
    assert button(message, "›").action == Edit(5, "page", "2")
    last = draft_page(reader(), many, StatusDraft(token=5), LANGUAGES, 99)
    assert "19. " in " ".join(each_button.label for each_button in buttons(last))


def test_statuses_come_with_their_meanings() -> None:
    message = page(draft_at(DraftStep.STATUS))
    assert "✅ Done\nThe promised result has been reached." in shown(message.html)
    assert button(message, "✅ Done").action == Edit(5, "status", "done")


def test_days_are_offered_and_the_last_entry_is_said() -> None:
    message = page(draft_at(DraftStep.DATE))
    values = [
        each_button.action.value
        for each_button in buttons(message)
        if isinstance(each_button.action, Edit)
    ]
    assert values[:2] == ["2024-05-20", "2024-05-19"]
    fresh = BOARD.following([change(date="2024-05-20")])
    draft = drafted("ferry done")
    later = draft_page(reader(), fresh, draft, LANGUAGES)
    assert "Its last entry: 20 May 2024." in shown(later.html)
    assert any(
        each_button.action == Edit(5, "date", "2024-05-19") for each_button in buttons(later)
    ), "an older event can be recorded"


def test_a_source_is_skipped_only_where_none_is_needed() -> None:
    skip = Edit(5, "source")
    assert not any(
        each_button.action == skip for each_button in buttons(page(draft_at(DraftStep.SOURCE)))
    )
    unrated = with_choice(drafted("ferry unrated:no_source"), "date", "2024", BOARD, TODAY)
    assert any(each_button.action == skip for each_button in buttons(page(unrated)))


def test_a_note_can_be_written_in_each_language() -> None:
    message = page(draft_at(DraftStep.NOTE))
    assert "Language of the note: English" in shown(message.html)
    assert button(message, "Türkçe").action == Edit(5, "lang", "tr")
    assert button(message, "Without a note").action == Edit(5, "note")
    asked = with_choice(draft_at(DraftStep.PREVIEW), "lang", "tr", BOARD, TODAY)
    message = page(asked)
    assert "Language of the note: Turkish" in shown(message.html)
    assert "English: Κ" in shown(message.html)


def preview_of(draft: StatusDraft) -> Alert:
    ferry = BOARD.provision("ferry")
    assert ferry is not None
    return sent().model_copy(
        update={
            "number": ferry.number,
            "title": ferry.title,
            "change": sent().change.model_copy(update={"after": draft.entry(BOARD.agreement)}),
        }
    )


def confirmed(total: int) -> Message:
    draft = draft_at(DraftStep.PREVIEW)
    message = confirmation(reader(), BOARD, draft, preview_of(draft), total)
    check(message)
    return message


def test_the_confirmation_is_the_alert_and_three_ways_on() -> None:
    message, draft = confirmed(3001), draft_at(DraftStep.PREVIEW)
    alert = alert_message(reader(), preview_of(draft))
    assert message.html.startswith(alert.html)
    for part in (
        "Announced → Started",
        "Date: 18 May 2024",
        "The note is missing in: Azerbaijani, Turkish and Russian.",
    ):
        assert part in shown(message.html), part
    assert URL in message.html
    send, later, options, discard = buttons(message)
    assert send.label == "Send to 3,001 chats now"
    assert (send.action, send.style) == (Edit(5, "confirm"), Style.SUCCESS)
    assert later.action == Edit(5, "view", "later")
    assert options.action == Edit(5, "view", "options")
    assert discard.action == Edit(5, "discard")


def test_the_options_say_who_gets_it_and_offer_each_note() -> None:
    counts = {"en": 1200, "tr": 1800, "": 1}
    message = options_page(reader(), BOARD.agreement, draft_at(DraftStep.PREVIEW), counts)
    check(message)
    assert "• Turkish: 1,800\n• English: 1,200\n• No language chosen: 1" in shown(message.html)
    assert button(message, "✓ English").action == Edit(5, "lang", "en")
    assert button(message, "+ Turkish").action == Edit(5, "lang", "tr")
    assert button(message, "missing notes").action == Edit(5, "fill")
    assert button(message, "Change the date").action == Edit(5, "redo", "date")


def test_the_missing_notes_are_asked_one_after_the_other() -> None:
    draft = with_choice(draft_at(DraftStep.PREVIEW), "fill", "", BOARD, TODAY)
    for code in ("az", "tr", "ru"):
        assert draft.note_language == code
        assert "English: Κ" in shown(page(draft).html)
        draft = with_choice(draft, "note", f"Note {code}", BOARD, TODAY)
    assert draft.step is DraftStep.PREVIEW
    assert set(draft.notes) == {"en", "az", "tr", "ru"}
    again = with_choice(draft_at(DraftStep.PREVIEW), "fill", "", BOARD, TODAY)
    assert with_choice(again, "note", "", BOARD, TODAY).step is DraftStep.PREVIEW


def test_a_part_is_asked_again_and_the_rest_stays() -> None:
    draft = draft_at(DraftStep.PREVIEW)
    for part, value in (("date", "2024-05-17"), ("source", "example.net/x"), ("status", "event")):
        asked = with_choice(draft, "redo", part, BOARD, TODAY)
        assert asked.step.value == part
        draft = with_choice(asked, part, value, BOARD, TODAY)
        assert draft.step is DraftStep.PREVIEW
    entry = draft.entry(BOARD.agreement)
    assert (entry.status, str(entry.date)) == (None, "2024-05-17")
    assert entry.evidence[0].url == "https://example.net/x"


def released(window: float = 0, **fields: object) -> Message:
    draft = draft_at(DraftStep.PREVIEW).model_copy(update=fields)
    message = confirmation(reader(), BOARD, draft, preview_of(draft), 2, window)
    check(message)
    assert all(
        len(encode(each_button.action).encode()) <= 64
        for each_button in buttons(message)
        if each_button.action
    )
    return message


def test_the_button_says_when_it_goes_out() -> None:
    assert button(released(), "Send to 2 chats now")
    assert button(released(60), "Send to 2 chats (in 60 seconds)")
    held = released(60, hold_minutes=10)
    assert button(held, "Send to 2 chats (in 10 minutes)")
    assert "nobody sees the change" in shown(held.html)
    morning = next_morning(NOW)
    assert morning == NOW + timedelta(hours=23, minutes=30)
    timed = released(60, release_at=morning, silent=True)
    assert "Send to 2 chats: Tuesday 21 May, 09:00" in buttons(timed)[0].label.replace(
        "\u202f", " "
    )
    assert "without a sound" in shown(timed.html)


def test_later_offers_when_it_goes_out() -> None:
    draft = draft_at(DraftStep.PREVIEW)
    message = later_page(reader(), draft)
    check(message)
    assert button(message, "✓ Now").action == Edit(5, "hold", "0")
    assert button(message, "In 10 minutes").action == Edit(5, "hold", "10")
    assert button(message, "In 60 minutes").action == Edit(5, "hold", "60")
    at = button(message, "21 May").action
    assert at == Edit(5, "at", "2024-05-21T09:00+00:00")
    draft = with_choice(draft, "at", at.value, BOARD, TODAY)
    assert button(later_page(reader(), draft), "✓ Tuesday").action == at
    silent = with_choice(draft, "silent", "on", BOARD, TODAY)
    options = options_page(reader(), BOARD.agreement, silent, {})
    assert button(options, "✓ Without a sound").action == Edit(5, "silent", "off")
    held = with_choice(silent, "hold", "60", BOARD, TODAY)
    assert (held.hold_minutes, held.release_at, held.silent) == (60, None, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hold", "soon"),
        ("hold", "-1"),
        ("hold", "99999"),
        ("at", "9:00"),
        ("at", "2024-05-21T09:00"),
        ("silent", "perhaps"),
    ],
)
def test_what_is_no_time_is_refused(field: str, value: str) -> None:
    with pytest.raises(DraftError):
        with_choice(draft_at(DraftStep.PREVIEW), field, value, BOARD, TODAY)


def test_a_change_that_nobody_follows_is_only_recorded() -> None:
    message = confirmed(0)
    assert "Nobody follows this" in shown(message.html)
    assert button(message, "Record it").action == Edit(5, "confirm")


def test_a_draft_that_is_not_complete_cannot_be_confirmed() -> None:
    for draft in (StatusDraft(token=1), draft_at(DraftStep.NOTE)):
        with pytest.raises(ValueError, match="still to be chosen"):
            preview_of(draft)


@pytest.mark.parametrize("problem", DraftProblem)
@pytest.mark.parametrize("detail", ["", "x<y", "one two"])
@pytest.mark.parametrize("step", [None, DraftStep.DATE, DraftStep.PREVIEW])
def test_each_problem_says_how_to_put_it_right(
    problem: DraftProblem, detail: str, step: DraftStep | None
) -> None:
    draft = draft_at(step) if step else None
    message = draft_problem(reader(), problem, detail, draft)
    check(message)
    assert "\n" in shown(message.html)
    again = [
        each_button
        for each_button in buttons(message)
        if each_button.action == Edit(5, "page", "0")
    ]
    assert bool(again) is (step is DraftStep.DATE)


def test_several_provisions_that_fit_are_named() -> None:
    message = draft_problem(reader(), DraftProblem.UNKNOWN_PROVISION, "ferry oars")
    assert "Several provisions fit. Is it ferry or oars?" in shown(message.html)


def sent(kind: AlertKind = AlertKind.CHANGE, **fields: Any) -> Alert:
    ferry = agreement(in_greek_letters).provision("ferry")
    assert ferry is not None
    return Alert(
        id=3,
        kind=kind,
        change=change(),
        number=2,
        title=ferry.title,
        text=ferry.text,
        origin=ferry.origin,
        topics=ferry.topics,
        **{"ready_at": NOW, **fields},
    )


def test_progress_shows_a_bar_and_what_is_left() -> None:
    message = progress_page(reader(), sent(), Progress(1000, 330, 20, 5), 30)
    check(message)
    assert "▰▰▰▱▱▱▱▱▱▱ 35%\nSent: 330\nRemaining: 645\nFailed: 20\nCancelled: 5" in shown(
        message.html
    )
    assert "Time left: 30 seconds" in shown(message.html)
    assert button(message, "Take it back").action == Undo(1)


def test_the_result_comes_when_nothing_is_left() -> None:
    message = progress_page(reader(), sent(), Progress(1, 1), 0)
    assert "It has reached 1 of 1 chat." in shown(message.html)
    message = progress_page(reader(), sent(AlertKind.CORRECTION), Progress(3, 2, 1), 0)
    assert "It has reached 2 of 3 chats.\nFailed: 1" in shown(message.html)
    assert not buttons(message)
    assert "Nobody follows this" in shown(progress_page(reader(), sent(), Progress(0), 0).html)


def test_what_waits_for_a_digest_does_not_hold_up_the_end() -> None:
    message = progress_page(reader(), sent(), Progress(10, 4, later=6, repeated=1), 0)
    check(message)
    assert (
        "It has reached 4 of 10 chats.\n6 later, in digests or after quiet hours\n"
        "1 message was sent again because its delivery could not be confirmed."
    ) in shown(message.html)
    message = progress_page(reader(), sent(), Progress(10, 2, later=6), 0)
    assert "80%\nSent: 2\nRemaining: 2\n6 later" in shown(message.html)


def test_an_alert_that_is_held_says_until_when_and_can_be_cancelled() -> None:
    later = NOW + timedelta(minutes=10)
    message = progress_page(reader(), sent(ready_at=later, silent=True), Progress(3), None)
    check(message)
    found = shown(message.html).replace("\u202f", " ")
    assert "the alert waits\nIt goes out: 20 May 2024, 09:40\nTo 3 chats" in found
    assert "It arrives without a sound." in found
    assert [each_button.action for each_button in buttons(message)] == [Cancel(1)]
    message = progress_page(reader(), sent(ready_at=NOW), Progress(3), None)
    assert button(message, "Take it back").action == Undo(1)
    recorded = progress_page(reader(), sent(ready_at=later), Progress(0), None)
    assert "Nobody follows this" in shown(recorded.html)


def test_a_change_that_nobody_heard_of_is_taken_back_in_silence() -> None:
    message = progress_page(reader(), sent(AlertKind.CORRECTION), Progress(0), None)
    assert "Nobody had received the alert, so no correction is sent." in shown(message.html)
    question = undo_question(reader(), BOARD, change(), None)
    check(question)
    assert "nobody gets anything" in shown(question.html)
    assert button(question, "Take it back").action == Cancel(1)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 9), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_the_bar_is_full_only_at_the_end(total: int, done: int, failed: int, gone: int) -> None:
    progress = Progress(total, done, failed, gone)
    text = shown(progress_page(reader(), sent(), progress, None).html)
    bar = [letter for letter in text if letter in "▰▱"]
    assert len(bar) == (0 if progress.finished else 10)
    assert "100%" not in text
    assert progress.finished or bar[-1] == "▱"


def test_a_change_is_taken_back_only_when_asked_twice() -> None:
    message = undo_question(reader(), BOARD, change(), 1)
    check(message)
    assert "It can be taken back for 1 more minute." in shown(message.html)
    assert button(message, "Take it back").action == Undo(1, sure=True)
    assert button(message, "Leave it").action == Close()


@dataclass
class Act:
    made_at: datetime
    made_by: int
    action: str
    detail: str = ""


def recorded(count: int) -> Board:
    changes: list[StatusChange] = []
    for n in range(1, count + 1):
        one = change(number=n, date=f"2024-05-{n:02}")
        changes.append(one.model_copy(update={"made_at": NOW + timedelta(hours=n)}))
    return board(*changes)


def test_the_record_names_who_did_what_and_when_newest_first() -> None:
    first = change()
    back = first.model_copy(
        update={"id": 2, "undoes": 1, "made_by": 8, "made_at": NOW + timedelta(hours=2)}
    )
    acts = [Act(NOW + timedelta(hours=1), 9, "export"), Act(NOW + timedelta(hours=3), 9, "new")]
    message = audit_page(reader(), board(first, back), acts, 0)
    check(message)
    text = shown(message.html)
    order = [
        text.index(part)
        for part in ("new", "(taken back)", "The data was exported", "(was taken back later)")
    ]
    assert order == sorted(order)
    assert "<code>8</code>" in message.html
    assert "<tg-time" in message.html


def test_the_record_says_to_which_status_a_change_was_taken_back() -> None:
    first = change()
    fields = {"before": first.after, "after": first.before, "made_at": NOW + timedelta(hours=2)}
    back = first.model_copy(update={"id": 2, "undoes": 1, **fields})
    assert back.after.date < back.before.date, "the older status returns with its older date"
    text = shown(audit_page(reader(), board(first, back), [], 0).html)
    there, again = (part for part in text.splitlines() if " → " in part)
    old, _, new = again.removesuffix(" (was taken back later)").partition(" → ")
    assert there == f"{new} → {old} (taken back)"


def test_the_record_is_paged() -> None:
    message = audit_page(reader(), recorded(20), [], 1)
    check(message)
    assert button(message, "‹").action == Audit(0)
    assert button(message, "›").action == Audit(2)
    assert "12 May 2024" in shown(message.html)
    assert audit_page(reader(), recorded(20), [], 9).html == (
        audit_page(reader(), recorded(20), [], 2).html
    )
    assert "No changes yet." in shown(audit_page(reader(), BOARD, [], 0).html)


def test_statistics_count_chats_and_statuses() -> None:
    counts = {"private": 1200, "group": 2, "inactive": 3, "subscriptions": 1500}
    message = stats_page(reader(), counts, recorded(2), 1)
    check(message)
    for part in (
        "Private chats: 1,200",
        "Channels: 0",
        "Not reachable now: 3",
        "◐ Started: 1",
        "Recorded changes: 2",
        "Alerts being sent: 1",
    ):
        assert part in shown(message.html), part


def test_a_refused_file_names_its_faults_until_the_message_is_full() -> None:
    fault = Fault(FaultKind.BAD_URL, "/provisions/3/history/1", 77, {"value": "x" * 500})
    message = reload_refused(reader(), [fault] * 40)
    check(message)
    text = shown(message.html)
    assert "40 faults:" in text
    listed = text.count("• 77: /provisions/3/history/1: ")
    assert text.endswith(f"And {40 - listed} more.")
    assert reload_refused(reader(), [fault] * 9999).html.endswith("more.")
    assert "1 fault:" in shown(reload_refused(reader(), [fault]).html)


def test_a_caption_is_short() -> None:
    assert len(shown(export_caption(reader()).html)) <= 400


def greek_pages(who: Reader) -> list[Message]:
    plain = change()  # a note is content, in English here
    plain = plain.model_copy(update={"after": plain.after.model_copy(update={"note": None})})
    greek = board(plain, spelling=in_greek_letters)
    draft = draft_at(DraftStep.PREVIEW)
    shared = sent()
    after = shared.change.after.model_copy(update={"note": None})
    quiet = sent().model_copy(update={"change": shared.change.model_copy(update={"after": after})})
    return [
        confirmation(who, board(spelling=in_greek_letters), draft, quiet, 2),
        confirmation(who, board(spelling=in_greek_letters), draft, quiet, 0),
        later_page(who, draft),
        options_page(who, board(spelling=in_greek_letters).agreement, draft, {"": 2}),
        Message(Markup(time_has_passed(who))),
        discarded(who),
        *(
            draft_problem(who, problem, "λ", draft)
            for problem in DraftProblem
            if problem != "unknown_status"
        ),
        progress_page(who, shared, Progress(10, 2, 1, 1), 5),
        progress_page(who, shared, Progress(10, 8, 1, 1), 5),
        progress_page(who, shared, Progress(0), 5),
        progress_page(who, shared, Progress(9, 1, later=8, repeated=2), 5),
        progress_page(who, sent(ready_at=NOW + timedelta(days=1), silent=True), Progress(9), 5),
        progress_page(who, sent(AlertKind.CORRECTION), Progress(0), 5),
        undo_question(who, board(spelling=in_greek_letters), change(), None),
        undo_question(who, greek, change(), 5),
        undo_impossible(who),
        audit_page(who, greek, [Act(NOW, 9, "reload"), Act(NOW, 9, "export")], 0),
        stats_page(who, {"paused:no_right": 1, "lost:gone": 2}, greek, 0),
        reload_done(who, agreement(in_greek_letters)),
        reload_refused(who, [Fault(FaultKind.EMPTY, "", 4)]),
        export_caption(who),
    ]


def test_failures_keep_their_reasons() -> None:
    failures = {
        Failure("blocked"): 2,
        Failure("refused", "BadRequest: <message> is too long"): 1,
        Failure("gone"): 1,
    }
    progress = Progress(9, 3, failed=4, paused=2, failures=failures)
    message = progress_page(reader(), sent(), progress, 0)
    check(message)
    text = shown(message.html)
    assert "Failed: 4\n• Bot blocked: 2\n" in text
    assert "• Refused by Telegram: 1 (BadRequest: <message> is too long)" in text
    assert "2 wait where nothing can be sent for now" in text
    check_translated(progress_page(reader(GREEK), sent(), Progress(4, paused=4), 0))


def test_the_admins_see_where_alerts_cannot_be_delivered() -> None:
    counts = {"private": 3, "lost:blocked": 2, "paused:topic_closed": 1}
    text = shown(stats_page(reader(), counts, board(), 0).html)
    assert "Where alerts cannot be delivered\nBot blocked: 2\nTopic closed: 1" in text
    assert "cannot be delivered" not in shown(stats_page(reader(), {}, board(), 0).html)


def test_previews_share_a_message_as_long_as_they_fit() -> None:
    alert = sent()
    pages = preview_pages(
        {language: alert_message(reader(language), alert) for language in LANGUAGES}
    )
    assert len(pages) == 1
    assert "— Türkçe —" in shown(pages[0].html)
    long = Message(Markup("x" * 3000))
    pages = preview_pages(dict.fromkeys(LANGUAGES, long))
    assert len(pages) == len(LANGUAGES)
    for message in pages:
        check(message)
        assert message.silent
        assert not message.rows


def test_every_word_comes_from_the_catalog() -> None:
    for message in greek_pages(reader(GREEK)):
        check(message)
        check_translated(message)


def test_the_one_line_form_is_shown_with_its_words() -> None:
    message = update_usage(reader(), agreement())
    check(message)
    assert "/update lamp started 2025-08-22 https://" in shown(message.html)
    assert "unrated:no_source" in shown(message.html)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "1 second"), (5.4, "5 seconds"), (200, "3 minutes"), (7000, "2 hours")],
)
def test_spans_of_time_in_words(seconds: float, expected: str) -> None:
    assert duration(ENGLISH, seconds) == expected
