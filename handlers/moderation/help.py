"""`!help`: what the asker may do, here, with an example each; made from the same declarations as the parser."""

from bot.actions import Decision, Done
from bot.commands import Call, Command, nearest, reply
from bot.errors import Refused
from bot.handler import Place
from bot.ports import Ports
from bot.roles import Role


def help_command(place: Place) -> Command:
    """The command, which knows whose bot this is."""

    async def run(call: Call, ports: Ports) -> Decision:
        message = call.message
        anywhere = await ports.roles.role(message.sender)
        here = await ports.roles.role(message.sender, room=message.room)
        text = details(call.args, ports) if call.args else overview(anywhere, here, ports, place)
        return Done((reply(message, text),), "help")

    return Command(
        name="help",
        usage="help [command]",
        summary="what I can do for you here",
        example="help faq",
        run=run,
        bare=lambda args: len(args.split()) <= 1,
    )


def overview(anywhere: Role, here: Role, ports: Ports, place: Place) -> str:
    """The commands that somebody with these roles may give, a line each, and where to find people."""
    lines = [
        f"- `{ports.prefix}{command.usage}` — {command.summary}, for example `{ports.prefix}{command.example}`"
        for command in ports.commands
        if command.who <= (here if command.acts_here else anywhere)
    ]
    intro = f"I answer questions about {place.community} from its own written answers: mention me, or write in private."
    joining = (
        [f"To join {place.community}: [registration form]({place.registration_form})"]
        if place.registration_form
        else []
    )
    return "\n\n".join([intro, "\n".join(lines), *joining, place.people])


def details(name: str, ports: Ports) -> str:
    """One command in full."""
    name = name.split(maxsplit=1)[0].removeprefix(ports.prefix).lower()
    command = next((command for command in ports.commands if command.name == name), None)
    if command is None:
        near = nearest(name, tuple(command.name for command in ports.commands))
        hint = f"Did you mean `{ports.prefix}help {near}`?" if near else f"Try `{ports.prefix}help`."
        raise Refused(f"There is no such command. {hint}")
    who = "everyone" if command.who is Role.MEMBER else f"{command.who}s"
    parts = [
        f"`{ports.prefix}{command.usage}` — {command.summary}.",
        command.details,
        f"Example: `{ports.prefix}{command.example}`",
        f"For: {who}",
    ]
    return "\n\n".join(part for part in parts if part)
