"""What still lasts is told of again, at growing distances: pure."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.status.notices import gathered
from handlers.status.notices.draft import Draft
from handlers.status.notices.told import Kind, key_of
from handlers.status.notices.wording import Affair
from handlers.status.records import Phase

#: What is due within so long is told along with what is due now.
ALONG = timedelta(minutes=5)


def passed(span: timedelta, distances: Sequence[timedelta]) -> int:
    """How many distances lie within this span: each of them once, then the last again and again."""
    if not distances:
        return 0
    further = max((span - distances[-1]) // distances[-1], 0)
    return sum(1 for one in distances if one <= span) + further


def remind(draft: Draft, affairs: Sequence[Affair]) -> None:
    """Say again what lasts, all in one message."""
    due = [one for one in affairs if _is_due(draft, one, timedelta(0))]
    if not due or not draft.free():
        return
    told = [one for one in affairs if _is_due(draft, one, ALONG)]
    first = told[0].incident
    draft.say(key_of("remind", first.id, draft.room.id), gathered.reminder(told), Kind.REMINDER)
    for one in told:
        draft.knows(one.incident.id, reminded=_passed(draft, one, ALONG))


def _is_due(draft: Draft, one: Affair, along: timedelta) -> bool:
    """Where somebody is on it, only the longest distances count."""
    count = _passed(draft, one, along)
    seldom = one.incident.acknowledged is not None and count < len(draft.view.watch.settings.reminders)
    return one.incident.phase != Phase.SETTLING and count > draft.told[one.incident.id].reminded and not seldom


def _passed(draft: Draft, one: Affair, along: timedelta) -> int:
    return passed(draft.now + along - one.incident.opened, draft.view.watch.settings.reminders)
