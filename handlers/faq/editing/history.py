"""`!faq undo` and `!faq history`: what was changed by whom, and taking the last of it back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, select

from bot.actions import Decision
from bot.commands import Call, say
from bot.errors import Refused
from bot.markdown import escape
from bot.names import identifier
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.editing.change import Change
from handlers.faq.editing.lines import named
from handlers.faq.editing.naming import unknown
from handlers.faq.editing.proposing import command_place, propose
from handlers.faq.library import Library

MOST_LISTED = 12
#: Only these are shown; the texts stay where they are.
_SHOWN = (tables.edits.c.slug, tables.edits.c.number, tables.edits.c.author, tables.edits.c.what, tables.edits.c.at)


async def undo(library: Library, call: Call, ports: Ports) -> Decision:
    """Show what the entry would be without its last change; the undoing can be undone like any other."""
    slug = _slug(library, named(call, ports, "undo"))
    rows = await ports.memory.rows(tables.last_change(slug))
    if not rows:
        raise Refused(f"There is nothing to undo: `{slug}` has not been changed from chat.")
    last = tables.edit_of(rows[0])
    change = Change(slug=slug, after=last.before, author=call.message.sender, what="undo")
    intro = f"The last change of `{slug}` was *{last.what}* by {escape(identifier(last.author))}. Without it,"
    return await propose(library, change, command_place(call, ports, intro), ports)


async def history(library: Library, call: Call, ports: Ports) -> Decision:
    """The last changes of an entry, or of all of them."""
    slug = _slug(library, call.args.lower()) if call.args else None
    rows = await ports.memory.rows(changes(slug))
    if not rows:
        return say(
            call, f"`{slug}` has not been changed from chat." if slug else "Nothing has been changed yet.", "none"
        )
    return say(
        call, "\n".join([_line(row) for row in rows[:MOST_LISTED]] + ["- … and earlier ones"] * _more(rows)), "history"
    )


def changes(slug: str | None) -> Select[Any]:
    """The changes of this entry, or of all, the last first: one more than are listed."""
    query = select(*_SHOWN).order_by(tables.edits.c.at.desc(), tables.edits.c.number.desc()).limit(MOST_LISTED + 1)
    return query if slug is None else query.where(tables.edits.c.slug == slug)


def _slug(library: Library, name: str) -> str:
    """The entry with this name, or one that is gone. Raises `Refused`."""
    entry = library.named(name)
    if entry is None and name not in library.edits:
        raise unknown(library, name)
    return entry.slug if entry else name


def _line(row: Any) -> str:
    at, who = datetime.fromtimestamp(row.at, UTC), escape(identifier(row.author))
    return f"- {at:%Y-%m-%d %H:%M} UTC: `{row.slug}`, *{row.what}* by {who} (change {row.number})"


def _more(rows: Sequence[Any]) -> int:
    return int(len(rows) > MOST_LISTED)
