"""`!welcome`: the welcome once more, for whoever asks."""

from bot.actions import Decision
from bot.commands import Call, Command, say
from bot.ports import Ports
from handlers.newcomers.desk import Desk
from handlers.newcomers.welcome.template import greeting


def welcome_command(desk: Desk) -> Command:
    """The command."""

    async def run(call: Call, ports: Ports) -> Decision:
        """Show it, to nobody by name: in a private chat that of the community, in a room that room's."""
        return say(call, greeting(desk, ports, ports.rooms.info(call.message.room)), "showed the welcome")

    return Command(
        name="welcome",
        usage="welcome",
        summary="what newcomers are told: what this room is for, which others there are, how to ask",
        example="welcome",
        run=run,
    )
