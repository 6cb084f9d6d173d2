"""What comes from outside: what monitoring systems send, and what probes tell."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from bot.actions import Action, Decision, Done, Nothing, Say
from bot.events import Signal
from bot.ports import Memory, Ports
from handlers.status import records, sources, tables
from handlers.status.history import spans
from handlers.status.incidents import mapping, writing
from handlers.status.incidents.conditions import PROBE, Word, take, word_of
from handlers.status.incidents.mapping import Mapped
from handlers.status.incidents.patience import Patience
from handlers.status.incidents.stepping import Steps
from handlers.status.notices.times import clock
from handlers.status.records import Condition, Incident, Kind, Moment, Phase
from handlers.status.report import Report
from handlers.status.sources import UnreadableError, keeping
from handlers.status.sources.texts import SUMMARY, line
from handlers.status.states import Severity, State
from handlers.status.watch import Watch

log = structlog.get_logger()

#: How many values a query is given at once: databases have limits.
CHUNK = 500


async def on_signal(watch: Watch, patience: Patience, signal: Signal, ports: Ports) -> Decision:
    """A body that a hook was sent, or a probe's word."""
    patience.begin(signal)
    if signal.source != PROBE:
        return await _on_hook(watch, signal, ports)
    if "blind" in signal.body:
        return await _on_sight(watch, signal, ports)
    report, service = probed(signal.body)
    return await reported(watch, ((report, Mapped(service)),), PROBE, ports, signal.at)


async def _on_hook(watch: Watch, signal: Signal, ports: Ports) -> Decision:
    hook, raw = str(signal.body["hook"]), str(signal.body["raw"])
    try:
        # Elsewhere, since the largest takes a while.
        taken, found = await ports.compute.run(_read, watch, signal.source, hook, raw)
    except UnreadableError as error:
        return Done(await keeping.keep(watch, signal, str(error), ports), "unreadable")
    except Exception as error:
        # A slip of ours must not lose what was sent and acknowledged.
        log.exception("reader_failed", hook=hook, format=signal.source)
        return Done(await keeping.keep(watch, signal, _slip(error), ports), "unreadable")
    decided = await reported(watch, found, signal.source, ports, signal.at)
    remarked = await keeping.remarked(watch, hook, taken.remark, ports)
    did = decided.actions if isinstance(decided, Done) else ()
    return Done((*did, *remarked), decided.why) if did or remarked else decided


def _read(watch: Watch, format_: str, hook: str, raw: str) -> tuple[sources.Taken, list[tuple[Report, Mapped]]]:
    """What a body reports, and of which services."""
    taken = sources.read(format_, hook, raw)
    find = partial(mapping.service_of, labels=watch.settings.labels, services=watch.place.services)
    return taken, [(report, find(report)) for report in taken.reports]


def _slip(error: Exception) -> str:
    return f"the reader of this format failed ({type(error).__name__}); the log has more"


async def reported(
    watch: Watch, reports: Sequence[tuple[Report, Mapped]], source: str, ports: Ports, came: datetime
) -> Decision:
    """All that was reported at once: one decision, with a step of each service that it is about.

    `came` is when it arrived: where much waits, or the bot was killed, that may be long before it is decided on.
    """
    words = [word_of(report, mapped.service, source, min(came, ports.now)) for report, mapped in reports]
    before = await _known(ports.memory, words)
    # Most of what systems send is what they have sent before.
    if not take(before.values(), words, ports.now, watch.settings.stale).written:
        return Nothing("nothing new")
    steps = Steps(watch, ports)
    for service in sorted({one.service for one in (*before.values(), *(word.condition for word in words))}):
        come = [word for word in words if word.condition.service == service]
        gone = {word.condition.key for word in words if word.condition.service != service}
        moved = [one for word in come if (one := before.get(word.condition.key)) and one.service != service]
        await steps.make(service, come, come=moved, gone=gone)
    actions = (*steps.actions, *_hints(steps, [mapped for _, mapped in reports], ports))
    if not actions:
        return Nothing("nothing new")
    why = "an incident has changed" if steps.changed else "noted"
    return Done((*actions, *writing.telling(ports.now, changed=steps.changed)), why)


async def _known(memory: Memory, words: Sequence[Word]) -> dict[str, Condition]:
    """What these sources said before of the same things."""
    keys = sorted({word.condition.key for word in words})
    found: dict[str, Condition] = {}
    for at in range(0, len(keys), CHUNK):
        some = await records.conditions_where(memory, tables.conditions.c.key.in_(keys[at : at + CHUNK]))
        found |= {one.key: one for one in some}
    return found


def _hints(steps: Steps, mapped: Sequence[Mapped], ports: Ports) -> tuple[Action, ...]:
    """For the operators: which services I was told of that nobody has told me of."""
    unknown = {one.service: one for one in mapped if not one.known}
    opened = (step.incident for step in steps.done if any(one.kind == Kind.OPENED for one in step.moments))
    return tuple(
        writing.moment(
            Moment(incident=one.id, at=ports.now, kind=Kind.HINT, text=mapping.hint(unknown[one.service]), public=False)
        )
        for one in opened
        if one is not None and one.service in unknown
    )


def probed(body: Mapping[str, Any]) -> tuple[Report, str]:
    """A probe's word, and the service that it measures."""
    probe, state = str(body["probe"]), State(body["state"])
    weight = body.get("severity")
    report = Report(
        by=probe,
        fingerprint=probe,
        state=state,
        severity=Severity(weight) if weight else None,
        summary=line(str(body.get("evidence") or ""), SUMMARY),
        since=at_of(body.get("since")),
    )
    return report, str(body["service"])


def at_of(written: Any) -> datetime | None:
    """A time, in seconds or as a text; None where it isn't said."""
    if isinstance(written, datetime):
        return written
    if isinstance(written, int | float):
        return datetime.fromtimestamp(written, UTC)
    return datetime.fromisoformat(written) if written else None


async def _on_sight(watch: Watch, signal: Signal, ports: Ports) -> Decision:
    """The bot itself sees nothing any more, or sees again: said once in each open incident, and to the operators."""
    on, at = bool(signal.body["blind"]), at_of(signal.body.get("at")) or ports.now
    told = await noted(watch, at, ports, on=on)
    room = ports.rooms.operators()
    said_to = (Say(room=room, text=sight(at, ports.now, on=on)),) if room else ()
    history = await spans.blind(ports, at, on=on)
    return Done((*told, *history, *said_to, *writing.telling(ports.now, changed=True)), "blind" if on else "sees again")


async def noted(watch: Watch, at: datetime, ports: Ports, *, on: bool) -> tuple[Action, ...]:
    """It is noted in each open incident whose timeline doesn't say so already."""
    text, kind = sight(at, ports.now, on=on), Kind.BLIND if on else Kind.SIGHT
    told: list[Action] = []
    for one in await records.live_incidents(ports.memory):
        if one.phase != Phase.RESOLVED and await _is_news(one, kind, ports.memory):
            said = Moment(incident=one.id, at=at, kind=kind, text=text)
            told += writing.changed(one, writing.touched(one), [said], watch.settings)
    return tuple(told)


async def _is_news(incident: Incident, kind: Kind, memory: Memory) -> bool:
    """Whether its timeline doesn't end with that already. Who was never said to be blind doesn't see again."""
    said = [one.kind for one in await records.moments(memory, incident.id) if one.kind in (Kind.BLIND, Kind.SIGHT)]
    return (said[-1:] or [Kind.SIGHT]) != [kind]


def sight(at: datetime, now: datetime, *, on: bool) -> str:
    """What is said of the bot's own eyes."""
    since = clock(at, now)
    if on:
        return (
            f"I can't see since {since}: my own connection fails, so what I know of the services is from before then."
        )
    return f"I can see again since {since}."
