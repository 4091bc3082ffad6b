"""What any store must do with alerts and their deliveries."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from store_samples import (
    BRIDGE,
    LATER,
    NOW,
    RAIL,
    SCOPES,
    alert,
    chat,
    claim,
    follow,
    know,
    send,
    settled,
)

from bot.alerts.ledger import WaitsFor
from bot.alerts.model import Delivery, Failure, Progress, Result, SentMessage
from bot.alerts.outbox import Overtaken
from bot.subscribers.chat import EVERYTHING, Address, Scope, ScopeKind
from bot.subscribers.pauses import Obstacle, Pause
from bot.subscribers.schedule import Rhythm, Schedule, Timing


def everywhere(*chat_ids: int) -> set[Address]:
    return {Address(chat_id) for chat_id in chat_ids}


async def addresses(store, now=NOW) -> list[Address]:
    return [address for _, address in await send(store, now=now)]


async def test_ids_are_never_given_out_twice(reopen):
    store = await reopen()
    given = await asyncio.gather(*(store.next_ids() for _ in range(5)))
    store = await reopen()
    given.append(await store.next_ids())
    await store.close()
    store = await reopen()
    given.append(await store.next_ids())
    assert len({change for change, _ in given}) == len({item for _, item in given}) == 7


async def test_a_change_reaches_each_address_once(reopen):
    store = await reopen()
    other = Scope(ScopeKind.TOPIC, "ports")
    await know(
        store,
        chat(1, EVERYTHING, locale="az"),
        chat(2, RAIL, BRIDGE, client_locale="tr"),
        chat(3, other),
        chat(4, RAIL, active=False),
        replace(chat(-5), subscriptions=frozenset({(None, RAIL), (8, BRIDGE), (9, other)})),
    )
    assert await store.record_alert(alert(1), SCOPES) == 4
    store = await reopen()
    assert await store.alert(1) == alert(1)
    assert await store.changes() == [alert(1).change]
    assert await store.unfinished() == [alert(1)]
    batches = await store.claim(100, NOW)
    assert {batch.address for batch in batches} == everywhere(1, 2, -5) | {Address(-5, 8)}
    for each_batch in batches:
        assert each_batch.chat == await store.chat(each_batch.address.chat_id)
        assert each_batch.deliveries == (Delivery(1, each_batch.address),)
    assert await claim(store) == []
    await store.settle([settled(delivery) for batch in batches for delivery in batch.deliveries])
    assert await store.progress(1) == Progress(4, sent=4)
    assert await store.unfinished() == []
    store = await reopen()
    assert await claim(store, now=LATER) == []
    assert await store.progress(1) == Progress(4, sent=4)


async def test_an_audience_is_fixed_when_the_change_is_made(store):
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    await follow(store, 2)
    assert await addresses(store) == [Address(1)]


async def test_a_change_that_concerns_nobody_is_finished(store):
    assert await store.record_alert(alert(1), SCOPES) == 0
    assert await store.unfinished() == []
    assert (await store.progress(1)).finished
    assert await store.next_due() is None


async def test_an_alert_is_recorded_once(store):
    await store.record_alert(alert(1), SCOPES)
    with pytest.raises(ValueError, match="already"):
        await store.record_alert(alert(1), SCOPES)
    assert await store.progress(99) == Progress(0)
    assert await store.alert(99) is None


async def test_a_change_that_does_not_know_the_one_before_is_refused(store):
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES, known=0)
    with pytest.raises(Overtaken):
        await store.record_alert(alert(2), SCOPES, known=0)
    await store.record_alert(alert(2, provision="port"), SCOPES, known=0)
    await store.record_alert(alert(3), SCOPES, known=1)
    with pytest.raises(Overtaken):
        await store.record_alert(alert(4, undoes=3), SCOPES, known=1)
    assert len(await store.changes()) == 3


async def test_claims_keep_to_their_limit(store):
    await follow(store, *range(1, 8))
    await store.record_alert(alert(1), SCOPES)
    first, second, third = [await claim(store, 3) for _ in range(3)]
    assert [len(first), len(second), len(third)] == [3, 3, 1]
    assert len({item.address for item in [*first, *second, *third]}) == 7


async def test_what_was_under_way_is_due_again_after_a_kill(reopen):
    store = await reopen()
    await follow(store, 1, 2, 3)
    await store.record_alert(alert(1), SCOPES)
    sent, *_ = await claim(store, 2)
    await store.settle([settled(sent)])
    store = await reopen()
    assert set(await addresses(store)) == everywhere(1, 2, 3) - {sent.address}


async def test_an_address_gets_all_that_it_is_due_at_once(store):
    await follow(store, 1)
    for number, provision in enumerate(("bridge", "port", "bridge"), start=1):
        await store.record_alert(alert(number, provision=provision), SCOPES)
    (batch,) = await store.claim(100, NOW)
    assert [delivery.alert_id for delivery in batch.deliveries] == [1, 2, 3]
    await store.settle([settled(delivery) for delivery in batch.deliveries])
    assert await store.unfinished() == []
    assert await store.next_due() is None


async def test_while_an_address_is_claimed_nothing_else_of_it_is(store):
    await follow(store, 1, 2)
    await store.record_alert(alert(1), SCOPES)
    first, second = await claim(store)
    await store.record_alert(alert(2), SCOPES)
    assert await claim(store) == []
    await store.settle([settled(first)])
    assert await send(store) == [(2, first.address)]
    await store.settle([settled(second, Result.RETRY, retry_at=LATER)])
    # The older news of the same provision comes along, though its time had not come.
    assert await send(store) == [(1, second.address), (2, second.address)]


async def test_a_claim_ends_with_the_last_delivery_of_its_parcel(store):
    await follow(store, 1)
    for number in (1, 2):
        await store.record_alert(alert(number), SCOPES)
    one, two = await claim(store)
    await store.record_alert(alert(3), SCOPES)
    await store.settle([settled(one)])
    assert await claim(store) == []
    await store.settle([settled(two)])
    assert await send(store) == [(3, Address(1))]


async def test_news_of_another_provision_takes_along_what_failed(store):
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    (one,) = await claim(store)
    await store.settle([settled(one, Result.RETRY, retry_at=LATER)])
    await store.record_alert(alert(2, provision="port"), SCOPES)
    assert await send(store) == [(1, Address(1)), (2, Address(1))]


async def test_an_alert_goes_out_when_it_is_ready(reopen):
    store = await reopen()
    await follow(store, 1)
    await store.record_alert(alert(1, ready_at=LATER), SCOPES)
    for _ in range(2):
        assert await claim(store) == []
        assert await store.next_due() == LATER
        (waiting,) = await store.waiting(10)
        assert (waiting.due, waiting.later) == (LATER, False)
        store = await reopen()
    assert await send(store, now=LATER) == [(1, Address(1))]


async def test_what_waits_for_a_digest_is_no_failure(reopen):
    store = await reopen()
    await follow(store, 1, 2)
    await store.record_alert(alert(1), SCOPES)
    await store.settle([settled(item, Result.LATER, retry_at=LATER) for item in await claim(store)])
    for _ in range(2):
        progress = await store.progress(1)
        assert (progress.later, progress.left, progress.finished) == (2, 2, True)
        assert await store.retry() == 0
        assert await claim(store) == []
        assert {(item.due, item.later) for item in await store.waiting(9)} == {(LATER, True)}
        store = await reopen()
    first, second = await claim(store, now=LATER)
    assert first.attempts == second.attempts == 0
    await store.settle([settled(first), settled(second, Result.RETRY, retry_at=LATER)])
    assert await store.progress(1) == Progress(2, sent=1)


async def test_another_wish_brings_what_waits_forward(reopen):
    store = await reopen()
    await follow(store, 1, 2, 3)
    await store.record_alert(alert(1), SCOPES)
    deliveries = {each.address.chat_id: each for each in await claim(store)}
    later = [settled(each, Result.LATER, retry_at=LATER) for each in (deliveries[1], deliveries[2])]
    await store.settle(later)
    daily = Timing(Schedule(Rhythm.DAILY))
    await store.update_chat(1, lambda element: element.timed(daily))
    await store.update_chat(2, lambda entry: entry.choosing("tr"))
    # This one was looked at by the wish that it had before.
    await store.update_chat(3, lambda item: item.timed(daily))
    await store.settle([settled(deliveries[3], Result.LATER, retry_at=LATER)])
    store = await reopen()
    assert {each.address.chat_id for each in await claim(store)} == {1, 3}
    assert (await store.progress(1)).later == 1


async def test_an_operator_sees_what_waits_and_can_push_or_drop_it(reopen):
    store = await reopen()
    await follow(store, 1, 2, 3)
    await store.record_alert(alert(1), SCOPES)
    one, two, three = await claim(store)
    retry = {"retry_at": LATER, "detail": "Bad Gateway"}
    await store.settle([settled(one, Result.RETRY, **retry), settled(two, Result.RETRY, **retry)])
    store = await reopen()
    found = {waiting.delivery.address: waiting for waiting in await store.waiting(10)}
    assert found.keys() == everywhere(1, 2, 3)
    assert found[one.address].due == LATER
    assert found[one.address].detail == "Bad Gateway"
    assert found[one.address].delivery.attempts == 1
    assert len(await store.waiting(2)) == 2
    assert await store.drop(1, two.address.chat_id) == 1
    assert await store.retry(99) == 0
    assert await store.retry(1) == 1
    store = await reopen()
    assert {address for _, address in await send(store, 1)} <= {one.address, three.address}
    assert await store.drop(1) == 1
    progress = await store.progress(1)
    assert (progress.total, progress.sent, progress.cancelled) == (3, 1, 2)
    assert await store.drop(1) == await store.drop(99) == 0


async def test_repeated_sends_are_counted(reopen):
    store = await reopen()
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    for result in (Result.AMBIGUOUS, Result.RETRY, Result.AMBIGUOUS, Result.SENT):
        (one,) = await claim(store)
        await store.settle([settled(one, result)])
        store = await reopen()
    assert await store.progress(1) == Progress(1, sent=1, repeated=2)


async def test_a_retry_waits_for_its_time(reopen):
    store = await reopen()
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    assert await store.next_due() is not None
    for attempts in range(3):
        (one,) = await claim(store, 1, NOW + timedelta(minutes=5) * attempts)
        assert one.attempts == attempts
        due = NOW + timedelta(minutes=5) * (attempts + 1)
        result = Result.AMBIGUOUS if attempts == 1 else Result.RETRY
        await store.settle([settled(one, result, retry_at=due)])
        store = await reopen()
        assert await claim(store, 1, due - timedelta(seconds=1)) == []
        assert await store.next_due() == due
    assert (await store.progress(1)).left == 1
    assert await addresses(store, now=due) == [Address(1)]


async def test_a_digest_that_failed_goes_again_as_a_whole(reopen):
    store = await reopen()
    await follow(store, 1)
    for number, provision in enumerate(("bridge", "port", "tunnel"), start=1):
        await store.record_alert(alert(number, provision=provision), SCOPES)
    (batch,) = await store.claim(9, NOW)
    again = [settled(delivery, Result.RETRY, retry_at=LATER) for delivery in batch.deliveries]
    await store.settle(again)
    store = await reopen()
    assert await store.claim(9, NOW) == []
    await store.record_alert(alert(4, provision="canal"), SCOPES)
    (batch,) = await store.claim(9, NOW)
    assert [delivery.alert_id for delivery in batch.deliveries] == [1, 2, 3, 4]


async def test_what_was_in_flight_at_a_kill_may_have_arrived(reopen):
    store = await reopen()
    await follow(store, 1, 2, 3)
    await store.record_alert(alert(1), SCOPES)
    held = await claim(store, 2)
    store = await reopen()
    # The one that nobody had claimed hears nothing, the others hear the correction.
    assert await store.record_alert(alert(2, undoes=1), SCOPES) == 2
    assert set(await addresses(store)) == {item.address for item in held}


async def test_what_was_in_flight_at_a_kill_is_sent_again(reopen):
    store = await reopen()
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    for _ in range(2):
        assert len(await claim(store)) == 1
        store = await reopen()
    assert await addresses(store) == [Address(1)]
    assert await store.progress(1) == Progress(1, sent=1, repeated=1)


async def test_what_was_unfollowed_in_flight_may_have_arrived(reopen):
    store = await reopen()
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    await claim(store)
    await store.update_chat(1, lambda item: item.without(None))
    store = await reopen()
    assert await store.record_alert(alert(2, undoes=1), SCOPES) == 1


async def test_a_blocked_bot_stops_everything_of_the_chat(reopen):
    store = await reopen()
    await follow(store, 1, 2)
    await store.record_alert(alert(1), SCOPES)
    deliveries = {entry.address.chat_id: entry for entry in await claim(store)}
    await store.record_alert(alert(2), SCOPES)
    gone = settled(deliveries[1], Result.GONE, obstacle=Obstacle.BLOCKED)
    await store.settle([gone, settled(deliveries[2])])
    for _ in range(2):
        one = await store.chat(1)
        assert not one.active
        assert (one.lost_at, one.lost_by) == (NOW, Obstacle.BLOCKED)
        assert one.subscriptions == {(None, EVERYTHING)}
        why = {Failure("blocked"): 1}
        assert await store.progress(1) == Progress(2, sent=1, failed=1, failures=why)
        assert await store.progress(2) == Progress(2, cancelled=1)
        store = await reopen()
    await store.update_chat(1, lambda item: replace(item, active=True))
    assert await addresses(store) == [Address(2)]


async def test_a_closed_topic_pauses_only_its_thread(reopen):
    store = await reopen()
    group = replace(chat(-1), subscriptions=frozenset({(None, EVERYTHING), (8, RAIL)}))
    await know(store, group)
    await store.record_alert(alert(1), SCOPES)
    in_thread = {entry.address.thread_id: entry for entry in await claim(store)}
    pause = group.refused(8, Obstacle.TOPIC_CLOSED, NOW)
    refused = settled(in_thread[8], Result.PAUSED, retry_at=pause.until, pause=pause)
    await store.settle([refused, settled(in_thread[None])])
    for _ in range(2):
        kept = await store.chat(-1)
        assert kept.active
        assert kept.subscriptions == group.subscriptions
        assert kept.pauses == {8: pause}
        assert (await store.count_chats())["paused:topic_closed"] == 1
        assert await store.progress(1) == Progress(2, sent=1, paused=1)
        assert await claim(store) == []
        store = await reopen()
    await store.record_alert(alert(2), SCOPES)
    (batch,) = [entry for entry in await store.claim(9, NOW) if entry.address.thread_id == 8]
    assert [delivery.alert_id for delivery in batch.deliveries] == [1, 2], (
        "it takes the older along"
    )
    held = [settled(delivery, Result.PAUSED, retry_at=pause.until) for delivery in batch.deliveries]
    await store.settle(held)
    assert {
        entry.waits_for for entry in await store.waiting(9) if entry.delivery.address.thread_id
    } == {WaitsFor.PAUSE}
    await store.update_chat(-1, lambda item: item.resumed(8))
    assert (await store.progress(1)).paused == (await store.progress(2)).paused == 0
    (batch,) = [entry for entry in await store.claim(9, NOW) if entry.address.thread_id == 8]
    assert [delivery.alert_id for delivery in batch.deliveries] == [1, 2]
    await store.settle([settled(delivery) for delivery in batch.deliveries])
    assert await store.progress(1) == Progress(2, sent=2)


async def test_a_pause_that_ends_while_it_is_looked_at_makes_it_due(store):
    await follow(store, 1)
    pause = chat(1).refused(None, Obstacle.NOT_FOUND, NOW)
    await store.update_chat(1, lambda item: item.paused(None, pause))
    await store.record_alert(alert(1), SCOPES)
    (one,) = await claim(store)
    await store.update_chat(1, lambda kept: kept.resumed())
    await store.settle([settled(one, Result.PAUSED, retry_at=pause.until)])
    assert await addresses(store) == [Address(1)]


async def test_who_leaves_while_paused_is_not_counted_as_paused(store):
    await follow(store, 1, 2)
    await store.record_alert(alert(1), SCOPES)
    pause = chat(1).refused(None, Obstacle.NOT_FOUND, NOW)
    await store.settle(
        [
            settled(entry, Result.PAUSED, retry_at=pause.until, pause=pause)
            for entry in await claim(store)
        ]
    )
    assert (await store.progress(1)).paused == 2
    await store.update_chat(1, lambda item: item.without(None))
    await store.forget_chat(2)
    assert await store.progress(1) == Progress(2, cancelled=2)


async def test_a_private_chat_has_one_list_whatever_its_topics(reopen):
    store = await reopen()
    await store.update_chat(1, lambda _: chat(1).following(11, RAIL).following(12, BRIDGE))
    store = await reopen()
    kept = await store.chat(1)
    assert kept.follows(11) == kept.follows(None) == sorted([RAIL, BRIDGE])
    assert await store.record_alert(alert(1), SCOPES) == 1


async def test_who_was_not_reached_for_long_is_found(reopen):
    store = await reopen()
    await follow(store, 1, 2, 3, 4)
    pause = chat(3).refused(None, Obstacle.NO_RIGHT, NOW)
    await store.update_chat(2, lambda element: element.lost(NOW))
    await store.update_chat(3, lambda entry: entry.paused(None, pause))
    await store.update_chat(4, lambda item: item.lost(NOW).reached(NOW))
    store = await reopen()
    assert await store.silent_since(NOW) == []
    assert await store.silent_since(LATER) == [2, 3]


async def test_what_is_followed_and_by_whom(reopen):
    store = await reopen()
    await know(store, chat(1, RAIL), chat(-2, RAIL, BRIDGE, thread=4), chat(3, RAIL, active=False))
    store = await reopen()
    assert await store.followed() == sorted([RAIL, BRIDGE])
    assert await store.followers(RAIL) == [Address(-2, 4), Address(1)]
    assert await store.followers(EVERYTHING) == []


async def test_a_bad_message_is_given_up(reopen):
    store = await reopen()
    await follow(store, 1, 2)
    await store.record_alert(alert(1), SCOPES)
    refused = {"result": Result.REFUSED, "detail": "BadRequest: Message is too long"}
    await store.settle([settled(item, **refused) for item in await claim(store)])
    why = {Failure("refused", "BadRequest: Message is too long"): 2}
    for _ in range(2):
        assert await store.progress(1) == Progress(2, failed=2, failures=why)
        store = await reopen()
    assert (await store.chat(1)).active


async def test_a_group_that_became_a_supergroup_gets_its_alert_there(reopen):
    store = await reopen()
    group = replace(chat(-1), subscriptions=frozenset({(None, EVERYTHING), (8, RAIL)}))
    await know(store, group)
    await store.record_alert(alert(1), SCOPES)
    in_thread = {item.address.thread_id: item for item in await claim(store)}
    await store.record_alert(alert(2), SCOPES)
    migrated = settled(in_thread[None], Result.MIGRATED, migrated_to=-100)
    await store.settle([migrated])
    assert (await store.chat(-100)).subscriptions == group.subscriptions
    assert await store.chat(-1) is None
    # The other one was under way to the old id meanwhile.
    assert await store.still_wanted(in_thread[8])
    await store.settle([settled(in_thread[8], Result.MIGRATED, migrated_to=-100)])
    store = await reopen()
    due = {(alert_id, Address(-100, thread)) for alert_id in (1, 2) for thread in (None, 8)}
    assert set(await send(store)) == due
    assert await store.progress(1) == Progress(2, sent=2)


async def test_a_migration_sends_nothing_twice(store):
    await follow(store, -1, -100)
    await store.record_alert(alert(1), SCOPES)
    deliveries = {item.address.chat_id: item for item in await claim(store)}
    await store.settle([settled(deliveries[-100])])
    await store.settle([settled(deliveries[-1], Result.MIGRATED, migrated_to=-100)])
    assert await claim(store, now=LATER) == []
    assert await store.progress(1) == Progress(2, sent=1, cancelled=1)


@pytest.mark.parametrize(
    "leave",
    [
        lambda store: store.update_chat(1, lambda entry: entry.without(None)),
        lambda store: store.update_chat(1, lambda item: replace(item, active=False)),
        lambda store: store.update_chat(1, lambda _: None),
        lambda store: store.forget_chat(1),
    ],
    ids=["unsubscribed", "blocked", "dropped", "forgotten"],
)
async def test_who_leaves_gets_nothing_more(reopen, leave):
    store = await reopen()
    await follow(store, 1, 2)
    await store.record_alert(alert(1), SCOPES)
    under_way = {element.address.chat_id: element for element in await claim(store)}
    await store.record_alert(alert(2), SCOPES)
    await leave(store)
    assert not await store.still_wanted(under_way[1])
    assert await store.still_wanted(under_way[2])
    store = await reopen()
    assert await store.progress(2) == Progress(2, cancelled=1)
    assert await send(store) == [(1, Address(2)), (2, Address(2))]
    assert await store.progress(1) == Progress(2, sent=1, cancelled=1, repeated=1)


async def test_a_topic_unfollowed_while_another_subscription_matches_stops_nothing(store):
    await know(store, chat(1, RAIL, BRIDGE))
    await store.record_alert(alert(1), SCOPES)
    await store.update_chat(1, lambda item: item.without(None, RAIL))
    assert await addresses(store) == [Address(1)]


async def test_what_was_found_unwanted_is_cancelled(store):
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    (one,) = await claim(store, 1)
    await store.settle([settled(one, Result.UNWANTED)])
    assert await store.progress(1) == Progress(1, cancelled=1)


async def test_a_message_sent_while_the_chat_left_counts_as_sent(reopen):
    store = await reopen()
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    (one,) = await claim(store, 1)
    await store.update_chat(1, lambda item: item.without(None))
    await store.settle([settled(one)])
    for _ in range(2):
        assert await store.progress(1) == Progress(1, sent=1)
        store = await reopen()
    assert await store.record_alert(alert(2, undoes=1), SCOPES) == 1


async def test_a_correction_goes_to_those_who_got_the_alert(reopen):
    store = await reopen()
    await follow(store, *range(1, 10))
    await store.record_alert(alert(1), SCOPES)
    deliveries = await claim(store, 6)
    got, maybe, blocked, retried, under_way, unsent = deliveries
    await store.settle(
        [
            settled(got),
            settled(maybe, Result.AMBIGUOUS, retry_at=LATER),
            settled(blocked, Result.GONE),
            settled(retried, Result.RETRY, retry_at=LATER),
        ]
    )
    assert await store.record_alert(alert(2, undoes=1), SCOPES) == 4
    # Cancelled: the one that may have arrived, the one to be retried, three never tried.
    why = {Failure("gone"): 1}
    assert await store.progress(1) == Progress(9, sent=1, failed=1, cancelled=5, failures=why)
    assert not await store.still_wanted(under_way)
    # What was under way waits for its end before its correction.
    assert set(await send(store)) == {(2, got.address), (2, maybe.address)}
    await store.settle([settled(under_way), settled(unsent, Result.UNWANTED)])
    assert await send(store) == [(2, under_way.address)]
    assert await store.progress(2) == Progress(4, sent=3, cancelled=1)
    store = await reopen()
    assert await store.progress(1) == Progress(9, sent=2, failed=1, cancelled=6, failures=why)
    assert await store.progress(2) == Progress(4, sent=3, cancelled=1)
    assert await claim(store, now=LATER) == []
    assert [change.undoes for change in await store.changes()] == [None, 1]


async def test_a_withdrawn_alert_under_way_at_a_kill_is_only_corrected(reopen):
    store = await reopen()
    await follow(store, 1, 2)
    await store.record_alert(alert(1), SCOPES)
    (under_way,) = await claim(store, 1)
    assert await store.record_alert(alert(2, undoes=1), SCOPES) == 1
    store = await reopen()
    assert await send(store) == [(2, under_way.address)]
    assert await store.unfinished() == []


@pytest.mark.parametrize("result", [Result.RETRY, Result.AMBIGUOUS])
async def test_a_withdrawn_alert_is_not_sent_again(store, result):
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    (under_way,) = await claim(store, 1)
    await store.record_alert(alert(2, undoes=1), SCOPES)
    await store.settle([settled(under_way, result, retry_at=LATER)])
    # Who may have got it is told; who cannot have got it is left in peace.
    expected = [(2, Address(1))] if result is Result.AMBIGUOUS else []
    assert await send(store, now=LATER) == expected
    assert await store.unfinished() == []


async def test_who_may_have_got_a_withdrawn_alert_before_is_told(store):
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    for result in (Result.AMBIGUOUS, Result.RETRY):
        (one,) = await claim(store)
        if result is Result.RETRY:
            await store.record_alert(alert(2, undoes=1), SCOPES)
        await store.settle([settled(one, result)])
    assert await send(store) == [(2, Address(1))]


async def test_nothing_goes_out_while_a_correction_is_being_written(store):
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    correcting = asyncio.create_task(store.record_alert(alert(2, undoes=1), SCOPES))
    await asyncio.sleep(0)
    assert await claim(store) == []
    assert await store.next_due() is not None
    assert await correcting == 0
    assert await claim(store) == []
    assert await store.progress(1) == Progress(1, cancelled=1)


async def test_a_correction_needs_a_standing_change(store):
    with pytest.raises(ValueError, match="no alert"):
        await store.record_alert(alert(2, undoes=1), SCOPES)
    await store.record_alert(alert(1), SCOPES)
    await store.record_alert(alert(2, undoes=1), SCOPES)
    with pytest.raises(ValueError, match="already"):
        await store.record_alert(alert(3, undoes=1), SCOPES)
    assert len(await store.changes()) == 2


async def test_a_correction_reaches_who_got_the_alert_and_unfollowed(store):
    await follow(store, 1, 2, 3)
    await store.record_alert(alert(1), SCOPES)
    await send(store)
    await store.update_chat(1, lambda element: element.without(None))
    await store.update_chat(2, lambda entry: replace(entry, active=False))
    assert await store.record_alert(alert(2, undoes=1), SCOPES) == 2
    await store.update_chat(3, lambda item: item.without(None))
    assert set(await send(store)) == {(2, Address(1)), (2, Address(3))}


async def test_a_correction_under_a_pause_reaches_a_topic_that_unfollowed(store):
    group = replace(chat(-5), subscriptions=frozenset({(8, BRIDGE)}))
    await know(store, group)
    await store.record_alert(alert(1), SCOPES)
    await send(store)
    await store.update_chat(-5, lambda item: item.without(8))
    await store.record_alert(alert(2, undoes=1), SCOPES)
    (one,) = await claim(store)
    pause = Pause(Obstacle.TOPIC_CLOSED, NOW, LATER)
    await store.settle([settled(one, Result.PAUSED, retry_at=LATER, pause=pause)])
    assert await claim(store) == []
    await store.update_chat(-5, lambda item: item.resumed(8))
    assert await send(store) == [(2, Address(-5, 8))]


async def test_the_message_of_an_alert_is_kept_for_each_address(reopen):
    store = await reopen()
    await know(store, chat(1, BRIDGE), replace(chat(-5), subscriptions=frozenset({(8, BRIDGE)})))
    await store.record_alert(alert(1), SCOPES)
    messages = {Address(1): SentMessage(70), Address(-5, 8): SentMessage(80, in_digest=True)}
    await store.settle(
        [settled(item, message=messages[item.address]) for item in await claim(store)]
    )
    for _ in range(2):
        for address, message in messages.items():
            assert await store.message_to(1, address) == message
        assert await store.message_to(1, Address(-5)) is None
        assert await store.message_to(2, Address(1)) is None
        assert await store.alert_of(1) == alert(1)
        assert await store.alert_of(2) is None
        store = await reopen()
    # A message has another id in a supergroup, and the bot cannot know it.
    await store.migrate_chat(-5, -1005)
    assert await store.message_to(1, Address(-1005, 8)) is None
    kept = await store.kept_about(1)
    assert kept["alerts"] == [{"alert": 1, "thread": None, "state": "sent", "message": 70}]
    await store.forget_chat(1)
    assert await store.message_to(1, Address(1)) is None


async def test_a_message_sent_while_its_alert_is_taken_back_is_known(store):
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    (one,) = await claim(store)
    await store.record_alert(alert(2, undoes=1), SCOPES)
    await store.settle([settled(one, message=SentMessage(70))])
    assert await store.message_to(1, Address(1)) == SentMessage(70)
    assert await send(store) == [(2, Address(1))]


async def test_the_place_of_a_report_is_kept(reopen):
    store = await reopen()
    await store.record_alert(alert(1), SCOPES)
    await store.report_at(1, 7, 70)
    store = await reopen()
    found = await store.alert(1)
    assert (found.report_chat_id, found.report_message_id) == (7, 70)
    with pytest.raises(KeyError):
        await store.report_at(9, 7, 70)


async def test_recent_alerts_come_newest_first(store):
    for number in (1, 2, 3):
        await store.record_alert(alert(number), SCOPES)
    assert [each_alert.id for each_alert in await store.recent_alerts(2)] == [3, 2]


@pytest.mark.parametrize(
    ("rules", "hears"),
    [
        ([EVERYTHING], True),
        ([EVERYTHING, RAIL.opposite], False),
        ([EVERYTHING, BRIDGE.opposite], False),
        ([EVERYTHING, RAIL.opposite, BRIDGE], True),
        ([EVERYTHING, RAIL, BRIDGE.opposite], False),
        ([RAIL, BRIDGE.opposite], False),
        ([EVERYTHING, Scope(ScopeKind.WITHOUT_TOPIC, "ports")], True),
        ([RAIL.opposite], False),
        ([BRIDGE, BRIDGE.opposite], False),
    ],
)
async def test_what_is_left_out_does_not_come(reopen, rules, hears):
    store = await reopen()
    await know(store, chat(1, *rules), chat(-2, *rules, thread=7), chat(3, EVERYTHING))
    store = await reopen()
    assert await store.count_audience(SCOPES) == {"": 3 if hears else 1}
    assert (await store.chat(1)).hears(None, SCOPES) == hears
    followed = sum(not scope.excludes for scope in rules)
    assert (await store.count_chats())["subscriptions"] == 1 + 2 * followed
    await store.record_alert(alert(1), SCOPES)
    left_out = set() if hears else {Address(1), Address(-2, 7)}
    assert {*await addresses(store)} == {Address(1), Address(-2, 7), Address(3)} - left_out


async def test_what_is_left_out_meanwhile_is_cancelled(store):
    await know(store, chat(1, EVERYTHING), chat(2, EVERYTHING))
    await store.record_alert(alert(1), SCOPES)
    await store.update_chat(
        1, lambda item: replace(item, subscriptions=item.subscriptions | {(None, RAIL.opposite)})
    )
    assert await addresses(store) == [Address(2)]
    assert await store.progress(1) == Progress(2, sent=1, cancelled=1)
    assert await store.followed() == sorted([EVERYTHING, RAIL.opposite])
