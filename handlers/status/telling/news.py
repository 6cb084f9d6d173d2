"""Telling those who aren't in the rooms: subscribers in private, and the operators' other channels.

What is told together is one message for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.actions import Action, DirectMessage, Forward
from bot.ports import Ports
from handlers.status.records import Incident
from handlers.status.settings import Channel
from handlers.status.states import Severity
from handlers.status.telling import subscriptions
from handlers.status.telling.subscriptions import ALL, Subscriptions
from handlers.status.watch import Watch

#: Before a person's id, in the keys of private messages.
NOTIFY = "notify"
#: As long as a message's key may be, in characters.
LONGEST_KEY = 255
#: In one message; more are counted.
MOST = 20

_HOW = {"down": "unreachable", "degraded": "slow or partly failing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What there is to tell of an incident. `text` is Markdown for members, whole sentences."""

    incident: Incident
    kind: Literal["opened", "changed", "resolved"]
    text: str


async def beyond(watch: Watch, ports: Ports, news: Sequence[News]) -> tuple[Action, ...]:
    """The messages to all who aren't in the rooms. Asks nothing of the homeserver: it may be what is down."""
    if not news:
        return ()
    subscribed = await subscriptions.all_of_them(ports.memory)
    return (*forwards(watch, news), *privately(watch, subscribed, news, ports.prefix))


def forwards(watch: Watch, news: Sequence[News]) -> tuple[Forward, ...]:
    """What each other channel is told."""
    for_each = [(channel, [one for one in news if fits(channel, one)]) for channel in watch.settings.also]
    return tuple(
        Forward(channel=channel.name, title=title(watch, found), text=together(found))
        for channel, found in for_each
        if found
    )


def fits(channel: Channel, news: News) -> bool:
    """Whether it is something for this channel."""
    of_service = not channel.services or news.incident.service in channel.services
    return of_service and (not channel.severities or news.incident.severity.value in channel.severities)


def privately(watch: Watch, subscribed: Subscriptions, news: Sequence[News], prefix: str) -> tuple[DirectMessage, ...]:
    """What each subscriber is told: of services that members know, and not what is for operators alone."""
    known = {one.name for one in watch.place.services}
    fitting = [one for one in news if one.incident.service in known and one.incident.severity != Severity.INFO]
    for_each = [
        (person, [one for one in fitting if services & {ALL, one.incident.service}])
        for person, services in subscribed.items()
    ]
    footer = f"To hear no more of this: `{prefix}notify stop`"
    return tuple(
        DirectMessage(to=person, text=f"{together(found)}\n\n{footer}", key=key_of(person), loud=True)
        for person, found in for_each
        if found
    )


def key_of(person: str) -> str:
    """What private messages to this person are known by, when it is told what became of them."""
    return f"{NOTIFY}:{person}"[:LONGEST_KEY]


def together(news: Sequence[News]) -> str:
    """Several as one text."""
    left = len(news) - MOST
    more = [f"… and {left} more."] if left > 0 else []
    return "\n\n".join([*(one.text for one in news[:MOST]), *more])


def title(watch: Watch, news: Sequence[News]) -> str:
    """What it is about, as plain text on one line."""
    if len(news) > 1:
        services = len({one.incident.service for one in news})
        return f"{watch.place.community}: news of {services} service{'s' if services > 1 else ''}"
    (one,) = news
    how = "works again" if one.kind == "resolved" else _HOW.get(one.incident.state, "news")
    return f"{watch.service(one.incident.service).title}: {how}"
