"""`!optout` and `!optin`: whom the bot leaves alone. They still get an answer whenever they ask."""

from bot.actions import Decision, Done
from bot.commands import Call, Command, reply
from bot.facts import OptedOut
from bot.ports import Memory, Ports
from handlers.faq import tables


async def opted_out(person: str, memory: Memory) -> bool:
    """Whether this person asked to be left alone."""
    return bool(await memory.rows(tables.left_alone(person)))


async def on_opted_out(question: OptedOut, ports: Ports) -> bool:
    """The fact, for other handlers."""
    return await opted_out(question.person, ports.memory)


async def run_optout(call: Call, ports: Ports) -> Decision:
    """Leave the sender alone from now on."""
    undo = f"`{ports.prefix}optin`"
    text = f"From now on I leave you alone: no answers that you didn't ask for, and no greeting. Undo it with {undo}."
    return _changed(call, text, out=True)


async def run_optin(call: Call, ports: Ports) -> Decision:
    """Undo that."""
    text = (
        "Welcome back: I may answer questions of yours unasked, where a room wants that, and greet you where you are "
        f"new. Undo: `{ports.prefix}optout`"
    )
    return _changed(call, text, out=False)


def _changed(call: Call, text: str, *, out: bool) -> Done:
    noted = tables.note_opted_out(call.message.sender, out=out)
    return Done((*noted, reply(call.message, text)), "opted out" if out else "opted in")


OPTOUT = Command(
    name="optout",
    usage="optout",
    summary="leave me alone: no answers that I didn't ask for, and no greeting",
    example="optout",
    run=run_optout,
)
OPTIN = Command(name="optin", usage="optin", summary="undo `optout`", example="optin", run=run_optin)
