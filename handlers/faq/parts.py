"""The parts of `!faq`: each a word behind it, with who may say it and what it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.actions import Decision
from bot.commands import Call
from bot.ports import Ports
from bot.roles import Role
from handlers.faq.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`!faq <name> …`. `run` gets the call with what stands behind the name as its arguments."""

    name: str
    usage: str
    summary: str
    run: Callable[[Library, Call, Ports], Awaitable[Decision]]
    who: Role = Role.MEMBER
