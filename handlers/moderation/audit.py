"""`!audit`: what was done by those who may, and who tried without being entitled."""

from datetime import UTC, datetime

from bot.actions import Decision, Done
from bot.commands import Call, Command, reply
from bot.markdown import escape
from bot.names import identifier
from bot.ports import Noted, Ports
from bot.roles import Role

SHOWN = 20


async def run(call: Call, ports: Ports) -> Decision:
    """Show the newest lines, or those that contain the given words."""
    lines = await ports.audit.latest(SHOWN, call.args)
    text = "\n".join(map(shown, lines)) or "Nothing in the audit log" + (" with these words." if call.args else " yet.")
    return Done((reply(call.message, text),))


def shown(line: Noted) -> str:
    """A line of the log as text; what people wrote is no markup."""
    at = datetime.fromtimestamp(line.at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"- {at} {escape(identifier(line.who))}: {escape(line.what)} → {escape(line.outcome)}"


AUDIT = Command(
    name="audit",
    usage="audit [who or what]",
    summary="what was done, by whom, and what was refused",
    example="audit @ana:example.org",
    run=run,
    who=Role.MODERATOR,
)
