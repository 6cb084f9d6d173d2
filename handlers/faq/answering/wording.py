"""What the bot says, in Markdown: answers with their source, choices, and the few sentences of its own. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

from bot.facts import Measured
from bot.handler import Place, Service
from bot.markdown import escape
from handlers.faq.answering.live import Live
from handlers.faq.bank import placeholders
from handlers.faq.bank.entries import Entry

_ENDING = re.compile(r"\.(?:html?|php|aspx?|md|pdf|txt)$", re.IGNORECASE)
#: Made by a machine: it mixes cases or digits into letters. A title is made by people.
_OPAQUE = re.compile(r"\d+|.*[a-z][A-Z].*|.*[A-Z]{2}.*[a-z].*|.*[A-Za-z]\d.*[A-Za-z].*")


def answer(entry: Entry, live: Live) -> str:
    """The entry's answer as of now. It always ends with where it is from, and from when."""
    if live.measured is not None:
        return _state(live.service, entry, live.measured)
    body = placeholders.filled(entry.body, live.figures)
    if entry.live and live.service is not None:
        body = f"I have no measurement of {link(live.service.title, live.service.url)}. {body}"
    dated = f" Live figures were read at {when(live.read)}." if live.read else ""
    return f"{body}\n\n{source(entry)}{dated}"


def source(entry: Entry) -> str:
    """The line below an answer: the source, its date, and whether somebody has checked it since."""
    origin = link(page_title(entry.source), entry.source) if entry.source else "this community's own answers"
    of = f", as of {entry.as_of}" if entry.as_of else ""
    return f"Source: {origin}{of}; {f'reviewed {entry.reviewed}' if entry.reviewed else 'not yet reviewed'}."


def choices(entries: Sequence[Entry]) -> str:
    """Titles to choose from."""
    titles = "\n".join(f"{number}. {escape(entry.title)}" for number, entry in enumerate(entries, 1))
    if len(entries) == 1:
        return f"I'm not sure. Is this what you mean?\n\n{titles}\n\nIf so, reply with 1 or tap the reaction."
    return f"I'm not sure which you mean:\n\n{titles}\n\nReply with a number or tap a reaction."


def dont_know(place: Place) -> str:
    """The honest answer where nothing is near."""
    return f"I don't know an answer to that. {place.people}"


def for_people(place: Place) -> str:
    """What somebody hears who can't go on, or is in danger: no answer from a bank."""
    return (
        "I'm sorry, that sounds very hard, and it needs a person rather than a bot: please talk to somebody. "
        f"{place.people} If you are in danger now, call your local emergency number."
    )


def how_to_ask(place: Place, prefix: str) -> str:
    """A greeting's answer, in a private chat."""
    return f"Hello! Ask me anything about {escape(place.community)}, or type `{prefix}help` to see what I can do."


def given_before(entry: Entry, room: str, event_id: str) -> str:
    """Where the answer stands that was given a moment ago."""
    return f"I answered this here a moment ago: {link(entry.title, event_link(room, event_id))}"


def event_link(room: str, event_id: str) -> str:
    """A link that clients open at this message."""
    return f"https://matrix.to/#/{quote(room, safe='!:')}/{quote(event_id, safe='$:')}"


def when(time: datetime) -> str:
    """A time as people read it, to the minute."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def link(title: str, url: str) -> str:
    """A Markdown link. Parentheses would end it too early."""
    return f"[{escape(title)}]({url.replace('(', '%28').replace(')', '%29')})"


def page_title(url: str) -> str:
    """What a page is probably called, from its address: "Main Page" for `…/wiki/Main_Page`; else the site's name."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    title = _ENDING.sub("", last).replace("_", " ").replace("-", " ").strip()
    if not title or _OPAQUE.fullmatch(title):
        return (parts.hostname or url).removeprefix("www.")
    return title[0].upper() + title[1:]


def _state(service: Service | None, entry: Entry, measured: Measured) -> str:
    name = link(service.title, service.url) if service else escape(entry.live or "")
    since = f"{name}: {measured.state}, since {when(measured.since)}."
    return f"{since}\n\nMeasured at {when(measured.measured)}: {measured.evidence}"
