"""Invitations, with what moderation remembers of them: private chats are limited, and the limit passes."""

import asyncio

import pytest

from bot.events import Invited
from handlers.moderation import HANDLER, tables
from handlers.moderation.invitations import BY_ALL, BY_ONE, TOO_MANY
from tests.support.fakes import PLACE, FakeRooms
from tests.support.house import ANA, House, MakeHouse


@pytest.fixture
async def moderated(house: MakeHouse) -> House:
    """A house with moderation alone, and many members."""
    people = frozenset({ANA, *(f"@m{number}:example.org" for number in range(99))})
    home = house(moderation=HANDLER.open(HANDLER.settings(), PLACE), rooms=FakeRooms(sharing=people))
    async with home.storage.begin() as tx:
        await tx.run_sync(tables.metadata.create_all)
    return home


async def invited(home: House, who: str, number: int) -> tuple[str, str]:
    """What is done about an invitation to a private chat, and with what words."""
    room = f"!chat{number}:example.org"
    event = Invited(id=f"invite:{number}", room=room, sender=who, at=home.clock.now(), direct=True)
    await home.arrives(event, kind="steward.invite")
    await home.works(room)
    (row,) = [row for row in home.committed[-1].queued if row.room == room]
    return row.kind, row.content.get("reason", "")


async def test_one_person_begins_so_many_private_chats_within_an_hour(moderated: House) -> None:
    for number in range(BY_ONE):
        assert await invited(moderated, ANA, number) == ("join", "")
    assert await invited(moderated, ANA, 10) == ("leave", TOO_MANY)
    assert await invited(moderated, "@m1:example.org", 11) == ("join", "")
    moderated.clock.forward(3601)
    assert await invited(moderated, ANA, 12) == ("join", "")


async def test_all_together_begin_so_many_within_an_hour(moderated: House) -> None:
    for number in range(BY_ALL):
        assert await invited(moderated, f"@m{number}:example.org", number) == ("join", "")
    assert await invited(moderated, "@m50:example.org", 50) == ("leave", TOO_MANY)
    moderated.clock.forward(3601)
    assert await invited(moderated, "@m50:example.org", 51) == ("join", "")
    rows = await moderated.storage.rows(tables.accepted.select())
    assert len(rows) == 1


async def test_invitations_that_are_decided_on_at_once_are_limited_all_the_same(
    moderated: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [f"!chat{number}:example.org" for number in range(BY_ONE + 2)]
    for number, room in enumerate(rooms):
        event = Invited(id=f"invite:{number}", room=room, sender=ANA, at=moderated.clock.now(), direct=True)
        await moderated.arrives(event, kind="steward.invite")
    # Each of them sees that nobody has been let in yet, before the first is.
    waiting = asyncio.Barrier(len(rooms))
    plain, seen = moderated.dispatch._decide, set[str]()  # noqa: SLF001 - between deciding and the commit

    async def decide(_self: object, event: Invited) -> object:
        verdict = await plain(event)
        if event.id not in seen:
            seen.add(event.id)
            await waiting.wait()
        return verdict

    monkeypatch.setattr(type(moderated.dispatch), "_decide", decide)
    await asyncio.gather(*(moderated.works(room) for room in rooms))

    done = [row.kind for effects in moderated.committed for row in effects.queued if row.room in rooms]
    assert sorted(done) == ["join"] * BY_ONE + ["leave"] * 2
