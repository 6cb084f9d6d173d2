"""`!verify`: how to verify the bot in one's app."""

from bot.actions import Decision, Done
from bot.commands import Call, Command, reply
from bot.ports import Device, Ports
from bot.roles import Role


async def run(call: Call, ports: Ports) -> Decision:
    """Tell it step by step."""
    return Done((reply(call.message, steps(ports.me, ports.device)),))


def steps(me: str, device: Device) -> str:
    """The way to it in Element, and what to compare."""
    sure = (
        "What I say in the chat could be changed by whoever could change everything else. To be sure, have the people "
        "who run me read out the emoji from my log, or my fingerprint:"
    )
    return "\n".join(
        [
            f"To verify me (`{me}`) in Element:",
            "",
            "1. Open our private chat; if there is none yet, start one and say something to me.",
            "2. Open my profile there, by tapping my name or picture, and choose *Verify*.",
            "3. I answer within seconds. If the app asks how, choose to compare emoji.",
            "4. The app shows seven emoji, and I say in the chat which ones I see.",
            "5. Are they the same, in the same order? Then confirm. If not, don't, and tell the people who run me.",
            "",
            sure,
            "",
            f"- session `{device.id}`",
            f"- fingerprint `{grouped(device.fingerprint)}`",
        ]
    )


def grouped(fingerprint: str) -> str:
    """In fours, as apps show it."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


VERIFY = Command(
    name="verify",
    usage="verify",
    summary="how to verify me in your app, and my fingerprint",
    example="verify",
    run=run,
    who=Role.MODERATOR,
)
