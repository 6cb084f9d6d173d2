"""What monitoring systems send, read: one file for each format, found by its name ("uptime-kuma": `uptime_kuma.py`).

Each has a function `read`, raw text → `Taken`. All that is the same for all is done here.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from handlers.status.sources.taken import Taken, UnreadableError, together
from handlers.status.sources.texts import trimmed

__all__ = ["Taken", "UnreadableError", "read", "reader"]

#: Of one body, so many reports are looked at.
MOST = 1000


def read(format: str, hook: str, raw: str) -> Taken:  # noqa: A002 - as the config calls it
    """What this body reports, held to all limits. Raises `UnreadableError`, and nothing else whatever the body is."""
    taken = reader(format)(raw)
    # Of the same thing twice in one body, the last word counts.
    latest = {report.fingerprint: report for report in map(trimmed, taken.reports[:MOST])}
    left = len(taken.reports) - MOST
    remark = f"of its {len(taken.reports)} reports only the first {MOST} were read" if left > 0 else ""
    return Taken(tuple(replace(one, by=hook) for one in latest.values()), together(taken.remark, remark))


def reader(format: str) -> Callable[[str], Taken]:  # noqa: A002 - as the config calls it
    """Who reads this format. Raises `ModuleNotFoundError` where nobody does."""
    module = import_module(f"{__name__}.{format.replace('-', '_')}")
    found: Callable[[str], Taken] = module.read
    return found
