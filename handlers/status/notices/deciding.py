"""What a room is told now: pure. It is told one thing at a time, and the first that it needs to know comes first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.status import records
from handlers.status.notices import details, gathered, maintenance, pace, reminders, wording
from handlers.status.notices.affairs import ANEW, Stage, affair, concerning, stage
from handlers.status.notices.draft import Draft
from handlers.status.notices.routing import Room
from handlers.status.notices.templates import Words
from handlers.status.notices.told import SEEN, SILENCED, Kind, Told, key_of
from handlers.status.notices.view import View, over
from handlers.status.notices.wording import ENDS, Affair
from handlers.status.records import Incident

#: A message that took longer to go out, not so long ago, tells when nothing could be said.
AWAY, JUST = timedelta(minutes=2), timedelta(minutes=15)


def decide(room: Room, view: View, words: Words) -> Draft:
    """What this room is told now, and what is remembered of it."""
    draft = Draft(room=room, view=view)
    if draft.blocked:
        return draft
    incidents = concerning(view, room)
    hush(draft, incidents)
    begin(draft, incidents, words)
    begin_again(draft, incidents)
    end(draft, incidents, words)
    catch_up(draft, incidents)
    maintenance.tell(draft)
    reminders.remind(draft, _in(draft, incidents, Stage.GOING_ON))
    refresh(draft, words)
    if not draft.waits(Kind):
        details.tell(draft)
    return draft


def _in(draft: Draft, incidents: Sequence[Incident], where: Stage, *, silenced: bool = False) -> list[Affair]:
    """The affairs at this stage of which the room may (or, `silenced`, may not) be told."""
    view = draft.view
    found = [one for one in incidents if stage(draft, one) == where and (view.silence(one) is not None) == silenced]
    return [affair(view, one, operators=draft.room.operators) for one in found]


def hush(draft: Draft, incidents: Sequence[Incident]) -> None:
    """What rooms aren't told of: the operators hear that once; what ends meanwhile has ended."""
    for one in [
        *_in(draft, incidents, Stage.MISSED, silenced=True),
        *_in(draft, incidents, Stage.ENDED, silenced=True),
    ]:
        told = draft.told.get(one.incident.id)
        _knows(draft, one, told.key if told else key_of("silenced", one.incident.id, draft.room.id), closed=True)
    for incident in incidents:
        if stage(draft, incident) == Stage.UNTOLD and over(incident):
            draft.knows(incident.id, closed=True, version=incident.version)
    if draft.room == draft.view.rota.operators:
        _mention_silences(draft)


def _mention_silences(draft: Draft) -> None:
    view = draft.view
    hushed = [(one, silence) for one in view.open if not over(one) and (silence := view.silence(one))]
    new = [(one, silence) for one, silence in hushed if (one.id, SILENCED) not in view.told]
    if not new or not draft.free():
        return
    key = key_of("silenced", new[0][0].id, draft.room.id)
    lines = [wording.silenced(affair(view, one), silence.until) for one, silence in new]
    draft.say(key, gathered.listed(lines), Kind.ASIDE)
    for one, _ in new:
        draft.noted.append(Told(incident=one.id, room=SILENCED, key=key, version=one.version, entry=0, at=draft.now))


def begin(draft: Draft, incidents: Sequence[Incident], words: Words) -> None:
    """Something is wrong. In a storm it is added to the last notice, by an edit; else it gets its own."""
    new = _in(draft, incidents, Stage.NEW)
    key = _joined(draft) if draft.storm else None
    if not new or (key is None and not draft.free()):
        return
    if key is None:
        key = _notice_key(draft, new[0].incident)
        draft.say(key, words.opened(new[0]) if len(new) == 1 else gathered.opened(new), Kind.NOTICE)
    for one in new:
        _knows(draft, one, key)


def _joined(draft: Draft) -> str | None:
    """The notice that what is new in a storm is added to."""
    notices = [one for one in draft.said.values() if one.kind == Kind.NOTICE and draft.can_edit(one.key)]
    return max(notices, key=lambda one: one.at).key if notices else None


def _notice_key(draft: Draft, incident: Incident) -> str:
    told = draft.told.get(incident.id)
    key = key_of("notice", incident.id, draft.room.id)
    return f"{key}{ANEW}" if told is not None and told.key.startswith("notice:") else key


def _knows(draft: Draft, one: Affair, key: str, *, closed: bool = False) -> None:
    """The room knows all of it, from now on by the message with this key."""
    view, incident = draft.view, one.incident
    draft.told[incident.id] = Told(
        incident=incident.id,
        room=draft.room.id,
        key=key,
        version=incident.version,
        entry=view.entry(incident.id),
        at=view.now,
        reminded=reminders.passed(view.now - incident.opened, view.watch.settings.reminders),
        closed=closed,
    )


def begin_again(draft: Draft, incidents: Sequence[Incident]) -> None:
    """It was thought to be over. Of what comes and goes, that is said only now and then."""
    found = _in(draft, incidents, Stage.AGAIN)
    hushed = [one for one in found if one.incident.unstable and _said_lately(draft, one)]
    for one in hushed:
        draft.knows(one.incident.id, closed=False, version=one.incident.version)
    said = [one for one in found if one not in hushed]
    if not said or not draft.free():
        return
    first = said[0].incident
    text = " ".join(wording.again(one, _well(one)) for one in said)
    draft.say(key_of("again", first.id, draft.room.id, str(first.version)), text, Kind.AGAIN)
    for one in said:
        draft.knows(one.incident.id, closed=False, version=one.incident.version, at=draft.now)


def _said_lately(draft: Draft, one: Affair) -> bool:
    return draft.now - draft.told[one.incident.id].at < pace.AGAIN


def _well(one: Affair) -> timedelta | None:
    """For how long it was well in between."""
    ended = next((moment.at for moment in reversed(one.moments) if moment.kind in ENDS), None)
    begun = next(
        (moment.at for moment in reversed(one.moments) if moment.kind == records.Kind.REOPENED), one.incident.changed
    )
    return begun - ended if ended is not None and begun > ended else None


def end(draft: Draft, incidents: Sequence[Incident], words: Words) -> None:
    """All is well again: a fresh message, since an edit notifies nobody."""
    ended = _in(draft, incidents, Stage.ENDED)
    if not ended or not draft.free():
        return
    text = words.back(ended[0]) if len(ended) == 1 else gathered.back(ended)
    draft.say(key_of("back", ended[0].incident.id, draft.room.id), text, Kind.FRESH)
    for one in ended:
        draft.knows(one.incident.id, closed=True, version=one.incident.version)


def catch_up(draft: Draft, incidents: Sequence[Incident]) -> None:
    """What began and ended before the room could be told."""
    missed = _in(draft, incidents, Stage.MISSED)
    if not missed or not draft.free():
        return
    away = _away(draft)
    single = len(missed) == 1 and away is None
    key = key_of("missed", missed[0].incident.id, draft.room.id)
    draft.say(key, wording.missed(missed[0]) if single else gathered.missed(missed, away, draft.now), Kind.FRESH)
    for one in missed:
        _knows(draft, one, key, closed=True)


def _away(draft: Draft) -> tuple[datetime, datetime] | None:
    """From when to when the room couldn't be told anything, if that was just now."""
    late = [
        (one.at, one.gone)
        for one in draft.said.values()
        if one.kind in SEEN and one.gone and one.ok and one.gone - one.at > AWAY and draft.now - one.gone < JUST
    ]
    return max(late, key=lambda one: one[1], default=None)


def refresh(draft: Draft, words: Words) -> None:
    """Have each notice say what is the case now."""
    by_key: dict[str, list[Affair]] = {}
    for id_, told in draft.notified.items():
        if (incident := draft.view.incidents.get(id_)) is not None:
            by_key.setdefault(told.key, []).append(affair(draft.view, incident, operators=draft.room.operators))
    for key, affairs in by_key.items():
        draft.edit(key, _as_it_is(affairs, words))
        _note_versions(draft, key, affairs)


def _as_it_is(affairs: Sequence[Affair], words: Words) -> str:
    if len(affairs) > 1:
        return gathered.opened(sorted(affairs, key=lambda one: (one.incident.opened, one.incident.id)))
    (one,) = affairs
    return words.resolved(one) if over(one.incident) else words.opened(one)


def _note_versions(draft: Draft, key: str, affairs: Sequence[Affair]) -> None:
    said = draft.said.get(key)
    if said is None or said.failed or said.digest != draft.wanted[key]:
        return
    for one in affairs:
        if stage(draft, one.incident) == Stage.GOING_ON:
            draft.knows(one.incident.id, version=one.incident.version)


def settled(draft: Draft, incident: Incident) -> bool:
    """Whether there is nothing left to tell the room of it."""
    told = draft.told.get(incident.id)
    if told is None or not told.closed or draft.blocked:
        return False
    if incident.id not in draft.notified or not draft.can_edit(told.key):
        return True
    up_to_date = draft.wanted.get(told.key) in (None, draft.said[told.key].digest)
    return up_to_date and not details.pending(draft, told)
