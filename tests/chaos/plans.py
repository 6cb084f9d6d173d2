"""The matrix of what is tried: every fault at every step that it can strike at, generated, not written by hand."""

import itertools
import random
from dataclasses import dataclass
from enum import StrEnum

from tests.chaos.faults import LATE, Fault, Step, Trap

#: The rooms of a scene: open, encrypted, and a private chat.
OPEN, SEALED, CHAT = "open", "sealed", "chat"
ROOMS = (OPEN, SEALED, CHAT)
#: Faults that make sense for a sync only, and those that do not.
SYNC_ONLY = {Fault.HARD_LOGOUT}
#: Faults that take half a minute each, of which a few are enough.
SLOW = {Fault.STALLED, Fault.STALLED_LATE}
POINTS = (
    *("ask for news", "write to the journal", "take over what is received", "decide", "commit", "apply"),
    *("send", "mark as sent", "send and mark"),
)


class Trouble(StrEnum):
    """What happens to the machine or the homeserver."""

    LOCKED = "database locked"
    FULL = "disk full"
    READ_ONLY = "database read-only"
    KILLED = "homeserver killed"
    STOPPED = "homeserver stopped"
    AHEAD_HOUR = "clock an hour ahead"
    BACK_HOUR = "clock an hour back"
    AHEAD_DAY = "clock a day ahead"
    BACK_DAY = "clock a day back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """`kill -9` of the bot, before or after the nth crossing of a point."""

    point: str
    when: str
    nth: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """The homeserver fails altogether, in one way, for so many seconds."""

    how: Fault
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run: questions in a room, and what goes wrong meanwhile. `at`: the request that the trouble strikes at."""

    room: str
    traps: tuple[Trap, ...] = ()
    death: Death | None = None
    trouble: Trouble | None = None
    at: Step | None = None
    outage: Outage | None = None

    @property
    def name(self) -> str:
        """What it is, in words."""
        parts = [f"{trap.fault} at {trap.step} {trap.nth}" for trap in self.traps]
        if self.death is not None:
            parts.append(f"kill -9 {self.death.when} {self.death.point!r} {self.death.nth}")
        if self.trouble is not None:
            parts.append(f"{self.trouble} at {self.at}")
        if self.outage is not None:
            parts.append(f"outage of {self.outage.seconds:g} s by {self.outage.how}")
        return f"{' + '.join(parts)} ({self.room})"

    @property
    def kind(self) -> str:
        """What it is counted as."""
        parts = sorted({"401 soft" if trap.step is Step.LOGIN else str(trap.fault) for trap in self.traps})
        if self.death is not None:
            parts.append("kill -9")
        if self.trouble is not None:
            parts.append(str(self.trouble))
        if self.outage is not None:
            parts.append(f"outage ({self.outage.how})")
        return " + ".join(parts)


def strikes(fault: Fault, step: Step) -> bool:
    """Whether there is such a fault at such a step."""
    return step is Step.SYNC or fault not in SYNC_ONLY


def proxy_plans() -> list[Plan]:
    """Each fault of the line, at each request that a question leads to."""
    everywhere = [Step.SYNC, Step.SEND]
    sealed = [Step.MEMBERS, Step.KEYS, Step.TO_DEVICE]
    places = [*itertools.product(ROOMS, everywhere), *itertools.product([SEALED], sealed)]
    plans = [
        Plan(room=room, traps=(Trap(fault, step, nth),))
        for (room, step), fault, nth in itertools.product(places, Fault, (1, 2))
        if strikes(fault, step) and not (nth > 1 and step not in {Step.SYNC, Step.SEND})
    ]
    return [plan for plan in plans if plan.traps[0].fault not in SLOW or (plan.room, plan.traps[0].nth) == (OPEN, 1)]


def login_plans() -> list[Plan]:
    """The login after a soft logout goes wrong as well."""
    faults = [fault for fault in Fault if fault not in {*SLOW, Fault.SOFT_LOGOUT, Fault.HARD_LOGOUT, Fault.DUPLICATED}]
    return [Plan(room=OPEN, traps=(Trap(Fault.SOFT_LOGOUT, Step.SYNC), Trap(fault, Step.LOGIN))) for fault in faults]


def death_plans() -> list[Plan]:
    """The bot is killed before and after each point, in each kind of room, at the first and the second crossing."""
    deaths = itertools.product(ROOMS, POINTS, ("before", "after"), (1, 2))
    return [Plan(room=room, death=Death(point=point, when=when, nth=nth)) for room, point, when, nth in deaths]


def double_plans() -> list[Plan]:
    """The answer to a send is lost in some way, and the bot dies before it can make that good; and other pairs."""
    late = sorted(LATE - {Fault.STALLED_LATE, Fault.DUPLICATED})
    died = [
        Plan(room=room, traps=(Trap(fault, Step.SEND),), death=Death(point="send", when="before", nth=2))
        for room, fault in itertools.product(ROOMS, late)
    ]
    twice = [
        Plan(room=room, traps=(Trap(first, Step.SEND, 1), Trap(second, Step.SEND, 2)))
        for room, first, second in itertools.product((OPEN, SEALED), late, late)
    ]
    return died + twice


def trouble_plans() -> list[Plan]:
    """Databases, clocks and the homeserver itself."""
    return [
        Plan(room=room, trouble=trouble, at=at)
        for room, trouble, at in itertools.product((OPEN, SEALED), Trouble, (Step.SYNC, Step.SEND))
    ]


def outage_plans() -> list[Plan]:
    """The homeserver fails altogether for a while."""
    ways = (Fault.RESET, Fault.BAD_GATEWAY, Fault.BROKEN, Fault.LOST, Fault.TIMED_OUT_LATE, Fault.GARBAGE)
    return [
        Plan(room=room, outage=Outage(how=how, seconds=seconds))
        for room, how, seconds in itertools.product((OPEN, SEALED), ways, (1.0, 4.0, 9.0))
    ]


def all_plans() -> list[Plan]:
    """The whole matrix, each run once."""
    return [
        *(*proxy_plans(), *login_plans(), *death_plans()),
        *(*double_plans(), *trouble_plans(), *outage_plans()),
    ]


def drawn(plans: list[Plan], runs: int, seed: int) -> list[Plan]:
    """So many of these, in an order that the seed decides; all of them before any comes again."""
    chance = random.Random(seed)  # noqa: S311 - which tests are run is no secret
    found: list[Plan] = []
    while len(found) < runs:
        found += chance.sample(plans, len(plans))
    return found[:runs]


def spread(plans: list[Plan], runs: int) -> list[Plan]:
    """So many of these that every kind is there, as evenly as possible."""
    by_kind: dict[str, list[Plan]] = {}
    for plan in plans:
        by_kind.setdefault(plan.kind, []).append(plan)
    rounds = itertools.chain.from_iterable(itertools.zip_longest(*by_kind.values()))
    return [plan for plan in rounds if plan is not None][:runs]
