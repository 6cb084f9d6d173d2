"""The config's probes, checked, and each with its name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import nearest
from bot.errors import ConfigError
from bot.handler import Service
from handlers.status.probes.kinds import WAYS
from handlers.status.settings import ProbeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A probe of the config: its name among all, and what it is pointed at."""

    name: str
    target: str
    settings: ProbeSettings


def listed(probes: Sequence[ProbeSettings], services: Sequence[Service]) -> tuple[Listed, ...]:
    """All of them. Raises `ConfigError` with everything that is wrong."""
    problems: list[str] = []
    pointed = [_target(probe, services, f"status.probes[{at}]", problems) for at, probe in enumerate(probes, 1)]
    problems += _repeated(probes, pointed)
    if problems:
        raise ConfigError(*problems)
    found = zip(_names(probes), pointed, probes, strict=True)
    return tuple(Listed(name=name, target=target, settings=probe) for name, target, probe in found)


def _target(probe: ProbeSettings, services: Sequence[Service], where: str, problems: list[str]) -> str:
    """What it is pointed at; "" where that isn't to be had, which then is among the problems."""
    service = next((one for one in services if one.name == probe.service), None)
    if service is None:
        problems.append(f"{where}.service: {_unknown(probe.service, services)}")
    written = probe.target or (service.url if service else None)
    if written is None:
        return ""
    try:
        return WAYS[probe.kind].target(written)
    except ValueError as error:
        problems.append(f"{where}.target: {error}")
        return ""


def _unknown(name: str, services: Sequence[Service]) -> str:
    known = tuple(one.name for one in services)
    near = nearest(name, known)
    if near is not None:
        return f'there is no service "{name}"; did you mean "{near}"?'
    there = f"expected one of {', '.join(known)}" if known else "list it under services: first"
    return f'there is no service "{name}"; {there}'


def _repeated(probes: Sequence[ProbeSettings], pointed: Sequence[str]) -> list[str]:
    """What would measure the same twice."""
    first: dict[object, int] = {}
    problems = []
    for at, (probe, target) in enumerate(zip(probes, pointed, strict=True), 1):
        same = (probe.service, probe.kind, target, probe.record if probe.kind == "dns" else None)
        if target and first.setdefault(same, at) != at:
            problems.append(
                f"status.probes[{at}]: measures the same as status.probes[{first[same]}]; remove one of them"
            )
    return problems


def _names(probes: Sequence[ProbeSettings]) -> list[str]:
    """The service's name; where it has several probes, with their kinds; of several of a kind, with a number."""
    services = Counter(probe.service for probe in probes)
    given: list[str] = []
    for probe in probes:
        plain = probe.service if services[probe.service] == 1 else f"{probe.service}-{probe.kind}"
        taken = {*given, *(services.keys() - {probe.service})}
        numbered = (f"{plain}-{number}" for number in range(2, len(probes) + 2))
        given.append(plain if plain not in taken else next(one for one in numbered if one not in taken))
    return given
