"""What notices bring to the handler."""

from collections.abc import Awaitable, Callable
from functools import partial

from bot.actions import Decision
from bot.checking import all_of
from bot.events import Outcome, Tick
from bot.handler import Place
from bot.ports import Ports
from handlers.status.notices import routing, templates
from handlers.status.notices.job import JOB, KINDS, MeToo, Teller, on_notify, on_outcome
from handlers.status.settings import Settings
from handlers.status.telling.news import beyond
from handlers.status.watch import NOTIFY, Watch

JOBS = (JOB,)
#: What becomes of messages, by what their key begins with.
OUTCOMES: dict[str, Callable[[Outcome, Ports], Awaitable[Decision]]] = dict.fromkeys(sorted(KINDS), on_outcome)


def ticks(watch: Watch, me_too: MeToo) -> dict[str, Callable[[Tick, Ports], Awaitable[Decision]]]:
    """Who is to be told of a tick, by what its key begins with."""
    words = templates.words(watch.settings.texts)
    return {NOTIFY: partial(on_notify, Teller(watch=watch, words=words, beyond=beyond, me_too=me_too))}


def check(settings: Settings, place: Place) -> None:
    """Raises `ConfigError` where a route names what isn't there, or a template can't be used."""
    all_of(partial(routing.check, settings, place), partial(templates.words, settings.texts))
