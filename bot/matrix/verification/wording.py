"""What is said beside a verification, in Markdown."""

from bot.markdown import escape
from bot.matrix.verification.sas import ShortString


def seen(short: ShortString, person: str | None = None) -> str:
    """The short string, for the person to compare; with `person`, told to others about them."""
    who = f"{escape(person)} is verifying me." if person else "You are verifying me."
    emoji = " · ".join(f"{symbol} {name}" for symbol, name in short.emoji)
    return (
        f"{who} I see:\n\n{emoji}\n\nor, as numbers: {numbers(short)}\n\n"
        "Compare these with what the app shows. If they are the same, confirm there. I have no eyes, so I confirm in "
        "any case. If they differ, don't confirm, and tell the people who run me: somebody may be in between. They "
        "find the same emoji in my log, which nobody in between can change."
    )


def alarm(person: str) -> str:
    """Something didn't fit, told to the moderators."""
    return (
        f"While {escape(person)} was verifying me, what their app and I saw did not fit together. Nothing was "
        "confirmed. It may be a slip; if it happens again, somebody may be in between: look into my log."
    )


def numbers(short: ShortString) -> str:
    """The short string as numbers."""
    return " ".join(str(number) for number in short.decimals)
