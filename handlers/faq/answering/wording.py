"""What the bot says, in Markdown: answers with their source, choices, and the few sentences of its own. Pure.

The sentences themselves, in each language, are in `sentences`.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

from bot.facts import Measured
from bot.handler import Place, Service
from bot.markdown import escape
from bot.names import identifier
from handlers.faq.answering import sentences
from handlers.faq.answering.live import Live
from handlers.faq.answering.sentences import Sentences
from handlers.faq.bank import placeholders
from handlers.faq.bank.entries import Entry

_ENDING = re.compile(r"\.(?:html?|php|aspx?|md|pdf|txt)$", re.IGNORECASE)
_ENDS_LINK = re.compile(r"[\\()<>\s\x00-\x1f\x7f]")
#: Made by a machine: it mixes cases or digits into letters. A title is made by people.
_OPAQUE = re.compile(r"\d+|.*[a-z][A-Z].*|.*[A-Z]{2}.*[a-z].*|.*[A-Za-z]\d.*[A-Za-z].*")


def answer(entry: Entry, live: Live, lang: str = "en") -> str:
    """The entry's answer as of now, in this language where it is there.

    It always ends with where it is from, and from when.
    """
    said = sentences.of(lang)
    if live.measured is not None:
        return _state(live.service, entry, live.measured, said)
    body = placeholders.filled(entry.answer_in(lang), live.figures, said.left_out)
    if entry.live and live.service is not None:
        body = f"{said.not_measured.format(service=link(live.service.title, live.service.url))} {body}"
    dated = f" {said.live_read.format(when=when(live.read))}" if live.read else ""
    return f"{body}\n\n{source(entry, lang)}{dated}"


def source(entry: Entry, lang: str = "en") -> str:
    """The line below an answer: the source, its date, and whether somebody has checked it since."""
    said = sentences.of(lang)
    origin = link(page_title(entry.source), entry.source) if entry.source else said.own_answers
    of = said.as_of.format(date=entry.as_of) if entry.as_of else ""
    review = said.reviewed.format(date=entry.reviewed) if entry.reviewed else said.not_reviewed
    return said.source.format(origin=origin, of=of, review=review)


def choices(entries: Sequence[Entry], lang: str = "en") -> str:
    """Titles to choose from."""
    titles = "\n".join(f"{number}. {escape(entry.title_in(lang))}" for number, entry in enumerate(entries, 1))
    said = sentences.of(lang)
    return (said.is_this_it if len(entries) == 1 else said.which).format(titles=titles)


def with_other(answer: str, other: Entry, prefix: str, lang: str = "en") -> str:
    """An answer, and how to get the answer to what was asked beside it, in the same language."""
    asked, in_lang = sentences.of(lang).also_asked, f" {lang}" if lang in other.translations else ""
    command = f"`{prefix}faq {other.slug}{in_lang}`"
    return f"{answer}\n\n{asked.format(title=escape(other.title_in(lang)), command=command)}"


def dont_know(place: Place, lang: str = "en", *, more: str = "") -> str:
    """The honest answer where nothing is near. `more` stands below it."""
    text = f"{sentences.of(lang).dont_know} {place.people}"
    return f"{text}\n\n{more}" if more else text


def for_people(place: Place, lang: str = "en") -> str:
    """What somebody hears who can't go on, or is in danger: no answer from a bank."""
    return sentences.of(lang).for_people.format(people=place.people)


def how_to_ask(place: Place, prefix: str) -> str:
    """The answer to a greeting in a private chat, and to a command without a question."""
    return f"Hello! Ask me anything about {escape(place.community)}, or type `{prefix}help` to see what I can do."


def given_before(entry: Entry, room: str, event_id: str, lang: str = "en") -> str:
    """Where the answer stands that was given a moment ago."""
    return sentences.of(lang).given_before.format(link=link(entry.title_in(lang), event_link(room, event_id)))


def corrected(answer: str, now: datetime, lang: str = "en") -> str:
    """An answer whose entry was changed after it was given."""
    return f"{answer}\n\n{sentences.of(lang).corrected.format(when=when(now))}"


def told(who: str, answer: str) -> str:
    """An answer that somebody, by their Matrix id, wants another person to read. They wrote in English: the command."""
    return f"{sentences.of('en').tells.format(who=escape(identifier(who)))}\n\n{answer}"


def event_link(room: str, event_id: str) -> str:
    """A link that clients open at this message."""
    return f"https://matrix.to/#/{quote(room, safe='!:')}/{quote(event_id, safe='$:')}"


def when(time: datetime) -> str:
    """A time as people read it, to the minute."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def link(title: str, url: str) -> str:
    """A Markdown link. What would end it too early is written in the address's own way."""
    return f"[{escape(title)}]({_ENDS_LINK.sub(lambda found: quote(found[0]), url)})"


def page_title(url: str) -> str:
    """What a page is probably called, from its address: "Main Page" for `…/wiki/Main_Page`; else the site's name."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    title = _ENDING.sub("", last).replace("_", " ").replace("-", " ").strip()
    if not title or _OPAQUE.fullmatch(title):
        return (parts.hostname or url).removeprefix("www.")
    return title[0].upper() + title[1:]


def _state(service: Service | None, entry: Entry, measured: Measured, said: Sentences) -> str:
    return said.state.format(
        service=link(service.title, service.url) if service else escape(entry.live or ""),
        state=measured.state,
        since=when(measured.since),
        measured=when(measured.measured),
        evidence=measured.evidence,
    )
