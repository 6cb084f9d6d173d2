"""Files and changes from chat live side by side: what the folder has by now counts as a file again, and where a file
was changed after its entry had been, the moderators decide.
"""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from bot.actions import Action, Ask, Audit, Decision, Done, Later, Remember
from bot.events import Chosen, Tick
from bot.markdown import escape
from bot.names import identifier
from bot.ports import Ports
from bot.roles import Role
from handlers.faq import tables
from handlers.faq.bank.checking import checked
from handlers.faq.bank.merging import FOLLOW, Waiting, digest
from handlers.faq.editing import suggestions
from handlers.faq.editing.deciding import BANK, said, unentitled
from handlers.faq.editing.diffing import shown
from handlers.faq.editing.proposing import EMOJI, KEEP
from handlers.faq.library import Library

#: What the decision for the words from chat is called in the history.
KEPT = "keep"
US = "steward"
#: As long as the engine knows its own messages; then it is asked again.
OPEN = timedelta(days=30)


async def keep_up(library: Library, tick: Tick, ports: Ports) -> Decision:
    """What there is to do now and then, and after each change."""
    del tick
    late = suggestions.expired(await ports.memory.rows(suggestions.over()), ports.now)
    asked = await _asked(library, ports)
    return Done((*arrived(library, ports), *asked, *late, *forgotten(ports)), "kept up")


def arrived(library: Library, ports: Ports) -> tuple[Action, ...]:
    """The folder says what the change says: from here on the file counts."""
    followed = (library.edit(edit.slug, edit.after, author=US, what=FOLLOW, now=ports.now) for edit in library.arrived)
    return tuple(tables.note_edit(edit) for edit in followed)


async def _asked(library: Library, ports: Ports) -> tuple[Action, ...]:
    """Each version of a file is asked about once."""
    control = ports.rooms.control()
    if control is None:
        return ()
    rows = await ports.memory.rows(select(tables.proposals.c.key).where(tables.proposals.c.person.is_(None)))
    known = {row.key for row in rows}
    new = [one for one in library.waiting if key_of(one) not in known and readable(one)]
    return tuple(action for one in new for action in question(one, control, ports))


def readable(waiting: Waiting) -> bool:
    """Whether the file could be taken: a broken one is a problem that is told at the start."""
    return waiting.file is None or checked(waiting.slug, waiting.file)[0] is not None


def key_of(waiting: Waiting) -> str:
    """The question about this version of the file, and this change."""
    version = f"{waiting.slug} {waiting.edit.number} {digest(waiting.file)}"
    return f"file:{hashlib.sha256(version.encode()).hexdigest()[:32]}"


def question(waiting: Waiting, control: str, ports: Ports) -> tuple[Action, ...]:
    """Which of the two is to count."""
    edit, key = waiting.edit, key_of(waiting)
    who = escape(identifier(edit.author))
    gone = "taken away" if waiting.file is None else "changed"
    head = (
        f"The file of `{waiting.slug}` was {gone} after a change from chat (*{edit.what}* by {who}), which still "
        "counts. Taking the file would change:"
    )
    choice = "✅ takes the file, ❌ keeps what was changed from chat."
    ask = Ask(
        room=control,
        text="\n\n".join([head, shown(edit.after, waiting.file), choice]),
        options=("take the file", "keep the change"),
        emoji=EMOJI,
        until=ports.now + OPEN,
        key=key,
        memo={"slug": waiting.slug},
    )
    row = {"key": key, "slug": waiting.slug, "at": ports.now.timestamp()}
    return Remember(insert(tables.proposals).values(**row)), ask


def forgotten(ports: Ports) -> tuple[Action, ...]:
    """What is remembered of suggestions and of files that were asked about has its term."""
    old = (ports.now - OPEN).timestamp()
    rows = tables.proposals
    return suggestions.forgotten(ports.now), Remember(delete(rows).where(rows.c.person.is_(None), rows.c.at < old))


async def on_file(library: Library, chosen: Chosen, ports: Ports) -> Decision:
    """A moderator says which of the two is to count."""
    slug = str(chosen.memo["slug"])
    if await ports.roles.role(chosen.sender) < Role.MODERATOR:
        return unentitled(chosen, f"{FOLLOW} {slug}", to="", thread=None)
    waiting = next((one for one in library.waiting if one.slug == slug and key_of(one) == chosen.key), None)
    if waiting is None:
        return Done((said(chosen, f"`{slug}` has been changed meanwhile, so nothing was done.", to=""),), "outdated")
    return decide(library, waiting, chosen, ports)


def decide(library: Library, waiting: Waiting, chosen: Chosen, ports: Ports) -> Decision:
    """Take the file, or keep the change beside the file as it is now."""
    slug = waiting.slug
    take = chosen.option == KEEP
    after, what = (waiting.file, FOLLOW) if take else (waiting.edit.after, KEPT)
    outcome = "the file counts" if take else "the change from chat counts"
    edit = library.edit(slug, after, author=chosen.sender, what=what, now=ports.now)
    noted = Audit(who=chosen.sender, what=f"faq {what} {slug}", outcome=outcome, room=chosen.room, event_id=chosen.id)
    later: tuple[Any, ...] = (Later(at=ports.now, key=BANK, room=chosen.room),) if take else ()
    return Done((tables.note_edit(edit), noted, *later), f"{what} {slug}")
