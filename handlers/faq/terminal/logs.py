"""An exported room → its lines: one JSON object a line, as the homeserver has them, or one export with `messages`."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

#: What people write; notices come from bots.
_SPOKEN = {"m.text", "m.emote"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What somebody said. `at` is in seconds; `answering`: it replies, stands in a thread, or mentions somebody."""

    sender: str
    text: str
    at: float
    answering: bool = False
    mentions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Log:
    """The lines in their order, and how many others could not be read as JSON objects."""

    lines: tuple[Line, ...]
    unreadable: int = 0


def lines_in(written: str) -> Log:
    """What was said in an export: JSON lines of Matrix events, Element's JSON export, or `{"text": …}` lines.

    ValueError when nothing of it can be read.
    """
    whole = _json(written)
    if isinstance(whole, dict) and isinstance(whole.get("messages"), list):
        objects: list[Any] = whole["messages"]
    elif isinstance(whole, list):
        objects = whole
    else:
        objects = [_json(line) for line in written.splitlines() if line.strip()]
    events = [one for one in objects if isinstance(one, dict)]
    if not events:
        raise ValueError("no events; expected one JSON object a line, or an export with a list of messages")
    return Log(tuple(sorted(_lines(events), key=lambda line: line.at)), len(objects) - len(events))


def _lines(events: Iterable[dict[str, Any]]) -> Iterator[Line]:
    for number, event in enumerate(events):
        match event:
            case {"text": str(text)}:
                yield Line(sender=str(event.get("sender", "")), text=_whole(text), at=_seconds(event, number))
            case {"type": "m.room.message", "sender": str(sender), "content": {"body": str(text)} as content}:
                if content.get("msgtype") in _SPOKEN and not _edits(content):
                    yield _said(sender, text, _seconds(event, number), content)
            case _:
                pass


def _said(sender: str, text: str, at: float, content: dict[str, Any]) -> Line:
    relation, mentions = content.get("m.relates_to"), content.get("m.mentions")
    named = mentions.get("user_ids") if isinstance(mentions, dict) else None
    return Line(
        sender=sender,
        text=_whole(text),
        at=at,
        answering=isinstance(relation, dict),
        mentions=frozenset(one for one in named if isinstance(one, str)) if isinstance(named, list) else frozenset(),
    )


def _whole(text: str) -> str:
    """The text with "?" for halves of characters, which JSON lets through and nothing can write."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _edits(content: dict[str, Any]) -> bool:
    relation = content.get("m.relates_to")
    return isinstance(relation, dict) and relation.get("rel_type") == "m.replace"


def _seconds(event: dict[str, Any], number: int) -> float:
    """When it was said; where that isn't told, the lines stand a minute apart."""
    at = event.get("origin_server_ts")
    return at / 1000 if isinstance(at, int) and not isinstance(at, bool) else number * 60.0


def _json(written: str) -> Any:
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None
