"""`!notify`: hearing of outages in private. Everybody decides that for themselves alone."""

from functools import partial

from bot.actions import Decision, Done, Nothing
from bot.commands import Call, Command, reply, split
from bot.errors import Refused
from bot.events import Left, Outcome
from bot.handler import Service
from bot.markdown import escape
from bot.ports import Ports
from handlers.status.asking.names import near, pick
from handlers.status.telling import subscriptions
from handlers.status.telling.news import key_of
from handlers.status.telling.subscriptions import ALL, MOST
from handlers.status.watch import Watch

#: More names than this aren't listed.
MOST_LISTED = 30
STRANGER = "I write to people from the community's rooms. Join one of them, then say it again."
FULL = "So many people hear of outages from me already that I can't write to more. Please tell the moderators."


async def run_notify(watch: Watch, call: Call, ports: Ports) -> Decision:
    """Show, begin or end what the sender hears of."""
    what, names = split(call.args)
    person = call.message.sender
    has = await subscriptions.of(ports.memory, person)
    if not what:
        return Done((reply(call.message, shown(watch, has, ports.prefix)),), "shown")
    if what == "stop":
        return _changed(watch, call, ports, left(watch, has, asked(watch, names)), has)
    if what != "me":
        raise Refused(
            f"Type `{ports.prefix}notify me` to hear of all services, `{ports.prefix}notify me wiki` to hear of one, "
            f"or `{ports.prefix}notify stop`. Everybody does so for themselves."
        )
    if not await ports.rooms.shares_room(person):
        raise Refused(STRANGER)
    wanted = asked(watch, names)
    if not has and await subscriptions.count(ports.memory) >= MOST:
        raise Refused(FULL)
    return _changed(watch, call, ports, frozenset({ALL}) if ALL in wanted else (has - {ALL}) | wanted, has)


def _changed(watch: Watch, call: Call, ports: Ports, wants: frozenset[str], has: frozenset[str]) -> Done:
    answer = reply(call.message, shown(watch, wants, ports.prefix))
    if wants == has:
        return Done((answer,), "as before")
    return Done((*subscriptions.put(call.message.sender, wants, ports.now), answer), "subscribed" if wants else "ended")


def asked(watch: Watch, typed: str) -> frozenset[str]:
    """The services with these names; all if there are none. Raises `Refused` with the nearest name."""
    return frozenset(one.name for part in typed.split(",") for one in _services(watch, part)) or frozenset({ALL})


def _services(watch: Watch, typed: str) -> list[Service]:
    """A name may have several words; else each word is one."""
    whole = pick(typed, watch.place.services)
    return [whole] if whole else [_service(watch, word) for word in typed.split()]


def _service(watch: Watch, typed: str) -> Service:
    services = watch.place.services
    if (found := pick(typed, services)) is not None:
        return found
    meant = near(typed, services)
    names = ", ".join(f"`{one.name}`" for one in services[:MOST_LISTED]) or "none"
    hint = f"Did you mean `{meant.name}`?" if meant else f"I know {names}."
    raise Refused(f"I don't know a service “{escape(typed[:60])}”. {hint}")


def left(watch: Watch, has: frozenset[str], ended: frozenset[str]) -> frozenset[str]:
    """What remains. Who hears of all services and no longer wants one of them, hears of the others."""
    if ALL in ended:
        return frozenset()
    return (frozenset(one.name for one in watch.place.services) if ALL in has else has) - ended


def shown(watch: Watch, has: frozenset[str], prefix: str) -> str:
    """What somebody hears of, and how to change that."""
    if not has:
        return f"You hear of no outages in private. `{prefix}notify me` changes that."
    if ALL in has:
        which = "any service"
    else:
        names = [f"**{escape(watch.service(name).title)}**" for name in sorted(has)]
        which = " or ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    return (
        f"I write to you in private when {which} fails, and when it works again. The first time you get an "
        f"invitation to a chat from me. `{prefix}notify stop` ends it."
    )


async def on_outcome(outcome: Outcome, ports: Ports) -> Decision:
    """What became of a private message. Who can't be written to any more isn't written to again."""
    if outcome.ok:
        return Nothing("it arrived")
    found = [one for one in await subscriptions.all_of_them(ports.memory) if key_of(one) == outcome.key]
    gone = tuple(action for person in found for action in subscriptions.put(person, frozenset(), ports.now))
    return Done(gone, "can't be written to; not notified any more") if gone else Nothing("not a subscriber")


async def on_left(left: Left, ports: Ports) -> Decision:
    """Who has left the community's rooms, or was made to, isn't written to any more."""
    if not await subscriptions.of(ports.memory, left.who):
        return Nothing("not a subscriber")
    if await ports.rooms.shares_room(left.who):
        return Nothing("still in a room of the community's")
    return Done(subscriptions.put(left.who, frozenset(), ports.now), "in none of the rooms; not notified any more")


def notify_command(watch: Watch) -> Command:
    """The declaration."""
    return Command(
        name="notify",
        usage="notify [me|stop] [service …]",
        summary="hear of outages in a private message",
        example="notify me wiki",
        details=(
            "`notify me` is for all services, `notify me wiki` for one or several; `notify stop` ends it, also for "
            "single ones. `notify` alone shows what you hear of. I write to you once when something fails, and once "
            "when it is well again. If you leave our chat, I take that as a stop."
        ),
        run=partial(run_notify, watch),
        bare=lambda args: split(args)[0] in {"", "me", "stop"},
    )
