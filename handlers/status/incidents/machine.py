"""What becomes of a service's incident when sources say something, or when time passes. Pure.

An incident is open for as long as any source says that something is wrong, whatever others say. It is over when none
does any more, at the time at which the last of them said so; and it is the same one again when something fails within a
few minutes after that. Who comes and goes is unstable, and has to be well for a while before it counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handlers.status.incidents import conditions, words
from handlers.status.incidents.conditions import Taken, Word, is_stale
from handlers.status.records import Condition, Incident, Kind, Moment, Phase
from handlers.status.states import Severity, State, worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a step rests on beside the incident and its conditions: settings, and how things are.

    `id` is for an incident that is opened; `title` what people call the service; `maintenance`: a window is under way;
    `reopened`: when this incident was reopened.
    """

    now: datetime
    id: str
    service: str
    title: str
    reopen: timedelta = timedelta(minutes=10)
    times: int = 3
    within: timedelta = timedelta(hours=1)
    hold: timedelta = timedelta(minutes=15)
    stale: timedelta = timedelta(hours=26)
    maintenance: bool = False
    reopened: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What comes of it: the live incident, what is to be written, and what happened.

    `closed` is an incident that can't be reopened any more, since another one begins. `settles` is when to look whether
    it has lasted. `changed`: there may be something to tell.
    """

    incident: Incident | None
    conditions: tuple[Condition, ...] = ()
    moments: tuple[Moment, ...] = ()
    closed: Incident | None = None
    settles: datetime | None = None
    changed: bool = False


@dataclass(slots=True)
class _Scene:
    """A step while it is made."""

    rules: Rules
    taken: Taken
    before: Sequence[Condition]
    incident: Incident | None
    moments: list[Moment] = field(default_factory=list)

    @property
    def bad(self) -> list[Condition]:
        """What is wrong, the worst first."""
        found = [one for one in self.taken.all if one.state.bad and not one.muted]
        return sorted(found, key=lambda one: (one.state != State.DOWN, -one.severity.rank, one.since, one.key))

    @property
    def muted(self) -> bool:
        """Whether nothing is to be made of what fails."""
        said = (one.state == State.MAINTENANCE and not self.stale(one) for one in self.taken.all)
        return self.rules.maintenance or any(said)

    def stale(self, one: Condition) -> bool:
        """Whether it says nothing any more."""
        return is_stale(one, self.rules.now, self.rules.stale)

    def pending(self, incident: Incident) -> list[Condition]:
        """What isn't wrong any more, but not said to be well either; none where something else is well."""
        fresh = [one for one in self.taken.all if not self.stale(one) and not one.muted]
        if any(one.state == State.UP for one in fresh):
            return []
        open_ = [one for one in fresh if one.state in (State.MAINTENANCE, State.UNKNOWN)]
        return [one for one in open_ if one.since >= incident.opened]

    def recovered(self, incident: Incident) -> datetime | None:
        """When the last of those that were wrong said that it is well."""
        since = (one.since for one in self.taken.all if one.state == State.UP and one.since >= incident.opened)
        return max(since, default=None)

    def happened(self, incident: Incident, kind: Kind, text: str, at: datetime | None = None) -> None:
        """Note it in the timeline."""
        self.moments.append(Moment(incident=incident.id, at=at or self.rules.now, kind=kind, text=text))


def advance(incident: Incident | None, before: Sequence[Condition], words: Sequence[Word], rules: Rules) -> Step:
    """The next step of this service. `before` are all its conditions; without `words` only time has passed."""
    taken = conditions.take(before, words, rules.now, rules.stale)
    taken = replace(taken, all=tuple(one for one in taken.all if one.service == rules.service))
    scene = _Scene(rules, taken, before, incident)
    if incident is None:
        return _opened(scene) if scene.bad and not scene.muted else Step(incident=None, conditions=taken.written)
    if incident.phase == Phase.RESOLVED:
        return _after(scene, incident)
    return _during(scene, incident)


def _opened(scene: _Scene, closed: Incident | None = None) -> Step:
    lead, rules = scene.bad[0], scene.rules
    incident = Incident(
        id=rules.id,
        service=rules.service,
        phase=Phase.OPEN,
        state=lead.state,
        severity=_weight(scene.bad),
        summary=lead.summary,
        opened=min(one.since for one in scene.bad),
        changed=rules.now,
    )
    scene.happened(incident, Kind.OPENED, words.how(rules.title, lead.state, words.why(lead)), incident.opened)
    return replace(_step(scene, incident, changed=True), closed=closed)


def _after(scene: _Scene, incident: Incident) -> Step:
    """It is over, but may come again."""
    if not scene.bad or scene.muted:
        return _touched(scene, incident)
    began = min(one.since for one in scene.bad)
    if incident.resolved is not None and began > incident.resolved + scene.rules.reopen:
        return _opened(scene, closed=incident)
    return _reopened(scene, incident, began)


def _reopened(scene: _Scene, incident: Incident, began: datetime) -> Step:
    rules, lead = scene.rules, scene.bad[0]
    lately = 1 + sum(1 for at in rules.reopened if at >= began - rules.within)
    now = replace(
        _worded(incident, scene),
        phase=Phase.OPEN,
        resolved=None,
        reopened=incident.reopened + 1,
        manual=False,
        unstable=incident.unstable or lately >= rules.times,
    )
    scene.happened(now, Kind.REOPENED, words.how(rules.title, lead.state, words.why(lead), again=True), began)
    if now.unstable and not incident.unstable:
        scene.happened(now, Kind.UNSTABLE, words.unstable(rules.title, lately, rules.hold))
    return _step(scene, now, changed=True)


def _during(scene: _Scene, incident: Incident) -> Step:
    for one in scene.taken.faded:
        if one.state.bad and not one.muted:
            scene.happened(incident, Kind.SILENT, words.silent(one, scene.rules.now))
    if scene.bad:
        return _lasts(scene, incident)
    if incident.manual:
        return _stays(scene, incident)
    if scene.pending(incident) and incident.phase == Phase.OPEN:
        return _waits(scene, incident)
    return _ends(scene, incident)


def _lasts(scene: _Scene, incident: Incident) -> Step:
    now = replace(_worded(incident, scene), phase=Phase.OPEN, resolved=None)
    # What comes and goes is said once; each time that it does would be a flood.
    if incident.phase == Phase.OPEN and not _same(incident, now):
        scene.happened(now, Kind.UPDATED, words.how(scene.rules.title, now.state, words.why(scene.bad[0])))
    return _step(scene, now, changed=not _same(incident, now) or bool(scene.moments))


def _stays(scene: _Scene, incident: Incident) -> Step:
    """A person has opened it, and a person will say that it is over."""
    if not any(one.state.bad and not one.muted for one in scene.before):
        return _touched(scene, incident)
    now = replace(incident, state=State.DEGRADED)
    text = "Nothing that is measured or reported fails any more. It stays open until a maintainer resolves it."
    scene.happened(now, Kind.UPDATED, text)
    return _step(scene, now, changed=True)


def _waits(scene: _Scene, incident: Incident) -> Step:
    """What was wrong is now under maintenance, or its source doesn't know."""
    state = worst(one.state for one in scene.pending(incident))
    now = replace(incident, state=state)
    if state != incident.state:
        scene.happened(now, Kind.UPDATED, words.how(scene.rules.title, state, ""))
    return _step(scene, now, changed=state != incident.state)


def _ends(scene: _Scene, incident: Incident) -> Step:
    rules, at = scene.rules, scene.recovered(incident) or incident.resolved
    if at is None or any(one.state.bad and not one.muted and not one.gone for one in scene.taken.faded):
        return _fades(scene, incident)
    # Before it began it can't have ended, whatever was done to a clock.
    at = max(min(at, rules.now), incident.opened)
    if incident.unstable and rules.now < at + rules.hold:
        settling = replace(incident, phase=Phase.SETTLING, resolved=at)
        return replace(_step(scene, settling, changed=not _same(incident, settling)), settles=at + rules.hold)
    now = replace(incident, phase=Phase.RESOLVED, resolved=at, state=_was(incident))
    scene.happened(now, Kind.RESOLVED, words.works(rules.title, at, rules.now), at)
    return _step(scene, now, changed=True)


def _fades(scene: _Scene, incident: Incident) -> Step:
    """Nobody says that it is well, and nobody that it isn't."""
    now = replace(incident, phase=Phase.RESOLVED, resolved=scene.rules.now, state=State.UNKNOWN)
    scene.happened(now, Kind.STALE, words.ended(scene.rules.title, scene.taken.faded))
    return _step(scene, now, changed=True)


def _touched(scene: _Scene, incident: Incident) -> Step:
    return _step(scene, incident, changed=False)


def _step(scene: _Scene, now: Incident, *, changed: bool) -> Step:
    """The step, with its version counted: whoever decides on the same service at the same time has to know."""
    before = scene.incident
    if before is not None and before.id == now.id:
        moved = changed or scene.taken.turned
        now = replace(now, version=before.version + moved, changed=scene.rules.now if changed else before.changed)
    return Step(incident=now, conditions=scene.taken.written, moments=tuple(scene.moments), changed=changed)


def _worded(incident: Incident, scene: _Scene) -> Incident:
    """The incident by what is wrong now. The words of a person stay theirs."""
    lead, weight = scene.bad[0], _weight(scene.bad)
    if incident.manual and incident.phase != Phase.RESOLVED:
        return replace(incident, state=lead.state, severity=max(weight, incident.severity, key=lambda one: one.rank))
    return replace(incident, state=lead.state, severity=weight, summary=lead.summary)


def _weight(bad: Iterable[Condition]) -> Severity:
    return max((one.severity for one in bad), key=lambda one: one.rank)


def _was(incident: Incident) -> State:
    """How it was, for what is said at the end."""
    return State.DEGRADED if incident.state == State.UNKNOWN else incident.state


def _same(one: Incident, other: Incident) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ("phase", "state", "severity", "summary"))
