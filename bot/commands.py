"""Text → command. The declarations here are what parser, help and authorisation are made from."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.actions import Audit, Decision, Done, Reply
from bot.events import Message
from bot.roles import Role

if TYPE_CHECKING:
    from bot.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command as it was given: its name, what stands behind it, and the message that it came in."""

    name: str
    args: str
    message: Message
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command's declaration. `run(call, ports)` decides what is done; `who` may give it.

    `acts_here`: it affects only the room that it is given in, so that room's power levels count too.
    `bare(args)`: whether "Steward, <name> <args>", without a prefix, is this command rather than a question.
    """

    name: str
    usage: str
    summary: str
    example: str
    run: Callable[[Call, "Ports"], Awaitable[Decision]]
    who: Role = Role.MEMBER
    acts_here: bool = False
    details: str = ""
    bare: Callable[[str], bool] = lambda args: not args


def reply(message: Message, text: str) -> Reply:
    """The plain answer to a message: a notice that mentions its sender alone, in its thread if it is in one."""
    return Reply(to=message.id, room=message.room, text=text, mention=message.sender, in_thread=message.thread)


def say(call: Call, text: str, why: str) -> Done:
    """Answer a command with one text."""
    return Done((reply(call.message, text),), why)


def refuse(call: Call, what: str, who: Role) -> Done:
    """Say who may do `what` (the command as one types it), and note that somebody tried."""
    plural = {Role.MODERATOR: "moderators", Role.MAINTAINER: "maintainers", Role.ADMIN: "admins"}[who]
    message = call.message
    noted = Audit(who=message.sender, what=what, outcome="refused", room=message.room, event_id=message.id)
    return Done((reply(message, f"Only {plural} may use `{what}`."), noted), "not entitled")


#: How alike (0 to 100) an unknown name must be to a known one, to be taken for a slip of the keyboard.
NEAR = 75


def split(text: str) -> tuple[str, str]:
    """The first word, lower-cased, and the rest."""
    name, *rest = text.split(maxsplit=1) or [""]
    return name.lower(), "".join(rest).strip()


def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that was probably meant, if any."""
    found = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[0] if found else None
