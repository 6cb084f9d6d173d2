"""When nobody says anything: a walk ends without a word; or with one reminder before, if it was asked for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.actions import Action, Decision, Done, Later, Nothing, Say
from bot.events import Outcome, Tick
from bot.handler import Recurring
from bot.ports import Ports
from handlers.newcomers.counts.tally import What, counted
from handlers.newcomers.desk import LANE, Desk
from handlers.newcomers.guide import records, wording
from handlers.newcomers.guide.records import AT_ONCE, Walk
from handlers.newcomers.guide.showing import TOLD, key_of
from handlers.newcomers.settings import GuideSettings

log = structlog.get_logger()

#: The jobs: the one that looks for walks that are silent, and those that were asked for.
SILENCE, REMIND = "silence", "remind"
#: It is looked so often within the time that a walk may be silent, within limits.
LOOKS = 48
OFTEN, RARELY = timedelta(minutes=1), timedelta(hours=1)


def jobs(guide: GuideSettings | None) -> tuple[Recurring, ...]:
    """It is looked also where there is no guide any more: what is left of its walks is forgotten."""
    every = RARELY if guide is None else min(max(guide.silence / LOOKS, OFTEN), RARELY)
    return (Recurring(key=SILENCE, every=every),)


async def on_time(desk: Desk, tick: Tick, ports: Ports) -> Decision:
    """It is looked who is to be reminded, and which walks are over. Whoever's job it was: all that are due."""
    guide = desk.settings.guide
    silent = ports.now if guide is None else ports.now - guide.silence
    ending = await records.walks_silent(ports.memory, silent, asked_too=guide is None)
    reminded = () if guide is None else await records.walks_to_remind(ports.memory, ports.now)
    actions = [*_ended(ending, tick, ports)]
    if guide is not None:
        actions += _reminded(desk, guide, reminded, tick, ports)
    if not actions:
        return Nothing("all walks go on")
    if AT_ONCE in {len(ending), len(reminded)}:
        actions.append(Later(at=ports.now + OFTEN, key=f"{REMIND}:more", room=LANE))
    return Done(tuple(actions), f"{len(ending)} over, {len(reminded)} reminded")


def _ended(walks: Sequence[Walk], tick: Tick, ports: Ports) -> list[Action]:
    actions: list[Action] = []
    for number, walk in enumerate(walks):
        actions.append(records.end(walk))
        if walk.room is not None and not walk.finished:
            actions.append(counted(What.SILENT, tick.id, ports.now, step=walk.step, number=number))
    return actions


def _reminded(desk: Desk, guide: GuideSettings, walks: Sequence[Walk], tick: Tick, ports: Ports) -> list[Action]:
    actions: list[Action] = []
    for number, walk in enumerate(walks):
        key = key_of(TOLD, f"{tick.id} {number}")
        after = replace(walk, remind=None, touched=ports.now, shown=key)
        text = wording.reminder(walk, guide.steps, desk.place)
        actions += [records.move(walk, after), Say(room=walk.room or "", text=text, key=key, loud=True)]
    return actions


async def on_said(outcome: Outcome, ports: Ports) -> Decision:
    """What became of something said on a walk. What didn't arrive isn't waited for: they may ask again."""
    if outcome.ok:
        return Nothing("it arrived")
    walk = await records.walk_shown(ports.memory, outcome.key)
    log.warning("guide_message_not_sent", reason="the homeserver refused it")
    if walk is None:
        return Nothing("not what was said last")
    return Done((records.move(walk, replace(walk, shown=None)),), "not waited for any longer")
