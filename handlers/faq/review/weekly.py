"""Once a week: entries that are taken for each other are measured, and the moderators hear how much there is to do."""

from collections.abc import Sequence

from bot.actions import Decision, Done, Nothing, Say
from bot.events import Tick
from bot.ports import Ports
from handlers.faq.bank.entries import Entry
from handlers.faq.library import Library
from handlers.faq.matching.calibration import Build, confused, left_out
from handlers.faq.review.gathering import gathered
from handlers.faq.review.listing import reminder, shown
from handlers.faq.review.records import note_confused

#: The recurring jobs. Measuring is heavy, and changes little from day to day.
REMINDER, MEASURE = "review", "confused"


async def on_reminder(library: Library, _tick: Tick, ports: Ports) -> Decision:
    """Say in the moderators' room how much there is to look at, if there is anything."""
    control = ports.rooms.control()
    count = len(shown(await gathered(library, ports)))
    if control is None or not count:
        return Nothing("nobody to tell" if control is None else "nothing to review")
    return Done((Say(room=control, text=reminder(count, ports.prefix)),), f"{count} to review")


async def on_measure(library: Library, _tick: Tick, ports: Ports) -> Decision:
    """Find out which entries are taken for each other."""
    entries = tuple(library.entries.values())
    pairs = await ports.compute.run(measured, entries, library.fit)
    return Done(note_confused(pairs), f"{len(pairs)} pairs of entries are taken for each other")


def measured(entries: Sequence[Entry], build: Build) -> list[tuple[str, str, int]]:
    """See `calibration.confused`. Heavy work."""
    return confused(list(left_out(entries, build)))
