"""Actions → rows, inside the one transaction that also marks their event as done."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Action, Ask, Audit, Edit, Join, Later, Leave, React, Redact, Remember, Reply, Say, Withdraw
from bot.errors import StewardError
from bot.markdown import escape
from bot.matrix import render
from bot.matrix.splitting import shortened, split
from bot.names import identifier
from bot.storage import audit, jobs, outbox
from bot.storage.outbox import Row


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
        for action in actions:
            match action:
                case Remember():
                    await remember(tx, action)
                case Later():
                    await jobs.add_job(tx, handler, action)
                    self.later.append(action)
                case Audit():
                    await audit.note(tx, action, self.now)
                    await self._queue(tx, handler, self._told(action))
                case Ask():
                    await jobs.open_ask(tx, handler, action)
                    await self._queue(tx, handler, asked(action))
                case Withdraw():
                    await jobs.withdraw_ask(tx, handler, action.key)
                case _:
                    await self._queue(tx, handler, rows_of(action))

    async def _queue(self, tx: AsyncConnection, handler: str, rows: tuple[Row, ...]) -> None:
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


def rows_of(action: Reply | Say | Edit | React | Redact | Join | Leave) -> tuple[Row, ...]:
    """The outbox rows of an action: one, but for texts that are too long for one message. The first has the key."""
    if not isinstance(action, Reply | Say):
        return (row_of(action),)
    first, *rest = split(action.text)
    more = [row_of(replace(action, text=part, key=None)) for part in rest]
    return (row_of(replace(action, text=first)), *more)


def row_of(action: Reply | Say | Edit | React | Redact | Join | Leave) -> Row:
    """The outbox row of an action that is one call to the homeserver."""
    match action:
        case Reply():
            content = render.content(action.text, mentions=mentioned(action.mention), loud=action.loud)
            row = message(action.room, content | render.relation(action), key=action.key)
            return replace(row, recipient=action.mention or None)
        case Say():
            content = render.content(action.text, mentions=mentioned(action.mention), loud=action.loud)
            return replace(message(action.room, content, key=action.key), urgent=action.urgent)
        case Edit():
            return replace(message(action.room, render.edited(shortened(action.text))), about=action.key)
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
        return Say(room=ask.room, text=ask.text, key=ask.key, mention=ask.mention)
    return Reply(to=ask.to, room=ask.room, text=ask.text, mention=ask.mention, key=ask.key, in_thread=ask.in_thread)


def mentioned(person: str | None) -> tuple[str, ...]:
    """Whom a message mentions: this person, or nobody."""
    return (person,) if person else ()


def message(room: str, content: dict[str, Any], *, key: str | None = None) -> Row:
    """A row that sends a message."""
    return Row(room=room, kind="send", type="m.room.message", content=content, key=key)
