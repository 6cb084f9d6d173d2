"""The job that tells: woken after each change and once a minute, one at a time."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import update

from bot.actions import Action, Decision, Done, Later, Nothing, Remember, Say
from bot.events import Outcome, Tick
from bot.handler import Recurring
from bot.ports import Ports
from handlers.status import tables
from handlers.status.notices.affairs import concerning
from handlers.status.notices.deciding import decide, settled
from handlers.status.notices.draft import Draft
from handlers.status.notices.elsewhere import news
from handlers.status.notices.reading import view
from handlers.status.notices.templates import Words
from handlers.status.notices.told import DONE, Kind, Said, Told, keep_said, keep_told, key_of
from handlers.status.notices.view import View
from handlers.status.telling.news import News
from handlers.status.watch import LANE, NOTIFY, Watch, tell

JOB = Recurring(key=NOTIFY, every=timedelta(minutes=1))
#: When there is more to say. A key of its own, so that it never takes the place of what is due sooner.
LATER = f"{NOTIFY}:later"
#: What the keys of messages begin with.
KINDS = frozenset({"notice", "back", "again", "missed", "remind", "edit", "detail", "silenced", "window", "template"})

#: Tells those who aren't in rooms.
Beyond = Callable[[Watch, Ports, Sequence[News]], Awaitable[tuple[Action, ...]]]

#: How many members say that a service fails for them too, by its name.
MeToo = Callable[[datetime], Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """What telling needs beside what is known."""

    watch: Watch
    words: Words
    beyond: Beyond
    me_too: MeToo


async def on_notify(teller: Teller, tick: Tick, ports: Ports) -> Decision:
    """Something may have changed: have everybody told who wants to know."""
    del tick
    watch, words = teller.watch, teller.words
    seen = replace(await view(watch, ports), me_too=teller.me_too(ports.now))
    drafts = [decide(room, seen, words) for room in seen.rota.all]
    fresh, noted = news(seen, words)
    actions = [action for draft in drafts for action in draft.kept()]
    actions += [write for told in (*noted, *done(seen, drafts)) for write in keep_told(told)]
    actions += await teller.beyond(watch, ports, fresh) if fresh else ()
    actions += broken(seen, words)
    wake = min((at for draft in drafts for at in draft.wake), default=None)
    later = (Later(at=wake, key=LATER, room=LANE),) if wake is not None else ()
    return Done((*actions, *later), "told") if actions or later else Nothing("nothing to tell")


def done(seen: View, drafts: Sequence[Draft]) -> list[Told]:
    """The incidents that are over for good, and of which everybody knows all."""
    found = []
    for incident in seen.open:
        if incident.id in seen.lasting or (incident.id, DONE) in seen.told:
            continue
        if all(settled(draft, incident) for draft in drafts if incident in concerning(seen, draft.room)):
            found.append(
                Told(
                    incident=incident.id,
                    room=DONE,
                    key="",
                    version=incident.version,
                    entry=0,
                    at=seen.now,
                    closed=True,
                )
            )
    return found


def broken(seen: View, words: Words) -> list[Action]:
    """Templates that failed, once a day each, for the operators."""
    failed, operators = sorted(words.failed), seen.rota.operators
    words.failed.clear()
    if operators is None:
        return []
    actions: list[Action] = []
    known = {one.key for one in seen.said.get(operators.id, ())}
    for name in failed:
        key = key_of("template", f"{name}:{seen.now:%Y-%m-%d}", operators.id)
        if key not in known:
            text = f"The template `status.texts.{name}` failed, so I used my own words. The log says why."
            actions.append(Say(room=operators.id, text=text, key=key))
            actions += keep_said(Said(key=key, room=operators.id, kind=Kind.ASIDE, at=seen.now))
    return actions


async def on_outcome(outcome: Outcome, ports: Ports) -> Decision:
    """A message of ours has gone out, or never will: now there may be more to say."""
    mine = tables.said.c.key == outcome.key
    gone = update(tables.said).where(mine).values(gone=ports.now.timestamp(), ok=outcome.ok)
    return Done(
        (Remember(gone), *refused(outcome, ports), tell(ports.now)), "went out" if outcome.ok else "was refused"
    )


def refused(outcome: Outcome, ports: Ports) -> list[Action]:
    """The operators hear of a notice that no room will see; the moderators are told by the engine."""
    operators, control = ports.rooms.operators(), ports.rooms.control()
    if outcome.ok or operators in (None, control, outcome.room):
        return []
    name = ports.rooms.info(outcome.room).name
    where = f"the room `{name}`" if name else "a room"
    text = f"I couldn't tell {where} of an incident; the homeserver refused it. I try once more when something changes."
    return [Say(room=operators, text=text)] if operators else []
