"""What happened in a room → lines for a terminal. Colour repeats what the words say. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from rich.text import Text

from bot.demo.timeline import Change, Changed, Deleted, Line, Moved, Reacted, Said, Timeline

_COLOURS = ("yellow", "cyan", "green", "magenta", "blue")
_QUOTED = 40
#: How far a thread stands in, and what a message's further lines are put under.
_IN_THREAD = "    │ "
_BELOW = "    "
_WENT = {"join": "came in", "leave": "left", "invite": "is invited", "ban": "is banned", "knock": "knocks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line to print, and what its further lines begin with when it is too long for one."""

    text: Text
    below: str = _BELOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Painter:
    """Draws a room. `names` by Matrix id; their order gives the colours."""

    names: Mapping[str, str]

    def name(self, user: str) -> Text:
        """A name in its colour."""
        known = list(self.names)
        colour = _COLOURS[known.index(user) % len(_COLOURS)] if user in known else "bright_white"
        return Text(self.names.get(user, user), style=f"bold {colour}")

    def change(self, change: Change, room: Timeline) -> list[Row]:
        """What has just happened."""
        match change:
            case Said(line):
                return self.line(line, room, live=True)
            case Changed(line):
                return self._with_text(Text.assemble(self.name(line.sender), f" changed [{line.number}]: "), line)
            case Deleted(line, by):
                return [_aside(Text.assemble(self.name(by), f" deleted [{line.number}]"))]
            case Reacted(line, by, key, taken_back):
                did = f" took back {key} from" if taken_back else f" reacted {key} to"
                return [_aside(Text.assemble(self.name(by), f"{did} [{line.number}]"))]
            case Moved(who, by, membership):
                return [_aside(Text.assemble(self.name(who), f" {self._went(who, by, membership)}"))]
            case _:
                assert_never(change)

    def history(self, room: Timeline, last: int) -> list[Row]:
        """The last messages, each thread under its root."""
        tops = [line for line in room.lines.values() if line.root not in room.lines][-last:]
        threads = {top.id: [line for line in room.lines.values() if line.root == top.id] for top in tops}
        return [row for top in tops for line in (top, *threads[top.id]) for row in self.line(line, room)]

    def line(self, line: Line, room: Timeline, *, live: bool = False) -> list[Row]:
        """A message. `live`: it comes by itself, so that a thread's message says which thread it is in."""
        header = Text.assemble((f"[{line.number}] ", "dim"), self.name(line.sender))
        if line.notice:
            header.append(" (notice)", "dim")
        header.append(": ")
        if live and line.root in room.lines:
            header.append(f"in the thread of {quoted(room.lines[line.root])}\n", "dim italic")
        if line.reply_to in room.lines:
            header.append(f"↳ re: {quoted(room.lines[line.reply_to])}\n", "dim italic")
        rows = self._with_text(header, line, " (edited)" if line.edited and not line.deleted else "")
        if line.reactions and not live:
            rows.append(_aside(Text("reactions: ") + Text(", ").join(self._reactions(line))))
        return rows

    def _with_text(self, header: Text, line: Line, ending: str = "") -> list[Row]:
        body = Text("(deleted)" if line.deleted else line.text, style="dim" if line.notice or line.deleted else "")
        body.highlight_regex(r"https?://[^\s)]+", "underline")
        indent = _IN_THREAD if line.root else ""
        first, *rest = Text.assemble(header, body, (ending, "dim italic")).split("\n", allow_blank=True)
        below = indent + _BELOW
        further = [Row(text=_rstripped(Text.assemble(below, one)), below=_hanging(below, one)) for one in rest]
        return [Row(text=Text.assemble(indent, first), below=below), *further]

    def _reactions(self, line: Line) -> list[Text]:
        return [Text.assemble(f"{key} ", self.name(by)) for by, key in line.reactions]

    def _went(self, who: str, by: str, membership: str) -> str:
        plain = _WENT.get(membership, membership)
        return (
            plain if by == who else f"{'is removed' if membership == 'leave' else plain}, by {self.names.get(by, by)}"
        )


def quoted(line: Line) -> str:
    """A message in a few words."""
    words = " ".join(line.text.split())
    return f"[{line.number}] “{words if len(words) <= _QUOTED else words[:_QUOTED].rstrip() + '…'}”"


def _aside(text: Text) -> Row:
    text.stylize_before("dim")
    return Row(text=Text.assemble(("  · ", "dim"), text))


def _rstripped(text: Text) -> Text:
    text.rstrip()
    return text


def _hanging(below: str, text: Text) -> str:
    """Further lines of a list's item stand under its words."""
    bullet = re.match(r"\s*(?:•|\d+\.|>) ", text.plain)
    return below + " " * (len(bullet[0]) if bullet else 0)
