"""What people make of an answer: 👍, 👎, and ❌ by those who may have it removed."""

from collections.abc import Sequence
from typing import Any

from bot.actions import Decision, Done, Nothing, Pass
from bot.events import Deleted, Reaction
from bot.ports import Ours, Ports
from bot.roles import Role
from handlers.faq import tables
from handlers.faq.answering import records
from handlers.faq.answering.removing import removed
from handlers.faq.library import Library

#: Skin tones, and the signs that choose how an emoji is drawn.
_VARIANTS = dict.fromkeys([*range(0x1F3FB, 0x1F400), 0xFE0E, 0xFE0F])
REMOVE = "❌"
RATINGS = {"👍": records.UP, "👎": records.DOWN}


def plain(emoji: str) -> str:
    """The emoji without skin tone and variation."""
    return emoji.translate(_VARIANTS)


async def on_reaction(_library: Library, reaction: Reaction, ports: Ports) -> Decision:
    """Somebody reacted: only what they think of our answers is of interest."""
    emoji = plain(reaction.key)
    if emoji != REMOVE and emoji not in RATINGS:
        return Pass("no rating")
    ours = await ports.sent.find(reaction.of)
    if ours is None or ours.handler != "faq" or ours.key is None or ours.room != reaction.room:
        return Pass("not on an answer of ours")
    rows = await ports.memory.rows(tables.given_under(ours.key))
    if not rows:
        return Pass("not on an answer of ours")
    if emoji == REMOVE:
        return await _removal(reaction, ours, rows[0], ports)
    if not rows[0].slug:
        return Nothing("no answer of the bank's")
    what = RATINGS[emoji]
    note = records.note_rating(reaction.id, key=ours.key, slug=rows[0].slug, what=what, now=ports.now)
    return Done(note, f"rated {what}")


async def _removal(reaction: Reaction, ours: Ours, row: Any, ports: Ports) -> Decision:
    if reaction.sender == ours.recipient or await _wanted_it_told(reaction, ours, ports):
        return removed(reaction, row, "asker", ports.now)
    if await ports.roles.role(reaction.sender, room=reaction.room) >= Role.MODERATOR:
        return removed(reaction, row, "moderator", ports.now)
    return Nothing("neither the asker nor a moderator")


async def _wanted_it_told(reaction: Reaction, ours: Ours, ports: Ports) -> bool:
    """Whether it was this person who had the answer told to another. Nobody's id is kept for that."""
    if not (ours.key or "").startswith("tell:") or ours.cause is None:
        return False
    command = await ports.rooms.said(reaction.room, ours.cause)
    return command is not None and command.sender == reaction.sender


async def forgotten(event: Deleted, ports: Ports) -> Done | None:
    """What goes when a rating is taken back, or when somebody deletes an answer of ours; None if it was neither."""
    if await ports.memory.rows(records.rating_of(event.of)):
        return Done((records.forget_rating(event.of),), "a rating was taken back")
    ours = await ports.sent.find(event.of)
    if ours is None or ours.handler != "faq" or ours.key is None:
        return None
    rows: Sequence[Any] = await ports.memory.rows(tables.given_under(ours.key))
    if not rows:
        return None
    row = rows[0]
    noted = records.note_rating(event.id, key=row.key, slug=row.slug, what=records.REMOVED, now=ports.now)
    return Done((tables.forget_given(row.key), *(noted if row.slug else ())), "an answer was deleted by somebody")
