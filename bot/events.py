"""What can happen: every event that a handler may be given, as a frozen value."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Addressed(StrEnum):
    """How a message was addressed to the bot."""

    PREFIX = "prefix"
    MENTION = "mention"
    REPLY = "reply"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What all events of a room share.

    `id` is the Matrix event id, or a key of ours for events that Matrix has no id for.
    `at` is the homeserver's time of it, in UTC.
    """

    id: str
    room: str
    sender: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Happened):
    """Somebody said something. `text` is without reply fallback, prefix and the bot's name."""

    text: str
    addressed: Addressed | None = None
    private: bool = False
    thread: str | None = None
    reply_to: str | None = None
    mentions: frozenset[str] = frozenset()
    encrypted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordless(Happened):
    """Somebody sent something that isn't words: a sticker, a voice message, a file. `kind` is Matrix's name for it."""

    kind: str
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Happened):
    """Somebody changed what they said before; `message` carries the new words."""

    of: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Happened):
    """A message was redacted."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Happened):
    """Somebody reacted to a message with `key`, usually an emoji."""

    of: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Happened):
    """`sender` came into the room. `returning`: they had been there, or asked there, before."""

    returning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Happened):
    """`who` is no longer in the room; `sender` did it (a kick or ban when the two differ)."""

    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Happened):
    """`sender` invited the bot. `direct`: meant as a private chat."""

    direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Happened):
    """A `Later` has come due. `memo` is what was given with it."""

    key: str
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Happened):
    """Somebody entitled to it picked `option` (counted from 0) of the `Ask` with this `key`."""

    key: str
    option: int
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Happened):
    """What became of a sent action that asked to be told (`tell=key`)."""

    key: str
    ok: bool
    event_id: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal(Happened):
    """Something from outside: a webhook's body, a probe's result, a feed's entry. `source` says how to read `body`.

    Of a webhook, `source` is the format that the config names for it, and `body` holds the name of the `hook` and the
    `raw` text, as it came: it may be anything at all. Its `room` is no room, but the hook's own lane. Of a probe,
    `source` is "probe", and `body` what it told.
    """

    source: str
    body: dict[str, Any] = field(default_factory=dict)


Event = Message | Wordless | Edited | Deleted | Reaction | Joined | Left | Invited | Tick | Chosen | Outcome | Signal
