"""The parts of a command: each a word behind it, with what it does."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.actions import Decision
from bot.commands import Call, nearest, split
from bot.errors import Refused
from bot.ports import Ports
from handlers.status.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`!incident <name> …`. `run` gets the call with what stands behind the name as its arguments."""

    name: str
    usage: str
    summary: str
    run: Callable[[Watch, Call, Ports], Awaitable[Decision]]


def given(call: Call, parts: Sequence[Part]) -> tuple[Part, Call] | None:
    """The part that stands first in the arguments, and the call of that; None where it is none of these."""
    word, rest = split(call.args)
    found = next((one for one in parts if one.name == word), None)
    return (found, replace(call, args=rest)) if found is not None else None


def part_of(call: Call, parts: Sequence[Part], ports: Ports) -> tuple[Part, Call]:
    """Which part it is, and the call of that. Raises `Refused` with the nearest one."""
    if (found := given(call, parts)) is not None:
        return found
    word, _ = split(call.args)
    near = nearest(word, tuple(one.name for one in parts)) if word else None
    command = f"{ports.prefix}{call.name}"
    if near:
        raise Refused(f"Did you mean `{command} {near}`?")
    raise Refused("\n".join(["What of it?", *(f"- `{command} {one.usage}`: {one.summary}" for one in parts)]))


def usages(parts: Sequence[Part], command: str) -> str:
    """All parts, for the help."""
    return "\n".join(f"- `{command} {one.usage}`: {one.summary}" for one in parts)
