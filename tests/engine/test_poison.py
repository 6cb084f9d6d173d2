"""What anybody may send: no message holds up its room, and no handler's slip does."""

from typing import Any

import pytest
from sqlalchemy import text

from bot.actions import Action, Ask, Decision, Done, Later, Remember, Say
from bot.addressing import Identity
from bot.events import Addressed, Message
from bot.handler import Opened
from bot.matrix.rooms import RoomBook
from bot.matrix.sync import _invitations
from bot.matrix.translate import Translator
from bot.ports import Ports
from bot.readers import Sent
from bot.storage import journal
from bot.storage.engine import Storage
from bot.storage.journal import DONE, FAILED
from handlers.moderation import HANDLER as MODERATION
from tests.support.fakes import PLACE, START
from tests.support.house import ANA, ROOM, House, MakeHouse, entry, moderator, said

US = Identity(user_id="@steward:example.org", names=("Steward",), prefixes=("!",))


def message(words: str, **content: Any) -> dict[str, Any]:
    return {"type": "m.room.message", "content": {"msgtype": "m.text", "body": words, **content}}


def replying_to(event_id: Any) -> dict[str, Any]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": event_id}}}


def reaction(of: Any) -> dict[str, Any]:
    return {"type": "m.reaction", "content": {"m.relates_to": {"event_id": of, "key": "👍"}}}


async def repeats(event: Message, _ports: Ports) -> Decision:
    return Done((Say(room=event.room, text=f"heard {event.text}"),))


@pytest.fixture
def translating(storage: Storage) -> House:
    """The engine behind Matrix's real translator, with a handler that repeats what it hears."""
    machine: Any = None  # nothing here is encrypted
    reads: Any = Translator(us=US, rooms=RoomBook(), machine=machine, sent=Sent(storage))
    return House(storage=storage, reader=reads, handlers={"faq": Opened(on={Message: repeats})})


@pytest.mark.parametrize(
    "poison",
    [
        pytest.param(message("1", **replying_to({"a": 1})), id="a reply to an object"),
        pytest.param(message("1", **replying_to(["$1"])), id="a reply to a list"),
        pytest.param(message("1", **replying_to("$\0")), id="a reply to a NUL"),
        pytest.param(message("1", **replying_to("$\ud800")), id="a reply to half a character"),
        pytest.param(message("1", **replying_to("$" + "x" * 60_000)), id="a reply to a novel"),
        pytest.param(message("\0\ud800"), id="a text of nothing"),
        pytest.param(reaction("$\0"), id="a reaction to a NUL"),
        pytest.param(reaction({"a": 1}), id="a reaction to an object"),
        pytest.param({"type": "m.room.redaction", "content": {"redacts": {"a": 1}}}, id="a deletion of an object"),
    ],
)
async def test_no_message_holds_up_its_room(translating: House, poison: dict[str, Any]) -> None:
    home = translating
    await home.journalled(
        entry("$poison", body=poison, kind=poison["type"]), entry("$next", body=message("is anybody there?"))
    )
    await home.works()
    assert (await home.became("$poison"))[0] == DONE
    assert (await home.queued())[-1] == "heard is anybody there?"


async def test_no_search_of_the_audit_log_holds_up_the_room(house: MakeHouse) -> None:
    home = house(moderation=MODERATION.open(MODERATION.settings(), PLACE), roles=moderator(ANA))
    asked = [said(f"audit {words}", f"${words}", addressed=Addressed.PREFIX) for words in ("\0", "\ud800", "x")]
    for number, one in enumerate(asked):
        await home.arrives(one, key=f"${number}")
    await home.works()
    assert (await home.queued())[-1] == "Nothing in the audit log with these words."


async def test_an_invitation_to_a_room_with_a_long_id_can_be_written(storage: Storage) -> None:
    room = "!" + "r" * 18 + ":" + "sub." * 55 + "example.org"
    answer = {"next_batch": "s" + "_12345" * 12, "rooms": {"invite": {room: {}}}}
    async with storage.begin() as tx:
        await journal.write(tx, _invitations(answer, START.timestamp()))
    assert await journal.waiting_rooms(storage) == [room]


ASK = Ask(to="$q", room=ROOM, text="?", mention=ANA, options=("a",), until=START, key="k", memo={"at": START})


@pytest.mark.parametrize(
    "slip",
    [
        pytest.param(Later(at=START, key="k", room=ROOM, memo={"at": START}), id="a memo that is no JSON"),
        pytest.param(ASK, id="a question with such a memo"),
        pytest.param(Remember(text("SELECT 1 / :no_such_value")), id="a statement without its value"),
    ],
)
async def test_what_a_handler_decided_and_nobody_can_write_is_fenced(house: MakeHouse, slip: Action) -> None:
    async def on(event: Message, _ports: Ports) -> Decision:
        words = Say(room=ROOM, text=f"heard {event.text}")
        return Done((words, slip) if event.text == "bomb" else (words,))

    home = house(faq=Opened(on={Message: on}))
    await home.happens(said("bomb", "$1"), said("hello", "$2"))
    assert await home.became("$1") == (FAILED, "engine: failed")
    assert await home.queued() == ["Something went wrong here; the moderators have been told.", "heard hello"]
