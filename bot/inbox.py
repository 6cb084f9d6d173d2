"""Journal entries → events: those of our own making here, Matrix's through its translator."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.actions import Audit
from bot.events import Event, Outcome, Signal, Tick
from bot.storage.journal import Entry

TIMER, OUTCOME, HOOK, PROBE, MATRIX = "timer", "outcome", "hook", "probe", "matrix"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The event is encrypted and its key isn't here, or not yet."""

    why: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """The event is nobody's business. `told`: what the operators are to know of it all the same."""

    why: str
    told: tuple[Audit, ...] = ()


#: Reads what came from Matrix.
Translate = Callable[[Entry], Awaitable[Event | Unreadable | Ignored]]


def of_ours(source: str, key: str, room: str, body: dict[str, Any], now: float) -> Entry:
    """An entry for something that Matrix knows nothing of. `key` makes it one of a kind within its source."""
    return Entry(source=source, key=f"{source}:{key}", kind=source, room=room, at=now, received=now, body=body)


def reader(translate: Translate) -> Translate:
    """Reads any entry."""

    async def read(entry: Entry) -> Event | Unreadable | Ignored:
        common: dict[str, Any] = {
            "id": entry.key,
            "room": entry.room,
            "sender": "",
            "at": datetime.fromtimestamp(entry.at, UTC),
        }
        if entry.spoilt:
            raise ValueError("what was kept of it can't be read")
        match entry.source:
            case "timer":
                if not isinstance(entry.body["memo"], dict):
                    raise ValueError("its memo can't be read")  # noqa: TRY004 - it isn't a caller's mistake
                return Tick(**common, key=entry.body["key"], memo=entry.body["memo"])
            case "outcome":
                return Outcome(**common, **entry.body)
            case "hook":
                body = {"hook": entry.body["hook"], "raw": entry.body["raw"]}
                return Signal(**common, source=entry.body["format"], body=body)
            case "probe":
                return Signal(**common, source=PROBE, body=entry.body)
            case _:
                return await translate(entry)

    return read
