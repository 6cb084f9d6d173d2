"""Whom the bot lets invite it: into configured rooms anybody, into others moderators, into a private chat members.

And that it stays away from where it was removed.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.actions import Audit, Decision, Done, Join, Leave, Nothing
from bot.events import Invited, Left
from bot.ports import Ports
from bot.roles import Role
from handlers.moderation import tables

#: Private chats that are begun within an hour: by one person, and by all together.
BY_ONE, BY_ALL = 3, 30
STRANGER = "I join rooms that moderators invite me to, and private chats with people from the community's rooms."
TOO_MANY = "That were many invitations within an hour. Please use a chat that we have, or try again later."


@dataclass(frozen=True, slots=True, kw_only=True)
class Inviter:
    """What is known of an invitation when it is decided on. `lately`: private chats begun by them and by all."""

    configured: bool
    role: Role
    member: bool
    lately: tuple[int, int] = (0, 0)
    latest: float = 0.0


async def on_invited(event: Invited, ports: Ports) -> Decision:
    """Gather what is known, and decide."""
    lately = {row[0]: (row[1], row[2]) for row in await ports.memory.rows(tables.accepted_lately(ports.now))}
    by_one, latest = lately.get(event.sender, (0, 0.0))
    inviter = Inviter(
        configured=ports.rooms.info(event.room).name is not None,
        role=await ports.roles.role(event.sender),
        member=event.direct and await ports.rooms.shares_room(event.sender),
        lately=(by_one, sum(count for count, _ in lately.values())),
        latest=latest,
    )
    return decide(event, inviter, ports.now)


def decide(event: Invited, inviter: Inviter, now: datetime) -> Decision:
    """Accept, or decline with a reason that the inviter can read."""
    join = Join(room=event.room, via=(event.sender.partition(":")[2],))
    if inviter.configured:
        return Done((join,), "a configured room")
    if inviter.role >= Role.MODERATOR:
        noted = Audit(who=event.sender, what="invited the bot", outcome="joined", room=event.room)
        return Done((join,) if event.direct else (join, noted), "invited by a moderator")
    if not inviter.member:
        return Done((Leave(room=event.room, reason=STRANGER),), "invited by a stranger")
    by_one, by_all = inviter.lately
    if by_one >= BY_ONE or by_all >= BY_ALL:
        return Done((Leave(room=event.room, reason=TOO_MANY),), "too many invitations")
    return Done(
        (join, *tables.note_accepted(event.sender, by_one, inviter.latest, now)), "a private chat with a member"
    )


async def on_left(event: Left, ports: Ports) -> Decision:
    """Somebody left, or was removed: the moderators are told when it was the bot. It doesn't come back on its own."""
    if event.who != ports.me or event.sender == ports.me:
        return Nothing("not about us")
    outcome = "it stays away until it is invited again"
    return Done((Audit(who=event.sender, what="removed the bot", outcome=outcome, room=event.room),), "removed")
