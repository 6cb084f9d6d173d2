"""What a homeserver refuses for good isn't tried again, and the operators are told: blocked invites, policy servers."""

import json
from typing import Any

import pytest

from bot.actions import Done, Join, Reply
from bot.errors import Permanent, StewardError
from bot.events import Message
from bot.handler import Opened
from bot.matrix.api import Denied, understood
from bot.ports import Ports
from bot.storage import audit, outbox
from tests.support.house import ANA, CONTROL, ROOM, MakeHouse, on_any_database, said

SPAM = "This message has been rejected as probable spam"


def refused(status: int, errcode: str, error: str) -> StewardError:
    """What the bot makes of such an answer."""
    with pytest.raises(StewardError) as raised:
        understood(status, {}, json.dumps({"errcode": errcode, "error": error}).encode())
    return raised.value


REFUSALS = [
    (403, "M_FORBIDDEN", SPAM),  # a policy server's, as Synapse passes it on
    (400, "M_FORBIDDEN", SPAM),
    (403, "ORG.MATRIX.MSC4387_SAFETY", "This looks like spam"),
    (403, "M_INVITE_BLOCKED", "This user is not permitted to send invites to this server/user"),
    (403, "ORG.MATRIX.MSC4155.M_INVITE_BLOCKED", "This user is not permitted to send invites"),
    (400, "M_SOMETHING_NEW", "whatever comes"),
]


@pytest.mark.parametrize(("status", "errcode", "error"), REFUSALS)
def test_these_answers_are_refusals(status: int, errcode: str, error: str) -> None:
    refusal = refused(status, errcode, error)
    assert isinstance(refusal, Denied)
    assert isinstance(refusal, Permanent)
    assert (refusal.errcode, str(refusal)) == (errcode, f"{errcode}: {error}")


@on_any_database
@pytest.mark.parametrize(("status", "errcode", "error"), REFUSALS)
async def test_a_refused_message_is_tried_once_and_told_and_the_next_one_goes_out(
    house: MakeHouse, status: int, errcode: str, error: str
) -> None:
    async def answer(message: Message, _ports: Ports) -> Done:
        return Done((Reply(to=message.id, room=ROOM, text=message.text, mention=ANA),), "answered")

    home = house(faq=Opened(on={Message: answer}))
    home.outbox.control_room = lambda: CONTROL
    home.sender.trouble["bad"] = [refused(status, errcode, error)]
    await home.happens(said("bad", "$1"), said("good", "$2"))
    await home.outbox.work(ROOM)
    await home.outbox.work(ROOM)

    assert [row.content["body"] for row, _ in home.sender.tried] == ["bad", "good"]
    assert home.sender.texts() == ["good"]
    assert await outbox.waiting(home.storage, ROOM) == []
    (line,) = await audit.latest(home.storage, 9)
    assert line.outcome == f"{errcode}: {error}"
    (told,) = await home.queued(CONTROL)
    assert error in told


@on_any_database
async def test_a_join_that_is_refused_is_told_too(house: MakeHouse) -> None:
    async def join(_message: Message, _ports: Ports) -> Done:
        return Done((Join(room=ROOM),), "joined")

    class Refusing:
        async def deliver(self, *_: Any) -> None:
            raise Denied(403, "M_FORBIDDEN", "You are not invited to this room.")

    home = house(faq=Opened(on={Message: join}))
    home.outbox.sender = Refusing()
    await home.happens(said("come in"))
    await home.outbox.work(ROOM)
    (line,) = await audit.latest(home.storage, 9)
    assert line.outcome == "M_FORBIDDEN: You are not invited to this room."
