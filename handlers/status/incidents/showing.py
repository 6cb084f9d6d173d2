"""Incidents as maintainers see them. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.markdown import escape
from bot.names import identifier
from handlers.status.incidents.words import capital, source
from handlers.status.notices.times import clock, lasted
from handlers.status.records import Condition, Incident, Moment, Phase
from handlers.status.watch import Watch

#: How far back incidents are listed.
LATELY = timedelta(days=7)
#: How many entries of a timeline are shown.
SHOWN = 20


def listed(watch: Watch, incidents: Sequence[Incident], past: Sequence[Incident], now: datetime) -> str:
    """What is open, and what was lately."""
    lines = [_line(watch, one, now) for one in incidents]
    over = [_line(watch, one, now) for one in past if one.phase == Phase.RESOLVED]
    text = "\n".join(lines) or "No incident is open."
    return text + ("\n\nThe last seven days:\n\n" + "\n".join(over) if over else "")


def shown(
    watch: Watch,
    incident: Incident,
    moments: Sequence[Moment],
    conditions: Sequence[Condition],
    now: datetime,
    *,
    inside: bool,
) -> str:
    """Everything about one. Notes, and who did what, are for rooms `inside` alone."""
    lines = [_line(watch, incident, now).removeprefix("- ")]
    lines += [f"- {_condition(one, now)}" for one in conditions if one.state.bad]
    visible = [one for one in moments if inside or one.public]
    hidden = "" if inside else "\n\nNotes, and who did what, are shown in the operators' room and in private."
    left = len(visible) - SHOWN
    earlier = [f"- {left} earlier ones"] if left > 0 else []
    told = [*earlier, *(f"- {_moment(one, now, inside=inside)}" for one in visible[-SHOWN:])]
    return "\n".join(lines) + "\n\n" + "\n".join(told) + hidden


def _line(watch: Watch, one: Incident, now: datetime) -> str:
    what = f"- `{one.id}` {escape(capital(watch.service(one.service).title))}: {escape(one.summary) or one.state.value}"
    since = f"since {clock(one.opened, now)}"
    if one.phase == Phase.RESOLVED and one.resolved is not None:
        return f"{what}, {since}, for {lasted(one.resolved - one.opened)}"
    more = [
        one.severity.value,
        *(["unstable"] if one.unstable else []),
        *(["settling"] if one.phase == Phase.SETTLING else []),
    ]
    more += [f"acknowledged {clock(one.acknowledged, now)}"] if one.acknowledged else []
    return f"{what}, {since} ({', '.join(more)})"


def _condition(one: Condition, now: datetime) -> str:
    muted = "; passed over until it changes" if one.muted else ""
    return f"{escape(one.summary) or one.state.value} ({escape(source(one))}, since {clock(one.since, now)}{muted})"


def _moment(one: Moment, now: datetime, *, inside: bool) -> str:
    who = f" ({escape(identifier(one.who))})" if inside and one.who else ""
    private = "" if one.public else "not public: "
    return f"{clock(one.at, now)}: {private}{escape(one.text)}{who}"
