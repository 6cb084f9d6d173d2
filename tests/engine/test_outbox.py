"""The outbox: what is committed is said in order, once, as fast as the homeserver lets us."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot import inbox
from bot.backoff import FIRST, LONGEST, LONGEST_ADVICE, PATIENCE, SLOW_DOWN, SOON, backoff, slow_down
from bot.errors import Permanent, SlowDown, StorageError, TryLater, Unreachable
from bot.events import Outcome
from bot.outbox import AFTER_URGENT, PACE, SLOW, SURPRISES, UNOPENED, Outbox
from bot.ports import Ours
from bot.storage import audit, journal, outbox, schema
from bot.storage.engine import Storage
from bot.storage.outbox import Row
from tests.support.fakes import START, Crash, FakeClock, FakeReader, FakeSender
from tests.support.house import on_any_database

A, B = "!a:example.org", "!b:example.org"

MakeOutbox = Callable[..., Outbox]


def row(text: str, room: str = A, **changes: object) -> Row:
    """A message on its way."""
    plain = Row(room=room, kind="send", type="m.room.message", content={"body": text}, handler="faq")
    return replace(plain, **changes)  # type: ignore[arg-type]


async def queue(storage: Storage, rows: Iterable[Row]) -> None:
    async with storage.begin() as tx:
        await outbox.add(tx, list(rows))


async def kept(storage: Storage) -> dict[int, tuple[str, str | None, str]]:
    """Every row: its state, its content, and why."""
    rows = await storage.rows(select(schema.outbox).order_by(schema.outbox.c.id))
    return {number: (one.state, one.content, one.why) for number, one in enumerate(rows)}


async def outcomes(storage: Storage, room: str = A) -> list[Outcome]:
    """What handlers are to hear, as events."""
    read = inbox.reader(FakeReader())
    found = [await read(entry) for entry in await journal.waiting(storage, room)]
    return [one for one in found if isinstance(one, Outcome)]


@pytest.fixture
def sender() -> FakeSender:
    return FakeSender()


@pytest.fixture
def work(storage: Storage, sender: FakeSender, clock: FakeClock) -> MakeOutbox:
    """The outbox; with `told=…` for the handlers that hear what became of their rows."""

    def make(*told: str, wake: Callable[[str], None] = lambda _room: None) -> Outbox:
        return Outbox(storage=storage, sender=sender, clock=clock, told=frozenset(told), wake=wake)

    return make


# What is kept


async def test_a_row_comes_back_as_it_was_queued(storage: Storage) -> None:
    given_row = row("hello", key="k", about="m", cause="$c", recipient="@ana:x", urgent=True, created=7.0)
    await queue(storage, [given_row])
    (read,) = await outbox.waiting(storage, A)
    assert read == replace(given_row, id=read.id)
    assert read.id > 0


async def test_rows_wait_urgent_first_and_otherwise_as_they_came(storage: Storage) -> None:
    await queue(storage, [row("1"), row("2"), row("u1", urgent=True), row("3"), row("u2", urgent=True), row("x", B)])
    assert [one.content["body"] for one in await outbox.waiting(storage, A)] == ["u1", "u2", "1", "2", "3"]
    assert [one.content["body"] for one in await outbox.waiting(storage, A, limit=2)] == ["u1", "u2"]
    assert sorted(await outbox.waiting_rooms(storage)) == [A, B]


async def test_the_depth_counts_what_waits_and_knows_the_oldest(storage: Storage) -> None:
    assert await outbox.depth(storage) == (0, None)
    await queue(storage, [row("1", created=5.0), row("2", created=9.0)])
    assert await outbox.depth(storage) == (2, 5.0)
    (first, _) = await outbox.waiting(storage, A)
    async with storage.begin() as tx:
        await outbox.mark_sent(tx, first, "$1", 10.0)
    assert await outbox.depth(storage) == (1, 9.0)


async def test_of_what_was_sent_remains_to_whom_and_why_but_not_the_text(storage: Storage) -> None:
    await queue(storage, [row("secret", key="k", cause="$c", recipient="@ana:x")])
    (one,) = await outbox.waiting(storage, A)
    async with storage.begin() as tx:
        await outbox.mark_sent(tx, one, "$1", 10.0)
    assert await kept(storage) == {0: ("sent", None, "")}
    ours = Ours(event_id="$1", room=A, handler="faq", key="k", cause="$c", recipient="@ana:x")
    assert await outbox.find_sent(storage, "$1") == ours
    assert await outbox.find_sent(storage, "$2") is None
    assert await outbox.sent_under(storage, "faq", "k") == ours
    assert await outbox.sent_under(storage, "other", "k") is None


async def test_a_key_stands_for_the_latest_message_under_it(storage: Storage) -> None:
    await queue(storage, [row("old", key="k"), row("new", key="k")])
    for number, one in enumerate(await outbox.waiting(storage, A)):
        async with storage.begin() as tx:
            await outbox.mark_sent(tx, one, f"${number}", 10.0 + number)
    ours = await outbox.sent_under(storage, "faq", "k")
    assert ours is not None
    assert ours.event_id == "$1"


async def test_what_was_sent_long_ago_is_forgotten_and_what_waits_is_not(storage: Storage) -> None:
    await queue(storage, [row("old sent", created=1.0, key="a"), row("new sent", created=9.0, key="b")])
    for number, one in enumerate(await outbox.waiting(storage, A)):
        async with storage.begin() as tx:
            await outbox.mark_sent(tx, one, f"${number}", one.created)
    await queue(storage, [row("old waiting", created=1.0)])
    async with storage.begin() as tx:
        await outbox.prune(tx, sent_before=5.0)
    assert [one[0] for one in (await kept(storage)).values()] == ["sent", "waiting"]
    assert await outbox.find_sent(storage, "$0") is None
    assert await outbox.find_sent(storage, "$1") is not None


# Sending


async def test_a_rooms_messages_are_sent_in_the_order_in_which_they_were_decided(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    texts = [str(number) for number in range(45)]
    await queue(storage, map(row, texts))
    assert await work().work(A) is None
    assert sender.texts() == texts
    assert await outbox.depth(storage) == (0, None)


async def test_what_is_urgent_goes_first(storage: Storage, sender: FakeSender, work: MakeOutbox) -> None:
    await queue(storage, [row("1"), row("2"), row("now", urgent=True)])
    await work().work(A)
    assert sender.texts() == ["now", "1", "2"]


async def test_what_becomes_urgent_meanwhile_goes_next(storage: Storage, sender: FakeSender, work: MakeOutbox) -> None:
    async def alarm(one: Row) -> None:
        if one.content["body"] == "2":
            await queue(storage, [row("now", urgent=True)])

    sender.before = alarm
    await queue(storage, [row("1"), row("2"), row("3"), row("4")])
    await work().work(A)
    assert sender.texts() == ["1", "2", "now", "3", "4"]


async def test_what_is_urgent_takes_along_what_it_is_about_and_so_on(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    await queue(storage, [row("1"), row("root", key="root"), row("2"), row("detail", key="detail", about="root")])
    await queue(storage, [row("other's", key="root", handler="status"), row("now", about="detail", urgent=True)])
    await work().work(A)
    assert sender.texts() == ["root", "detail", "now", "1", "2", "other's"]


async def test_what_is_urgent_waits_for_what_it_is_about(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    sender.trouble["root"] = [TryLater("502"), TryLater("502")]
    await queue(storage, [row("root", key="root"), row("now", about="root", urgent=True)])
    steward = work()
    while (wait := await steward.work(A)) is not None:
        assert sender.texts() == []
        clock.forward(wait)
    assert sender.texts() == ["root", "now"]


async def test_of_what_is_urgent_the_next_of_each_room_counts(storage: Storage) -> None:
    await queue(storage, [row("1"), row("a", urgent=True), row("b", B, urgent=True), row("c", urgent=True)])
    first = [(await outbox.waiting(storage, room))[0].id for room in (A, B)]
    assert await outbox.urgent(storage) == first


async def test_one_room_is_worked_off_and_the_others_left(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    await queue(storage, [row("a"), row("b", B)])
    await work().work(A)
    assert sender.texts() == ["a"]
    assert await outbox.waiting_rooms(storage) == [B]


async def test_a_failing_row_is_tried_again_with_its_transaction_and_holds_up_its_room_alone(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    sender.trouble["1"] = [TryLater("502"), TryLater("502")]
    await queue(storage, [row("1"), row("2"), row("b", B)])
    steward = work()

    wait = await steward.work(A)
    assert wait is not None
    assert FIRST * 0.75 <= wait <= FIRST
    assert await steward.work(A) == max(wait, PACE)  # woken too early, it says the same again
    assert await steward.work(B) == PACE  # what failed may be failing for all
    clock.forward(PACE)
    assert await steward.work(B) is None
    assert sender.texts() == ["b"]

    clock.forward(math.ceil(wait))
    again = await steward.work(A)
    assert again is not None
    assert FIRST * 2 * 0.75 <= again <= FIRST * 2
    clock.forward(math.ceil(again))
    assert await steward.work(A) is None

    assert sender.texts() == ["b", "1", "2"]
    tries = [one.txn for one, _ in sender.tried if one.content["body"] == "1"]
    assert len(tries) == 3
    assert len(set(tries)) == 1


async def test_something_urgent_passes_a_row_that_has_to_wait(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    sender.trouble["1"] = [TryLater("502"), TryLater("502")]
    await queue(storage, [row("1")])
    steward = work()
    for _ in range(2):
        await steward.work(A)
        clock.forward(PACE)
    await queue(storage, [row("now", urgent=True)])
    await steward.work(A)
    assert sender.texts() == ["now"]


async def test_when_told_to_slow_down_all_rooms_wait_as_long(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    sender.trouble["1"] = [SlowDown("429", 30.0)]
    await queue(storage, [row("1"), row("b", B)])
    steward = work()

    assert await steward.work(A) == 30.0
    clock.forward(29)
    assert await steward.work(A) == 1.0
    assert await steward.work(B) == 1.0
    assert sender.texts() == []

    clock.forward(1)
    assert await steward.work(B) is None
    assert await steward.work(A) is None
    assert sender.texts() == ["b", "1"]


async def test_a_later_word_to_slow_down_does_not_shorten_an_earlier_one(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    async def slowed_meanwhile(one: Row) -> None:
        if one.content["body"] == "1":
            steward.held_until = clock.steady() + 60

    sender.before = slowed_meanwhile
    sender.trouble["1"] = [SlowDown("429", 5.0)]
    await queue(storage, [row("1")])
    steward = work()
    assert await steward.work(A) == 60.0


async def test_a_row_that_fails_is_tried_soon_and_then_at_growing_distances(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    sender.trouble["1"] = [TryLater("502") for _ in range(PATIENCE + 10)]
    await queue(storage, [row("1")])
    steward = work()
    waits = []
    for _ in range(PATIENCE + 10):
        wait = await steward.work(A)
        assert wait is not None
        waits.append(wait)
        clock.forward(math.ceil(wait))
    assert all(wait <= SOON for wait in waits[:PATIENCE])
    assert all(LONGEST * 0.75 <= wait <= LONGEST for wait in waits[PATIENCE + 7 :])
    assert await steward.work(A) is None


@given(attempts=st.integers(0, 10_000))
def test_the_wait_grows_is_bounded_and_spread(attempts: int) -> None:
    most = min(FIRST * 2**attempts, SOON) if attempts < PATIENCE else LONGEST
    assert FIRST * 0.75 <= backoff(attempts) <= most
    most = min(SLOW_DOWN * 2 ** min(attempts, 10), LONGEST)
    assert most * 0.75 <= slow_down(attempts) <= most


async def test_while_the_homeserver_is_failing_nothing_is_tried_and_no_row_is_counted_as_failed(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    sender.trouble["1"] = [Unreachable("down", 2.0), Unreachable("down", 3.0)]
    await queue(storage, [row("1"), row("b", B)])
    steward = work()

    assert await steward.work(A) == 2.0
    assert await steward.work(B) == 2.0
    clock.forward(2)
    assert await steward.work(A) == 3.0
    (waiting,) = await outbox.waiting(storage, A)
    assert (waiting.attempts, waiting.not_before) == (0, 0.0)

    clock.forward(3)
    assert await steward.work(A) is None
    assert await steward.work(B) is None
    assert sender.texts() == ["1", "b"]


async def test_when_asked_to_slow_down_without_a_time_it_waits_five_seconds_doubling(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    sender.trouble["1"] = [SlowDown("429"), SlowDown("429")]
    await queue(storage, [row("1")])
    steward = work()
    for most in (5.0, 10.0):
        wait = await steward.work(A)
        assert wait is not None
        assert most * 0.75 <= wait <= most
        clock.forward(math.ceil(wait))
    assert await steward.work(A) is None


async def test_after_a_word_to_slow_down_what_is_urgent_goes_first_whichever_room_it_is_for(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    sender.trouble["1"] = [SlowDown("429", 2.0)]
    await queue(storage, [row("1"), row("now", B, urgent=True)])
    steward = work()
    await steward.work(A)
    clock.forward(2)

    assert await steward.work(A) == AFTER_URGENT
    assert sender.texts() == []
    await steward.work(B)
    await steward.work(A)
    assert sender.texts() == ["now", "1"]


async def test_something_urgent_that_can_not_be_sent_now_holds_up_nothing(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    sender.trouble |= {"1": [SlowDown("429", 2.0)], "now": [TryLater("500") for _ in range(PATIENCE)]}
    await queue(storage, [row("1"), row("now", B, urgent=True)])
    steward = work()
    await steward.work(A)
    clock.forward(2)
    for _ in range(2):
        await steward.work(B)
        clock.forward(PACE)

    assert await steward.work(A) is None
    assert sender.texts() == ["1"]


async def test_where_all_sending_fails_while_all_else_answers_one_is_tried_a_second(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    rooms = [f"!{number}:example.org" for number in range(60)]
    sender.trouble = {room: [TryLater("502")] * 1000 for room in rooms}
    await queue(storage, [row(room, room=room) for room in rooms])
    steward = work()
    for _ in range(15):
        await asyncio.gather(*(steward.work(room) for room in rooms))
        clock.forward(1)
    assert len(sender.tried) <= 15 + 1

    sender.trouble = {}
    while waits := [wait for wait in await asyncio.gather(*map(steward.work, rooms)) if wait is not None]:
        clock.forward(min(waits))
    assert sorted(sender.texts()) == sorted(rooms)


async def test_while_slowed_down_one_call_is_made_at_a_time(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    under_way: list[str] = []

    async def watched(one: Row) -> None:
        assert not under_way or clock.steady() > SLOW
        under_way.append(one.room)
        await asyncio.sleep(0)
        under_way.clear()

    sender.trouble["1"] = [SlowDown("429", 2.0)]
    await queue(storage, [row("1"), *(row("x", room=f"!{n}:example.org") for n in range(5))])
    steward = work()
    await steward.work(A)
    clock.forward(2)
    sender.before = watched
    await asyncio.gather(*(steward.work(f"!{n}:example.org") for n in range(5)))
    assert len(sender.stored) == 5


@pytest.mark.parametrize("seconds", [-86_400.0, 86_400.0, -600.0])
async def test_a_clock_that_is_set_changes_no_wait(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock, seconds: float
) -> None:
    sender.trouble["1"] = [SlowDown("429", 30.0)]
    await queue(storage, [row("1")])
    steward = work()
    await steward.work(A)

    clock.step(seconds)
    assert await steward.work(A) == 30.0
    clock.forward(30)
    assert await steward.work(A) is None
    assert sender.texts() == ["1"]


@pytest.mark.parametrize("seconds", [-10 * 86_400.0, 86_400.0])
async def test_a_clock_that_was_set_while_the_bot_was_off_keeps_nothing_for_long(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock, seconds: float
) -> None:
    sender.trouble["1"] = [SlowDown("429", 30.0)]
    await queue(storage, [row("1")])
    await work().work(A)

    clock.step(seconds)
    restarted = work()
    wait = await restarted.work(A)
    assert (wait or 0.0) <= LONGEST_ADVICE
    clock.forward(LONGEST_ADVICE)
    await restarted.work(A)
    assert sender.texts() == ["1"]


async def test_what_is_refused_for_good_is_recorded_and_the_rest_goes_on(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    sender.trouble["1"] = [Permanent("M_FORBIDDEN: you are not here")]
    await queue(storage, [row("1"), row("2")])
    assert await work().work(A) is None
    assert sender.texts() == ["2"]
    assert await kept(storage) == {0: ("failed", None, "M_FORBIDDEN: you are not here"), 1: ("sent", None, "")}


@on_any_database
async def test_when_it_is_to_stop_the_message_under_way_is_sent_and_the_others_wait(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    await queue(storage, [row("1"), row("2"), row("3")])
    steward = work()
    steward.go_on = lambda: len(sender.tried) < 2
    assert await steward.work(A) is None
    assert sender.texts() == ["1", "2"]
    assert (await outbox.depth(storage))[0] == 1


async def test_a_crash_after_the_homeserver_has_stored_it_leads_to_the_same_transaction_again(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    sender.dies_after = "1"
    await queue(storage, [row("1", key="k"), row("2")])
    with pytest.raises(Crash):
        await work().work(A)
    assert await outbox.depth(storage) == (2, 0.0)

    await work().work(A)

    first, second, _ = [one.txn for one, _ in sender.tried]
    assert first == second
    assert sender.texts() == ["1", "2"]
    ours = await outbox.sent_under(storage, "faq", "k")
    assert ours is not None
    assert ours.event_id == f"${first}"


async def test_a_database_that_fails_after_the_send_leaves_the_row_in_line(
    storage: Storage, sender: FakeSender, work: MakeOutbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StorageError("disk full")

    await queue(storage, [row("1")])
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "mark_sent", full)
        with pytest.raises(StorageError):
            await work().work(A)
    await work().work(A)
    assert [one.txn for one, _ in sender.tried] == [sender.tried[0][0].txn] * 2
    assert sender.texts() == ["1"]
    assert await outbox.depth(storage) == (0, None)


# Messages about messages


async def test_an_edit_gets_the_id_of_the_message_that_it_is_about(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    message = row("message", key="k")
    await queue(storage, [message, row("edit", about="k")])
    await work().work(A)
    assert [(one.content["body"], target) for one, target in sender.tried] == [
        ("message", None),
        ("edit", f"${message.txn}"),
    ]


@pytest.mark.parametrize("other", [row("other", key="other"), row("other", key="k", handler="status")])
async def test_an_edit_of_something_that_was_never_sent_fails_for_good(
    storage: Storage, sender: FakeSender, work: MakeOutbox, other: Row
) -> None:
    await queue(storage, [other, row("edit", about="k"), row("next")])
    await work().work(A)
    assert sender.texts() == ["other", "next"]
    assert (await kept(storage))[1] == ("failed", None, "the message 'k' that it is about was never sent")


async def test_an_edit_follows_its_message_into_failure(storage: Storage, sender: FakeSender, work: MakeOutbox) -> None:
    sender.trouble["message"] = [Permanent("no")]
    await queue(storage, [row("message", key="k"), row("edit", about="k")])
    await work().work(A)
    assert [state for state, _, _ in (await kept(storage)).values()] == ["failed", "failed"]
    assert sender.texts() == []


async def test_what_stands_in_a_thread_of_ours_follows_its_root(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    root = row("root", key="root")
    await queue(storage, [root, row("detail", about="root")])
    await work().work(A)
    assert [(one.content["body"], target) for one, target in sender.tried] == [
        ("root", None),
        ("detail", f"${root.txn}"),
    ]


# Private chats

DIRECT, CHAT = "direct:@ana:example.org", "!chat:example.org"


def direct(text: str, **changes: object) -> Row:
    made = row(text, DIRECT, kind="direct", recipient="@ana:example.org", created=START.timestamp())
    return replace(made, **changes)  # type: ignore[arg-type]


def opening(*comes: Exception | str) -> Callable[[str], Awaitable[str]]:
    """What comes of opening Ana's chat, again and again; then it is there."""
    left = list(comes)

    async def chat_with(person: str) -> str:
        assert person == "@ana:example.org"
        found = left.pop(0) if left else CHAT
        if isinstance(found, Exception):
            raise found
        return found

    return chat_with


async def test_a_private_message_goes_to_the_chat_with_whoever_it_is_for_and_is_known_by_it(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    woken: list[str] = []
    steward = work("faq", wake=woken.append)
    steward.chat_with = opening()
    message = direct("down", key="k")
    await queue(storage, [message])
    await steward.work(DIRECT)
    ((sent, _),) = sender.tried
    assert (sent.room, sent.kind, sent.txn, sent.encrypted) == (CHAT, "send", message.txn, False)
    ours = await outbox.sent_under(storage, "faq", "k")
    assert ours is not None
    assert (ours.room, ours.recipient) == (CHAT, "@ana:example.org")
    assert await outbox.rooms_with(storage, "@ana:example.org") == [CHAT]
    (outcome,) = await outcomes(storage, CHAT)
    assert (outcome.ok, outcome.key) == (True, "faq:k")
    assert woken == [CHAT]


async def test_a_chat_that_can_not_be_opened_now_holds_up_its_own_lane_alone(
    storage: Storage, sender: FakeSender, work: MakeOutbox, clock: FakeClock
) -> None:
    steward = work()
    steward.chat_with = opening(TryLater("their server is away", 500.0))
    await queue(storage, [direct("down"), row("1")])
    wait = await steward.work(DIRECT)
    assert wait is not None
    assert wait <= FIRST
    assert await steward.work(A) is None, "nothing was held, and nobody goes slowly"
    assert steward.held_until < clock.steady()
    clock.forward(1)
    assert await steward.work(DIRECT) is None
    assert sender.texts() == ["1", "down"]


async def test_a_chat_that_can_not_be_opened_for_a_day_is_given_up(
    storage: Storage, work: MakeOutbox, clock: FakeClock
) -> None:
    steward = work("faq")
    steward.chat_with = opening(*[TryLater("their server is away")] * 2)
    await queue(storage, [direct("down", key="k")])
    clock.forward(UNOPENED)
    assert await steward.work(DIRECT) is not None
    clock.forward(10)
    assert await steward.work(DIRECT) is None
    (outcome,) = await outcomes(storage, DIRECT)
    assert (outcome.ok, outcome.why) == (False, "the chat could not be opened for a day: their server is away")
    assert await audit.latest(storage, 5) == [], "whether that matters is for the handler"


@pytest.mark.parametrize(
    ("told", "key", "comes", "operators"),
    [
        (("faq",), "k", Permanent("M_FORBIDDEN: they take no invitations"), False),
        (("faq",), None, Permanent("M_FORBIDDEN: they take no invitations"), True),
        (("status",), "k", Permanent("M_FORBIDDEN: they take no invitations"), True),
        ((), "k", Permanent("M_FORBIDDEN: they take no invitations"), True),
        # That is no person's affair.
        (("faq",), "k", KeyError("a bug"), True),
    ],
)
async def test_whom_one_can_not_write_to_is_told_to_the_operators_unless_a_handler_hears_of_it(
    storage: Storage,
    work: MakeOutbox,
    clock: FakeClock,
    *,
    told: tuple[str, ...],
    key: str | None,
    comes: Exception,
    operators: bool,
) -> None:
    steward = work(*told)
    steward.control_room = lambda: B
    steward.chat_with = opening(*[comes] * (SURPRISES + 1))
    await queue(storage, [direct("down", key=key)])
    while (wait := await steward.work(DIRECT)) is not None:
        clock.forward(math.ceil(wait))
    noted = [line.what for line in await audit.latest(storage, 5)]
    assert noted == (["could not write to @ana:example.org"] if operators else [])
    assert len(await outbox.waiting(storage, B)) == len(noted)
    heard = [outcome.ok for outcome in await outcomes(storage, DIRECT)]
    assert heard == ([False] if key is not None and "faq" in told else [])


async def test_what_is_refused_in_a_private_chat_that_is_there_is_told_to_the_operators(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    steward = work("faq")
    steward.chat_with = opening()
    sender.trouble["down"] = [Permanent("M_TOO_LARGE")]
    await queue(storage, [direct("down", key="k")])
    await steward.work(DIRECT)
    (noted,) = await audit.latest(storage, 5)
    assert (noted.what, noted.outcome) == ("could not write to @ana:example.org", "M_TOO_LARGE")
    assert [outcome.ok for outcome in await outcomes(storage, DIRECT)] == [False]


async def test_while_the_homeserver_fails_private_messages_wait_with_the_rest(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    steward = work()
    steward.chat_with = opening(Unreachable("down", 2.0))
    await queue(storage, [direct("down"), row("1")])
    assert await steward.work(DIRECT) == 2.0
    assert await steward.work(A) == 2.0
    assert sender.texts() == []


async def test_who_has_left_is_not_written_to_and_the_handler_hears_of_it(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    steward = work("faq")
    steward.chat_with = opening(Permanent("they have left the chat"))
    await queue(storage, [direct("down", key="k")])
    await steward.work(DIRECT)
    assert sender.tried == []
    (outcome,) = await outcomes(storage, DIRECT)
    assert (outcome.ok, outcome.why) == (False, "they have left the chat")


@on_any_database
async def test_without_private_chats_a_private_message_is_given_up(storage: Storage, work: MakeOutbox) -> None:
    await queue(storage, [direct("down")])
    await work().work(DIRECT)
    assert [state for state, _, _ in (await kept(storage)).values()] == ["failed"]


async def test_what_waits_for_others_than_the_homeserver_does_not_count_as_old(storage: Storage) -> None:
    forward = row("x", "also:mail", kind="forward", created=1.0)
    await queue(storage, [direct("x", created=2.0), forward])
    assert await outbox.depth(storage) == (2, None)
    await queue(storage, [row("x", created=3.0)])
    assert await outbox.depth(storage) == (3, 3.0)


async def test_calls_without_an_event_are_sent_and_not_remembered_as_said(
    storage: Storage, sender: FakeSender, work: MakeOutbox
) -> None:
    await queue(storage, [Row(room=A, kind="join", handler="moderation", key="k")])
    await work().work(A)
    assert await outbox.depth(storage) == (0, None)
    assert await outbox.sent_under(storage, "moderation", "k") is None
    assert len(sender.tried) == 1


# Telling


@on_any_database
@pytest.mark.parametrize(
    ("told", "key", "failure", "heard"),
    [
        (("faq",), "k", None, True),
        (("faq",), "k", Permanent("no"), True),
        (("faq",), None, None, False),
        (("faq",), None, Permanent("no"), False),
        (("status",), "k", None, False),
        (("status",), "k", Permanent("no"), False),
        ((), "k", None, False),
        (("faq",), "k", TryLater("502"), False),
    ],
)
async def test_a_handler_hears_what_became_of_a_row_if_it_cares_and_gave_it_a_key(
    storage: Storage,
    sender: FakeSender,
    work: MakeOutbox,
    *,
    told: tuple[str, ...],
    key: str | None,
    failure: Exception | None,
    heard: bool,
) -> None:
    if failure is not None:
        sender.trouble["1"] = [failure]
    woken: list[str] = []
    one = row("1", key=key)
    await queue(storage, [one])
    await work(*told, wake=woken.append).work(A)
    ok = failure is None
    expected = Outcome(
        id=f"outcome:{one.txn}",
        room=A,
        sender="",
        at=START,
        key="faq:k",
        ok=ok,
        event_id=f"${one.txn}" if ok else None,
        why="" if ok else "no",
    )
    assert await outcomes(storage) == ([expected] if heard else [])
    if heard:
        assert woken == [A]


async def test_what_became_of_a_row_is_told_in_the_same_commit(
    storage: Storage, work: MakeOutbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StorageError("disk full")

    await queue(storage, [row("1", key="k")])
    monkeypatch.setattr(journal, "write", full)
    with pytest.raises(StorageError):
        await work("faq").work(A)
    assert [state for state, _, _ in (await kept(storage)).values()] == ["waiting"]
    assert await outbox.sent_under(storage, "faq", "k") is None
