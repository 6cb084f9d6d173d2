"""Rooms of versions 10, 11 and 12: questions, power levels at the moment of a command, creators, deletions."""

from typing import Any

import pytest

from bot.actions import Decision, Done
from bot.command_line import Commands
from bot.commands import Call, Command, reply
from bot.events import Addressed, Message
from bot.matrix.api import Api
from bot.matrix.authority import Authority
from bot.matrix.rooms import RoomBook
from bot.ports import Ports, RoomInfo
from bot.roles import Role
from bot.storage.rooms import Room
from tests.support.fakes import START, ports

pytestmark = pytest.mark.homeserver

VERSIONS = pytest.mark.parametrize("version", ["10", "11", "12"])
QUESTION = "Steward, where does all the money go?"


@VERSIONS
async def test_a_question_is_answered_and_its_deletion_takes_the_answer_along(bot, person, version):
    ana = await person("ana")
    room = await ana.create_room(room_version=version)
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()

    asked = await ana.say(room, QUESTION)
    answer = await ana.next_event(room, steward.user)
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == asked

    await ana.call("PUT", f"/rooms/{room}/redact/{asked}/deleted", {"reason": "never mind"})
    deletion = await ana.next_event(room, steward.user, "m.room.redaction")

    # From version 11 on it stands within the content.
    assert (deletion["content"] if version != "10" else deletion)["redacts"] == answer["event_id"]
    assert next(one for one in await ana.history(room) if one["event_id"] == answer["event_id"])["content"] == {}


async def tidied(call: Call, _ports: Ports) -> Decision:
    return Done((reply(call.message, f"tidied up for a {call.role}"),), "tidied")


TIDY = Command(name="tidy", usage="tidy", summary="s", example="tidy", run=tidied, who=Role.MODERATOR, acts_here=True)
COMMANDS = Commands(known={"tidy": ("moderation", TIDY)})


class House:
    """The bot's account as a client of its own, in a room of the config: commands are decided as the bot does it."""

    def __init__(self, client: Any, room: str) -> None:
        api = Api(client.url, client.http)
        api.token = client.token
        book = RoomBook(
            us=client.user,
            rooms={room: Room(id=room)},
            configured={room: RoomInfo(id=room, name="open-chatroom")},
        )
        self.room = room
        self.roles = Authority(api=api, rooms=book, listed=lambda _person: Role.MEMBER)

    async def tidy(self, person: Any) -> str:
        """What becomes of the command, given by this person now."""
        message = Message(
            id="$1", room=self.room, sender=person.user, at=START, text="tidy", addressed=Addressed.PREFIX
        )
        return (await COMMANDS.decide(message, ports(roles=self.roles)))[1].why


@VERSIONS
async def test_a_command_that_acts_here_is_the_moderators_until_they_are_none(person, version):
    ana, mo, steward = await person("ana"), await person("mo"), await person("bot")
    room = await ana.create_room(room_version=version)
    for one in (mo, steward):
        await one.join(room)
    house = House(steward, room)
    assert await house.tidy(mo) == "not entitled"

    levels = await ana.state(room, "m.room.power_levels")
    await ana.put_state(room, "m.room.power_levels", {**levels, "users": {**levels["users"], mo.user: 50}})
    assert await house.tidy(mo) == "tidied"

    await ana.put_state(room, "m.room.power_levels", {**levels, "users": {**levels["users"], mo.user: 49}})
    assert await house.tidy(mo) == "not entitled", "with the very next command"


@VERSIONS
async def test_the_rooms_creator_is_a_moderator_there_also_where_no_level_says_so(person, version):
    ana, steward = await person("ana"), await person("bot")
    room = await ana.create_room(room_version=version)
    await steward.join(room)
    listed = (await ana.state(room, "m.room.power_levels")).get("users", {})

    assert (ana.user in listed) is (version != "12")
    assert await House(steward, room).tidy(ana) == "tidied"


async def test_from_version_12_on_those_whom_the_creator_added_are_creators_and_before_they_are_not(person):
    ana, ben, steward = await person("ana"), await person("ben"), await person("bot")
    rulings = {}
    for version in ("11", "12"):
        added = {"additional_creators": [ben.user]}
        room = await ana.create_room(room_version=version, creation_content=added)
        for one in (ben, steward):
            await one.join(room)
        rulings[version] = await House(steward, room).tidy(ben)
    assert rulings == {"11": "not entitled", "12": "tidied"}


async def test_power_elsewhere_is_none_here(person):
    ana, steward = await person("ana"), await person("bot")
    room, other = await ana.create_room(room_version="12"), await ana.create_room()
    for one in (room, other):
        await steward.join(one)
    house = House(steward, room)
    house.room = other  # not one of the config

    assert await house.tidy(ana) == "not entitled"
