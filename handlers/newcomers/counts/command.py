"""`!newcomers`: how many came, and how far. Numbers alone; there are no names behind them."""

import re
from functools import partial

from bot.actions import Decision
from bot.commands import Call, Command, say
from bot.errors import Refused
from bot.ports import Ports
from bot.roles import Role
from handlers.newcomers import tables
from handlers.newcomers.counts import records, wording
from handlers.newcomers.counts.records import KEPT
from handlers.newcomers.desk import Desk

#: In days.
USUAL = (7, 30, KEPT)
WEEK = 7
_SPAN = re.compile(r"(?:the )?(?:last )?([0-9]{1,9}) ?(d|days?|w|weeks?)?", re.IGNORECASE)


def newcomers_command(desk: Desk) -> Command:
    """The declaration."""
    return Command(
        name="newcomers",
        usage="newcomers [90d]",
        summary="how many were welcomed, and how far they came on the walk",
        example="newcomers 90d",
        details=(
            f"Without a time it shows the last 7 days, 30 days, and all {KEPT} that I keep. I count whole days in UTC, "
            "and keep no names: just what happened, on which day, at which step."
        ),
        who=Role.MODERATOR,
        run=partial(run, desk),
        bare=lambda args: not args or _SPAN.fullmatch(args) is not None,
    )


async def run(desk: Desk, call: Call, ports: Ports) -> Decision:
    """Tell the numbers."""
    spans = asked(call.args, ports.prefix)
    found = await records.counts(ports.memory)
    now = wording.at_the_moment(
        await records.how_many(ports.memory, tables.walks), await records.how_many(ports.memory, tables.forms)
    )
    return say(call, f"{wording.shown(found, spans, desk.settings.guide, ports.now)}\n\n{now}", "told the counts")


def asked(args: str, prefix: str) -> tuple[int, ...]:
    """Over how many days each. Raises `Refused` for what is no number of days."""
    if not args:
        return USUAL
    if args.lower() == "all":
        return (KEPT,)
    found = _SPAN.fullmatch(args)
    if found is None:
        raise Refused(f"I count by days. Type `{prefix}newcomers 90d`, or `{prefix}newcomers` alone.")
    days = int(found[1]) * (WEEK if (found[2] or "d").lower().startswith("w") else 1)
    if not 1 <= days <= KEPT:
        raise Refused(f"I can tell of 1 to {KEPT} days. Type `{prefix}newcomers 90d`, or `{prefix}newcomers` alone.")
    return (days,)
