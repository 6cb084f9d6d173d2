"""What is typed → what is meant: a slash command, or words for the room. Pure."""

import re
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from bot.errors import Refused

#: How alike two names must be (0 to 1), or how many slips apart.
_NEAR, _SLIPS = 0.75, 1


@dataclass(frozen=True, slots=True)
class Usage:
    """How a command is typed, and what it does."""

    form: str
    about: str


USAGES = {
    "as": Usage("/as {people}", "speak as somebody else"),
    "room": Usage("/room {rooms}", "go to another room; private is a chat with {bot} alone"),
    "arrive": Usage("/arrive [n]", "let somebody new come into this room, or n people together"),
    "reply": Usage("/reply [n] text", "reply to message n, or to the last one"),
    "thread": Usage("/thread [n] text", "say something in the thread of message n"),
    "react": Usage("/react [n] 👍", "react to message n"),
    "edit": Usage("/edit [n] text", "put other words in the place of your message n"),
    "delete": Usage("/delete [n]", "delete message n"),
    "break": Usage("/break {services}", "let a pretend service fail, and see what {bot} says of it"),
    "slow": Usage("/slow {services}", "let it be slow"),
    "repair": Usage("/repair {services}", "let it work again"),
    "services": Usage("/services", "which there are, and how they are"),
    "who": Usage("/who", "who is in this room"),
    "rooms": Usage("/rooms", "which rooms you are in"),
    "help": Usage("/help", "this list"),
    "quit": Usage("/quit", "leave; so do Ctrl-C and Ctrl-D"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """To be said in the room."""

    text: str


@dataclass(frozen=True, slots=True)
class Slash:
    """A command; `number` is the message that it is about, if one was named."""

    name: str
    args: str = ""


def parse(typed: str) -> Words | Slash:
    """What a line means. "//…" says "/…". Raises Refused for a command that there is not."""
    if typed.startswith("//") or not typed.startswith("/"):
        return Words(typed.removeprefix("/"))
    name, _, args = typed[1:].partition(" ")
    if name.lower() in USAGES:
        return Slash(name.lower(), args.strip())
    near = nearest(name, list(USAGES))
    advice = f"did you mean {USAGES[near].form.split()[0]}?" if near else "/help lists those there are."
    raise Refused(f"There is no command /{name}; {advice}")


def nearest(name: str, known: list[str]) -> str | None:
    """The name that was probably meant: one slip away, or much alike."""
    name = name.lower()
    slip = process.extractOne(name, known, scorer=OSA.distance, score_cutoff=_SLIPS)
    alike = process.extractOne(name, known, scorer=JaroWinkler.normalized_similarity, score_cutoff=_NEAR)
    found = slip or alike
    return found[0] if found else None


def picked(kind: str, typed: str, known: list[str]) -> str:
    """One of the known names, or the beginning of just one. Raises Refused with those that there are."""
    name = typed.strip().lower()
    fitting = [name] if name in known else [other for other in known if name and other.startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    near = nearest(name, known) if name else None
    wrong = f'There is no {kind} "{typed.strip()}". ' if name else ""
    advice = f"Did you mean {near}?" if near else f"Choose one: {', '.join(known)}."
    raise Refused(wrong + advice)


def numbered(args: str) -> tuple[int | None, str]:
    """The message's number at the front ("3 …", "[3] …", "#3 …"), if there is one, and the rest."""
    found = re.match(r"(?:\[(\d+)\]|#?(\d+))(?:\s+|$)", args)
    return (int(found[1] or found[2]), args[found.end() :]) if found else (None, args)
