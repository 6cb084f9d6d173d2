"""The kinds of probes: for each, how it looks and what it is pointed at."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.handler import Sight
from handlers.status.probes import dns, http, mastodon, matrix, mediawiki, targets, tcp, tls
from handlers.status.probes.reading import Reading
from handlers.status.settings import Kind, ProbeSettings

#: `async look(settings, target, sight)`. Raises `TryLater` and `Permanent` as the ports do.
Look = Callable[[ProbeSettings, str, Sight], Awaitable[Reading]]


@dataclass(frozen=True, slots=True)
class Way:
    """`target` makes what the config says into what `look` takes, or raises ValueError with what it expects."""

    look: Look
    target: Callable[[str], str]


WAYS: Mapping[Kind, Way] = {
    "http": Way(http.look, targets.web),
    "mastodon": Way(mastodon.look, targets.web),
    "mediawiki": Way(mediawiki.look, targets.web),
    "matrix": Way(matrix.look, targets.web),
    "tls": Way(tls.look, targets.secured),
    "dns": Way(dns.look, targets.name),
    "tcp": Way(tcp.look, targets.connection),
}
