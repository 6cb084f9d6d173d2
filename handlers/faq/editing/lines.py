"""`!faq alias`, `!faq reviewed` and `!faq remove`: the small changes of an entry."""

from bot.actions import Decision
from bot.commands import Call, split
from bot.errors import Refused
from bot.ports import Ports
from handlers.faq.bank.writing import with_alias, with_field
from handlers.faq.editing.change import Change
from handlers.faq.editing.naming import free, meant
from handlers.faq.editing.proposing import command_place, propose
from handlers.faq.library import Library


async def alias(library: Library, call: Call, ports: Ports) -> Decision:
    """Give the entry another name."""
    name, other = split(call.args)
    if not other:
        raise Refused(f"Write the answer's name and its other name: `{ports.prefix}faq alias bike-shed bicycles`")
    entry = meant(library, name)
    after = with_alias(entry.text, free(library, other.lower()))
    change = Change(slug=entry.slug, after=after, author=call.message.sender, what="alias")
    return await propose(library, change, command_place(call, ports), ports)


async def reviewed(library: Library, call: Call, ports: Ports) -> Decision:
    """Note that a person of this community has checked the entry today."""
    entry = meant(library, named(call, ports, "reviewed"))
    after = with_field(entry.text, "reviewed", f"{ports.now:%Y-%m-%d}")
    change = Change(slug=entry.slug, after=after, author=call.message.sender, what="reviewed")
    return await propose(library, change, command_place(call, ports), ports)


async def remove(library: Library, call: Call, ports: Ports) -> Decision:
    """Take the entry away."""
    entry = meant(library, named(call, ports, "remove"))
    change = Change(slug=entry.slug, after=None, author=call.message.sender, what="remove")
    return await propose(library, change, command_place(call, ports), ports)


def named(call: Call, ports: Ports, word: str) -> str:
    """The name that is all of the command's line. Raises `Refused`."""
    if not call.args:
        raise Refused(f"Which answer? For example `{ports.prefix}faq {word} bike-shed`")
    return call.args.lower()
