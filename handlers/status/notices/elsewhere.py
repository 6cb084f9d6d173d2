"""What those hear who aren't in rooms: that something began, and that it ended. At once, whatever Matrix does. Pure."""

from dataclasses import replace
from typing import Literal

from handlers.status.notices import wording
from handlers.status.notices.affairs import affair
from handlers.status.notices.routing import for_members
from handlers.status.notices.templates import Words
from handlers.status.notices.told import ELSEWHERE, Told
from handlers.status.notices.view import View, over
from handlers.status.records import Incident
from handlers.status.telling.news import News


def news(view: View, words: Words) -> tuple[list[News], list[Told]]:
    """What is to be told elsewhere now, and what is remembered of it: only of what is for members too."""
    found, noted = [], []
    for incident in view.open:
        told = view.told.get((incident.id, ELSEWHERE))
        if told is None and not _for_members(view, incident):
            continue
        if told is not None and told.closed == over(incident):
            continue
        new, one = _told(view, incident, told), _news(view, incident, told, words)
        if new is not None:
            noted.append(new)
        if one is not None and new is not None:
            found.append(one)
    return found, noted


def _for_members(view: View, incident: Incident) -> bool:
    watch = view.watch
    return for_members(incident.service, incident.severity, watch.settings, watch.place, view.rota)


def _told(view: View, incident: Incident, told: Told | None) -> Told | None:
    """What is remembered; nothing while it is silenced and goes on, so that it is told afterwards."""
    if view.silence(incident) is not None and not over(incident):
        return None
    fresh = Told(incident=incident.id, room=ELSEWHERE, key="", version=incident.version, entry=0, at=view.now)
    return replace(told or fresh, version=incident.version, closed=over(incident))


def _news(view: View, incident: Incident, told: Told | None, words: Words) -> News | None:
    if view.silence(incident) is not None:
        return None
    kind: Literal["opened", "resolved"] = "resolved" if over(incident) else "opened"
    return News(incident=incident, kind=kind, text=_text(view, incident, told, words))


def _text(view: View, incident: Incident, told: Told | None, words: Words) -> str:
    one = affair(view, incident)
    if not over(incident):
        return words.opened(one)
    return wording.missed(one) if told is None else words.back(one)
