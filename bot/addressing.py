"""Is this message for the bot, and what is left of it once the address is taken off? Pure."""

import re
from dataclasses import dataclass

from bot.events import Addressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who we are in a room: Matrix id, the names that may stand at the start of a message, and the prefixes."""

    user_id: str
    names: tuple[str, ...]
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What addressing needs to know of a message. `to_us`: it replies, not by a thread's fallback, to one of ours."""

    text: str
    mentions: frozenset[str] = frozenset()
    to_us: bool = False
    private: bool = False


def address(said: Said, us: Identity) -> tuple[Addressed | None, str]:
    """How the message addresses us, if it does, and its words without prefix, name or pill."""
    text = said.text.strip()
    mentioned = us.user_id in said.mentions
    name, rest = without_name(text, us, mentioned=mentioned)
    prefix = next((prefix for prefix in us.prefixes if is_command(rest, prefix)), None)
    if prefix is not None:
        return Addressed.PREFIX, rest[len(prefix) :].strip()
    if name or mentioned:
        return Addressed.MENTION, rest
    if said.to_us:
        return Addressed.REPLY, text
    return (Addressed.PRIVATE if said.private else None), text


def is_command(text: str, prefix: str) -> bool:
    """Whether the text begins with the prefix and a word: "!help", not "!!!" or "! no"."""
    return text.startswith(prefix) and text[len(prefix) : len(prefix) + 1].isalpha()


def without_name(text: str, us: Identity, *, mentioned: bool = False) -> tuple[bool, str]:
    """Take our name or id off the very start. Anywhere else in the text it means nothing.

    "Steward, …", "steward: …" and the name alone call us; "Steward is slow today" speaks about us, unless the message
    mentions us anyway: clients put the name there without punctuation.
    """
    names = "|".join(map(re.escape, us.names))
    found = re.match(
        rf"\s*(?P<name>{re.escape(us.user_id)}|@?(?:{names}))(?=$|[\s:,;.!?—])(?P<mark>\s*[:,;—]\s*|\s+-\s+|\s*)",
        text,
        re.IGNORECASE,
    )
    if found is None:
        return False, text
    rest = text[found.end() :].strip()
    call = mentioned or not rest.strip(".!? ") or bool(found["mark"].strip()) or found["name"].startswith("@")
    return (True, rest) if call else (False, text)


def without_fallback(body: str) -> str:
    """Take off the quoted lines that older clients put before a reply."""
    lines = body.split("\n")
    if not lines[0].startswith("> <"):
        return body
    first = next((number for number, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[first:]).strip()
