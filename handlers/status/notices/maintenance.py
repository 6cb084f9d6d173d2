"""What rooms are told of maintenance: that it is planned, comes soon, has begun, and is over. Pure."""

from datetime import timedelta

from handlers.status.notices.draft import Draft
from handlers.status.notices.routing import rooms_for
from handlers.status.notices.times import between, clock, lasted
from handlers.status.notices.told import Kind, Told, key_of
from handlers.status.notices.wording import short
from handlers.status.records import Window
from handlers.status.states import Severity

#: In order. What rooms have been told of is the last of these that they know.
PHASES = ("planned", "reminded", "under_way", "over", "cancelled")
OVER = ("over", "cancelled")


def tell(draft: Draft) -> None:
    """Tell what has changed in each window of maintenance that concerns the room."""
    for window in draft.view.windows:
        told = draft.told.get(f"window:{window.id}")
        if told is None:
            _announce(draft, window)
        elif not told.closed and told.version < _number(window):
            _go_on(draft, window, told)
        if told is not None:
            draft.edit(told.key, notice(draft, window))


def _number(window: Window) -> int:
    return PHASES.index(window.phase) + 1 if window.phase in PHASES else 0


def _concerns(draft: Draft, window: Window) -> bool:
    watch, rota = draft.view.watch, draft.view.rota
    return draft.room in rooms_for(window.service, Severity.WARNING, watch.settings, watch.place, rota)


def _announce(draft: Draft, window: Window) -> None:
    """The first word. Of what is over already nobody needs to hear."""
    if not _number(window) or window.phase in OVER or not _concerns(draft, window) or not draft.free():
        return
    key = key_of("window", window.id, draft.room.id)
    draft.say(key, notice(draft, window), Kind.FRESH)
    draft.told[f"window:{window.id}"] = Told(
        incident=f"window:{window.id}",
        room=draft.room.id,
        key=key,
        version=_number(window),
        entry=0,
        at=draft.now,
    )


def _go_on(draft: Draft, window: Window, told: Told) -> None:
    """A fresh word before it, and at the end; that it has begun is but an edit."""
    fresh = _fresh(draft, window)
    if fresh and not draft.free():
        return
    if fresh:
        draft.say(key_of("window", window.id, draft.room.id, window.phase), fresh, Kind.FRESH)
    draft.knows(told.incident, version=_number(window), closed=window.phase in OVER)


def _name(draft: Draft, window: Window) -> str:
    return short(draft.view.watch.service(window.service).title, 64)


def notice(draft: Draft, window: Window) -> str:
    """The announcement, as it is now."""
    name, now = _name(draft, window), draft.now
    when = between(window.begins, window.ends, now)
    head = {
        "under_way": f"**Maintenance of {name} is under way**, until {clock(window.ends, now)}",
        "over": f"**Maintenance of {name} is over.** It was from {when}",
        "cancelled": f"**Maintenance of {name} is cancelled.** It was to be from {when}",
    }.get(window.phase, f"**Maintenance of {name} is planned**, from {when}")
    return f"{head}{f': {short(window.why)}' if window.why else '.'}"


def _fresh(draft: Draft, window: Window) -> str:
    name = _name(draft, window)
    if window.phase == "reminded":
        left = window.begins - draft.now
        soon = f"in {lasted(left)}, " if left > timedelta(minutes=1) else ""
        return f"Maintenance of {name} begins {soon}at {clock(window.begins, draft.now)}."
    if window.phase == "over":
        return f"Maintenance of {name} is over."
    if window.phase == "cancelled":
        return f"Maintenance of {name}, planned for {clock(window.begins, draft.now)}, is cancelled."
    return ""
