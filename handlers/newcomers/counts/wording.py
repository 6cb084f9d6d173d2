"""The counts as moderators read them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.markdown import escape
from handlers.newcomers.counts.records import KEPT, Count, within
from handlers.newcomers.counts.tally import What
from handlers.newcomers.languages import ENGLISH, said
from handlers.newcomers.settings import GuideSettings

#: What is counted, as lines, in their order.
LINES = {
    What.WELCOMED: "welcomed",
    What.STARTED: "began the walk",
    What.FINISHED: "finished it",
    What.STOPPED: "stopped it",
    What.SILENT: "fell silent",
    What.LEFT: "left, or were removed",
}
#: How a walk ends before its last step.
EARLY = (What.STOPPED, What.SILENT, What.LEFT)


def shown(found: Sequence[Count], spans: Sequence[int], guide: GuideSettings | None, now: datetime) -> str:
    """A line for everything that is counted, with a number for each span (in days), and where walks ended early."""
    lines = [_line(label, (one for one in found if one.what == what), spans, now) for what, label in LINES.items()]
    early = [one for one in within(found, max(spans), now) if one.what in EARLY]
    where = [
        _line(title, (one for one in early if one.step == name), spans, now)
        for name, title in _titles(early, guide).items()
    ]
    ended = ["", "Where walks ended before their last step:", "", *where] if where else []
    return "\n".join([f"**Newcomers** {_over(spans)}:", "", *lines, *ended])


def at_the_moment(walks: int, waiting: int) -> str:
    """How many are on their way now."""
    walkers = "1 is" if walks == 1 else f"{walks} are"
    waiters = "1 waits" if waiting == 1 else f"{waiting} wait"
    return f"At the moment {walkers} on the walk, and {waiters} for the form to work again."


def _line(label: str, found: Iterable[Count], spans: Sequence[int], now: datetime) -> str:
    counted = list(found)
    numbers = (str(sum(one.times for one in within(counted, days, now))) for days in spans)
    return f"- {label}: {' / '.join(numbers)}"


def _over(spans: Sequence[int]) -> str:
    """Which numbers stand beside each other."""
    named = " / ".join("day" if days == 1 else f"{days} days" for days in spans)
    return f"in the last {named}" + (" (all that I keep)" if max(spans) == KEPT else "")


def _titles(early: Iterable[Count], guide: GuideSettings | None) -> dict[str, str]:
    """The steps at which walks ended, with their titles, in their order; then, by name, those that are no more."""
    names = {one.step for one in early if one.step is not None}
    titles = {step.name: said(step.title, ENGLISH) for step in guide.steps} if guide else {}
    gone = {name: f"{escape(name)} (no longer a step)" for name in sorted(names - titles.keys())}
    return {name: title for name, title in titles.items() if name in names} | gone
