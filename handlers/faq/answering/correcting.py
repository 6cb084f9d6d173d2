"""Entries that were changed: answers given from them in the last day are corrected by an edit."""

from datetime import timedelta
from typing import Any

from bot.actions import Action, Decision, Done, Edit, Nothing
from bot.events import Tick
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.answering import sentences, wording
from handlers.faq.answering.giving import answer_of, by_name, text_digest
from handlers.faq.bank.entries import Entry
from handlers.faq.library import Library

#: The recurring job that looks for changes; it is also put in after each of them.
KEY = "bank"
#: How far back answers are corrected: whoever read an older one has gone on.
CORRECTED = timedelta(days=1)
#: The digest of what is no longer there: whatever comes in its place is another text.
WITHDRAWN = ""


async def on_bank(library: Library, _tick: Tick, ports: Ports) -> Decision:
    """The bank may have changed. Live figures alone are no correction: the entry's own text is compared."""
    rows = await ports.memory.rows(tables.given_since(ports.now - CORRECTED))
    actions = [action for row in rows for action in await _correction(library, row, ports)]
    if not actions:
        return Nothing("all answers of the last day still stand")
    return Done(tuple(actions), f"corrected {len(actions) // 2} answers")


async def _correction(library: Library, row: Any, ports: Ports) -> tuple[Action, ...]:
    lang = row.lang or "en"
    entry = library.entries.get(row.slug)
    if entry is not None and not library.is_for(entry, ports.rooms.info(row.room).name):
        entry = None
    digest = text_digest(entry, lang) if entry is not None else WITHDRAWN
    if digest == row.digest:
        return ()
    text = await _text(library, entry, lang, ports)
    return (Edit(room=row.room, key=row.key, text=text), tables.note_corrected(row.key, digest))


async def _text(library: Library, entry: Entry | None, lang: str, ports: Ports) -> str:
    if entry is None:
        return sentences.of(lang).withdrawn
    answer = await answer_of(library, by_name(entry, "corrected", lang), ports)
    return wording.corrected(answer.text, ports.now, lang)
