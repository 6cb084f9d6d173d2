"""Somebody goes: out of the walk's chat by themselves, or out of the community by a moderator's hand."""

import structlog

from bot.actions import Action, Decision, Done, Pass
from bot.events import Left
from bot.ports import Ports
from handlers.newcomers.counts.tally import What, counted
from handlers.newcomers.desk import Desk
from handlers.newcomers.form import records as form
from handlers.newcomers.guide import records
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.welcome import records as welcome

log = structlog.get_logger()


async def on_left(desk: Desk, event: Left, ports: Ports) -> Decision:
    """Who leaves the walk's chat has ended the walk; who is removed from a room of the community has no more of it.

    Whoever leaves one of the community's rooms by themselves goes on with their walk.
    """
    del desk
    if event.sender != event.who and ports.rooms.info(event.room).name is not None:
        return await _removed(event, ports)
    walk = await records.walk_here(ports.memory, event.who, event.room)
    if walk is None:
        return Pass("nobody who walks here")
    log.info("walk_ended", reason="the person has left the chat")
    return Done((*_ended(walk, event, ports), form.forget(event.who)), "left the walk's chat")


async def _removed(event: Left, ports: Ports) -> Decision:
    walk = await records.walk_of(ports.memory, event.who)
    newcomer = await welcome.newcomer(ports.memory, ports.pseudonym(event.who))
    actions: list[Action] = []
    if walk is not None:
        log.info("walk_ended", reason="the person was removed from a room")
        actions += _ended(walk, event, ports)
    if newcomer is not None and newcomer.state in welcome.DUE:
        log.info("welcome_ended", reason="the person was removed from a room")
        actions.append(welcome.become(newcomer, welcome.State.SPARED))
    if await form.waits(ports.memory, event.who):
        actions.append(form.forget(event.who))
    return Done(tuple(actions), "removed from a room") if actions else Pass("nothing was under way with them")


def _ended(walk: Walk, event: Left, ports: Ports) -> tuple[Action, ...]:
    left = () if walk.finished else (counted(What.LEFT, event.id, ports.now, step=walk.step),)
    return (records.end(walk), *left)
