"""What people make of answers: 👍, 👎, ❌; without their names, and gone with their reaction."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions import Audit, Done, Nothing, Pass, Redact
from bot.commands import Call
from bot.events import Deleted, Reaction
from bot.ports import Heard, Ours
from bot.roles import Role
from handlers.faq import on_message
from handlers.faq.answering.following import on_deleted
from handlers.faq.answering.rating import on_reaction, plain
from handlers.faq.answering.records import DOWN, REMOVED, UP, note_rating
from handlers.faq.commands import run
from handlers.faq.tables import GIVEN_KEPT, given_under, ratings
from tests.support.fakes import START, FakeRoles, FakeRooms, FakeSent
from tests.unit.faq.bank import ANA, LIBRARY, ROOM, Tables, house, message, rooms

BEN, EVE = "@ben:example.org", "@eve:example.org"
QUESTION = "where does all the money go?"


def ours(key: str, recipient: str = ANA, cause: str = "$question") -> FakeSent:
    return FakeSent(
        {"$ours": Ours(event_id="$ours", room=ROOM, handler="faq", key=key, cause=cause, recipient=recipient)}
    )


async def answered() -> Tables:
    tables = Tables()
    tables.keep(await on_message(LIBRARY, message(QUESTION), house(tables)))
    return tables


def reacted(emoji: str, sender: str = BEN, of: str = "$ours", room: str = ROOM) -> Reaction:
    return Reaction(id=f"$reaction-{sender}-{emoji}", room=room, sender=sender, at=START, of=of, key=emoji)


async def react(tables: Tables, event: Reaction, key: str = "answer:$question", **more):
    decision = await on_reaction(LIBRARY, event, house(tables, **{"sent": ours(key), **more}))
    return tables.keep(decision) if isinstance(decision, Done) else decision


async def rated(tables: Tables) -> list[tuple[str, str]]:
    return [(row.slug, row.what) for row in await tables.rows(select(ratings))]


@pytest.mark.parametrize("emoji", ["👍", "👍🏽", "👍🏿", "👍\ufe0f", "👍\ufe0e"])
def test_an_emoji_is_the_same_in_all_its_colours(emoji):
    assert plain(emoji) == "👍"


@pytest.mark.parametrize(
    "emoji", ["👍🏽🏽", "👍🏽🏿", "🏽👍", "👍👍", "👍\ufe0f\ufe0f", "👍🏽\ufe0f\ufe0e", "👍\u200d"]
)
async def test_what_is_more_than_one_emoji_in_one_colour_is_no_rating(emoji):
    assert await react(await answered(), reacted(emoji)) == Pass("no rating")


async def test_everybody_has_one_vote_on_an_answer_and_the_last_one_counts():
    tables = await answered()
    for emoji in ("👍", "👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿", "👎\ufe0f", "👎🏽"):
        await react(tables, reacted(emoji))
        await react(tables, reacted(emoji, EVE))
    assert await rated(tables) == [("money", DOWN)] * 2
    await react(tables, reacted("👍"))
    assert sorted(await rated(tables)) == [("money", DOWN), ("money", UP)]


async def test_the_votes_of_one_person_on_two_answers_have_nothing_in_common():
    tables = await answered()
    tables.keep(await on_message(LIBRARY, message("is there a code of conduct?", id="$other"), house(tables)))
    await react(tables, reacted("👍"))
    await react(tables, reacted("👍🏽"), "answer:$other")
    (one, other) = [row.voter for row in await tables.rows(select(ratings))]
    assert not set(one.split(":")) & set(other.split(":"))


async def test_a_rating_is_taken_back_and_an_answer_deleted_only_by_what_happens_in_its_room():
    tables = await answered()
    await react(tables, reacted("👍"))
    for of in (f"$reaction-{BEN}-👍", "$ours"):
        event = Deleted(id="$redaction", room="!other:example.org", sender=BEN, at=START, of=of)
        decision = await on_deleted(LIBRARY, event, house(tables, sent=ours("answer:$question")))
        assert decision == Pass("nothing was said to it")
    assert await rated(tables) == [("money", UP)]


@pytest.mark.parametrize(("emoji", "what"), [("👍", UP), ("👎🏾", DOWN), ("👎\ufe0f", DOWN)])
async def test_a_rating_is_noted_with_the_entry_and_without_the_person(emoji, what):
    tables = await answered()
    assert await react(tables, reacted(emoji)) == ()
    (row,) = await tables.rows(select(ratings))
    assert (row.key, row.slug, row.what, row.at) == ("answer:$question", "money", what, START.timestamp())
    assert set(row._fields) == {"event", "key", "slug", "what", "voter", "at"}
    assert BEN not in row.voter


async def test_a_reaction_that_is_taken_back_takes_its_rating_along():
    tables = await answered()
    await react(tables, reacted("👍"))
    await react(tables, reacted("👎", EVE))
    event = Deleted(id="$redaction", room=ROOM, sender=BEN, at=START, of=f"$reaction-{BEN}-👍")
    assert tables.keep(await on_deleted(LIBRARY, event, house(tables))) == ()
    assert await rated(tables) == [("money", DOWN)]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (reacted("🎉"), "no rating"),
        (reacted("👍", of="$somebody's"), "not on an answer of ours"),
        (reacted("❌", of="$somebody's"), "not on an answer of ours"),
        (reacted("👍", room="!other:example.org"), "not on an answer of ours"),
    ],
)
async def test_other_reactions_are_nobodys_business(event, why):
    assert await react(await answered(), event) == Pass(why)


@pytest.mark.parametrize("key", ["answer:$other", "link:$question"])
async def test_what_is_ours_and_no_answer_isnt_rated(key):
    assert await react(await answered(), reacted("👍"), key) == Pass("not on an answer of ours")


async def test_an_i_dont_know_isnt_rated():
    tables = Tables()
    tables.keep(await on_message(LIBRARY, message("what is the moon made of?"), house(tables)))
    assert await react(tables, reacted("👎"), "unknown:$question") == Nothing("no answer of the bank's")


async def test_the_asker_removes_their_answer_and_that_is_noted():
    tables = await answered()
    assert await react(tables, reacted("❌", ANA)) == (
        Redact(room=ROOM, key="answer:$question", reason="The asker didn't want it."),
    )
    assert await rated(tables) == [("money", REMOVED)]
    assert await tables.rows(given_under("answer:$question")) == []


@pytest.mark.parametrize("roles", [FakeRoles(held={BEN: Role.MODERATOR}), FakeRoles(here={BEN: Role.MODERATOR})])
async def test_a_moderator_removes_an_answer_and_that_is_audited(roles):
    redact, told = await react(await answered(), reacted("❌"), roles=roles)
    assert redact == Redact(room=ROOM, key="answer:$question", reason="A moderator removed it.")
    assert isinstance(told, Audit)
    assert (told.who, told.what, told.outcome, told.room) == (BEN, "removed an answer", "money", ROOM)


async def test_nobody_else_removes_anything():
    tables = await answered()
    assert await react(tables, reacted("❌")) == Nothing("neither the asker nor a moderator")
    assert await rated(tables) == []


async def test_an_answer_that_was_given_by_its_name_is_rated_too():
    tables = Tables()
    said = message("faq rules")
    tables.keep(await run(LIBRARY, Call(name="faq", args="rules", message=said), house(tables)))
    await react(tables, reacted("👎"))
    assert await rated(tables) == [("rules", DOWN)]


async def test_ratings_go_with_the_question():
    tables = await answered()
    await react(tables, reacted("👎"))
    event = Deleted(id="$redaction", room=ROOM, sender=ANA, at=START, of="$question")
    tables.keep(await on_deleted(LIBRARY, event, house(tables, sent=ours("answer:$question"))))
    assert await rated(tables) == []


async def test_an_answer_that_a_moderator_deletes_is_noted_as_removed():
    tables = await answered()
    event = Deleted(id="$redaction", room=ROOM, sender=BEN, at=START, of="$ours")
    assert tables.keep(await on_deleted(LIBRARY, event, house(tables, sent=ours("answer:$question")))) == ()
    assert await rated(tables) == [("money", REMOVED)]
    assert await tables.rows(given_under("answer:$question")) == []


async def test_ratings_have_their_term():
    tables = Tables()
    tables.keep(Done(note_rating("$1", key="k", slug="money", what=UP, now=START)))
    later = START + GIVEN_KEPT + timedelta(seconds=1)
    tables.keep(Done(note_rating("$2", key="k", slug="rules", what=UP, now=later)))
    assert await rated(tables) == [("rules", UP)]


async def told(args: str = f"{BEN} rules", **more):
    """Ana has Ben told something; the tables after it."""
    tables = Tables()
    said = message(f"faq tell {args}", id="$command")
    ports = house(tables, rooms=FakeRooms(inside={ROOM: frozenset({BEN})}), **more)
    (reply,) = tables.keep(await run(LIBRARY, Call(name="faq", args=f"tell {args}", message=said), ports))
    return tables, reply


@pytest.mark.parametrize(
    ("sender", "removes"),
    [(BEN, True), (ANA, True), (EVE, False)],
)
async def test_who_was_told_and_who_had_them_told_may_remove_it(sender, removes):
    tables, reply = await told()
    heard = {"$command": Heard(id="$command", sender=ANA, text="", at=START)}
    here = rooms()
    here.heard = heard
    found = await react(tables, reacted("❌", sender), reply.key, sent=ours(reply.key, BEN, "$command"), rooms=here)
    assert isinstance(found, tuple) is removes
