"""What people make of an answer: 👍, 👎, and ❌ by those who may have it removed."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Any

from bot.actions import Decision, Done, Nothing, Pass
from bot.events import Deleted, Reaction
from bot.ports import Ours, Ports
from bot.roles import Role
from handlers.faq import tables
from handlers.faq.answering import records
from handlers.faq.answering.removing import removed
from handlers.faq.answering.telling import told_by
from handlers.faq.library import Library

#: An emoji, a skin tone, and the sign that chooses how it is drawn.
_EMOJI = re.compile("(.)[\U0001f3fb-\U0001f3ff]?[\ufe0e\ufe0f]?")
REMOVE = "❌"
RATINGS = {"👍": records.UP, "👎": records.DOWN}


def plain(emoji: str) -> str:
    """The emoji without skin tone and variation; more of them than one are another reaction."""
    found = _EMOJI.fullmatch(emoji)
    return found[1] if found else emoji


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
    before = await ports.memory.rows(records.ratings_of(ours.key))
    again = [records.forget_rating(one.event) for one in before if is_voter(one.voter, reaction.sender, ours.key)]
    note = records.note_rating(
        reaction.id, key=ours.key, slug=rows[0].slug, what=what, now=ports.now, voter=voter(reaction.sender, ours.key)
    )
    return Done((*again, *note), f"rated {what}")


def voter(person: str, key: str, salt: str | None = None) -> str:
    """What tells who has voted on this answer, and isn't their id. Each vote has a `salt` of its own."""
    salt = salt or secrets.token_hex(16)
    return f"{salt}:{hashlib.sha256(f'{salt} {key} {person}'.encode()).hexdigest()}"


def is_voter(known: str | None, person: str, key: str) -> bool:
    """Whether it was this person."""
    return known is not None and known == voter(person, key, known.partition(":")[0])


async def _removal(reaction: Reaction, ours: Ours, row: Any, ports: Ports) -> Decision:
    if reaction.sender == ours.recipient or await _wanted_it_told(reaction, ours, ports):
        return removed(reaction, row, "asker", ports.now)
    if await ports.roles.role(reaction.sender, room=reaction.room) >= Role.MODERATOR:
        return removed(reaction, row, "moderator", ports.now)
    return Nothing("neither the asker nor a moderator")


async def _wanted_it_told(reaction: Reaction, ours: Ours, ports: Ports) -> bool:
    """Whether it was this person who had the answer told to another. Nobody's id is kept for that."""
    return await told_by(ours.key or "", reaction.room, ports) == reaction.sender


async def room_of(key: str, ports: Ports) -> str | None:
    """The room in which something was said under this key; None if nothing was."""
    rows = await ports.memory.rows(tables.given_under(key))
    if rows:
        return str(rows[0].room)
    sent = await ports.sent.event_of("faq", key)
    ours = await ports.sent.find(sent) if sent else None
    return ours.room if ours else None


async def forgotten(event: Deleted, ports: Ports) -> Done | None:
    """What goes when a rating is taken back, or when somebody deletes an answer of ours; None if it was neither."""
    rating = await ports.memory.rows(records.rating_of(event.of))
    if rating and await room_of(rating[0].key, ports) in (event.room, None):
        return Done((records.forget_rating(event.of),), "a rating was taken back")
    ours = await ports.sent.find(event.of)
    if ours is None or ours.handler != "faq" or ours.key is None or ours.room != event.room:
        return None
    rows: Sequence[Any] = await ports.memory.rows(tables.given_under(ours.key))
    if not rows:
        return None
    row = rows[0]
    noted = records.note_rating(event.id, key=row.key, slug=row.slug, what=records.REMOVED, now=ports.now)
    return Done((tables.forget_given(row.key), *(noted if row.slug else ())), "an answer was deleted by somebody")
