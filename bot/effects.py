"""Actions → rows, inside the one transaction that also marks their event as done."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import (
    Action,
    Ask,
    Audit,
    DirectMessage,
    Edit,
    Forward,
    Join,
    Later,
    Leave,
    Picture,
    React,
    Redact,
    Remember,
    Reply,
    Say,
    Withdraw,
)
from bot.errors import StewardError
from bot.markdown import escape
from bot.matrix import media, render
from bot.matrix.splitting import shortened, split
from bot.names import identifier
from bot.storage import audit, jobs, outbox
from bot.storage.outbox import Row

#: What leads to a row of the outbox, or several.
Outgoing = Reply | Say | DirectMessage | Picture | Forward | Edit | React | Redact | Join | Leave
#: Lanes that are no rooms: one for each person that is written to in private, and one for each other channel.
DIRECT, ALSO = "direct:", "also:"
LONGEST_LANE = 255


class Conflict(StewardError):
    """What the decision rested on has changed; it is to be made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Writes what a handler decided. `control_room` gets a line for each audited deed.

    `encrypted` tells of a room whether it is.
    """

    now: float
    cause: str
    control_room: str | None = None
    encrypted: Callable[[str], bool] = lambda _room: False
    queued: list[Row] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)

    async def apply(self, tx: AsyncConnection, handler: str, actions: tuple[Action, ...]) -> None:
        """Write all of them, in order. Raises `Conflict` when a `Remember` found nothing to change."""
        rows: list[Row] = []
        for action in actions:
            match action:
                case Remember():
                    await remember(tx, action)
                case Later():
                    await jobs.add_job(tx, handler, action)
                    self.later.append(action)
                case Audit():
                    await audit.note(tx, action, self.now)
                    rows += self._told(action)
                case Ask():
                    await jobs.open_ask(tx, handler, action)
                    rows += asked(action)
                case Withdraw():
                    await jobs.withdraw_ask(tx, handler, action.key)
                case _:
                    rows += rows_of(action)
        await self._queue(tx, handler, rows)

    async def _queue(self, tx: AsyncConnection, handler: str, rows: list[Row]) -> None:
        complete = [
            replace(row, handler=handler, cause=self.cause, created=self.now, encrypted=self.encrypted(row.room))
            for row in rows
        ]
        await outbox.add(tx, complete)
        self.queued.extend(complete)

    def _told(self, entry: Audit) -> tuple[Row, ...]:
        if self.control_room is None:
            return ()
        text = f"{escape(identifier(entry.who))}: {escape(entry.what)} → {escape(entry.outcome)}"
        return rows_of(Say(room=self.control_room, text=text))


async def remember(tx: AsyncConnection, action: Remember) -> None:
    """Run a handler's own write."""
    try:
        result: Any = await tx.execute(action.statement)
    except IntegrityError as error:
        raise Conflict("somebody else wrote the same") from error
    if action.must_change and not result.rowcount:
        raise Conflict("somebody else was first")


def rows_of(action: Outgoing) -> tuple[Row, ...]:
    """The outbox rows of an action: one, but for texts that are too long for one message. The first has the key."""
    if not isinstance(action, Reply | Say | DirectMessage):
        return (row_of(action),)
    first, *rest = split(action.text)
    more = [row_of(replace(action, text=part, key=None)) for part in rest]
    return (row_of(replace(action, text=first)), *more)


def row_of(action: Outgoing) -> Row:
    """The outbox row of an action that is one call."""
    content: dict[str, Any]
    match action:
        case Reply() | Say() | DirectMessage():
            return spoken(action)
        case Picture():
            return pictured(action)
        case Forward():
            content = {"title": action.title, "text": action.text}
            return Row(room=ALSO + action.channel, kind="forward", content=content)
        case Edit():
            content = render.edited(shortened(action.text))
            return replace(message(action.room, content, key=action.tell), about=action.key)
        case React():
            relation = {"rel_type": "m.annotation", "event_id": action.to, "key": action.emoji}
            content = {"m.relates_to": relation}
            return Row(room=action.room, kind="send", type="m.reaction", content=content, about=action.key)
        case Redact():
            content = {"event_id": action.of, "reason": action.reason}
            return Row(room=action.room, kind="redact", content=content, about=action.key)
        case Join():
            return Row(room=action.room, kind="join", content={"via": list(action.via)})
        case Leave():
            return Row(room=action.room, kind="leave", content={"reason": action.reason})
        case _:
            assert_never(action)


def asked(ask: Ask) -> tuple[Row, ...]:
    """The rows of a question with options: the message, then a reaction of ours for each option to tap."""
    taps = ask.emoji[: len(ask.options)]
    return (*rows_of(_question(ask)), *(row_of(React(room=ask.room, emoji=emoji, key=ask.key)) for emoji in taps))


def _question(ask: Ask) -> Reply | Say:
    if not ask.to:
        return Say(room=ask.room, text=ask.text, key=ask.key, mentions=mentioned(ask.mention))
    return Reply(to=ask.to, room=ask.room, text=ask.text, mention=ask.mention, key=ask.key, in_thread=ask.in_thread)


def spoken(action: Reply | Say | DirectMessage) -> Row:
    """The row of something that is said."""
    match action:
        case Reply():
            content = render.content(action.text, mentions=mentioned(action.mention), loud=action.loud)
            row = message(action.room, content | render.relation(action), key=action.key)
            return replace(row, recipient=action.mention or None)
        case Say():
            content = render.content(action.text, mentions=action.mentions, loud=action.loud)
            hanging = render.in_thread() if action.under is not None else {}
            row = message(action.room, content | hanging, key=action.key)
            return replace(row, about=action.under, urgent=action.urgent)
        case DirectMessage():
            row = message(lane_of(action.to), render.content(action.text, loud=action.loud), key=action.key)
            return replace(row, kind="direct", recipient=action.to)
        case _:
            assert_never(action)


def lane_of(person: str) -> str:
    """Where private messages to this person wait. Ids may be as long as what is kept of a lane."""
    return (DIRECT + person)[:LONGEST_LANE]


def pictured(action: Picture) -> Row:
    """The row of a picture."""
    return replace(message(action.room, media.content(action), key=action.key), recipient=action.mention or None)


def mentioned(person: str | None) -> tuple[str, ...]:
    """Whom a message mentions: this person, or nobody."""
    return (person,) if person else ()


def message(room: str, content: dict[str, Any], *, key: str | None = None) -> Row:
    """A row that sends a message."""
    return Row(room=room, kind="send", type="m.room.message", content=content, key=key)
