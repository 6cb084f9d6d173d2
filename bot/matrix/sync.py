"""Receiving: our own sync loop with our own token. Events and token are committed together, then work begins."""

import asyncio
import hashlib
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot import inbox, nesting
from bot.actions import Audit
from bot.clock import Clock
from bot.effects import Effects
from bot.errors import CryptoError, LoginFailed, Permanent, StorageError, TryLater, Unreachable
from bot.matrix import history, tombstones, wire
from bot.matrix.api import Api, Failing, LoggedOut, path
from bot.matrix.crypto.machine import Machine
from bot.matrix.rooms import RoomBook
from bot.matrix.verification import messages as verification
from bot.storage import journal, state
from bot.storage.engine import Storage
from bot.storage.journal import Entry

log = structlog.get_logger()

#: How long the homeserver may hold a sync that has nothing to tell, in seconds.
POLL = 30
#: Waiting after a refusal or a bad answer: 1 s doubling up to 5 min, each with up to a quarter more at random.
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
#: Nothing is asked again at once, in seconds.
LEAST_WAIT = 0.1
#: No turn takes longer, in seconds; what was missed in many rooms takes minutes to fetch.
STUCK = 900.0
INVITE = "steward.invite"
TOKEN = "matrix.since"  # noqa: S105 - a name, not a secret

_EVENTS = [
    *("m.room.message", "m.room.encrypted", "m.reaction", "m.room.redaction", "m.room.member", "m.sticker"),
    *verification.EVENTS,
]
_STATE = ["m.room.encryption", "m.room.tombstone", "m.room.create"]
#: Only what is acted upon. The timeline is long, so that gaps are rare; members come when they are needed.
FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "timeline": {"limit": 100, "types": [*_EVENTS, *_STATE], "lazy_load_members": True},
            "state": {"types": _STATE, "lazy_load_members": True},
            "ephemeral": {"types": []},
            "account_data": {"types": []},
        },
    }
)
#: The first sync of all only finds out where now is.
FIRST_FILTER = json.dumps(
    json.loads(FILTER)
    | {"room": {**json.loads(FILTER)["room"], "timeline": {"limit": 1, "types": [*_EVENTS, *_STATE]}}}
)


@dataclass(kw_only=True)
class Sync:
    """The loop. `wake` starts work on a room; `log_in_again` is asked when the token is no longer taken."""

    api: Api
    storage: Storage
    machine: Machine
    rooms: RoomBook
    clock: Clock
    us: str
    wake: Callable[[str], None]
    log_in_again: Callable[[LoggedOut], Awaitable[None]]
    upgraded: Callable[[str], None] = lambda _room: None
    control_room: Callable[[], str | None] = lambda: None
    after_commit: Callable[[Effects], None] = lambda _effects: None
    last: datetime | None = field(default=None, init=False)
    lost: int = field(default=0, init=False)
    ready: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    #: When the loop has given its next sign of life, in steady seconds; if not by then, it is stuck.
    alive_until: float | None = field(default=None, init=False)
    _since: str | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _keys_came: bool = field(default=True, init=False)  # perhaps to a process that ended before its commit
    _given_up: list[Audit] = field(default_factory=list, init=False)

    async def run(self) -> None:
        """Sync until cancelled. Out come `LoginFailed`, when our login was ended for good, and `CryptoError`."""
        while True:
            self.alive_until = self.clock.steady() + STUCK
            try:
                await self._turn_logged_in()
            except (LoginFailed, CryptoError):
                raise
            except (TryLater, Permanent, StorageError) as error:
                await self._rest(error)
            except Exception as error:  # one bad answer must not stop the loop; the same token is used again
                log.exception("sync_failed")
                await self._rest(error)

    async def _turn_logged_in(self) -> None:
        try:
            await self.turn()
        except LoggedOut as error:
            await self.log_in_again(error)

    async def _rest(self, error: Exception) -> None:
        wait = self._wait(error)
        self._failures += 1
        log.warning("sync_put_off", seconds=round(wait, 1), failures=self._failures, why=str(error))
        self.alive_until = self.clock.steady() + wait + STUCK
        await asyncio.sleep(wait)

    def _wait(self, error: Exception) -> float:
        """Seconds until the next turn. How a failing homeserver is met, the line to it decides for all calls."""
        if isinstance(error, Failing | Unreachable):
            return max(self.api.line.wait(), LEAST_WAIT)
        if isinstance(error, StorageError):
            return FIRST_WAIT
        advised = error.after if isinstance(error, TryLater) else None
        wait = min(FIRST_WAIT * 2.0 ** min(self._failures, 12), LONGEST_WAIT) if advised is None else advised
        return max(wait, FIRST_WAIT) * (1 + random.random() / 4)  # noqa: S311 - spreads load, hides nothing

    async def turn(self) -> None:
        """One sync: ask, fill the gaps, commit, let work begin."""
        if self.last is None:
            self._since = await state.get(self.storage, TOKEN)
        self._given_up.clear()
        answer = await self._ask()
        self.rooms.turn(answer)
        # Remembered until a commit succeeds: taken in a second time, the same keys are no news.
        self._keys_came = self.machine.take_in(answer) or self._keys_came
        entries = await self._entries(answer)
        changed = self.rooms.after(answer)
        now = self.clock.now().timestamp()
        told = Effects(now=now, cause="sync", control_room=self.control_room(), encrypted=self.rooms.encrypted)
        async with self.storage.begin() as tx:
            await journal.write(tx, entries)
            await self.rooms.save(tx, changed)
            await state.put(tx, TOKEN, answer["next_batch"])
            await self.machine.generation.save(tx)
            await told.apply(tx, "engine", tuple(self._given_up))
            retried = await journal.retry_unreadable(tx) if self._keys_came else []
        self._since, self._keys_came = answer["next_batch"], False
        self.lost += len(self._given_up)
        self.rooms.update(changed)
        self.after_commit(told)
        for room in [*tombstones.seen(answer), *self.rooms.arrived(changed)]:
            self.upgraded(room)
        self._forget_members(answer, entries)
        for room in {entry.room for entry in entries} | set(retried):
            self.wake(room)
        await self.machine.keep_up()
        self.last, self._failures = self.clock.now(), 0
        self.ready.set()

    async def _ask(self) -> dict[str, Any]:
        """Ask for news. The first answer of a process has the full state, since ours is not kept."""
        # After a failure nobody waits: the sooner an answer comes, the sooner everyone knows that it works again.
        query = {"timeout": "0" if self.last is None or self._failures else str(POLL * 1000)}
        query["filter"] = FIRST_FILTER if self._since is None else FILTER
        if self._since is not None:
            query["since"] = self._since
        if self.last is None:
            query["full_state"] = "true"
        answer = await self.api.call("GET", path("sync"), query=query, timeout=POLL + 60)
        if wire.token(answer.get("next_batch")) is None:
            raise TryLater("the homeserver's sync has no token")
        return answer

    async def _entries(self, answer: dict[str, Any]) -> list[Entry]:
        """All that happened, gaps included, in order within each room."""
        if self._since is None:
            return _invitations(answer, self.clock.now().timestamp())
        entries = _invitations(answer, self.clock.now().timestamp())
        for part in ("join", "leave"):
            for room, section in wire.rooms(answer, part).items():
                entries += await self._room_entries(room, wire.mapping(section, "timeline"))
        return entries

    async def _room_entries(self, room: str, timeline: dict[str, Any]) -> list[Entry]:
        events = wire.objects(timeline, "events")
        arrival = next((i for i, event in enumerate(events) if history.is_our_arrival(event, self.us)), None)
        if arrival is not None:
            events = events[arrival:]
        elif timeline.get("limited"):
            events = await self._gap(room, wire.token(timeline.get("prev_batch"))) + events
        now = self.clock.now().timestamp()
        found = [entry_of(event, room, self.us, now) for event in events]
        return [entry for entry in found if entry is not None]

    async def _gap(self, room: str, start: str | None) -> list[dict[str, Any]]:
        known_room = self.rooms.joined(room)
        walk = history.Walk(given_up="the homeserver doesn't say where it begins")
        if start is not None:
            gap = history.Gap(room=room, start=start, until=self._since if known_room else None)
            walk = await history.walk(self.api, gap, self._known, self.us, self.clock.now().timestamp())
        if walk.given_up:
            what, outcome = f"gave up on a gap in the history of {room}", f"{walk.given_up}; what was before is unread"
            self._given_up.append(Audit(who="steward", what=what, outcome=outcome, room=room))
        return walk.events

    async def _known(self, event_ids: list[str]) -> set[str]:
        return await journal.known(self.storage, event_ids)

    def _forget_members(self, answer: dict[str, Any], entries: list[Entry]) -> None:
        """Where somebody came or went, or may have in what was cut off, the people are asked for anew."""
        for room in {entry.room for entry in entries if entry.kind == "m.room.member"}:
            self.machine.forget_members(room)
        for room, section in wire.rooms(answer, "join").items():
            if wire.mapping(section, "timeline").get("limited"):
                self.machine.forget_members(room)


def entry_of(event: Any, room: str, us: str, now: float) -> Entry | None:
    """A timeline event as a journal entry; None for our own and for what isn't well-formed."""
    event = event if isinstance(event, dict) else {}
    key, sender = wire.identifier(event.get("event_id")), wire.identifier(event.get("sender"))
    at = wire.seconds(event.get("origin_server_ts"))
    whole = isinstance(event.get("content"), dict) and not nesting.deeper(event)
    if key is None or sender is None or at is None or not whole:
        log.warning("event_malformed", room=room)
        return None
    if sender == us or event.get("type") not in _EVENTS:
        return None
    return Entry(
        source=inbox.MATRIX,
        key=key,
        kind=event["type"],
        room=room,
        sender=sender,
        at=min(at, now),
        received=now,
        body=event,
    )


def _invitations(answer: dict[str, Any], now: float) -> list[Entry]:
    """Invitations have no event id of their own; room and token make a key."""
    found = []
    for room, section in wire.rooms(answer, "invite").items():
        events = wire.objects(wire.mapping(section, "invite_state"), "events")
        body = {"type": INVITE, "state": [event for event in events if not nesting.deeper(event)]}
        key = hashlib.sha256(f"{room} {answer['next_batch']}".encode()).hexdigest()
        entry = Entry(source=inbox.MATRIX, key=f"invite:{key}", kind=INVITE, room=room, at=now, received=now, body=body)
        found.append(entry)
    return found
