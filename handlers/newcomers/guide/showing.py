"""Saying something on the walk: a step with reactions to tap, or a sentence. What was said last is remembered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.actions import Action, React, Reply, Say
from bot.events import Message
from bot.ports import Ports
from handlers.newcomers.counts.tally import What, counted
from handlers.newcomers.desk import Desk
from handlers.newcomers.form.records import waits
from handlers.newcomers.form.state import FormKnown, form_known
from handlers.newcomers.form.waiting import offer
from handlers.newcomers.form.wording import giving
from handlers.newcomers.guide import wording
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.settings import GuideSettings, Step

#: Before what names the cause, in the keys of our messages: of a step, and of what is said beside.
STEP, TOLD = "step", "told"
#: The same where somebody else here may have asked something since: a "yes" needn't be meant for the walk then.
ASIDE = "aside"
#: So long a message of ours may be on its way until it is said again if they ask.
ON_ITS_WAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where to speak, and because of which event, which happened `at`; `answers` is the message, if it was one."""

    desk: Desk
    guide: GuideSettings
    ports: Ports
    room: str
    cause: str
    at: datetime
    answers: Message | None = None

    @property
    def steps(self) -> Sequence[Step]:
        """The walk's steps."""
        return self.guide.steps


def key_of(kind: str, cause: str) -> str:
    """What a message of ours is known by. A second try at deciding names it the same."""
    return f"{kind}:{hashlib.sha256(cause.encode()).hexdigest()[:32]}"


def spoken(spot: Spot, text: str, key: str | None = None) -> Reply | Say:
    """Say it as an answer where there is a message, else just so."""
    asked = spot.answers
    if asked is None:
        return Say(room=spot.room, text=text, key=key)
    return Reply(to=asked.id, room=asked.room, text=text, mention=asked.sender, key=key, in_thread=asked.thread)


def told(spot: Spot, walk: Walk, text: str) -> tuple[Walk, tuple[Action, ...]]:
    """Say something beside the steps; the walk as it is then."""
    key = key_of(TOLD, spot.cause)
    return replace(walk, shown=key, touched=spot.ports.now), (spoken(spot, text, key),)


async def shown(spot: Spot, walk: Walk, index: int, above: str = "") -> tuple[Walk, tuple[Action, ...]]:
    """Show a step, in the walk's language, with something `above` it; the walk as it is then.

    Whoever sees the last step for the first time has finished, which is counted.
    """
    step, now, count = spot.steps[index], spot.ports.now, len(spot.steps)
    known = await form_known(spot.desk, spot.ports) if step.form else None
    key, last = key_of(STEP, spot.cause), index == count - 1
    actions: list[Action] = [spoken(spot, _text(spot, walk.lang, index, known, above), key)]
    actions += [React(room=spot.room, emoji=one, key=key) for one in wording.taps(count, index)]
    if known is not None and known.fails and not await waits(spot.ports.memory, walk.person):
        asked = offer(spot.room, walk.person, walk.lang, spot.cause, now)
        actions.append(asked)
        key = asked.key
    if last and not walk.finished:
        actions.append(counted(What.FINISHED, spot.cause, now))
    after = replace(walk, step=step.name, shown=key, touched=now, finished=walk.finished or last)
    return after, tuple(actions)


def _text(spot: Spot, lang: str, index: int, known: FormKnown | None, above: str) -> str:
    form = "" if known is None else giving(known, spot.desk, lang, spot.ports.now)
    return "\n\n".join(part for part in (above, wording.step(spot.steps, index, lang, form=form)) if part)


def is_aside(walk: Walk) -> bool:
    """Whether something was said since that the guide has no part in."""
    return walk.shown is not None and walk.shown.partition(":")[0] == ASIDE


async def is_too_early(spot: Spot, walk: Walk) -> bool:
    """Whether this was said before what we said last could be seen: then it is no answer to that.

    What came later by its own time counts, also where we were killed before noting that our message has arrived.
    """
    if walk.shown is None or is_aside(walk) or spot.at > walk.touched or spot.ports.now - walk.touched > ON_ITS_WAY:
        return False
    return await spot.ports.sent.event_of("newcomers", walk.shown) is None
