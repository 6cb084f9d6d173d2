"""What happens in an incident, below its notice: pure. However much it is, a thread gets little of it at a time."""

from collections.abc import Sequence

from handlers.status import records
from handlers.status.notices import pace
from handlers.status.notices.affairs import affair
from handlers.status.notices.draft import Draft
from handlers.status.notices.times import clock
from handlers.status.notices.told import Kind, Told, key_of
from handlers.status.notices.wording import capital, short, title
from handlers.status.records import Moment

#: How many are listed at once; of more the number is said.
LISTED = 10
#: What the room is told in other ways.
OTHERWISE = frozenset(
    {
        *(records.Kind.OPENED, records.Kind.REOPENED, records.Kind.UNSTABLE, records.Kind.ACKNOWLEDGED),
        *(records.Kind.RESOLVED, records.Kind.STALE, records.Kind.CLOSED),
    }
)


def tell(draft: Draft) -> None:
    """Tell what is new in each thread. What a person said comes at once, the rest once in a while."""
    news: dict[str, dict[str, list[Moment]]] = {}
    for told in draft.notified.values():
        if draft.can_edit(told.key) and (found := pending(draft, told)):
            news.setdefault(told.key, {})[told.incident] = found
    # Whose news has waited longest comes first, so that no thread is forgotten over another.
    for key in sorted(news, key=lambda one: min(found[0].id for found in news[one].values())):
        _tell(draft, key, news[key])


def pending(draft: Draft, told: Told) -> list[Moment]:
    """What this room may read of the incident, and hasn't been told."""
    moments = draft.view.moments.get(told.incident, ())
    return [one for one in moments if one.id > told.entry and _is_for(draft, one)]


def _is_for(draft: Draft, moment: Moment) -> bool:
    if moment.kind in OTHERWISE and not (moment.who and draft.room.operators):
        return False
    return moment.public or draft.room.operators


def _tell(draft: Draft, key: str, news: dict[str, list[Moment]]) -> None:
    moments = [one for several in news.values() for one in several]
    at = pace.detail_at(draft.said.values())
    if at is not None and at > draft.now and not any(one.who for one in moments):
        draft.wake.append(at)
        return
    several = sum(1 for told in draft.notified.values() if told.key == key) > 1
    last = max(moments, key=lambda one: one.id)
    detail = key_of("detail", str(last.id), draft.room.id)
    draft.say(detail, _text(draft, sorted(moments, key=lambda one: one.id), named=several), Kind.DETAIL, under=key)
    for incident, found in news.items():
        draft.knows(incident, entry=found[-1].id)


def _text(draft: Draft, moments: Sequence[Moment], *, named: bool) -> str:
    shown = moments if len(moments) <= LISTED else moments[: LISTED - 1]
    lines = [_line(draft, one, named=named) for one in shown]
    rest = len(moments) - len(shown)
    if len(moments) == 1:
        return lines[0]
    return "\n".join(f"- {line}" for line in (*lines, *([f"And {rest} more."] if rest else [])))


def _line(draft: Draft, moment: Moment, *, named: bool) -> str:
    incident = draft.view.incidents[moment.incident]
    about = f"{capital(title(affair(draft.view, incident)))}: " if named else ""
    who = f" ({short(moment.who, 255)})" if moment.who and draft.room.operators else ""
    return f"{clock(moment.at, draft.now)}: {about}{short(moment.text, 2000)}{who}"
