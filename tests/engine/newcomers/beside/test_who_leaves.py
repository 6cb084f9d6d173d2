"""Whoever leaves the walk's chat has ended the walk; whoever is removed from the community has no more of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.events import Joined
from tests.engine.newcomers.beside.beside import CHAT, ELSEWHERE, LOUNGE, MODERATOR, Beside
from tests.support.house import ANA, on_any_database

STARTED = ("started", None)


def ended(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why walks and welcomes ended."""
    return [line["reason"] for line in lines if line["event"] in {"walk_ended", "welcome_ended"}]


async def test_who_leaves_the_chat_ends_the_walk_without_a_word(beside: Beside) -> None:
    await beside.walks()
    await beside.waits_for_the_form()
    with capture_logs() as lines:
        assert await beside.goes() == []
    assert await beside.walk() is None
    assert await beside.kept() == [], "they aren't written to about the form any more"
    assert await beside.tallied() == [("left", "code-of-conduct"), STARTED]
    assert ended(lines) == ["the person has left the chat"]


@pytest.mark.parametrize("room", [LOUNGE, CHAT])
async def test_who_is_removed_half_way_has_no_walk_any_more(beside: Beside, room: str) -> None:
    await beside.walks()
    await beside.waits_for_the_form()
    with capture_logs() as lines:
        assert await beside.goes(room=room, by=MODERATOR) == []
    assert await beside.walk() is None
    assert await beside.kept() == []
    assert await beside.tallied() == [("left", "code-of-conduct"), STARTED]
    assert len(ended(lines)) == 1
    (hint,) = await beside.says("next")
    assert "We aren't on the walk to the registration form" in hint


@on_any_database
async def test_who_leaves_a_public_room_goes_on(beside: Beside) -> None:
    await beside.walks()
    await beside.waits_for_the_form()
    await beside.goes(room=LOUNGE)
    assert await beside.walk() is not None
    assert len(await beside.kept()) == 1


@on_any_database
async def test_who_is_removed_from_a_room_that_isnt_the_communitys_goes_on(beside: Beside) -> None:
    await beside.walks()
    await beside.goes(room=ELSEWHERE, by=MODERATOR)
    assert await beside.walk() is not None


@on_any_database
async def test_somebody_else_who_leaves_ends_nothing(beside: Beside) -> None:
    await beside.walks()
    await beside.goes(MODERATOR)
    await beside.goes(MODERATOR, LOUNGE, by=ANA)
    assert await beside.walk() is not None


@on_any_database
async def test_who_has_seen_all_steps_isnt_counted_as_having_left(beside: Beside) -> None:
    await beside.walks()
    await beside.says("6")
    await beside.goes()
    assert await beside.walk() is None
    assert await beside.tallied() == [("finished", None), STARTED]


async def test_who_is_removed_before_they_were_greeted_isnt_greeted(beside: Beside) -> None:
    came = Joined(id="$came", room=LOUNGE, sender=ANA, at=beside.now)
    await beside.happens(came)
    assert await beside.state_of(ANA) == "waiting"
    with capture_logs() as lines:
        assert await beside.goes(room=LOUNGE, by=MODERATOR) == []
    assert await beside.state_of(ANA) == "spared"
    assert ended(lines) == ["the person was removed from a room"]
    await beside.happens(replace(came, id="$again", returning=True))
    assert await beside.state_of(ANA) == "spared"
    assert not any(ANA in row for row in await beside.kept()), "their id isn't kept"


@on_any_database
async def test_who_was_greeted_and_is_removed_stays_greeted(beside: Beside) -> None:
    await beside.happens(Joined(id="$came", room=LOUNGE, sender=ANA, at=beside.now))
    await beside.was_greeted()
    await beside.goes(room=LOUNGE, by=MODERATOR)
    assert await beside.state_of(ANA) == "welcomed"


@on_any_database
async def test_when_two_things_happen_at_once_the_walk_ends_all_the_same(beside: Beside) -> None:
    """The row changes after it was read for the decision: then it is decided again."""
    await beside.walks()
    beside.meanwhile_moved()
    await beside.goes(room=LOUNGE, by=MODERATOR)
    assert await beside.walk() is None
