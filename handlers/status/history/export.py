"""`!incident export`: an incident as Markdown, to be put into a wiki. Without names."""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.actions import Decision, Done
from bot.commands import Call, reply
from bot.errors import Refused
from bot.handler import Service
from bot.names import seen
from bot.ports import Ports
from handlers.status import records
from handlers.status.history.uptime import Uptime, uptime
from handlers.status.incidents.finding import about
from handlers.status.incidents.parts import Part
from handlers.status.incidents.words import capital
from handlers.status.notices.times import clock, lasted
from handlers.status.page.words import listed
from handlers.status.records import Incident, Moment
from handlers.status.states import State
from handlers.status.watch import Watch

#: Phones make one dash of two.
ALL = {"--all", "\N{EN DASH}all", "\N{EM DASH}all"}
#: The most entries of a timeline, the most bytes of a message, and the most characters of one text.
ENTRIES, LARGEST, LONGEST = 300, 36_000, 2000
_MARKUP = re.compile(r"([\\`*_\[\]<>#|])")
_WAS = {State.DOWN: "was unreachable", State.DEGRADED: "had problems", State.MAINTENANCE: "was under maintenance"}


async def export(watch: Watch, call: Call, ports: Ports) -> Decision:
    """Answer with the incident in code blocks, as many as it takes."""
    words = call.args.split()
    everything = any(word in ALL for word in words)
    if everything and not _inside(call, ports):
        raise Refused("Notes stay in the operators' room. Leave `--all` out, or ask for them there.")
    asked = replace(call, args=" ".join(word for word in words if word not in ALL))
    incident = (await about(watch, asked, ports, over=True)).incident
    moments = [one for one in await records.moments(ports.memory, incident.id) if everything or one.public]
    end = incident.resolved or ports.now
    spans = await records.spans(ports.memory, incident.opened)
    measured = uptime(spans, incident.service, incident.opened, max(end, incident.opened))
    text = markdown(incident, moments, watch.service(incident.service), measured)
    return Done(tuple(reply(call.message, part) for part in blocks(text)), "exported")


EXPORT = Part(
    name="export",
    usage="export [service or id] [--all]",
    summary="as Markdown for a wiki; with --all, in the operators' room, with its notes",
    run=export,
)


def _inside(call: Call, ports: Ports) -> bool:
    info = ports.rooms.info(call.message.room)
    return info.operators or info.control or call.message.room == ports.rooms.operators()


def markdown(incident: Incident, moments: Sequence[Moment], service: Service, measured: Uptime) -> str:
    """The incident: when, how long, what members noticed, what was measured, and what happened. No names."""
    head = f"# {capital(_words(service.title))} {_WAS.get(incident.state, 'had problems')} on {_day(incident.opened)}"
    left = len(moments) - ENTRIES
    told = [f"- {clock(one.at, incident.opened)}: {_words(one.text)}" for one in moments[:ENTRIES]]
    told += [f"- … and {left} more entries"] if left > 0 else []
    facts = [f"- **{name}:** {what}" for name, what in _facts(incident, service, measured) if what]
    return "\n".join([head, "", *facts, "", "## What happened", "", *(told or ["- Nothing was noted."])])


def _facts(incident: Incident, service: Service, measured: Uptime) -> list[tuple[str, str]]:
    over = incident.resolved is not None
    return [
        ("Began", f"{_day(incident.opened)}, {incident.opened.astimezone(UTC):%H:%M} UTC"),
        (
            "Ended",
            f"{_day(incident.resolved)}, {incident.resolved.astimezone(UTC):%H:%M} UTC"
            if incident.resolved
            else "not yet",
        ),
        ("Lasted", lasted(incident.resolved - incident.opened) if incident.resolved else ""),
        ("Severity", incident.severity.value),
        ("What members noticed", _words(service.members_notice) if incident.state == State.DOWN else ""),
        ("What was found", _words(incident.summary)),
        ("Measured" if over else "Measured so far", _measured(measured)),
        ("Came back and failed again", _times(incident.reopened)),
    ]


def _measured(found: Uptime) -> str:
    parts = {"unreachable": found.down, "with problems": found.degraded, "working": found.up}
    parts |= {"under maintenance": found.maintenance, "not known": found.blind + found.unknown}
    return listed([f"{name} for {lasted(part)}" for name, part in parts.items() if part])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times" if count else ""


def _day(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y}"


def _words(text: str) -> str:
    """Somebody else's words on one line, without markup. Less than in chat: it is to be read as it stands, too."""
    return _MARKUP.sub(r"\\\1", seen(text)[:LONGEST])


def blocks(text: str) -> list[str]:
    """The text in code blocks, cut between lines, each of which fits into a message."""
    parts: list[list[str]] = [[]]
    left = LARGEST
    for line in text.splitlines():
        left -= _size(line)
        if left < 0 and parts[-1]:
            parts.append([])
            left = LARGEST - _size(line)
        parts[-1].append(line)
    return ["\n".join(["```", *part, "```"]) for part in parts]


def _size(line: str) -> int:
    """How many bytes a line takes in a message, which has it as text and as HTML."""
    return sum(len(json.dumps(one, ensure_ascii=False).encode()) for one in (line, html.escape(line)))
