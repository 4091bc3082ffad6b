"""What is told wrongly is set right, whenever that is found, where it was told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from stage import ADMIN, ANNA, EMMA, LEYLA, Json, Stage, has

REASON = "the source tells of another bridge"


@pytest.fixture
async def pictured(tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot that sends pictures."""
    stage = Stage(tmp_path / "data", pictures=True)
    await stage.open()
    yield stage
    await stage.close()


async def correct(stage: Stage, reason: str = REASON, number: int | None = None) -> Json:
    changes = await stage.bot.context.store.changes()
    answer = await stage.say(ADMIN, f"/correct {number or changes[-1].id} {reason}")
    await stage.settle()
    return answer


async def test_a_correction_answers_the_alert_and_marks_it(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    await stage.change()
    (alert,) = await stage.alerts(EMMA, 1)
    assert "<s>" not in str(alert)
    await correct(stage)
    marked, correction = await stage.alerts(EMMA, 2)
    assert correction["reply_to_message"]["message_id"] == alert["message_id"]
    assert REASON in correction["text"]
    assert marked["message_id"] == alert["message_id"]
    assert marked["text"].startswith("↩️ Corrected on ")
    assert "Current status: ◐ Started" in marked["text"]
    # Its page is the same after a look at the details.
    page = await stage.press(EMMA, marked, "Details")
    page = await stage.press(EMMA, page, "Back")
    assert page["text"] == marked["text"]


async def test_the_caption_of_a_pictured_alert_is_marked(pictured: Stage) -> None:
    await pictured.say(EMMA, "/subscribe transport")
    await pictured.change()
    (alert,) = await pictured.alerts(EMMA, 1, timeout=30)
    assert alert["photo"]
    await correct(pictured)
    marked, correction = await pictured.alerts(EMMA, 2)
    assert REASON in marked["caption"]
    assert correction["reply_to_message"]["message_id"] == alert["message_id"]


async def test_who_stopped_since_is_told_once_and_nothing_else(stage: Stage) -> None:
    for reader in (ANNA, LEYLA):
        await stage.say(reader, "/subscribe transport")
    await stage.change()
    (alert,) = await stage.alerts(ANNA, 1)
    await stage.alerts(LEYLA, 1)
    await stage.say(ANNA, "/stop")
    stage.world.block(LEYLA)
    stage.move_clock(days=40)
    await stage.change("drone_factory", "advanced", "2026-03-07")  # old recipients are looked at
    await stage.settle()
    first = (await stage.bot.context.store.changes())[0].id
    answer = await correct(stage, number=first)
    assert "1 chat gets a correction" in answer["text"]
    correction = stage.last(ANNA)
    assert correction["reply_to_message"]["message_id"] == alert["message_id"]
    assert "больше не следят" in correction["text"]
    assert has(correction, "🔔")
    await stage.change(status="done", date="2026-03-08")
    await stage.settle()
    assert stage.last(ANNA) == correction


async def test_a_digest_is_answered_and_stays(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "data", window_seconds=60)
    await stage.open()
    await stage.say(EMMA, "/subscribe everything")
    await stage.change()
    await stage.change("drone_factory", "advanced", "2026-03-07")
    before = len(stage.world.answers(EMMA))
    stage.move_clock(minutes=2)
    await stage.settle()
    digest = stage.last(EMMA)
    assert len(stage.world.answers(EMMA)) == before + 1
    await correct(stage)
    correction = stage.last(EMMA)
    assert "Correction" in correction["text"]
    assert correction["reply_to_message"]["message_id"] == digest["message_id"]
    assert stage.now(digest)["text"] == digest["text"]
    await stage.close()


async def test_correct_lists_what_can_be_corrected(stage: Stage) -> None:
    assert "No change has been recorded yet" in (await stage.say(ADMIN, "/correct"))["text"]
    await stage.change()
    listed = (await stage.say(ADMIN, "/correct"))["text"]
    assert "Substantial progress" in listed
    assert "/correct 12" in listed
    for wrong in ("/correct 99 because", "/correct nothing because", "/correct 29/99 because"):
        assert "Correct an earlier change" in (await stage.say(ADMIN, wrong))["text"]
    entries = (await stage.say(ADMIN, "/correct 29"))["text"]
    assert "29/1" in entries
    assert len(await stage.bot.context.store.changes()) == 1


async def test_an_entry_of_the_content_file_is_corrected_and_nobody_is_told(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    provision = stage.bot.context.state.whole.provision("nakhchivan_kars_railway")
    wrong = len(provision.history)
    before = provision.standing
    answer = await stage.say(ADMIN, f"/correct 29/{wrong} {REASON}")
    assert "No chat is known" in answer["text"]
    after = stage.bot.context.state.board.provision(provision.id)
    assert after.history[-1].correction is not None
    assert after.standing != before or after.last_event != provision.last_event
    await stage.settle()
    assert not stage.alerts_of(EMMA)
    await stage.stop()
    await stage.start()
    again = stage.bot.context.state.board.provision(provision.id)
    assert again.history[-1].correction is not None
    answer = await stage.say(ADMIN, f"/correct 29/{wrong} {REASON}")
    assert "Correct an earlier change" in answer["text"], "it is not corrected twice"


async def test_the_only_entry_of_a_provision_stays(stage: Stage) -> None:
    board = stage.bot.context.state.whole
    lone = next(item for item in board.counted if len(item.events) == 1)
    answer = await stage.say(ADMIN, f"/correct {lone.number}/1 {REASON}")
    assert "Nothing else says where this provision stands" in answer["text"]
    assert not await stage.bot.context.store.changes()


async def test_what_is_right_takes_the_place_of_what_was_wrong(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    await stage.change()
    await stage.alerts(EMMA, 1)
    answer = await correct(stage)
    draft = await stage.press(ADMIN, answer, "Record what is right")
    draft = stage.last(ADMIN)
    assert "A note." in draft["text"]
    draft = await stage.press(ADMIN, draft, "Options")
    await stage.press(ADMIN, draft, "Change the date")
    draft = await stage.say(ADMIN, "5 March 2026")
    await stage.press(ADMIN, draft, "Send to")
    alert = (await stage.alerts(EMMA, 3))[-1]
    assert "5 March 2026" in alert["text"]


async def test_an_older_event_is_recorded_without_a_status(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    before = stage.bot.context.state.whole.provision("nakhchivan_kars_railway").standing
    draft = await stage.say(ADMIN, "/update 29 event 3 мая 2025 г. example.org/news A visit.")
    await stage.press(ADMIN, draft, "Send to")
    (alert,) = await stage.alerts(EMMA, 1)
    assert "no change of status" in alert["text"]
    assert "3 May 2025" in alert["text"]
    after = stage.bot.context.state.board.provision("nakhchivan_kars_railway")
    assert after.standing == before
    assert [event.evidence[0].url for event in after.history if event.status is None][-1]


async def test_a_list_only_provision_stays_announced(stage: Stage) -> None:
    answer = await stage.say(ADMIN, "/update 30 started 2025-05-03 https://example.org/news")
    assert "known only from a list" in answer["text"]
    assert "Announced" in answer["text"]
    assert not await stage.bot.context.store.changes()


async def test_the_record_names_who_did_what_with_source_and_note(stage: Stage) -> None:
    await stage.change()
    audit = await stage.say(ADMIN, "/audit")
    assert "Person 900" in audit["text"]
    assert "A note." in audit["text"]
    assert "example.org" in str(audit)
