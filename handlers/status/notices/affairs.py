"""The incidents that concern a room, and what there is to tell it of each: pure."""

from collections.abc import Sequence
from enum import StrEnum

from handlers.status.notices.draft import Draft
from handlers.status.notices.routing import Room, rooms_for
from handlers.status.notices.view import View, over
from handlers.status.notices.wording import Affair
from handlers.status.records import Incident

#: What the key of a notice that was refused, and is tried anew, ends in.
ANEW = ":anew"


class Stage(StrEnum):
    """What a room knows of an incident, beside what is."""

    NEW = "it began, and the room doesn't know"
    MISSED = "it began and ended, and the room knows nothing"
    GOING_ON = "the room knows, and it lasts"
    ENDED = "the room knows that it began, not that it ended"
    AGAIN = "the room knows that it ended, and it has begun again"
    PAST = "the room knows all"
    UNTOLD = "the room can't be told"


def stage(draft: Draft, incident: Incident) -> Stage:
    """What there is to tell this room of this incident."""
    told, ended = draft.told.get(incident.id), over(incident)
    fresh = Stage.MISSED if ended else Stage.NEW
    if told is None:
        return fresh
    said = draft.said.get(told.key)
    if said is not None and said.failed and not told.closed:
        anew = not told.key.endswith(ANEW) and told.version < incident.version
        return fresh if anew else Stage.UNTOLD
    if told.closed and not ended:
        return Stage.AGAIN if told.key.startswith("notice:") else Stage.NEW
    if told.closed:
        return Stage.PAST
    return Stage.ENDED if ended else Stage.GOING_ON


def concerning(view: View, room: Room) -> list[Incident]:
    """The incidents that this room is told of, or has been."""
    return [one for one in view.open if (one.id, room.id) in view.told or room in routed(view, one)]


def routed(view: View, incident: Incident) -> Sequence[Room]:
    """The rooms that this incident goes to."""
    watch = view.watch
    return rooms_for(incident.service, incident.severity, watch.settings, watch.place, view.rota)


def affair(view: View, incident: Incident, *, operators: bool = False) -> Affair:
    """The incident with all that is said of it."""
    page = view.watch.settings.page
    bad = [one for one in view.conditions if one.service == incident.service and one.state.bad and not one.muted]
    return Affair(
        incident=incident,
        service=view.watch.service(incident.service),
        now=view.now,
        words=sorted(bad, key=lambda one: (one.source != "probe", one.since, one.key)),
        moments=view.moments.get(incident.id, ()),
        me_too=view.me_too.get(incident.service, 0),
        page=page.url if page else None,
        operators=operators,
    )
