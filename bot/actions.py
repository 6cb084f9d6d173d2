"""What we can do, as values: actions, and the three decisions that carry them.

A handler returns these; nothing happens until the engine has committed them. `key` names a message of ours, so
that a later action can speak of it before the homeserver has given it an id. Texts are Markdown and are rendered,
escaped and limited at the edge.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Executable


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Answer the message `to`: in its thread if it is in one (or `thread=True` opens one), else as a reply.

    Mentions `mention` alone. A notice unless `loud`, since notices disturb nobody's phone.
    """

    to: str
    room: str
    text: str
    mention: str
    key: str | None = None
    thread: bool = False
    in_thread: str | None = None
    loud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say something in a room that answers nobody; with `under`, in the thread of our own message with that key.

    Mentions those in `mentions` alone.
    """

    room: str
    text: str
    key: str | None = None
    loud: bool = False
    mentions: tuple[str, ...] = ()
    urgent: bool = False
    under: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMessage:
    """Say something to `to` alone, in the private chat with them; one is opened where there is none.

    What became of it is told as an `Outcome` with the `key`, whose room is then that chat. Whether it matters that
    somebody can't be written to is for the handler that is told so; without a key, the operators are.
    """

    to: str
    text: str
    key: str | None = None
    loud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Answer the message `to` with a PNG. `alt` says in words what it shows; `width` and `height` are in pixels."""

    to: str
    room: str
    mention: str
    image: bytes
    name: str
    alt: str
    width: int
    height: int
    key: str | None = None
    in_thread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Say something on the channel with this name, which isn't Matrix. `text` is Markdown."""

    channel: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace the text of our message `key`. What became of the edit is told as an `Outcome` with the key `tell`."""

    room: str
    key: str
    text: str
    tell: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class React:
    """React to the message with event id `to`, or to our own message `key`."""

    room: str
    emoji: str
    to: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redact:
    """Delete the message with event id `of`, or our own message `key`."""

    room: str
    reason: str
    of: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Accept an invitation, or enter a room."""

    room: str
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Leave a room, or decline its invitation."""

    room: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A message with options that `who` (a Matrix id, or None for anyone) picks by number or reaction until `until`.

    Comes back to the same handler as `Chosen`. `emoji` has one reaction for each option. Without `to` it answers no
    message, without `mention` nobody is mentioned.
    """

    room: str
    text: str
    options: tuple[str, ...]
    until: datetime
    key: str
    to: str = ""
    mention: str = ""
    who: str | None = None
    in_thread: str | None = None
    memo: dict[str, Any] = field(default_factory=dict)
    emoji: tuple[str, ...] = ("1️⃣", "2️⃣", "3️⃣")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Nobody is to answer the `Ask` with this key any more; what was kept with it is forgotten."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Come back to this handler as a `Tick` at `at`. The same `key` again replaces it."""

    at: datetime
    key: str
    room: str
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remember:
    """Write to the handler's own tables, in the same transaction that marks the event as done.

    `must_change`: when the statement finds no row, somebody else was first, and the decision is made again.
    """

    statement: Executable
    must_change: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Note in the audit log, and in the control room, that `who` did `what`, with what `outcome`."""

    who: str
    what: str
    outcome: str
    room: str = ""
    event_id: str = ""


Action = (
    Reply
    | Say
    | DirectMessage
    | Picture
    | Forward
    | Edit
    | React
    | Redact
    | Join
    | Leave
    | Ask
    | Withdraw
    | Later
    | Remember
    | Audit
)


@dataclass(frozen=True, slots=True)
class Pass:
    """Not mine: ask the next handler. What is in `besides` is done all the same, after what that one decides."""

    why: str
    besides: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """Silence, on purpose."""

    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """Do these, in this order. `stays_open`: the `Ask` that was answered waits on, since the answer doesn't count."""

    actions: tuple[Action, ...]
    why: str = ""
    stays_open: bool = False


Decision = Pass | Nothing | Done
