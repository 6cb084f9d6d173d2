"""Actions become rows, in one transaction with everything else that their event brings."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.actions import (
    Action,
    Ask,
    Audit,
    DirectMessage,
    Edit,
    Forward,
    Join,
    Later,
    Leave,
    React,
    Redact,
    Remember,
    Reply,
    Say,
)
from bot.effects import Conflict, Effects
from bot.errors import StorageError
from bot.matrix import render
from bot.storage import audit, jobs, outbox, schema
from bot.storage.engine import Storage
from bot.storage.outbox import Row
from tests.support.fakes import START
from tests.support.house import ANA, BEN, CONTROL, ROOM, on_any_database

NOW = START.timestamp()


async def apply(storage: Storage, *actions: Action, control_room: str | None = CONTROL) -> Effects:
    """What the handler "faq" decided, committed."""
    effects = Effects(now=NOW, cause="$cause", control_room=control_room)
    async with storage.begin() as tx:
        await effects.apply(tx, "faq", actions)
    return effects


async def rows(storage: Storage, room: str = ROOM) -> list[Row]:
    """What waits for the room, without what the database and chance have put in."""
    return [replace(row, id=0, txn="") for row in await outbox.waiting(storage, room)]


def row(**changes: Any) -> Row:
    """The row that is expected: of the handler "faq", because of "$cause", now."""
    plain = Row(room=ROOM, kind="send", handler="faq", cause="$cause", created=NOW, txn="")
    return replace(plain, **changes)


def message(content: dict[str, Any], **changes: Any) -> Row:
    return row(type="m.room.message", content=content, **changes)


REPLY = Reply(to="$q", room=ROOM, text="*Yes*", mention=ANA, key="k")
ANSWERED = {"m.in_reply_to": {"event_id": "$q"}}
YES = render.content("*Yes*", mentions=(ANA,))

UNDER = {"rel_type": "m.thread", "is_falling_back": True, "m.in_reply_to": {}}

ONE_CALL: list[tuple[Action, Row]] = [
    (REPLY, message(YES | {"m.relates_to": ANSWERED}, key="k", recipient=ANA)),
    (
        replace(REPLY, key=None, thread=True),
        message(
            YES | {"m.relates_to": {"rel_type": "m.thread", "event_id": "$q", "is_falling_back": True, **ANSWERED}},
            recipient=ANA,
        ),
    ),
    (
        replace(REPLY, in_thread="$root", thread=True),
        message(
            YES | {"m.relates_to": {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": False, **ANSWERED}},
            key="k",
            recipient=ANA,
        ),
    ),
    (
        replace(REPLY, loud=True),
        message(YES | {"msgtype": "m.text", "m.relates_to": ANSWERED}, key="k", recipient=ANA),
    ),
    (Say(room=ROOM, text="News"), message(render.content("News"))),
    (
        Say(room=ROOM, text="News", key="k", loud=True, mentions=(ANA,), urgent=True),
        message(render.content("News", mentions=(ANA,), loud=True), key="k", urgent=True),
    ),
    (
        Say(room=ROOM, text="Welcome!", mentions=(ANA, BEN)),
        message({**render.content("Welcome!"), "m.mentions": {"user_ids": [ANA, BEN]}}),
    ),
    (
        Say(room=ROOM, text="Details", key="d", under="k", loud=True),
        message(render.content("Details", loud=True) | {"m.relates_to": UNDER}, key="d", about="k"),
    ),
    (Edit(room=ROOM, key="k", text="Better"), message(render.edited("Better"), about="k")),
    (
        React(room=ROOM, emoji="✅", to="$m"),
        row(
            type="m.reaction",
            content={"m.relates_to": {"rel_type": "m.annotation", "event_id": "$m", "key": "✅"}},
        ),
    ),
    (
        React(room=ROOM, emoji="✅", key="k"),
        row(
            type="m.reaction",
            content={"m.relates_to": {"rel_type": "m.annotation", "event_id": None, "key": "✅"}},
            about="k",
        ),
    ),
    (Redact(room=ROOM, reason="spam", of="$m"), row(kind="redact", content={"event_id": "$m", "reason": "spam"})),
    (
        Redact(room=ROOM, reason="wrong", key="k"),
        row(kind="redact", content={"event_id": None, "reason": "wrong"}, about="k"),
    ),
    (Join(room=ROOM, via=("a.example", "b.example")), row(kind="join", content={"via": ["a.example", "b.example"]})),
    (Leave(room=ROOM, reason="bye"), row(kind="leave", content={"reason": "bye"})),
]


@on_any_database
@pytest.mark.parametrize(("action", "expected"), ONE_CALL, ids=lambda value: type(value).__name__)
async def test_an_action_that_is_one_call_becomes_its_row(storage: Storage, action: Action, expected: Row) -> None:
    effects = await apply(storage, action)
    assert await rows(storage) == [expected]
    assert [replace(one, txn="") for one in effects.queued] == [expected]


async def test_actions_keep_their_order_and_each_row_has_a_transaction_of_its_own(storage: Storage) -> None:
    await apply(storage, *(Say(room=ROOM, text=str(number)) for number in range(5)))
    queued = await outbox.waiting(storage, ROOM)
    assert [one.content["body"] for one in queued] == list("01234")
    assert len({one.txn for one in queued}) == 5


async def test_a_question_with_options_is_a_message_and_a_reaction_to_tap_for_each(storage: Storage) -> None:
    ask = Ask(
        to="$q",
        room=ROOM,
        text="Which?",
        mention=ANA,
        options=("this", "that"),
        until=START + timedelta(minutes=5),
        key="k",
        who=ANA,
        memo={"slug": "money"},
    )
    await apply(storage, ask)
    question, first, second = await rows(storage)
    assert question == message(
        render.content("Which?", mentions=(ANA,)) | {"m.relates_to": ANSWERED}, key="k", recipient=ANA
    )
    for tap, emoji in ((first, "1️⃣"), (second, "2️⃣")):
        assert (tap.type, tap.about, tap.key) == ("m.reaction", "k", None)
        assert tap.content["m.relates_to"]["key"] == emoji
    (kept,) = await jobs.asks_for(storage, ROOM, ANA, NOW)
    assert (kept.handler, kept.key, kept.who, kept.options) == ("faq", "k", ANA, 2)
    assert (kept.emoji, kept.memo) == (("1️⃣", "2️⃣"), {"slug": "money"})


@on_any_database
@pytest.mark.parametrize(
    ("to", "mention", "relation", "recipient"),
    [
        ("", "", {}, None),
        ("", ANA, {}, None),
        ("$q", "", {"m.relates_to": ANSWERED}, None),
        ("$q", ANA, {"m.relates_to": ANSWERED}, ANA),
    ],
)
async def test_a_question_may_answer_nothing_and_mention_nobody(
    storage: Storage, to: str, mention: str, relation: dict[str, Any], recipient: str | None
) -> None:
    until = START + timedelta(minutes=5)
    ask = Ask(room=ROOM, text="Which?", options=("this",), until=until, key="k", to=to, mention=mention)
    await apply(storage, ask)
    question, tap = await rows(storage)
    content = render.content("Which?", mentions=(mention,) if mention else ())
    assert question == message(content | relation, key="k", recipient=recipient)
    assert (tap.type, tap.about) == ("m.reaction", "k")
    (kept,) = await jobs.asks_for(storage, ROOM, ANA, NOW)
    assert kept.who is None


async def test_later_is_kept_as_a_job_and_told_to_the_clock(storage: Storage) -> None:
    later = Later(at=START + timedelta(minutes=1), key="k", room=ROOM, memo={"n": 1})
    effects = await apply(storage, later)
    assert effects.later == [later]
    assert await rows(storage) == []
    assert await jobs.due(storage, NOW + 59) == []
    (job,) = await jobs.due(storage, NOW + 60)
    assert (job.handler, job.key, job.room, job.memo) == ("faq", "k", ROOM, {"n": 1})


async def test_a_noted_deed_is_in_the_log_and_in_the_control_room(storage: Storage) -> None:
    deed = Audit(who="@ana_b:x", what="!kick *@ben*", outcome="refused", room=ROOM, event_id="$e")
    await apply(storage, deed)
    (line,) = await audit.latest(storage, 5)
    assert (line.who, line.what, line.outcome, line.room, line.at) == (
        *("@ana_b:x", "!kick *@ben*", "refused", ROOM),
        NOW,
    )
    (told,) = await rows(storage, CONTROL)
    assert told.content["body"] == "@ana_b:x: !kick *@ben* → refused"
    assert told.content["formatted_body"] == "<p>@ana_b:x: !kick *@ben* → refused</p>"
    assert told.content["m.mentions"] == {}


async def test_without_a_control_room_a_deed_is_noted_all_the_same(storage: Storage) -> None:
    await apply(storage, Audit(who=ANA, what="x", outcome="y"), control_room=None)
    assert len(await audit.latest(storage, 5)) == 1
    assert await outbox.waiting_rooms(storage) == []


async def test_a_handlers_own_write_is_made(storage: Storage) -> None:
    await apply(storage, Remember(schema.sync_state.insert().values(name="a", value="1")))
    assert (await storage.rows(select(schema.sync_state.c.value)))[0].value == "1"


def set_value(name: str) -> Any:
    return schema.sync_state.update().where(schema.sync_state.c.name == name).values(value="2")


async def test_a_write_that_must_change_something_and_finds_nothing_is_a_conflict(storage: Storage) -> None:
    with pytest.raises(Conflict, match="somebody else was first"):
        await apply(storage, Say(room=ROOM, text="x"), Remember(set_value("a"), must_change=True))
    assert await rows(storage) == []
    await apply(storage, Say(room=ROOM, text="x"), Remember(set_value("a")))
    assert len(await rows(storage)) == 1


async def test_a_write_that_somebody_else_has_made_already_is_a_conflict(storage: Storage) -> None:
    same = Remember(schema.sync_state.insert().values(name="a", value="1"))
    await apply(storage, same)
    with pytest.raises(Conflict, match="somebody else wrote the same"):
        await apply(storage, Say(room=ROOM, text="x"), same)
    assert await rows(storage) == []


async def test_one_refused_write_takes_all_others_back(storage: Storage) -> None:
    actions = (
        Say(room=ROOM, text="x"),
        Later(at=START, key="k", room=ROOM),
        Audit(who=ANA, what="x", outcome="y"),
        Remember(text("INSERT INTO nowhere VALUES (1)")),
    )
    with pytest.raises(StorageError):
        await apply(storage, *actions)
    assert await outbox.waiting_rooms(storage) == []
    assert await jobs.next_due(storage) is None
    assert await audit.latest(storage, 5) == []


async def test_a_long_answer_is_several_messages_and_the_first_has_the_key(storage: Storage) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 200 for number in range(100))
    await apply(storage, Reply(to="$asked", room=ROOM, text=text, mention=ANA, key="answer:$asked"))
    queued = await rows(storage)
    assert len(queued) > 1
    assert [one.key for one in queued] == ["answer:$asked", *[None] * (len(queued) - 1)]
    assert all(one.content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$asked"}} for one in queued)
    bodies = "\n".join(one.content["body"] for one in queued)
    assert [number for number in range(100) if f"Paragraph {number}. " not in bodies] == []
    assert max(len(json.dumps(one.content).encode()) for one in queued) < 65_536 * 3 / 4


async def test_a_long_edit_is_one_message_that_says_that_it_was_cut(storage: Storage) -> None:
    await apply(storage, Edit(room=ROOM, key="answer", text="word " * 20_000))
    (edit,) = await rows(storage)
    assert edit.content["m.new_content"]["body"].endswith("…")
    assert len(json.dumps(edit.content).encode()) < 65_536 * 3 / 4


async def test_a_row_knows_whether_its_room_was_encrypted_when_it_was_made(storage: Storage) -> None:
    effects = Effects(now=NOW, cause="$cause", encrypted=lambda room: room == ROOM)
    async with storage.begin() as tx:
        await effects.apply(tx, "faq", (Say(room=ROOM, text="a"), Say(room=CONTROL, text="b")))
    found = [one.encrypted for room in (ROOM, CONTROL) for one in await outbox.waiting(storage, room)]
    assert found == [True, False]


async def test_a_private_message_waits_in_a_lane_of_its_own_for_whoever_it_is_for(storage: Storage) -> None:
    await apply(storage, DirectMessage(to=ANA, text="*Down*", key="k", loud=True), DirectMessage(to=ANA, text="Up"))
    assert await outbox.waiting_rooms(storage) == [f"direct:{ANA}"]
    lane = row(room=f"direct:{ANA}", kind="direct", type="m.room.message", recipient=ANA)
    assert await rows(storage, f"direct:{ANA}") == [
        replace(lane, content=render.content("*Down*", loud=True), key="k"),
        replace(lane, content=render.content("Up")),
    ]


async def test_whoever_has_the_longest_id_that_there_is_can_be_written_to(storage: Storage) -> None:
    person = f"@{'a' * 242}:example.org"
    assert len(person) == 255
    await apply(storage, DirectMessage(to=person, text="Down"))
    (lane,) = await outbox.waiting_rooms(storage)
    assert [one.recipient for one in await rows(storage, lane)] == [person]


async def test_a_long_private_message_is_several(storage: Storage) -> None:
    await apply(storage, DirectMessage(to=ANA, text="word " * 20_000, key="k"))
    queued = await rows(storage, f"direct:{ANA}")
    assert [one.key for one in queued] == ["k", *[None] * (len(queued) - 1)]
    assert len(queued) > 1


async def test_what_is_for_another_channel_waits_in_its_lane_as_it_was_written(storage: Storage) -> None:
    await apply(storage, Forward(channel="mail", title="Mastodon", text="**Down**"))
    content = {"title": "Mastodon", "text": "**Down**"}
    assert await rows(storage, "also:mail") == [row(room="also:mail", kind="forward", content=content)]


async def test_each_part_of_a_long_message_stands_in_the_thread(storage: Storage) -> None:
    await apply(storage, Say(room=ROOM, text="word " * 20_000, key="d", under="k"))
    assert {(one.about, one.content["m.relates_to"]["rel_type"]) for one in await rows(storage)} == {("k", "m.thread")}
