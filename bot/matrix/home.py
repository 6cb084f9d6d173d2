"""Being at home: in the configured rooms, under the configured name and picture."""

import hashlib
import json
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Permanent, StewardError, TryLater, passes
from bot.matrix import wire
from bot.matrix.api import Api, Denied, path
from bot.matrix.rooms import RoomBook
from bot.ports import RoomInfo
from bot.storage import state
from bot.storage.engine import Storage
from bot.storage.written import json_object

log = structlog.get_logger()

#: How many servers a join is offered to go through.
MOST_VIA = 5
KNOCK = "I am the bot of this community's rooms, and this one is in my configuration."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A room of the config: its alias or id, and what the config says of it."""

    room: str
    via: tuple[str, ...]
    info: RoomInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The rooms that one of the config was, by upgrades: the last one is it now. `via`: servers that know that one."""

    rooms: tuple[str, ...] = ()
    via: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Home:
    """Enters the configured rooms. `missing` are those that we are not in, each with the reason.

    `settled` has the id of each room of the config, as it is now; `knocked` those that were knocked on since the start.
    """

    api: Api
    storage: Storage
    rooms: RoomBook
    wanted: Sequence[Wanted]
    missing: dict[str, StewardError] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    knocked: set[str] = field(default_factory=set)

    async def remembered(self) -> None:
        """Take over which ids the aliases had, so that work can begin before the homeserver answers."""
        for wanted in self.wanted:
            known = wanted.room if wanted.room.startswith("!") else await state.get(self.storage, _name(wanted))
            room = ((await self._moved(wanted)).rooms or (known,))[-1]
            if room is not None:
                self.settle(wanted, room)

    async def enter(self) -> None:
        """Join every configured room that we are not in. What can't be joined is said once, and tried again."""
        if await self._enter_all(self.wanted) and self.missing:
            # A room may let in whoever is in another one.
            await self._enter_all([wanted for wanted in self.wanted if wanted.room in self.missing])

    async def _enter_all(self, rooms: Sequence[Wanted]) -> bool:
        """Whether we are in any that we were not in before."""
        came = False
        for wanted in rooms:
            try:
                came = await self._enter(wanted) or came
            except StewardError as error:
                self._miss(wanted, error)
            else:
                self.missing.pop(wanted.room, None)
        return came

    async def _enter(self, wanted: Wanted) -> bool:
        """Whether we weren't in before."""
        room, servers = await self._resolve(wanted)
        # Known before we are in, so that an invitation there is recognised.
        self.settle(wanted, room)
        if self.rooms.removed(room):
            raise Permanent("the bot was removed there. Invite it again if it is to come back.")
        new = not self.rooms.joined(room)
        if new:
            via = list(dict.fromkeys([*wanted.via, *servers]))[:MOST_VIA]
            await self._join(room, via)
            log.info("room_joined", room=room, alias=wanted.room)
        async with self.storage.begin() as tx:
            await state.put(tx, _name(wanted), room)
        return new

    async def _resolve(self, wanted: Wanted) -> tuple[str, list[str]]:
        if wanted.room.startswith("!"):
            moved = await self._moved(wanted)
            return (moved.rooms or (wanted.room,))[-1], list(moved.via)
        answer = await self.api.call("GET", path("directory", "room", wanted.room), elsewhere=True)
        room = wire.identifier(answer.get("room_id"))
        if room is None:
            raise TryLater("the homeserver doesn't say which room that is")
        # Not before the answer: meanwhile the room may have been upgraded.
        moved = await self._moved(wanted)
        servers = [*filter(wire.identifier, wire.listed(answer, "servers")), *moved.via]
        if room in moved.rooms:
            return moved.rooms[-1], servers
        known = await state.get(self.storage, _name(wanted)) or room
        if wanted.info.control and known != room and self.rooms.joined(known):
            # Whoever is in the control room is a moderator: an alias that was set anew gives no such rights.
            log.error("control_room_stays", room=known, alias=wanted.room, alias_leads_to=room)
            return known, servers
        return room, servers

    async def _join(self, room: str, via: list[str]) -> None:
        """Enter the room, or knock where it can't be entered: once, and then wait to be let in."""
        try:
            self.rooms.entering(room)
            await self.api.call("POST", path("join", room), {}, query={"via": via}, elsewhere=True)
            self.rooms.entered.add(room)
        except Denied as denied:
            if denied.errcode != "M_FORBIDDEN" or not await self._knock(room, via):
                raise
            raise TryLater("nobody enters it without being let in; the bot has knocked. Let it in") from denied

    async def _knock(self, room: str, via: list[str]) -> bool:
        """Whether we have knocked, now or before."""
        if room not in self.knocked:
            try:
                await self.api.call("POST", path("knock", room), {"reason": KNOCK}, query={"via": via}, elsewhere=True)
            except Denied:
                return False
            self.knocked.add(room)
        return True

    def settled_in(self, room: str) -> Wanted | None:
        """What of the config this room is now."""
        return next((wanted for wanted in self.wanted if self.settled.get(wanted.room) == room), None)

    async def rooms_before(self, wanted: Wanted, room: str) -> tuple[str, ...]:
        """The rooms that this one was upgraded from, the first of all first, and itself at the end."""
        rooms = (await self._moved(wanted)).rooms
        return rooms if room in rooms else (room,)

    async def note_move(self, tx: AsyncConnection, wanted: Wanted, old: str, new: str, via: Sequence[str]) -> None:
        """Keep it that what the config says of `old` is about `new` from now on."""
        rooms = (*await self.rooms_before(wanted, old), new)
        await state.put(tx, _name(wanted, "moved"), json.dumps({"rooms": rooms, "via": via}))
        await state.put(tx, _name(wanted), new)

    async def _moved(self, wanted: Wanted) -> "Moved":
        kept = json_object(await state.get(self.storage, _name(wanted, "moved")))
        rooms, via = (tuple(filter(wire.identifier, wire.listed(kept, part))) for part in ("rooms", "via"))
        return Moved(rooms=rooms, via=via)

    def settle(self, wanted: Wanted, room: str) -> None:
        """What the config says of this room counts for the one with this id, and for no other any more."""
        before = self.settled.get(wanted.room)
        if before is not None and before != room:
            self.rooms.configured.pop(before, None)
        self.settled[wanted.room] = room
        alias = wanted.room if wanted.room.startswith("#") else None
        info = wanted.info
        self.rooms.configured[room] = replace(info, id=room, alias=alias)

    def _miss(self, wanted: Wanted, error: StewardError) -> None:
        why = sentence(wanted, error)
        if str(self.missing.get(wanted.room)) != why:
            log.error("room_not_joined", room=wanted.room, why=why)
        self.missing[wanted.room] = TryLater(why) if passes(error) else Permanent(why)

    def hopeless(self) -> bool:
        """Whether there are rooms to be in, we are in none of them, and waiting won't help."""
        return len(self.missing) == len(self.wanted) > 0 and not self.passing()

    def passing(self) -> bool:
        """Whether something that may pass keeps us out of a room."""
        return any(isinstance(error, TryLater) for error in self.missing.values())


def sentence(wanted: Wanted, error: StewardError) -> str:
    """Why we are not in a room, and what to do."""
    match error:
        case Denied(errcode="M_NOT_FOUND"):
            return f"{wanted.room} doesn't exist. Check its spelling in the config."
        case Denied(errcode="M_FORBIDDEN"):
            return f"{wanted.room} may not be joined. Invite the bot there, or let it in."
        case Denied():
            return f"{wanted.room} can't be joined: {error}"
        case _ if passes(error):
            return f"{wanted.room} can't be joined now: {error}. It is tried again."
        case _:
            return f"{wanted.room} can't be joined: {error}"


async def show_profile(api: Api, storage: Storage, user: str, name: str, avatar: Path | None) -> None:
    """Have this name and picture. The picture is uploaded once."""
    shown = await _profile(api, user)
    if shown.get("displayname") != name:
        await api.call("PUT", path("profile", user, "displayname"), {"displayname": name})
    if avatar is None:
        return
    address = await _uploaded(api, storage, avatar)
    if shown.get("avatar_url") != address:
        await api.call("PUT", path("profile", user, "avatar_url"), {"avatar_url": address})


async def _profile(api: Api, user: str) -> dict[str, str]:
    try:
        return await api.call("GET", path("profile", user))
    except Denied:
        return {}


async def _uploaded(api: Api, storage: Storage, avatar: Path) -> str:
    picture = avatar.read_bytes()  # noqa: ASYNC240 - a small local file, once, before any work
    name = f"avatar:{hashlib.sha256(picture).hexdigest()[:32]}"
    address = await state.get(storage, name)
    if address is None:
        address = await api.upload(picture, mimetypes.guess_type(avatar.name)[0] or "image/png")
        async with storage.begin() as tx:
            await state.put(tx, name, address)
    return address


def _name(wanted: Wanted, what: str = "room") -> str:
    """Where the id of an alias is kept, or where it has moved; aliases may be longer than a name may."""
    return f"{what}:{hashlib.sha256(wanted.room.encode()).hexdigest()[:32]}"
