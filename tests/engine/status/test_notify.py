"""`!notify`: who hears of outages in private, as the database keeps it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import DirectMessage, Done, Reply
from bot.commands import Call
from bot.dispatch import actions_of
from bot.effects import Effects
from bot.errors import Refused
from bot.events import Left, Outcome
from bot.readers import Memory
from handlers.status import HANDLER
from handlers.status.settings import Settings
from handlers.status.telling import notify, subscriptions
from handlers.status.telling.news import beyond, key_of
from handlers.status.telling.notify import on_left, on_outcome, run_notify
from tests.support.fakes import START, FakeRooms, ports
from tests.support.house import ANA, BEN, ROOM, said
from tests.unit.status.scenes import watch
from tests.unit.status.test_telling_others import DOWN, WIKI

WATCH = watch()
#: For tests to which the database doesn't matter.
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


@pytest.fixture
def at(storage):
    """The ports, where Ana and Ben are in a room of the community's."""

    def make(**changes):
        return ports(memory=Memory(storage), rooms=FakeRooms(sharing=frozenset({ANA, BEN})), **changes)

    return make


async def done(storage, decision):
    effects = Effects(now=START.timestamp(), cause="$cause")
    async with storage.begin() as tx:
        await effects.apply(tx, "status", actions_of(decision))
    return decision


@pytest.fixture
def types(storage, at):
    """Somebody types a command; what the bot answers."""

    async def make(args, sender=ANA, **changes):
        call = Call(name="notify", args=args, message=said(f"!notify {args}", sender=sender))
        decision = await done(storage, await run_notify(WATCH, call, at(**changes)))
        assert isinstance(decision, Done)
        answer = decision.actions[-1]
        assert isinstance(answer, Reply)
        assert (answer.room, answer.mention) == (ROOM, sender)
        return answer.text

    return make


async def kept(storage):
    return dict(await subscriptions.all_of_them(Memory(storage)))


async def test_one_hears_of_all_or_of_some_and_of_nothing_any_more(storage, types):
    assert "You hear of no outages in private. `!notify me` changes that." in await types("")
    assert "when **the wiki** fails" in await types("me wiki")
    assert "when **Mastodon** or **the wiki** fails" in await types("me social.example")
    assert await kept(storage) == {ANA: {"wiki", "mastodon"}}
    assert "when any service fails" in await types("me")
    assert await kept(storage) == {ANA: {""}}
    assert "when **the wiki** fails" in await types("stop mastodon"), "of all but one"
    assert "when **the wiki** fails" in await types("")
    assert "You hear of no outages" in await types("stop wiki")
    assert await kept(storage) == {}
    await types("me the wiki, mastodon", BEN)
    assert "You hear of no outages" in await types("stop", BEN)


async def test_saying_it_twice_changes_nothing(storage, types):
    await types("me wiki")
    before = await kept(storage)
    await types("me wiki", now=START + timedelta(hours=1))
    assert await kept(storage) == before


@on_sqlite
@pytest.mark.parametrize(
    ("args", "words"),
    [
        ("me wikki", "Did you mean `wiki`?"),
        ("me xyzzy", "I know `mastodon`, `wiki`."),
        ("stop masto don", "“masto”. Did you mean `mastodon`?"),
        ("me *x*", "“\\*x\\*”"),
        (BEN, "Everybody does so for themselves."),
        ("them", "`!notify me wiki`"),
    ],
)
async def test_what_is_not_understood_is_answered_with_what_to_type(storage, types, args, words):
    with pytest.raises(Refused) as refused:
        await types(args)
    assert words in str(refused.value)
    assert await kept(storage) == {}


@on_sqlite
async def test_who_is_in_no_room_of_the_communitys_is_refused_kindly_and_may_end_it_all_the_same(storage, types):
    stranger = "@eve:elsewhere.org"
    with pytest.raises(Refused, match="Join one of them"):
        await types("me", stranger)
    assert await kept(storage) == {}
    await types("stop", stranger)


@on_sqlite
async def test_there_are_no_more_subscribers_than_can_be_told(types, monkeypatch):
    monkeypatch.setattr(notify, "MOST", 1)
    await types("me")
    with pytest.raises(Refused, match="So many people"):
        await types("me", BEN)
    await types("me wiki")


async def test_who_can_not_be_written_to_is_not_written_to_again(storage, at, types):
    for person in (ANA, BEN):
        await types("me", person)
    outcome = Outcome(id="o", room=f"direct:{ANA}", sender="", at=START, key=key_of(ANA), ok=True, event_id="$e")
    await done(storage, await on_outcome(outcome, at()))
    assert set(await kept(storage)) == {ANA, BEN}
    failed = Outcome(
        id="o", room=f"direct:{ANA}", sender="", at=START, key=key_of(ANA), ok=False, why="they have left the chat"
    )
    await done(storage, await on_outcome(failed, at()))
    assert set(await kept(storage)) == {BEN}
    await done(storage, await on_outcome(failed, at()))


async def test_subscribers_are_told_of_what_they_asked_for(at, types):
    await types("me")
    await types("me wiki", BEN)
    told = [one for one in await beyond(WATCH, at(), [DOWN, WIKI]) if isinstance(one, DirectMessage)]
    assert [(one.to, one.text.split("\n\n")[:-1]) for one in told] == [
        (ANA, [DOWN.text, WIKI.text]),
        (BEN, [WIKI.text]),
    ]
    assert await beyond(WATCH, at(), []) == ()


async def test_who_leaves_the_last_of_the_rooms_hears_no_more(storage, at, types):
    for person in (ANA, BEN):
        await types("me wiki", person)
    left = Left(id="$left", room=ROOM, sender=ANA, at=START, who=ANA)
    await done(storage, await on_left(left, at()))
    assert set(await kept(storage)) == {ANA, BEN}, "she is in another one"

    ports = replace(at(), rooms=FakeRooms(sharing=frozenset({BEN})))
    on = HANDLER.open(Settings(), WATCH.place).on[Left]
    await done(storage, await on(left, ports))
    assert set(await kept(storage)) == {BEN}
    await done(storage, await on(replace(left, who="@eve:elsewhere.org"), ports))
    assert set(await kept(storage)) == {BEN}
