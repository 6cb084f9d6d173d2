"""Entries that were changed: answers given from them in the last day are corrected by an edit."""

from datetime import timedelta
from typing import Any

from bot.actions import Action, Decision, Done, Edit, Nothing
from bot.events import Tick
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.answering import sentences, wording
from handlers.faq.answering.giving import answer_of, by_name, shown_digest, with_other
from handlers.faq.answering.telling import told_by
from handlers.faq.bank.entries import Entry
from handlers.faq.library import Library

#: The recurring job that looks for changes; it is also put in after each of them.
KEY = "bank"
#: How far back answers are corrected: whoever read an older one has gone on.
CORRECTED = timedelta(days=1)
#: So many are corrected in one go, the newest first; the others follow with the next tick.
AT_ONCE = 100
#: The digest of what is no longer there: whatever comes in its place is another text.
WITHDRAWN = ""


async def on_bank(library: Library, _tick: Tick, ports: Ports) -> Decision:
    """The bank may have changed. Live figures alone are no correction: the entry's own text is compared."""
    rows = await ports.memory.rows(tables.given_since(ports.now - CORRECTED))
    fallen = [(row, digest) for row in rows if (digest := _digest(library, row, ports)) != row.digest][:AT_ONCE]
    if not fallen:
        return Nothing("all answers of the last day still stand")
    actions = [action for row, digest in fallen for action in await _correction(library, row, digest, ports)]
    return Done(tuple(actions), f"corrected {len(fallen)} answers")


def _digest(library: Library, row: Any, ports: Ports) -> str:
    """That of the answer as it stands now; the one that is remembered, where its entry can't be read just now."""
    entry = _entry(library, row.slug, row.room, ports)
    if entry is not None:
        return shown_digest(entry, row.lang or "en")
    return WITHDRAWN if row.slug in library.entries or library.is_gone(row.slug) else row.digest


def _entry(library: Library, slug: str | None, room: str, ports: Ports) -> Entry | None:
    entry = library.entries.get(slug or "")
    return entry if entry is not None and library.is_for(entry, ports.rooms.info(room).name) else None


async def _correction(library: Library, row: Any, digest: str, ports: Ports) -> tuple[Action, ...]:
    text = await _text(library, row, ports)
    return (Edit(room=row.room, key=row.key, text=text), tables.note_corrected(row.key, digest))


async def _text(library: Library, row: Any, ports: Ports) -> str:
    lang = row.lang or "en"
    entry, other = (_entry(library, slug, row.room, ports) for slug in (row.slug, row.other))
    if entry is None:
        return sentences.of(lang).withdrawn
    answer = await answer_of(library, by_name(entry, "corrected", lang), ports)
    whole = with_other(answer, other, ports.prefix) if other else answer
    who = await told_by(row.key, row.room, ports)
    return wording.corrected(wording.told(who, whole.text) if who else whole.text, ports.now, lang)
