"""Whatever happens, in whatever order: each room hears of each beginning and end once, and of all in few messages."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import Edit, Say
from bot.handler import Service
from handlers.status.notices.deciding import decide, settled
from handlers.status.notices.routing import Room, Rota
from handlers.status.notices.templates import Words
from handlers.status.notices.told import SEEN, Said, Told
from handlers.status.notices.view import View
from handlers.status.records import Incident, Kind, Moment, Phase
from handlers.status.states import State
from tests.support.fakes import START
from tests.unit.status.scenes import PLACE, incident, watch

ROOM = Room(id="!tech:example.org")
SERVICES = 6
PLACE_OF_MANY = replace(
    PLACE, services=tuple(Service(name=f"s{one}", title=f"Service-{one}-", url="") for one in range(SERVICES))
)


@dataclass
class Scene:
    """A room, what happens around it, and what it has been told. `away`: its homeserver can't be reached."""

    now: datetime = START
    away: bool = False
    incidents: dict[str, Incident] = field(default_factory=dict)
    moments: dict[str, list[Moment]] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    says: list[tuple[datetime, str, str]] = field(default_factory=list)
    begun: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    most_waiting: int = 0

    def changes(self, service: int, what: str) -> None:
        """Something becomes of the service's incident, if that can be."""
        key = str(service)
        one = self.incidents.get(key)
        if one is None:
            if what == "begins":
                self.incidents[key] = incident(id=key, service=f"s{service}", opened=self.now, changed=self.now)
            return
        version, over = one.version + 1, one.phase == Phase.RESOLVED
        match what:
            case "begins" if over:
                again = one.reopened + 1
                one = replace(one, phase=Phase.OPEN, resolved=None, reopened=again, unstable=again > 2)
                self._happened(key, Kind.REOPENED)
            case "ends" if not over:
                one = replace(one, phase=Phase.RESOLVED, resolved=self.now)
                self._happened(key, Kind.RESOLVED)
            case "turns":
                one = replace(one, state=State.DEGRADED if one.state == State.DOWN else State.DOWN)
                self._happened(key, Kind.UPDATED)
            case _:
                return
        self.incidents[key] = replace(one, version=version, changed=self.now)

    def _happened(self, key: str, kind: Kind) -> None:
        known = self.moments.setdefault(key, [])
        number = 1 + sum(len(one) for one in self.moments.values())
        known.append(Moment(id=number, incident=key, at=self.now, kind=kind, text="word"))

    def view(self) -> View:
        """All that telling goes by."""
        return View(
            now=self.now,
            watch=watch(place=PLACE_OF_MANY, reminders=(timedelta(days=9),)),
            rota=Rota(named={}, noticed=(ROOM,)),
            incidents=self.incidents,
            pending=frozenset(self.incidents),
            lasting=frozenset(self.incidents),
            moments=self.moments,
            told={(key, ROOM.id): one for key, one in self.told.items()},
            said={ROOM.id: [*self.said.values()]},
        )

    def is_told(self) -> None:
        """The room is told; as often as its homeserver lets something through."""
        for _ in range(9):
            draft = decide(ROOM, self.view(), Words())
            self._counted(draft.told)
            for one in draft.actions:
                match one:
                    case Say():
                        self.says.append((self.now, one.key or "", one.text))
                    case Edit():
                        self.says.append((self.now, f"edit:{one.key}", one.text))
            idle = not draft.actions
            self.told, self.said = dict(draft.told), dict(draft.said)
            self.most_waiting = max(
                self.most_waiting, sum(1 for one in self.said.values() if one.waits and one.kind in SEEN)
            )
            if self.away or idle:
                return
            self.said = {key: replace(one, gone=one.gone or self.now) for key, one in self.said.items()}
        raise AssertionError("it never comes to rest")

    def _counted(self, after: dict[str, Told]) -> None:
        for key, new in after.items():
            old = self.told.get(key)
            if old is None or (old.closed and not new.closed):
                self.begun[key] += 1
            if new.closed and (old is None or not old.closed):
                self.ended[key] += 1

    def passes(self, seconds: int) -> None:
        """Time passes; those who tell look again and again."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.now = min(self.now + timedelta(seconds=20), end)
            self.is_told()


def _reads_as_it_is(scene, one):
    """The notice that speaks of the incident says how it is now."""
    key = scene.told[one.id].key
    if not key.startswith("notice:"):
        return
    text = [text for _, said, text in scene.says if said in (key, f"edit:{key}")][-1]
    mine = next(line for line in text.splitlines() if f"ervice\\-{one.id}\\-" in line)
    how = "unreachable" if one.state == State.DOWN else "slow or partly failing"
    assert how in mine
    assert ("back" in mine) == (one.phase == Phase.RESOLVED)


CHANGES = [(service, what) for service in range(SERVICES) for what in ("begins", "ends", "turns")]
PAUSES = [(seconds, "passes") for seconds in (1, 1, 7, 7, 30, 30, 200)]
STEPS = st.sampled_from([*CHANGES, *PAUSES, (True, "away"), (False, "away"), (False, "away")])


@settings(deadline=None, max_examples=60)
@given(st.lists(STEPS, min_size=40, max_size=100))
def test_each_room_hears_all_once_in_few_messages_whatever_happens(steps):
    room = Scene()
    for step in steps:
        match step:
            case (seconds, "passes"):
                room.passes(seconds)
            case (away, "away"):
                room.away = away
            case (service, what):
                room.changes(service, what)
        room.is_told()
    room.away = False
    room.said = {key: replace(one, gone=one.gone or room.now) for key, one in room.said.items()}
    room.passes(20 * 60)

    for key, one in room.incidents.items():
        over = one.phase == Phase.RESOLVED
        assert room.told[key].closed == over
        assert room.begun[key] - room.ended[key] == (0 if over else 1)
        assert 1 <= room.begun[key] <= one.reopened + 1
        draft = decide(ROOM, room.view(), Words())
        assert draft.actions == []
        assert settled(draft, one) == over
        _reads_as_it_is(room, one)
        # It was said by name, both times.
        name = one.service.replace("s", "ervice\\-") + "\\-"
        assert any(name in text for _, _, text in room.says)
        if over:
            last = [text for _, key_, text in room.says if name in text and not key_.startswith(("detail", "edit"))][-1]
            assert "back" in last or "couldn't" in last or "came and went" in last
    seen = sorted(at for at, key, _ in room.says if not key.startswith(("detail", "edit")))
    assert all(later - first > timedelta(seconds=59) for first, later in zip(seen, seen[3:], strict=False))
    details = sorted(at for at, key, _ in room.says if key.startswith("detail"))
    assert all(later - first >= timedelta(minutes=1) for first, later in pairwise(details))
    edits = sorted((key, at) for at, key, _ in room.says if key.startswith("edit"))
    assert all(a != b or later - first >= timedelta(seconds=10) for (a, first), (b, later) in pairwise(edits))
    assert room.most_waiting <= 1
