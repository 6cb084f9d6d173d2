"""Whom the bot lets invite it: into configured rooms anybody, into others moderators, into a private chat members."""

from dataclasses import dataclass

from bot.actions import Audit, Decision, Done, Join, Leave
from bot.events import Invited
from bot.ports import Ports
from bot.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Inviter:
    """What is known of an invitation when it is decided on."""

    configured: bool
    role: Role
    member: bool


async def on_invited(event: Invited, ports: Ports) -> Decision:
    """Gather what is known, and decide."""
    configured = ports.rooms.info(event.room).name is not None
    role = await ports.roles.role(event.sender)
    member = event.direct and await ports.rooms.shares_room(event.sender)
    return decide(event, Inviter(configured=configured, role=role, member=member))


def decide(event: Invited, inviter: Inviter) -> Decision:
    """Accept, or decline with a reason that the inviter can read."""
    via = (event.sender.partition(":")[2],)
    if inviter.configured:
        return Done((Join(room=event.room, via=via),), "a configured room")
    if inviter.role >= Role.MODERATOR:
        noted = Audit(who=event.sender, what="invited the bot", outcome="joined", room=event.room)
        actions = (Join(room=event.room, via=via),) if event.direct else (Join(room=event.room, via=via), noted)
        return Done(actions, "invited by a moderator")
    if inviter.member:
        return Done((Join(room=event.room, via=via),), "a private chat with a member")
    reason = "I join rooms that moderators invite me to, and private chats with people from the community's rooms."
    return Done((Leave(room=event.room, reason=reason),), "invited by a stranger")
