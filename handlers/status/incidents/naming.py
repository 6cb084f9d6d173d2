"""Which service, or which incident, somebody means by the words behind a command. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Refused
from bot.handler import Service
from bot.markdown import escape
from handlers.status.asking.names import near, pick
from handlers.status.incidents.mapping import LONGEST
from handlers.status.records import Incident

ID = re.compile(r"\d{4}-\d\d-\d\d-\d{1,6}")
#: A service's name has no more words than this.
MOST_WORDS = 6
#: What opens a quotation, and what may close it. Phones put in their own.
_QUOTES = {
    '"': '"\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}',
    "\N{LEFT DOUBLE QUOTATION MARK}": '\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '\N{RIGHT DOUBLE QUOTATION MARK}"',
    "\N{DOUBLE LOW-9 QUOTATION MARK}": '\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"',
    "«": "»",
    "»": "«",
    "'": "'\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}'",
    "`": "`",
}


@dataclass(frozen=True, slots=True)
class Named:
    """What is named at a text's beginning, and what stands behind it."""

    service: Service | None
    rest: str


def unquoted(text: str) -> str:
    """The text without the quotation marks around the whole of it."""
    whole = text.strip()
    closing = _QUOTES.get(whole[:1], "")
    return whole[1:-1].strip() if len(whole) > 1 and closing and whole[-1] in closing else whole


def service_at(text: str, services: Sequence[Service]) -> Named:
    """The service that the text begins with, by any of its names; the longest name counts."""
    quoted, rest = _quotation(text)
    if quoted and (found := pick(quoted, services)):
        return Named(found, rest)
    words = text.split(maxsplit=MOST_WORDS)
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        found = pick(" ".join(words[:count]).rstrip(":,"), services)
        if found is not None:
            return Named(found, " ".join(words[count:]) if count < MOST_WORDS else "".join(words[MOST_WORDS:]))
    return Named(None, text.strip())


def unknown(text: str, services: Sequence[Service]) -> Refused:
    """There is no such service."""
    typed = _quotation(text)[0] or "".join(text.split(maxsplit=1)[:1])
    meant = near(typed, services)
    hint = f"Did you mean `{meant.name}`?" if meant else f"There are {listed([one.name for one in services])}."
    return Refused(f"I know no service “{escape(typed[:LONGEST])}”. {hint}")


def listed(names: Sequence[str]) -> str:
    """Names in a row."""
    *others, last = [f"`{name}`" for name in names] or ["none"]
    return f"{', '.join(others)} and {last}" if others else last


def among(text: str, incidents: Sequence[Incident], services: Sequence[Service]) -> Named:
    """What is named at the beginning, of the services in the config and those that have an incident."""
    own = [Service(name=one.service, title=one.service, url="") for one in incidents]
    return service_at(text, [*services, *own])


def _quotation(text: str) -> tuple[str, str]:
    """What stands in quotation marks at the beginning, and what stands behind them."""
    whole = text.strip()
    closing = _QUOTES.get(whole[:1], "")
    ends = [at for one in closing if (at := whole.find(one, 1)) > 0]
    if not ends:
        return "", whole
    return whole[1 : min(ends)].strip(), whole[min(ends) + 1 :].strip()
