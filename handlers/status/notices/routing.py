"""Which rooms want to know of which news."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import nearest
from bot.errors import ConfigError
from bot.handler import Place
from bot.ports import Rooms
from handlers.status.settings import OPERATORS, Route, Settings
from handlers.status.states import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room that may be told. `operators`: it belongs to those who run things, who read more than members do."""

    id: str
    operators: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """Who is there to be told: by their names in routes, and those who want news of outages."""

    named: dict[str, Room]
    noticed: tuple[Room, ...] = ()
    operators: Room | None = None

    @property
    def all(self) -> tuple[Room, ...]:
        """Every room that may be told, each once."""
        own = (self.operators,) if self.operators else ()
        return tuple({room.id: room for room in (*self.noticed, *self.named.values(), *own)}.values())


def rota(settings: Settings, rooms: Rooms) -> Rota:
    """Who is there now."""
    own = rooms.operators()
    operators = Room(id=own, operators=True) if own else None
    noticed = tuple(_room(info.id, own, control=info.control or info.operators) for info in rooms.noticed())
    names = {name for route in settings.routes for name in route.rooms if name != OPERATORS}
    found = {name: rooms.named(name) for name in sorted(names)}
    named = {name: _room(room, own) for name, room in found.items() if room is not None}
    return Rota(named=named, noticed=noticed, operators=operators)


def _room(room: str, operators: str | None, *, control: bool = False) -> Room:
    return Room(id=room, operators=control or room == operators)


def rooms_for(service: str, severity: Severity, settings: Settings, place: Place, rota: Rota) -> tuple[Room, ...]:
    """The rooms that are told of this: by the first route that fits, else by what is usual.

    What members notice goes to all rooms that want news; the rest, and what nobody else would hear of, to the
    operators alone.
    """
    operators = (rota.operators,) if rota.operators else ()
    route = _route(service, severity, settings)
    if route is not None:
        return _listed(route, rota)
    return (rota.noticed or operators) if _usual(service, severity, settings, place) else operators


def for_members(service: str, severity: Severity, settings: Settings, place: Place, rota: Rota) -> bool:
    """Whether this is for members to know, and not for operators alone; also where no room wants news."""
    route = _route(service, severity, settings)
    if route is not None:
        return any(not room.operators for room in _listed(route, rota))
    return _usual(service, severity, settings, place)


def _route(service: str, severity: Severity, settings: Settings) -> Route | None:
    return next((one for one in settings.routes if _fits(one, service, severity)), None)


def _usual(service: str, severity: Severity, settings: Settings, place: Place) -> bool:
    """Whether it is something that members notice, and no routes say who hears of what."""
    known = any(one.name == service for one in place.services)
    return known and not settings.routes and severity != Severity.INFO


def _fits(route: Route, service: str, severity: Severity) -> bool:
    return (not route.services or service in route.services) and (
        not route.severities or severity.value in route.severities
    )


def _listed(route: Route, rota: Rota) -> tuple[Room, ...]:
    found = (rota.operators if name == OPERATORS else rota.named.get(name) for name in route.rooms)
    return tuple({room.id: room for room in found if room is not None}.values())


def check(settings: Settings, place: Place) -> None:
    """Raises `ConfigError` where a route names a room or a service that isn't there."""
    routes = [(f"status.routes[{number}]", route) for number, route in enumerate(settings.routes, 1)]
    problems = [problem for where, route in routes for problem in _unknown(where, "room", route.rooms, place)]
    problems += [problem for where, route in routes for problem in _unknown(where, "service", route.services, place)]
    if problems:
        raise ConfigError(*problems)


def _unknown(where: str, kind: str, names: Sequence[str], place: Place) -> list[str]:
    known = (*place.rooms, OPERATORS) if kind == "room" else tuple(one.name for one in place.services)
    return [f"{where}.{kind}s: there is no {kind} {name!r}{_hint(name, known)}" for name in names if name not in known]


def _hint(name: str, known: tuple[str, ...]) -> str:
    near = nearest(name, known)
    if near is not None:
        return f"; did you mean {near!r}?"
    return f"; there are {', '.join(known)}" if known else ""
