"""`!bot`: how the bot is."""

from datetime import datetime, timedelta

from bot.actions import Decision, Done
from bot.commands import Call, Command, reply
from bot.ports import Health, Ports
from bot.roles import Role


async def run(call: Call, ports: Ports) -> Decision:
    """Tell version, uptime, last sync, outbox and storage."""
    text = report(await ports.health(), ports.now)
    return Done((reply(call.message, text),))


def report(health: Health, now: datetime) -> str:
    """The bot's state, a line each."""
    synced = f"{ago(now - health.last_sync)} ago" if health.last_sync else "not yet"
    oldest = f", the oldest for {ago(now - health.outbox_oldest)}" if health.outbox_oldest else ""
    return "\n".join(
        [
            f"- Steward {health.version}, up for {ago(health.uptime)}",
            f"- last sync: {synced}",
            f"- outbox: {health.outbox_waiting} waiting{oldest}",
            f"- events waiting, besides this command: {max(health.journal_waiting - 1, 0)}",
            f"- gaps in the history that were too long to fill: {health.given_up}",
            f"- messages left unread because of floods: {health.left_unread}",
            f"- storage: {health.storage}",
        ]
    )


def ago(span: timedelta) -> str:
    """A span in its largest unit: "3 minutes"."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            number = seconds // length
            return f"{number} {unit}{'s' if number != 1 else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"


BOT = Command(
    name="bot",
    usage="bot",
    summary="how I am: version, uptime, last sync, outbox, storage",
    example="bot",
    run=run,
    who=Role.MODERATOR,
)
