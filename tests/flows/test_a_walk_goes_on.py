"""A walk goes on whatever happens to the bot, and ends with whoever goes; it is counted, and nothing of it is told."""

import json
import uuid

import pytest

from tests.support.guided import MONEY, QUESTION, answer_to, chat, coop, rows

pytestmark = pytest.mark.homeserver

#: What must not be found in the log, wherever it was said.
CANARY = "canary-of-ana-7d3e"
#: What the bot sends until somebody walks: an answer to hello, the first step, and what may be tapped at it.
BEGINNING = 4
#: Where a power cut may come in mid-walk.
MOMENTS = [
    ("write to the journal", "after"),
    ("decide", "after"),
    ("commit", "after"),
    ("send", "after"),
    ("mark as sent", "after"),
]
#: And where, as one begins.
BEGINNINGS = [("make a room", "before"), ("make a room", "after"), ("send", "after")]
#: What the bot sends with the second step, and with the first one again: the step, and what may be tapped at it.
TAPS = (4, 3)
#: All that is kept of newcomers.
EVERYTHING = [
    "SELECT * FROM newcomers_tally",
    "SELECT * FROM newcomers_walks",
    "SELECT * FROM newcomers_forms",
    "SELECT * FROM newcomers_people",
]


@pytest.fixture
async def community(bot, person):
    """The co-op, with its bot at work."""
    async with coop(bot, person) as made:
        await made.steward.start()
        yield made


@pytest.fixture
async def mortal(bot, person, tmp_path):
    """The co-op with a bot at work that can be made to die; and how to make it."""
    orders = tmp_path / "orders"
    orders.mkdir()

    def die(point: str, when: str) -> None:
        order = {"point": point, "when": when, "nth": 1, "id": uuid.uuid4().hex}
        (orders / "order").write_text(json.dumps(order))
        (orders / "order").rename(orders / "die")

    async with coop(bot, person) as made:
        made.steward.program, made.steward.env = "tests.chaos.mortal", {"MORTAL": str(orders)}
        await made.steward.start()
        yield made, die


async def test_killed_in_mid_walk_it_shows_the_next_step_once_and_goes_on(mortal):
    community, die = mortal
    private = await chat(community.ana, community.steward)
    await private.says("I'd like to join")
    sent = BEGINNING

    for number, (point, when) in enumerate(MOMENTS):
        await community.written(private.room, sent)
        die(point, when)
        await community.ana.say(private.room, "back" if number % 2 else "next")
        assert await community.steward.ended() == -9
        await community.steward.start()
        assert f"Step {1 if number % 2 else 2} of 4" in await private.hears(), (point, when)
        sent += TAPS[number % 2]

    assert "Step 3 of 4" in await private.says("3")
    assert "Step 4 of 4" in await private.says("next")
    assert await private.steps() == [1, 2, 1, 2, 1, 2, 3, 4]


async def test_killed_while_it_begins_there_is_one_chat_with_one_hello_and_one_first_step(mortal):
    community, die = mortal
    steward = community.steward

    people = (community.ana, community.ben, community.mia)
    for one, (point, when) in zip(people, BEGINNINGS, strict=True):
        die(point, when)
        asked = await one.say(community.room, "!join")
        assert await steward.ended() == -9
        await steward.start()
        told = await answer_to(one, community.room, steward, asked)
        assert told == "I've written to you in private.", (point, when)

    assert await steward.stop() == 0
    for one in people:
        invited = [room for room in await one.invited() if room != community.control]
        assert len(invited) == 1
        await one.join(invited[0])
        said = [event for event in await one.history(invited[0]) if event["type"] == "m.room.encrypted"]
        assert len(said) == 2, "the hello, and the first step"


async def test_who_leaves_the_chat_has_ended_the_walk_and_is_not_followed(community):
    ana, steward = community.ana, community.steward
    await ana.say(community.room, "!join")
    private = await ana.next_invite()
    await ana.join(private)
    await ana.next_event(private, steward.user, "m.room.encrypted")
    await answered(community)
    await ana.call("POST", f"/rooms/{private}/leave", {})
    await steward.until("walk_ended")

    asked = await ana.say(community.room, "!join")

    told = await answer_to(ana, community.room, steward, asked)
    assert "I can't write to you in private" in told
    assert await ana.invited() == []
    assert await steward.stop() == 0
    assert steward.user in await community.ben.members(community.room)


async def answered(community):
    """What the bot says in the room to those who asked to be written to: it comes with the first step."""
    said = await community.ana.next_event(community.room, community.steward.user)
    assert said["content"]["body"] == "I've written to you in private."


async def test_who_lets_nobody_write_to_them_is_told_so_and_may_begin_by_themselves(community):
    ana, steward = community.ana, community.steward
    blocks = {"default_action": "block"}
    await ana.call("PUT", f"/user/{ana.user}/account_data/m.invite_permission_config", blocks)

    asked = await ana.say(community.room, "!join")

    told = await answer_to(ana, community.room, steward, asked)
    assert "I can't write to you in private: your account doesn't let me" in told
    assert "Ask in the Open Chatroom." in told
    assert await ana.invited() == []
    private = await chat(ana, steward)
    assert "Step 1 of 4" in await private.says("join")


async def test_who_is_banned_half_way_has_ended_the_walk(community):
    private = await chat(community.ana, community.steward)
    await private.says("I'd like to join")
    await private.says("next")

    await community.mia.call("POST", f"/rooms/{community.room}/ban", {"user_id": community.ana.user})
    await community.steward.until("walk_ended")

    assert "We aren't on the walk" in await private.says("next")
    assert rows(community.steward, "SELECT what, step FROM newcomers_tally WHERE what = 'left'") == [
        ("left", "our-code")
    ]


async def test_moderators_see_how_many_and_nobody_sees_who(community):
    steward = community.steward
    await community.mia.next_event(community.control, steward.user, "m.room.member")
    for one, ends in ((community.ana, ["4", "next"]), (community.ben, ["next", "stop"])):
        private = await chat(one, steward)
        for words in ("I'd like to join", *ends):
            await private.says(words)

    asked = await community.mia.say(community.control, "!newcomers")
    told = await answer_to(community.mia, community.control, steward, asked)
    refused = await community.ana.say(community.room, "!newcomers")

    lines = told.splitlines()
    assert [line for line in lines if "began the walk" in line] == ["- began the walk: 2 / 2 / 2"], told
    assert [line for line in lines if "finished it" in line] == ["- finished it: 1 / 1 / 1"], told
    assert [line for line in lines if "stopped it" in line] == ["- stopped it: 1 / 1 / 1"], told
    assert [line for line in lines if "Our code" in line] == ["- Our code: 1 / 1 / 1"], told
    kept = [rows(steward, query) for query in EVERYTHING]
    for one in (community.ana, community.ben):
        assert one.user.partition(":")[0] not in told
        assert one.user not in str(kept), "those who have ended their walk are forgotten"
    assert "began the walk" not in await answer_to(community.ana, community.room, steward, refused)


async def test_no_word_of_a_walk_is_in_the_log(bot, person):
    async with coop(bot, person, logging={"level": "debug", "format": "json"}) as community:
        await community.steward.start()
        private = await chat(community.ana, community.steward)
        await private.says("I'd like to join")
        await private.says(f"is there a {CANARY} here?")
        await private.hears()
        await private.says(f"{CANARY} " * 30)
        await private.says(f"remind me {CANARY}")
        await private.hears()
        sticker = {"body": CANARY, "url": "mxc://steward.localhost/cat", "info": {}}
        await community.ana.send(private.room, "m.sticker", sticker)
        assert "only read text" in await private.hears()
        asked = await community.ana.say(community.room, f"!join {CANARY}")
        await answer_to(community.ana, community.room, community.steward, asked)
        assert MONEY in await private.says(QUESTION)
        assert await community.steward.stop() == 0

    log = "\n".join(json.dumps(line) for line in community.steward.logged)
    assert "guide_wordless" in log
    assert CANARY not in log
    assert community.ana.user not in log
