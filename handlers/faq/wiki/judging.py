"""What comes of one answer: what is remembered, what is done, and a word on it for whoever asked."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from bot.actions import Action, Audit, Later, Say
from bot.markdown import unescaped
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.bank.entries import Entry
from handlers.faq.editing.change import Change, objection
from handlers.faq.editing.deciding import BANK
from handlers.faq.editing.proposing import OTHERS_OPEN, Where, propose
from handlers.faq.library import Library
from handlers.faq.wiki import wording
from handlers.faq.wiki.comparing import Changed, Conflict, InStep, Known, Verdict, common, compare, plain
from handlers.faq.wiki.reading import Found, Read, Same, Trouble, where
from handlers.faq.wiki.state import State, place_of

#: A wiki that is away for less than this is nobody's business, in seconds.
PATIENCE = timedelta(days=1).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What came of one answer. `before` is None where nothing was remembered of it; `tell`: its trouble is news."""

    slug: str
    before: State | None
    after: State
    word: str
    actions: tuple[Action, ...] = ()
    tell: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Once through the wiki. `room` is where things are shown, None if nowhere; `lane` is where more work is done.

    `who` alone decides there on what is shown; without it anybody who may: that is for rooms of moderators only.
    `cause` is what it comes from, and tells it from all others.
    """

    library: Library
    ports: Ports
    room: str | None
    lane: str
    cause: str
    who: str | None = None


async def judged(turn: Round, found: Found, before: State | None) -> Item:
    """What comes of this that was found, beside what was remembered."""
    state = replace(before or State(), place=place_of(found.item), at=turn.ports.now.timestamp())
    entry = turn.library.entries.get(found.item.entry)
    if entry is None:
        nobody = Trouble(item=found.item, why=f"there is no answer {found.item.entry}")
        return troubled(turn, nobody, before, state)
    match found:
        case Trouble():
            return troubled(turn, found, before, state)
        case Same():
            word = state.trouble or _standing(entry, state)
            return Item(slug=entry.slug, before=before, after=_reached(entry, state), word=word)
        case Read():
            return await _read(turn, entry, found, before, state)
        case _:
            assert_never(found)


def troubled(turn: Round, found: Trouble, before: State | None, state: State) -> Item:
    """Nothing can be read, so everything stays; the page is read anew the next time, if it isn't known to be bad."""
    since = state.at if state.since is None else state.since
    # A wiki that is away for a while says nothing new of what was wrong before.
    why = state.trouble if found.passing and state.trouble else found.why
    due = turn.room is not None and (not found.passing or state.at - since >= PATIENCE)
    after = replace(state, mark=found.mark, etag=found.etag, trouble=why, since=since, told=state.told or due)
    new = due and not (state.told and state.trouble == why)
    return Item(slug=found.item.entry, before=before, after=after, word=found.why, tell=new)


async def _read(turn: Round, entry: Entry, found: Read, before: State | None, state: State) -> Item:
    verdict = compare(entry, found.body, state, found.at, found.item.apply)
    change = verdict.change if isinstance(verdict, Changed) else None
    if change is not None and (why := objection(turn.library, change)):
        # As plain words: they are escaped where they are said.
        unusable = f"{where(found.item)}: {unescaped(why)}"
        trouble = Trouble(item=found.item, why=unusable, mark=found.mark, etag=found.etag)
        return troubled(turn, trouble, before, state)
    if turn.room is None and (isinstance(verdict, Conflict) or _asks(verdict, found)):
        # It stays new until there is somebody to show it to.
        return Item(slug=entry.slug, before=before, after=replace(state, mark=None), word="changed on the wiki")
    actions = await _actions(turn, entry, found, verdict)
    after = replace(
        state,
        mark=found.mark,
        etag=found.etag,
        seen=found.body,
        taken=found.body if _follows(verdict, found) else common(entry, state),
        trouble=None,
        since=None,
        told=False,
    )
    return Item(slug=entry.slug, before=before, after=after, word=_word(verdict, found), actions=actions)


async def _actions(turn: Round, entry: Entry, found: Read, verdict: Verdict) -> tuple[Action, ...]:
    match verdict:
        case InStep() | Known():
            return ()
        case Conflict() if turn.room is not None:
            return (Say(room=turn.room, text=wording.conflict(entry.slug, found, verdict, turn.ports.prefix)),)
        case Changed() if _asks(verdict, found) and turn.room is not None:
            place = Where(
                room=turn.room,
                key=_key(turn.cause, entry.slug),
                until=turn.ports.now + OTHERS_OPEN,
                who=turn.who,
                intro=wording.intro(entry, found, verdict),
            )
            return (await propose(turn.library, verdict.change, place, turn.ports)).actions
        case Changed():
            return _taking_over(turn, entry, found, verdict.change)
        case _:
            return ()


def _taking_over(turn: Round, entry: Entry, found: Read, change: Change) -> tuple[Action, ...]:
    """The config says that nobody is to be asked; the moderators see it all the same."""
    edit = turn.library.edit(entry.slug, change.after, author=change.author, what=change.what, now=turn.ports.now)
    text = wording.taken_over(entry.slug, entry.text, change.after or "", found, turn.ports.prefix)
    shown = (Say(room=turn.room, text=text),) if turn.room else ()
    return (
        tables.note_edit(edit),
        Audit(who=turn.ports.me, what=f"faq {change.what} {entry.slug}", outcome=f"kept as change {edit.number}"),
        *shown,
        Later(at=turn.ports.now, key=BANK, room=turn.room or turn.lane),
    )


def _asks(verdict: Verdict, found: Read) -> bool:
    """Whether somebody has to agree: words that were never the wiki's are somebody's."""
    return isinstance(verdict, Changed) and (verdict.first or found.item.apply == "ask")


def _follows(verdict: Verdict, found: Read) -> bool:
    """Whether the answer says, from now on, what the wiki says."""
    return isinstance(verdict, InStep) or (isinstance(verdict, Changed) and not _asks(verdict, found))


def _reached(entry: Entry, state: State) -> State:
    """A change that was approved since the page was read."""
    return replace(state, taken=state.seen) if plain(entry.body) == plain(state.seen) else state


def _standing(entry: Entry, state: State) -> str:
    if plain(entry.body) == plain(state.seen):
        return "in step"
    return "other words than the wiki's; that was shown before"


def _word(verdict: Verdict, found: Read) -> str:
    match verdict:
        case InStep():
            return "in step"
        case Known():
            return "other words than the wiki's; that was shown before"
        case Changed():
            return "shown, for a moderator to decide" if _asks(verdict, found) else "taken over"
        case Conflict():
            return "changed on the wiki and here; left alone"
        case _:
            assert_never(verdict)


def _key(cause: str, slug: str) -> str:
    return f"change:{hashlib.sha256(f'{cause} {slug}'.encode()).hexdigest()[:32]}"
