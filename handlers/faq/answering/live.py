"""What an answer needs from outside the bank at the moment of answering: live figures, and how a service is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.facts import Instance, InstanceFacts, Measured, ServiceState
from bot.handler import Place, Service
from bot.ports import Facts
from handlers.faq.bank import placeholders
from handlers.faq.bank.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What could be found out. `read` is when the server gave its figures, `service` what a live entry asks about."""

    figures: Mapping[str, str | None] = field(default_factory=dict)
    read: datetime | None = None
    service: Service | None = None
    measured: Measured | None = None


async def gather(entry: Entry, facts: Facts, place: Place, lang: str = "en") -> Live:
    """Everything that this entry's answer in this language needs, and no more: most need nothing."""
    wanted = placeholders.used(entry.answer_in(lang))
    instance = await facts.ask(Instance()) if any(map(_from_instance, wanted)) else None
    status = await _status(facts, place) if "status" in wanted else None
    return Live(
        figures={"status": status, "registration.form": place.registration_form, **_figures(instance)},
        read=instance.asked if instance else None,
        service=next((service for service in place.services if service.name == entry.live), None),
        measured=await facts.ask(ServiceState(entry.live)) if entry.live else None,
    )


def _from_instance(name: str) -> bool:
    return name == "registrations" or name.startswith("instance.")


def _figures(instance: InstanceFacts | None) -> dict[str, str | None]:
    if instance is None:
        return {}
    return {
        "instance.character_limit": _number(instance.character_limit),
        "instance.users": _number(instance.users),
        "registrations": instance.registrations,
    }


def _number(value: int | None) -> str | None:
    return None if value is None else f"{value:,}"


async def _status(facts: Facts, place: Place) -> str | None:
    """Each service that is known and its state; None where nothing is."""
    states = [(service.title, await facts.ask(ServiceState(service.name))) for service in place.services]
    return "; ".join(f"{title}: {measured.state}" for title, measured in states if measured) or None
