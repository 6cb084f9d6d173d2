"""Room upgrades: following a tombstone into the new room. What decides is in `tombstones.py`."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.actions import Audit
from bot.clock import Clock
from bot.effects import Effects
from bot.matrix.api import Denied, path
from bot.matrix.authority import Authority, power_levels, state_of
from bot.matrix.home import MOST_VIA, Home, Wanted
from bot.matrix.tombstones import Move, Sender, Successor, Tombstone, mismatch, read, refusal
from bot.storage import state
from bot.storage.rooms import Room

log = structlog.get_logger()

#: How often a new room that may not be entered is tried again, in seconds.
AGAIN = 300.0


@dataclass(frozen=True, kw_only=True)
class Upgrades:
    """Follows upgraded rooms, and tells the operators."""

    home: Home
    authority: Authority
    clock: Clock
    after_commit: Callable[[Effects], None]

    async def work(self, room: str) -> float | None:
        """See whether this room was upgraded. Raises `TryLater`; seconds to come back in, where we may not enter."""
        stone = read(room, await state_of(self.home.api, room, "m.room.tombstone", whole=True))
        if stone is None or self._ours(stone) or await self._known(stone) == "done":
            return None
        wanted = self.home.settled_in(room)
        move = await self._move(stone, wanted)
        why = refusal(stone, move)
        if why is not None:
            await self._refuse(stone, wanted, why, quiet=not move.configured)
            return None
        entered = await self._enter(stone, wanted)
        if entered is None:
            return AGAIN
        why = mismatch(stone, await self._successor(stone), control=move.control)
        if why is None:
            await self._settle(stone, wanted)
            return None
        if entered:
            await self.home.api.call("POST", path("rooms", stone.replacement, "leave"), {"reason": why})
        await self._refuse(stone, wanted, why)
        return None

    def _ours(self, stone: Tombstone) -> bool:
        """Whether we have our place in the new room already, or were thrown out of it and stay away."""
        rooms = self.home.rooms
        return stone.replacement in rooms.configured or rooms.removed(stone.replacement)

    async def _move(self, stone: Tombstone, wanted: Wanted | None) -> Move:
        role = await self.authority.role(stone.sender)
        power = (await power_levels(self.home.api, stone.room)).of(stone.sender)
        return Move(
            configured=wanted is not None,
            control=wanted is not None and wanted.info.control,
            before=await self.home.rooms_before(wanted, stone.room) if wanted is not None else [stone.room],
            sender=Sender(role=role, power=power),
        )

    async def _enter(self, stone: Tombstone, wanted: Wanted | None) -> bool | None:
        """Be in the new room: whether it was for this tombstone that we came in; None where we may not."""
        new, known = stone.replacement, await self._known(stone)
        if self.home.rooms.joined(new):
            return known is not None
        if wanted is not None:
            # So that an invitation there is accepted, whoever sends it.
            self.home.rooms.expected[new] = self.home.rooms.info(stone.room)
        if known is None:
            await self._note(stone, "entering")
        via = list(dict.fromkeys([*stone.via, *(wanted.via if wanted is not None else ())]))[:MOST_VIA]
        try:
            self.home.rooms.entering(new)
            await self.home.api.call("POST", path("join", new), {}, query={"via": via}, elsewhere=True)
        except Denied as denied:
            if known != "waiting":
                await self._wait(stone, wanted, denied)
            return None
        return True

    async def _wait(self, stone: Tombstone, wanted: Wanted | None, denied: Denied) -> None:
        log.error("upgrade_not_entered", room=stone.room, replacement=stone.replacement, why=str(denied))
        what = f"upgraded {called(stone, wanted)} to {stone.replacement}"
        await self._note(stone, "waiting", what, f"I may not enter it ({denied}). Invite me there")

    async def _successor(self, stone: Tombstone) -> Successor:
        api, new = self.home.api, stone.replacement
        return Successor(
            creation=await state_of(api, new, "m.room.create", whole=True),
            join_rule=await state_of(api, new, "m.room.join_rules"),
            join_rule_before=await state_of(api, stone.room, "m.room.join_rules"),
        )

    async def _settle(self, stone: Tombstone, wanted: Wanted | None) -> None:
        rooms, new = self.home.rooms, stone.replacement
        rooms.expected.pop(new, None)
        if not rooms.joined(new):  # the sync that tells of it may be on its way still
            rooms.update([replace(rooms.rooms.get(new, Room(id=new)), joined=True, removed=False)])
        await self._note(stone, "done", f"upgraded {called(stone, wanted)}", f"I follow to {new}", follows=wanted)
        if wanted is not None:
            self.home.settle(wanted, new)
        log.info("room_upgraded", room=stone.room, replacement=new)

    async def _refuse(self, stone: Tombstone, wanted: Wanted | None, why: str, *, quiet: bool = False) -> None:
        self.home.rooms.expected.pop(stone.replacement, None)
        log.error("upgrade_not_followed", room=stone.room, replacement=stone.replacement, sender=stone.sender, why=why)
        what = "" if quiet else f"pointed from {called(stone, wanted)} to {stone.replacement}"
        await self._note(stone, "done", what, f"I don't follow: {why}")

    async def _note(
        self, stone: Tombstone, became: str, what: str = "", outcome: str = "", *, follows: Wanted | None = None
    ) -> None:
        """Keep what became of this tombstone, move the settings along, and tell the operators: one commit."""
        control = self.home.rooms.control_room()
        if follows is not None and follows.info.control:
            control = stone.replacement
        encrypted = self.home.rooms.encrypted
        effects = Effects(now=self.clock.now().timestamp(), cause=stone.id, control_room=control, encrypted=encrypted)
        async with self.home.storage.begin() as tx:
            await state.put(tx, _name(stone), became)
            if follows is not None:
                await self.home.note_move(tx, follows, stone.room, stone.replacement, stone.via)
            if what:
                told = Audit(who=stone.sender, what=what, outcome=outcome, room=stone.room, event_id=stone.id)
                await effects.apply(tx, "engine", (told,))
        self.after_commit(effects)

    async def _known(self, stone: Tombstone) -> str | None:
        """What became of this tombstone before."""
        return await state.get(self.home.storage, _name(stone))


def called(stone: Tombstone, wanted: Wanted | None) -> str:
    """The old room, as operators know it."""
    return wanted.info.name or wanted.room if wanted is not None else stone.room


def _name(stone: Tombstone) -> str:
    """Where it is kept what became of a tombstone: the same event pointing elsewhere is another."""
    known = f"{stone.id} {stone.room} {stone.replacement}"
    return f"tombstone:{hashlib.sha256(known.encode()).hexdigest()[:32]}"
