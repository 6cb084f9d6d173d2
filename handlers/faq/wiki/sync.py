"""Keeping answers in step with the wiki: every so often, or when a moderator says so.

What is new is shown to the moderators once, whatever they make of it, until the wiki says something else again.
"""

from collections import defaultdict
from collections.abc import Sequence

from bot.actions import Action, Decision, Done, Nothing, Say
from bot.commands import Call, reply
from bot.errors import Refused
from bot.events import Tick
from bot.handler import Recurring
from bot.markdown import escape
from bot.ports import Ports
from bot.roles import Role
from handlers.faq.editing.naming import meant
from handlers.faq.editing.proposing import command_place, propose
from handlers.faq.library import Library
from handlers.faq.parts import Part
from handlers.faq.settings import Settings
from handlers.faq.wiki import wording
from handlers.faq.wiki.comparing import InStep, compare, taking
from handlers.faq.wiki.judging import Item, Round, judged
from handlers.faq.wiki.reading import Read, Trouble, read
from handlers.faq.wiki.settings import Wiki
from handlers.faq.wiki.state import State, all_states, noted, states_of

#: The key of the recurring job.
WIKI = "wiki"
NONE = "No answers are kept in step with a wiki here. That is set in the configuration, in `faq.wiki`."


def jobs(settings: Settings) -> tuple[Recurring, ...]:
    """What comes again and again, if there is a wiki to keep in step with."""
    wiki = settings.wiki
    return (Recurring(key=WIKI, every=wiki.every),) if wiki and wiki.sync else ()


async def on_wiki(library: Library, tick: Tick, ports: Ports) -> Decision:
    """It is time to look at the wiki."""
    wiki = library.settings.wiki
    if wiki is None or not wiki.sync:
        return Nothing("no wiki to keep in step with")
    turn = Round(library=library, ports=ports, room=ports.rooms.control(), lane=tick.room, cause=tick.id)
    actions = done(await looked(turn, wiki), turn.room)
    return Done(actions, "looked at the wiki") if actions else Nothing("nothing new on the wiki")


async def run(library: Library, call: Call, ports: Ports) -> Decision:
    """`!faq sync`: look at the wiki now, and say what was found; with a name, show its difference once more."""
    wiki, message = library.settings.wiki, call.message
    if wiki is None or not wiki.sync:
        raise Refused(NONE)
    if call.args:
        return await _one(library, wiki, call, ports)
    control = ports.rooms.control()
    room, who = (control, None) if control else (message.room, message.sender)
    turn = Round(library=library, ports=ports, room=room, lane=room, cause=message.id, who=who)
    items = await looked(turn, wiki)
    lines = [f"- `{item.slug}`: {escape(item.word)}" for item in items]
    return Done((*done(items, room), reply(message, "\n".join(lines))), "looked at the wiki")


SYNC = Part(name="sync", usage="sync [name]", summary="look at the wiki now", run=run, who=Role.MODERATOR)


async def looked(turn: Round, wiki: Wiki) -> list[Item]:
    """Look at every page, and see what comes of it."""
    ports = turn.ports
    known = states_of(await ports.memory.rows(all_states()))
    return [
        await judged(turn, found, known.get(found.item.entry))
        for found in await read(wiki, known, ports.http, ports.compute)
    ]


def done(items: Sequence[Item], room: str | None) -> tuple[Action, ...]:
    """What is done about all of these, with one line for each thing that is wrong."""
    actions = [action for item in items for action in (*item.actions, *noted(item.slug, item.before, item.after))]
    return (*actions, *(Say(room=room, text=text) for text in news(items) if room))


def news(items: Sequence[Item]) -> list[str]:
    """Trouble that the operators don't know of yet, a line for each kind; and what is over that they were told of."""
    bad: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if item.tell:
            bad[item.after.trouble or ""].append(item.slug)
    good = [item.slug for item in items if item.before and item.before.told and item.after.trouble is None]
    return [*(wording.trouble(slugs, why) for why, slugs in bad.items()), *([wording.better(good)] if good else [])]


async def _one(library: Library, wiki: Wiki, call: Call, ports: Ports) -> Decision:
    """The difference of one answer to the wiki, whatever was made of it before."""
    entry = meant(library, call.args.lower())
    item = next((one for one in wiki.sync if one.entry == entry.slug), None)
    if item is None:
        raise Refused(f"`{entry.slug}` isn't kept in step with the wiki. `faq sync` alone tells which are.")
    found = (await read(wiki.model_copy(update={"sync": (item,)}), {}, ports.http, ports.compute))[0]
    if isinstance(found, Trouble):
        raise Refused(wording.trouble((entry.slug,), found.why))
    if not isinstance(found, Read) or compare(entry, found.body, State(), found.at, item.apply) == InStep():
        return Done((reply(call.message, f"`{entry.slug}` says what the wiki says."),), "in step")
    change = taking(entry, found.body, found.at, "ask")
    return await propose(library, change, command_place(call, ports, wording.about(entry, found)), ports)
