"""Which service a report speaks of. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from bot.commands import nearest
from bot.errors import ConfigError
from bot.handler import Place, Service
from handlers.status.report import Report
from handlers.status.settings import Label, Settings
from handlers.status.sources.texts import host

#: Stands for any value of a label.
ANY = "*"
#: The length of a name that we make, in characters.
LONGEST = 64


@dataclass(frozen=True, slots=True)
class Mapped:
    """The service's name. Not `known`: nobody has listed it, and the name is made of what the source `called` it."""

    service: str
    known: bool = True
    called: str = ""


def service_of(report: Report, labels: Sequence[Label], services: Sequence[Service]) -> Mapped:
    """The service, by the config's labels, else by its names, else by its address."""
    name = _by_label(report, labels) or _by_name(report, services) or _by_address(report, services)
    return Mapped(name) if name else _unknown(report, services)


def hint(mapped: Mapped) -> str:
    """For the operators: how to have it known."""
    return (
        f"I don't know which service “{mapped.called}” is, so nobody else is told. If it is one of those in the "
        "config, add that name to its known_as; if not, list it under services."
    )


def check(settings: Settings, place: Place) -> None:
    """Raises `ConfigError` where a label stands for a service that isn't there."""
    known = tuple(service.name for service in place.services)
    wrong = [(number, one.service) for number, one in enumerate(settings.labels, 1) if one.service not in known]
    if wrong:
        raise ConfigError(
            *(
                f"status.labels[{number}].service: there is no service {name!r}{_near(name, known)}"
                for number, name in wrong
            )
        )


def fold(name: str) -> str:
    """What is left when capitals, accents, spaces and punctuation don't count."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(one for one in plain if one.isalnum())


def _near(name: str, known: tuple[str, ...]) -> str:
    near = nearest(name, known)
    return f"; did you mean {near!r}?" if near else ""


def _by_label(report: Report, labels: Sequence[Label]) -> str | None:
    for one in labels:
        value = report.labels.get(one.label)
        if value is not None and one.value in (ANY, value):
            return one.service
    return None


def _by_name(report: Report, services: Sequence[Service]) -> str | None:
    """By the surest name that anybody has. A service's own name counts before its title, that before other names."""
    for name in filter(None, map(fold, report.names)):
        for called in _names(tuple(services)):
            found = called.get(name, frozenset())
            if len(found) == 1:
                return next(iter(found))
    return None


@lru_cache(maxsize=4)
def _names(services: tuple[Service, ...]) -> tuple[Mapping[str, frozenset[str]], ...]:
    """Who is called what: by own names, titles, and other names. Once, since one body may hold thousands of names."""
    own: tuple[Callable[[Service], Iterable[str]], ...] = (
        lambda service: (service.name,),
        lambda service: (service.title, service.title.removeprefix("the ")),
        lambda service: service.known_as,
    )
    return tuple(_by((fold(name), one) for one in services for name in names(one)) for names in own)


def _by(keys: Iterable[tuple[str, Service]]) -> Mapping[str, frozenset[str]]:
    """The names of the services that have each key."""
    found: dict[str, frozenset[str]] = {}
    for key, service in keys:
        found[key] = found.get(key, frozenset()) | {service.name}
    return found


def _by_address(report: Report, services: Sequence[Service]) -> str | None:
    """By the whole address, else by its host, where just one service has it."""
    addresses = [one for one in (report.url, *report.names) if one]
    for same, there in zip((_whole, host), _addresses(tuple(services)), strict=True):
        for address in filter(None, map(same, addresses)):
            found = there.get(address, frozenset())
            if len(found) == 1:
                return next(iter(found))
    return None


@lru_cache(maxsize=4)
def _addresses(services: tuple[Service, ...]) -> tuple[Mapping[str, frozenset[str]], ...]:
    """Who is where: by their whole addresses, and by their hosts."""
    return tuple(_by((same(one.url), one) for one in services) for same in (_whole, host))


def _whole(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.hostname}{parts.path.rstrip('/')}" if parts.scheme in ("http", "https") and parts.hostname else ""


def _unknown(report: Report, services: Sequence[Service]) -> Mapped:
    called = next((name for name in report.names if name.strip()), "") or report.by
    plain = unicodedata.normalize("NFKD", called).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
    if not slug or slug in {service.name for service in services}:
        mark = hashlib.sha256(called.encode("utf-8", "replace")).hexdigest()[:8]
        slug = f"{slug or 'unnamed'}"[: LONGEST - len(mark) - 1] + f"-{mark}"
    return Mapped(slug, known=False, called=called)
