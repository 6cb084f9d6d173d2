"""Somebody has looked at a change, and says ✅ or ❌: it is kept, if they may and nothing has come between."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.actions import Action, Audit, Decision, Done, Later, Reply, Say
from bot.events import Chosen
from bot.ports import Ports
from bot.roles import Role
from handlers.faq import tables
from handlers.faq.answering.records import miss_of
from handlers.faq.editing import suggestions
from handlers.faq.editing.change import Change, objection
from handlers.faq.editing.proposing import KEEP, Proposal, again, propose
from handlers.faq.library import Library

#: The job that keeps up with changes: answers that were given before are corrected.
BANK = "bank"


async def on_change(library: Library, chosen: Chosen, ports: Ports) -> Decision:
    """Keep the change, or leave everything as it is."""
    proposal = Proposal.of(chosen.memo)
    if await ports.roles.role(chosen.sender) < Role.MODERATOR:
        what = f"{proposal.change.what} {proposal.change.slug}"
        return unentitled(chosen, what, to=proposal.to, thread=proposal.thread)
    why = objection(library, proposal.change) or await _gone(proposal, ports)
    if chosen.option == KEEP and why is None and proposal.stale(library):
        where = again(proposal, room=chosen.room, key=f"change:{chosen.id}", now=ports.now)
        shown = await propose(library, proposal.change, where, ports)
        return replace(shown, actions=(*shown.actions, *suggestions.shown_again(where)))
    return decide(library, proposal, chosen, why, ports)


async def _gone(proposal: Proposal, ports: Ports) -> str | None:
    """Whether the words are no longer there to be kept: whoever takes them back hasn't given them."""
    of = proposal.words_of
    if of is None:
        return None
    found: Any = (
        await ports.rooms.said(of["room"], of["message"])
        if of["room"]
        else await ports.memory.rows(miss_of(of["message"]))
    )
    return None if found else "The message whose words these are is gone."


def decide(library: Library, proposal: Proposal, chosen: Chosen, why: str | None, ports: Ports) -> Decision:
    """What becomes of a change that was shown as it is now. `why` is what speaks against it."""
    change = proposal.change
    if chosen.option != KEEP:
        left = said(chosen, "Left as it is.", to=proposal.to, thread=proposal.thread)
        return Done((left, *_turned_down(proposal, chosen)), f"left {change.slug}")
    if why is not None:
        text = f"Nothing was kept. {why}"
        refused = said(chosen, text, to=proposal.to, thread=proposal.thread)
        return Done((refused, *suggestions.answered(proposal.origin, kept=False)), "can't be kept")
    text = f"Kept. To take it back: `{ports.prefix}faq undo {change.slug}`"
    return Done(
        (
            *keep(library, change, chosen, ports.now),
            said(chosen, text, to=proposal.to, thread=proposal.thread),
            *suggestions.answered(proposal.origin, kept=True),
        ),
        f"kept {change.what} of {change.slug}",
    )


def keep(library: Library, change: Change, chosen: Chosen, now: datetime) -> tuple[Action, ...]:
    """Keep a change, note who said so, and have earlier answers put right."""
    edit = library.edit(change.slug, change.after, author=change.author, what=change.what, now=now)
    # A file that waits for a decision goes on waiting: nobody has looked at it for this.
    waiting = next((one.edit for one in library.waiting if one.slug == change.slug), edit)
    edit = replace(edit, base=waiting.base)
    return (
        tables.note_edit(edit),
        _noted(chosen, f"faq {change.what} {change.slug}", f"kept as change {edit.number}"),
        Later(at=now, key=BANK, room=chosen.room),
    )


def unentitled(chosen: Chosen, what: str, *, to: str, thread: str | None) -> Done:
    """Whoever decided `what` (for the audit log) may not, at this moment."""
    text = "Only moderators may decide that, so nothing was kept."
    told = (said(chosen, text, to=to, thread=thread), _noted(chosen, f"faq {what}", "refused"))
    return Done(told, "not entitled", stays_open=True)


def said(chosen: Chosen, text: str, *, to: str, thread: str | None = None) -> Reply | Say:
    """Say something to whoever decided: as an answer, where there is a message to answer."""
    if not to:
        return Say(room=chosen.room, text=text)
    return Reply(to=to, room=chosen.room, text=text, mention=chosen.sender, in_thread=thread)


def _turned_down(proposal: Proposal, chosen: Chosen) -> tuple[Action, ...]:
    if proposal.origin is None:
        return ()
    noted = _noted(chosen, f"faq {proposal.change.what} {proposal.change.slug}", "left as it is")
    return (noted, *suggestions.answered(proposal.origin, kept=False))


def _noted(chosen: Chosen, what: str, outcome: str) -> Audit:
    return Audit(who=chosen.sender, what=what, outcome=outcome, room=chosen.room, event_id=chosen.id)
