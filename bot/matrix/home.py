"""Being at home: in the configured rooms, under the configured name and picture."""

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from bot.errors import Permanent, StewardError, TryLater
from bot.matrix.api import Api, Denied, path
from bot.matrix.rooms import RoomBook
from bot.ports import RoomInfo
from bot.storage import state
from bot.storage.engine import Storage

log = structlog.get_logger()

#: How many servers a join is offered to go through.
MOST_VIA = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A room of the config: its alias or id, and what the config says of it."""

    room: str
    via: tuple[str, ...]
    info: RoomInfo


@dataclass(kw_only=True)
class Home:
    """Enters the configured rooms. `missing` are those that we are not in, each with the reason."""

    api: Api
    storage: Storage
    rooms: RoomBook
    wanted: Sequence[Wanted]
    missing: dict[str, StewardError] = field(default_factory=dict)

    async def remembered(self) -> None:
        """Take over which ids the aliases had, so that work can begin before the homeserver answers."""
        for wanted in self.wanted:
            room = wanted.room if wanted.room.startswith("!") else await state.get(self.storage, _name(wanted))
            if room is not None:
                self._settle(wanted, room)

    async def enter(self) -> None:
        """Join every configured room that we are not in. What can't be joined is said once, and tried again."""
        for wanted in self.wanted:
            try:
                await self._enter(wanted)
            except StewardError as error:
                self._miss(wanted, error)
            else:
                self.missing.pop(wanted.room, None)

    async def _enter(self, wanted: Wanted) -> None:
        room, servers = await self._resolve(wanted)
        # Known before we are in, so that an invitation there is recognised.
        self._settle(wanted, room)
        if self.rooms.removed(room):
            raise Permanent("the bot was removed there. Invite it again if it is to come back.")
        if not self.rooms.joined(room):
            via = list(dict.fromkeys([*wanted.via, *servers]))[:MOST_VIA]
            await self.api.call("POST", path("join", room), {}, query={"via": via})
            log.info("room_joined", room=room, alias=wanted.room)
        async with self.storage.begin() as tx:
            await state.put(tx, _name(wanted), room)

    async def _resolve(self, wanted: Wanted) -> tuple[str, list[str]]:
        if wanted.room.startswith("!"):
            return wanted.room, []
        answer = await self.api.call("GET", path("directory", "room", wanted.room))
        return answer["room_id"], answer.get("servers", [])

    def _settle(self, wanted: Wanted, room: str) -> None:
        alias = wanted.room if wanted.room.startswith("#") else None
        info = wanted.info
        self.rooms.configured[room] = RoomInfo(
            id=room, name=info.name, alias=alias, answers=info.answers, notices=info.notices, control=info.control
        )

    def _miss(self, wanted: Wanted, error: StewardError) -> None:
        why = sentence(wanted, error)
        if str(self.missing.get(wanted.room)) != why:
            log.error("room_not_joined", room=wanted.room, why=why)
        self.missing[wanted.room] = TryLater(why) if isinstance(error, TryLater) else Permanent(why)

    def hopeless(self) -> bool:
        """Whether there are rooms to be in, we are in none of them, and waiting won't help."""
        passing = any(isinstance(error, TryLater) for error in self.missing.values())
        return len(self.missing) == len(self.wanted) > 0 and not passing


def sentence(wanted: Wanted, error: StewardError) -> str:
    """Why we are not in a room, and what to do."""
    match error:
        case Denied(errcode="M_NOT_FOUND"):
            return f"{wanted.room} doesn't exist. Check its spelling in the config."
        case Denied(errcode="M_FORBIDDEN"):
            return f"{wanted.room} may not be joined. Invite the bot there, or let it in."
        case Denied():
            return f"{wanted.room} can't be joined: {error}"
        case TryLater():
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


def _name(wanted: Wanted) -> str:
    """Where the id of an alias is kept; aliases may be longer than a name may."""
    return f"room:{hashlib.sha256(wanted.room.encode()).hexdigest()[:32]}"
