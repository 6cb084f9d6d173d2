"""The private chat with a person: found where we have spoken with them, or where we made it, or opened.

Making a room takes no transaction id. So it is noted first that a chat is being made, and the room bears whom it is
for: whatever happens in between, it is found again, and no second one is made. Who has left theirs is left alone.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from bot.errors import Permanent, TryLater
from bot.matrix import wire
from bot.matrix.api import Api, Denied, path
from bot.matrix.authority import members, state_of
from bot.matrix.rooms import TWO, RoomBook
from bot.storage import outbox, state
from bot.storage.engine import Storage
from bot.storage.rooms import Room

#: Where a chat's creation says whom it is with.
MARK = "coop.steward.chat"
#: What is noted while a chat is being made.
BEING_MADE = ""
LEFT = "they have left the chat"
ENCRYPTED = {"algorithm": "m.megolm.v1.aes-sha2"}


@dataclass(frozen=True, kw_only=True)
class Chats:
    """Finds and opens private chats."""

    api: Api
    storage: Storage
    rooms: RoomBook

    async def chat_with(self, person: str) -> str | None:
        """The private chat in which we last answered this person and where they still are. Raises `TryLater`."""
        for room in await outbox.rooms_with(self.storage, person):
            if self.rooms.joined(room) and self.rooms.private(room) and person in await members(self.api, room):
                return room
        return None

    async def open(self, person: str) -> str:
        """The private chat with this person: where they are, else where they are invited to, else a new one.

        Raises `Permanent` where they have left it or may not be invited, `TryLater` where it can't be told now.
        """
        noted = await state.get(self.storage, _name(person))
        room = await self.chat_with(person)
        if room is None and noted:
            await self._invited(noted, person)
            return noted
        if room is None:
            room = await self._made(person, begun=noted is not None)
        if room != noted:
            await self._note(person, room)
        return room

    async def _note(self, person: str, room: str) -> None:
        async with self.storage.begin() as tx:
            await state.put(tx, _name(person), room)

    async def _made(self, person: str, *, begun: bool) -> str:
        """A new chat, or the one whose making was `begun` before."""
        if begun and (found := await self._find(person)) is not None:
            await self._encrypted(found)
            # Before they are invited, which may fail for a day: nobody has to look through all rooms each time.
            await self._note(person, found)
            await self._invited(found, person)
            return found
        await self._note(person, BEING_MADE)
        return await self._create(person)

    async def _create(self, person: str) -> str:
        answer = await self.api.call("POST", path("createRoom"), chat(person), elsewhere=True)
        room = wire.identifier(answer.get("room_id"))
        if room is None:
            raise TryLater("the homeserver doesn't say which room it has made")
        return room

    async def _find(self, person: str) -> str | None:
        """The chat that bears this person's mark, among the rooms that the homeserver says we are in."""
        rooms = wire.listed(await self.api.call("GET", path("joined_rooms")), "joined_rooms")
        for room in filter(wire.identifier, rooms):
            if room in self.rooms.configured or self.rooms.rooms.get(room, Room(id=room)).people > TWO:
                continue
            creation = await state_of(self.api, room, "m.room.create", whole=True)
            ours = creation.get("sender") == self.rooms.us
            if ours and wire.mapping(creation, "content").get(MARK) == person:
                return str(room)
        return None

    async def _encrypted(self, room: str) -> None:
        """Have the chat encrypted, where its making broke off before that."""
        if not await state_of(self.api, room, "m.room.encryption"):
            await self.api.call("PUT", path("rooms", room, "state", "m.room.encryption", ""), ENCRYPTED)

    async def _invited(self, room: str, person: str) -> None:
        """Have them in it, or invited, unless they were before."""
        where = path("rooms", room, "state", "m.room.member", person)
        try:
            membership = (await self.api.call("GET", where)).get("membership")
        except Denied as denied:
            if denied.errcode != "M_NOT_FOUND":
                raise Permanent(LEFT) from denied
            await self.api.call("PUT", where, {"membership": "invite", "is_direct": True}, elsewhere=True)
            return
        if membership not in {"join", "invite"}:
            raise Permanent(LEFT)


def chat(person: str) -> dict[str, Any]:
    """A private chat to be made. Who is invited gets the keys at once, and reads what was said until they come."""
    return {
        "preset": "trusted_private_chat",
        "is_direct": True,
        "invite": [person],
        "creation_content": {MARK: person},
        "initial_state": [
            {"type": "m.room.encryption", "state_key": "", "content": ENCRYPTED},
            {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "invited"}},
        ],
    }


def _name(person: str) -> str:
    """Where the chat with a person is noted."""
    return f"chat:{hashlib.sha256(person.encode()).hexdigest()[:32]}"
