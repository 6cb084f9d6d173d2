"""A room's events → numbered messages and what happens to them. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, assert_never

from bot.demo.readable import safe, text_of

Event = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Line:
    """A message. `number` is how people speak of it; `reply_to` and `root` (of its thread) are event ids."""

    number: int
    id: str
    sender: str
    text: str
    notice: bool = False
    reply_to: str | None = None
    root: str | None = None
    edited: bool = False
    deleted: bool = False
    reactions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody said something."""

    line: Line


@dataclass(frozen=True, slots=True)
class Changed:
    """A message has new words."""

    line: Line


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message is gone; `by` did it."""

    line: Line
    by: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """`by` reacted to a message, or, with `taken_back`, does so no longer."""

    line: Line
    by: str
    key: str
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """`who` came, went or was invited; `by` did it."""

    who: str
    by: str
    membership: str


Change = Said | Changed | Deleted | Reacted | Moved


def actor(change: Change) -> str:
    """Who did it."""
    match change:
        case Said(line) | Changed(line):
            return line.sender
        case Deleted(by=by) | Reacted(by=by) | Moved(by=by):
            return by
        case _:
            assert_never(change)


@dataclass(slots=True)
class Timeline:
    """A room as its events tell it. Events may come several times: each person's client brings them."""

    lines: dict[str, Line] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    state: dict[str, Event] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _reactions: dict[str, tuple[Line, str, str]] = field(default_factory=dict)

    def take(self, event: Event) -> Change | None:
        """What this event changes, if anything that people would see."""
        if event["event_id"] in self._seen:
            return None
        self._seen.add(event["event_id"])
        if event.get("state_key") == "":
            self.state[event["type"]] = event
        taker = self._takers().get(event["type"])
        return taker(event, event["content"]) if taker else None

    def _takers(self) -> dict[str, Callable[[Event, dict[str, Any]], Change | None]]:
        return {
            "m.room.message": self._message,
            "m.sticker": self._message,
            "m.room.encrypted": self._encrypted,
            "m.reaction": self._reaction,
            "m.room.redaction": self._redaction,
            "m.room.member": self._member,
        }

    def present(self) -> list[str]:
        """Who is in the room."""
        return [who for who, membership in self.people.items() if membership == "join"]

    def standing(self, who: str) -> str:
        """What somebody may do here, in Matrix's terms."""
        if self.state.get("m.room.create", {}).get("sender") == who:
            return "made this room and may do everything in it"
        levels = self.state.get("m.room.power_levels", {}).get("content", {})
        return f"power {levels.get('users', {}).get(who, levels.get('users_default', 0))}"

    def _message(self, event: Event, content: dict[str, Any]) -> Change | None:
        relation = content.get("m.relates_to", {})
        if relation.get("rel_type") == "m.replace":
            return self._edit(event, relation, content.get("m.new_content", {}))
        if "body" not in content:
            return None  # deleted before we came
        return self._said(event, relation, text_of(content), notice=content.get("msgtype") == "m.notice")

    def _encrypted(self, event: Event, content: dict[str, Any]) -> Change:
        return self._said(event, content.get("m.relates_to", {}), "(encrypted; read it in your own client)")

    def _said(self, event: Event, relation: dict[str, Any], text: str, *, notice: bool = False) -> Said:
        in_thread = relation.get("rel_type") == "m.thread"
        answered = None if relation.get("is_falling_back") else relation.get("m.in_reply_to", {}).get("event_id")
        line = Line(
            number=len(self.lines) + 1,
            id=event["event_id"],
            sender=event["sender"],
            text=text,
            notice=notice,
            reply_to=answered,
            root=relation.get("event_id") if in_thread else None,
        )
        self.lines[line.id] = line
        return Said(line)

    def _edit(self, event: Event, relation: dict[str, Any], content: dict[str, Any]) -> Change | None:
        line = self.lines.get(relation.get("event_id", ""))
        if line is None or line.sender != event["sender"]:
            return None
        line.text, line.edited = text_of(content), True
        return Changed(line)

    def _reaction(self, event: Event, content: dict[str, Any]) -> Change | None:
        relation = content.get("m.relates_to", {})
        line = self.lines.get(relation.get("event_id", ""))
        if line is None:
            return None
        by, key = event["sender"], safe(str(relation.get("key", "")))
        line.reactions.append((by, key))
        self._reactions[event["event_id"]] = (line, by, key)
        return Reacted(line, by, key)

    def _redaction(self, event: Event, content: dict[str, Any]) -> Change | None:
        gone = event.get("redacts") or content.get("redacts")
        if gone in self._reactions:
            line, by, key = self._reactions.pop(gone)
            line.reactions.remove((by, key))
            return Reacted(line, by, key, taken_back=True)
        if gone in self.lines:
            self.lines[gone].deleted = True
            return Deleted(self.lines[gone], event["sender"])
        return None

    def _member(self, event: Event, content: dict[str, Any]) -> Change | None:
        who, membership = event["state_key"], content.get("membership", "leave")
        before = self.people.get(who)
        self.people[who] = membership
        return Moved(who, event["sender"], membership) if membership != before else None
