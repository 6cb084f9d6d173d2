"""Relaying: is it down? What was measured, what others report, and one living notice for each incident.

`probes` measure, `sources` read what monitoring systems send, `feeds` are read; `incidents` makes one story of it all.
`notices` tells the rooms, `telling` everybody else; `asking` answers, `history` remembers, `page` shows. What is known
at a moment is in `world`.
"""

from pathlib import Path

from bot.handler import Handler, Opened, Place
from handlers.status.settings import Settings
from handlers.status.tables import TABLES
from handlers.status.watch import Watch


def opened(settings: Settings, place: Place) -> Opened:
    """The handler at work."""
    watch = Watch(settings=settings, place=place)
    del watch
    return Opened()


HANDLER = Handler(
    name="status",
    settings=Settings,
    open=opened,
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
)
