"""A change is shown as a difference, with ✅ and ❌; what is needed to keep it is kept with the question."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from bot.actions import Action, Ask, Done
from bot.commands import Call
from bot.errors import Refused
from bot.markdown import escape
from bot.ports import Ports
from handlers.faq.bank.merging import digest
from handlers.faq.editing.change import Change, objection, text_of
from handlers.faq.editing.conflicts import Conflicts, conflicts
from handlers.faq.editing.diffing import shown
from handlers.faq.library import Library

KEEP = 0
#: What keeps a change, and what leaves everything as it is.
OPTIONS, EMOJI = ("keep it", "leave it"), ("✅", "❌")
#: How long somebody may take to look at their own change, and the moderators at somebody else's.
OWN_OPEN, OTHERS_OPEN = timedelta(days=1), timedelta(days=7)
#: More phrasings of one entry, and more entries than this, say nothing new.
MOST_TAKEN, MOST_OTHERS = 5, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a change is shown, and who decides: `who` alone, or without it anybody who may, at that moment.

    `key` is one of a kind. `to` is the message that is answered, "" for none; `thread` the one that it is in. `origin`
    is the suggestion that it comes from, so that its author is told (see `suggesting`). `words_of` is the message whose
    words these are, with its room, or "" for a question that was noted. `intro` stands above it.
    """

    room: str
    key: str
    until: datetime
    to: str = ""
    who: str | None = None
    thread: str | None = None
    origin: Mapping[str, Any] | None = None
    words_of: Mapping[str, str] | None = None
    intro: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is kept with the question. `number` and `seen` are the entry's state when it was shown."""

    change: Change
    number: int
    seen: str | None
    to: str = ""
    who: str | None = None
    thread: str | None = None
    origin: Mapping[str, Any] | None = None
    words_of: Mapping[str, str] | None = None

    @classmethod
    def of(cls, memo: Mapping[str, Any]) -> Self:
        """The proposal as it was kept."""
        return cls(**{**memo, "change": Change(**memo["change"])})

    def stale(self, library: Library) -> bool:
        """Whether the entry has been changed since it was shown."""
        return (self.number, self.seen) != _state(library, self.change.slug)


def command_place(call: Call, ports: Ports, intro: str = "", *, words_of: Mapping[str, str] | None = None) -> Where:
    """Below a moderator's command, for that moderator."""
    message = call.message
    return Where(
        room=message.room,
        key=f"change:{message.id}",
        until=ports.now + OWN_OPEN,
        to=message.id,
        who=message.sender,
        thread=message.thread,
        words_of=words_of,
        intro=intro,
    )


async def propose(library: Library, change: Change, where: Where, ports: Ports) -> Done:
    """Check a change against the bank, and show it. Raises `Refused` where it can't be kept."""
    why = objection(library, change)
    if why:
        raise Refused(why)
    found = await ports.compute.run(conflicts, library, change)
    return Done(proposed(library, change, found, where), f"proposed to {change.what} {change.slug}")


def proposed(library: Library, change: Change, found: Conflicts, where: Where) -> tuple[Action, ...]:
    """The question whether to keep a change that has been checked. It comes back to `deciding.on_change`."""
    number, seen = _state(library, change.slug)
    memo = Proposal(
        change=change,
        number=number,
        seen=seen,
        to=where.to,
        who=where.who,
        thread=where.thread,
        origin=where.origin,
        words_of=where.words_of,
    )
    ask = Ask(
        to=where.to,
        room=where.room,
        text=worded(library, change, found, where.intro),
        mention=where.who or "",
        options=OPTIONS,
        emoji=EMOJI,
        until=where.until,
        key=where.key,
        who=where.who,
        in_thread=where.thread,
        memo=asdict(memo),
    )
    return (ask,)


def again(proposal: Proposal, *, room: str, key: str, now: datetime) -> Where:
    """Where a change is shown anew whose entry has been changed meanwhile."""
    return Where(
        room=room,
        key=key,
        until=now + (OWN_OPEN if proposal.who else OTHERS_OPEN),
        to=proposal.to,
        who=proposal.who,
        thread=proposal.thread,
        origin=proposal.origin,
        words_of=proposal.words_of,
        intro=f"`{proposal.change.slug}` has been changed meanwhile, so nothing was kept yet.",
    )


def worded(library: Library, change: Change, found: Conflicts, intro: str) -> str:
    """What is asked: the difference, and what it would do to other answers."""
    before = text_of(library, change.slug)
    title = "would be new" if before is None else "would be removed" if change.after is None else "would change"
    head = f"{intro} `{change.slug}` {title}:".strip()
    end = "✅ keeps it, ❌ leaves everything as it is. Nothing has changed yet."
    return "\n\n".join([head, shown(before, change.after), *warnings(change.slug, found), end])


def warnings(slug: str, found: Conflicts) -> list[str]:
    """What a change would do that perhaps nobody wants."""
    taken = [
        f"It would take {_counted(texts)} from *{escape(other)}*:\n{_listed(texts)}"
        for other, texts in list(found.takes.items())[:MOST_OTHERS]
    ]
    left = len(found.takes) - MOST_OTHERS
    more = [f"And it would take questions from {left} more answers."] if left > 0 else []
    missed = [f"These would not find *{escape(slug)}*:\n{_listed(found.misses)}"] if found.misses else []
    return [*taken, *more, *missed]


def _state(library: Library, slug: str) -> tuple[int, str | None]:
    last = library.edits.get(slug)
    return last.number if last else 0, digest(text_of(library, slug))


def _counted(texts: tuple[str, ...]) -> str:
    return "1 question" if len(texts) == 1 else f"{len(texts)} questions"


def _listed(texts: tuple[str, ...]) -> str:
    left = len(texts) - MOST_TAKEN
    lines = [f"- {escape(text)}" for text in texts[:MOST_TAKEN]]
    return "\n".join([*lines, f"- … and {left} more"] if left > 0 else lines)
