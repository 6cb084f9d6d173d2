"""What is known → what the pages show. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from handlers.status.history.uptime import days, uptime
from handlers.status.page.bars import bars
from handlers.status.page.headline import headline
from handlers.status.page.model import (
    BotView,
    Evidence,
    Figure,
    Group,
    IncidentView,
    MaintenanceView,
    PageModel,
    ServiceView,
    Update,
)
from handlers.status.page.reading import BARS, PAST, Scene
from handlers.status.page.words import (
    DETAILS,
    DOUBTS,
    NOW,
    STATES,
    SYSTEMS,
    THEN,
    TROUBLE,
    WAS_TROUBLE,
    opening,
    percent,
    roughly,
    stamp,
    tidy,
)
from handlers.status.records import Incident, Moment, Phase, Span, Stage, Window
from handlers.status.states import State
from handlers.status.world import Known

#: Windows of maintenance that nobody has to know of any more.
GONE = frozenset({Stage.OVER, Stage.CANCELLED})
#: A sync without news takes half a minute; after so long without one the bot counts as not connected.
CONNECTED = timedelta(seconds=90)
SPANS = (
    ("24 hours", "24h", timedelta(days=1)),
    ("7 days", "7d", timedelta(days=7)),
    ("30 days", "30d", timedelta(days=30)),
    ("90 days", "90d", timedelta(days=90)),
)


def view(scene: Scene) -> PageModel:
    """The front page."""
    known = scene.known()
    ever = any(not one.nothing or scene.spans.get(one.service.name) for one in known)
    state, sentence, explained = headline(known, measured=ever, blind=scene.world.blind is not None)
    return PageModel(
        community=tidy(scene.community),
        made=stamp(scene.now, scene.now, seconds=True),
        state=state,
        headline=sentence,
        explained=explained,
        services=tuple(service(one, scene.spans.get(one.service.name, ()), scene.now) for one in known),
        incidents=tuple(incident(one, scene) for one in scene.open()),
        maintenance=tuple(_maintenance(one, scene) for one in scene.world.windows if one.phase not in GONE),
        past=by_day([one for one in scene.past if one.phase == Phase.RESOLVED], scene),
        past_days=PAST.days,
        bot=bot(scene),
    )


def service(known: Known, spans: Sequence[Span], now: datetime) -> ServiceView:
    """A service: how it is, and how it was."""
    # What members notice when nothing works: of what is only slow that isn't true.
    name, notice = known.service.name, known.service.members_notice if known.state == State.DOWN else ""
    doubt = "never" if known.nothing and not spans and known.doubt == "stale" else known.doubt
    return ServiceView(
        name=name,
        title=opening(tidy(known.service.title)),
        state=known.state,
        words=STATES[known.state],
        since=stamp(known.since, now) if known.since and known.state != State.UNKNOWN else None,
        notice=tidy(notice),
        doubt=DOUBTS.get(doubt, ""),
        me_too=_me_too(known.me_too),
        people=known.me_too,
        incident=known.incident.id if known.incident else "",
        evidence=tuple(_evidence(known, now)),
        figures=tuple(_figures(spans, name, now)) if spans else (),
        bars=bars(days(spans, name, now, BARS.days)) if spans else None,
    )


def _evidence(known: Known, now: datetime) -> Iterable[Evidence]:
    for look in known.looks:
        words = tidy(look.evidence) or STATES[look.state]
        yield Evidence(state=look.state, words=words, source="Measured here", at=stamp(look.looked, now, seconds=True))
    for word in known.conditions:
        source = f"Reported by {SYSTEMS.get(word.source) or tidy(word.by)}"
        yield Evidence(state=word.state, words=STATES[word.state].lower(), source=source, at=stamp(word.heard, now))


def _figures(spans: Sequence[Span], name: str, now: datetime) -> Iterable[Figure]:
    for label, key, length in SPANS:
        share = uptime(spans, name, now - length, now).share
        yield Figure(label=label, key=key, words=percent(share), share=share)


def _me_too(count: int) -> str:
    if not count:
        return ""
    people = "One person says" if count == 1 else f"{count} people say"
    return f"{people} in the rooms that it fails for them too: a hint, not a measurement."


def incident(of: Incident, scene: Scene) -> IncidentView:
    """An incident with what everybody may read of its timeline."""
    at, now, over = scene.service(of.service), scene.now, of.phase == Phase.RESOLVED
    title = tidy(at.title)
    did = THEN.get(of.state, WAS_TROUBLE) if over else NOW.get(of.state, (TROUBLE,))[0]
    moments = scene.moments.get(of.id, ())
    return IncidentView(
        id=of.id,
        title=opening(f"{title} {did}"),
        service=opening(title),
        name=of.service,
        state=of.state if of.state.bad else State.DEGRADED,
        severity=str(of.severity),
        summary=tidy(of.summary),
        stage=_stage(of),
        open=not over,
        opened=stamp(of.opened, now),
        resolved=stamp(of.resolved, now) if of.resolved else None,
        changed=stamp(max([of.changed, *(moment.at for moment in moments)]), now),
        lasted=roughly((of.resolved or now) - of.opened),
        updates=tuple(_update(moment, of, now) for moment in moments),
    )


def _stage(of: Incident) -> str:
    if of.phase == Phase.RESOLVED:
        return "Over, though nobody has said that it works again" if of.state == State.UNKNOWN else "Resolved"
    if of.phase == Phase.SETTLING:
        return "It works again; whether that lasts is being watched"
    if of.unstable:
        return "It comes and goes"
    return "Somebody is looking into it" if of.acknowledged else "Nobody has said yet that they are looking into it"


def _update(moment: Moment, of: Incident, now: datetime) -> Update:
    passed = moment.at - of.opened
    after = f"after {roughly(passed)}" if passed >= timedelta(seconds=1) else "at the beginning"
    return Update(at=stamp(moment.at, now), text=tidy(moment.text, DETAILS) or opening(tidy(moment.kind)), after=after)


def _maintenance(window: Window, scene: Scene) -> MaintenanceView:
    return MaintenanceView(
        id=window.id,
        name=window.service,
        service=opening(tidy(scene.service(window.service).title)),
        why=tidy(window.why),
        begins=stamp(window.begins, scene.now),
        ends=stamp(window.ends, max(scene.now, window.begins)),
        under_way=window.begins <= scene.now,
    )


def by_day(incidents: Sequence[Incident], scene: Scene) -> tuple[Group, ...]:
    """Incidents by the day on which they began."""
    return _grouped(incidents, scene, "%Y-%m-%d", lambda at: f"{at.day} {at:%B %Y}")


def by_month(incidents: Sequence[Incident], scene: Scene) -> tuple[Group, ...]:
    """Incidents by the month in which they began."""
    return _grouped(incidents, scene, "%Y-%m", lambda at: f"{at:%B %Y}")


def _grouped(
    incidents: Sequence[Incident], scene: Scene, form: str, title: Callable[[datetime], str]
) -> tuple[Group, ...]:
    groups = groupby(incidents, key=lambda one: one.opened.strftime(form))
    together = ((iso, list(those)) for iso, those in groups)
    return tuple(
        Group(iso=iso, title=title(those[0].opened), incidents=tuple(incident(one, scene) for one in those))
        for iso, those in together
    )


def bot(scene: Scene) -> BotView:
    """How the bot itself is."""
    sync, now = scene.last_sync, scene.now
    measured = max((one.measured for one in scene.known() if one.measured), default=None)
    return BotView(
        measured=stamp(measured, now, seconds=True) if measured else None,
        connected=sync is not None and now - sync <= CONNECTED,
        sync=stamp(sync, now, seconds=True) if sync else None,
        blind=stamp(scene.world.blind, now) if scene.world.blind else None,
        problems=tuple(tidy(each) for each in scene.unready),
    )
