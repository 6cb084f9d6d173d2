"""Reactions: on a step they are words for the walk, under an answer 👋 begins one."""

from bot.actions import Decision, Pass
from bot.events import Reaction
from bot.ports import Ports
from handlers.newcomers.desk import Desk
from handlers.newcomers.guide import emoji, records
from handlers.newcomers.guide.phrases import Word
from handlers.newcomers.guide.said import Intent
from handlers.newcomers.guide.showing import STEP, Spot
from handlers.newcomers.guide.starting import on_hello
from handlers.newcomers.guide.talking import steered
from handlers.newcomers.settings import GuideSettings

WORDS = {emoji.bare(emoji.BACK): Word.BACK, emoji.bare(emoji.NEXT): Word.NEXT, emoji.bare(emoji.STOP): Word.STOP}


async def on_reaction(desk: Desk, reaction: Reaction, ports: Ports) -> Decision:
    """Somebody tapped."""
    guide, tapped = desk.settings.guide, emoji.bare(reaction.key)
    if guide is None:
        return Pass("there is no walk")
    if tapped == emoji.HELLO:
        return await on_hello(desk, guide, reaction, ports)
    word = WORDS.get(tapped)
    return Pass("no word for a walk") if word is None else await _on_step(desk, guide, reaction, word, ports)


async def _on_step(desk: Desk, guide: GuideSettings, reaction: Reaction, word: Word, ports: Ports) -> Decision:
    """On any of a walk's steps it means the same: from where they are now."""
    ours = await ports.sent.find(reaction.of)
    if ours is None or ours.handler != "newcomers" or ours.room != reaction.room:
        return Pass("not on a step")
    walk = await records.walk_here(ports.memory, reaction.sender, reaction.room)
    if walk is None or (ours.key or "").partition(":")[0] != STEP:
        return Pass("not on a step of their walk")
    spot = Spot(desk=desk, guide=guide, ports=ports, room=reaction.room, cause=reaction.id, at=reaction.at)
    return await steered(spot, walk, Intent(word=word))
