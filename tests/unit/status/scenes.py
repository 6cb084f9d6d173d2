"""The watch of a small community, and things that happen to it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.handler import Place, Service
from handlers.status.board import Board, Look
from handlers.status.records import Condition, Incident, Phase
from handlers.status.settings import Settings
from handlers.status.states import Severity, State
from handlers.status.watch import Watch
from tests.support.fakes import START

MASTODON = Service(
    name="mastodon",
    title="Mastodon",
    url="https://social.example",
    members_notice="The website and the apps don't load.",
    known_as=("social.example",),
)
WIKI = Service(name="wiki", title="the wiki", url="https://wiki.example")
PLACE = Place(
    root=Path(),
    community="Social.example",
    people="Ask in the chatroom.",
    registration_form=None,
    services=(MASTODON, WIKI),
    rooms=("open-chatroom", "tech-chat"),
    hooks=("kuma",),
)


def watch(place: Place = PLACE, board: Board | None = None, **settings: Any) -> Watch:
    """The watch, with these settings."""
    return Watch(settings=Settings.model_validate(settings), place=place, board=board or Board())


def look(state: State = State.UP, **changes: Any) -> Look:
    """What the probe of Mastodon has come to."""
    plain = Look(
        probe="mastodon", service="mastodon", state=state, since=START, looked=START, evidence="HTTP 200 after 0.3 s"
    )
    return replace(plain, **changes)


def condition(state: State = State.DOWN, **changes: Any) -> Condition:
    """What Uptime Kuma says of Mastodon."""
    plain = Condition(
        key="k1",
        service="mastodon",
        source="uptime-kuma",
        by="kuma",
        state=state,
        severity=Severity.CRITICAL,
        summary="Request failed with status code 503",
        since=START,
        heard=START,
    )
    return replace(plain, **changes)


def incident(**changes: Any) -> Incident:
    """Mastodon can't be reached, since the start."""
    plain = Incident(
        id="2026-05-04-1",
        service="mastodon",
        phase=Phase.OPEN,
        state=State.DOWN,
        severity=Severity.CRITICAL,
        summary="HTTP 503",
        opened=START,
        changed=START,
    )
    return replace(plain, **changes)
