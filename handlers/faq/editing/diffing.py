"""Differences as people see them in a chat, and as `git apply` takes them. Pure."""

import difflib
import itertools
import re
from collections.abc import Sequence

#: Whoever agrees has to see all of it, so this is more than any answer has; a longer one is cut, and says so.
MOST_LINES, MOST_CHARACTERS = 80, 12_000
#: What turns or hides the words around it, or is no character at all. Joiners stay: scripts and emoji need them.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_NO_NEWLINE = "\\ No newline at end of file\n"


def shown(before: str | None, after: str | None) -> str:
    """The difference as a Markdown block: shortened, and with everything in it to be seen."""
    old, new = ([line.rstrip("\n") for line in _lines(text)] for text in (before, after))
    found = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    lines = [_UNSEEN.sub(lambda unseen: f"<U+{ord(unseen[0]):04X}>", line) for line in found]
    fitting = _fitting(lines)
    cut = [f"… and {len(lines) - fitting} more lines, which are not shown here"] if fitting < len(lines) else []
    return fenced("\n".join([*lines[:fitting], *cut]), "diff")


def patch(path: str, before: str | None, after: str | None) -> str:
    """The difference of a file in a repository, for `git apply`. None is no file."""
    mode = "new file mode 100644\n" if before is None else "deleted file mode 100644\n" if after is None else ""
    old = "/dev/null" if before is None else f"a/{path}"
    new = "/dev/null" if after is None else f"b/{path}"
    lines = difflib.unified_diff(_lines(before), _lines(after), old, new)
    whole = (line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)
    return f"diff --git a/{path} b/{path}\n{mode}{''.join(whole)}"


def fenced(text: str, language: str = "") -> str:
    """A block of code that its own text can't end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _fitting(lines: Sequence[str]) -> int:
    """How many of the lines are shown, from the first on."""
    ends = itertools.accumulate(len(line) for line in lines[:MOST_LINES])
    return sum(end <= MOST_CHARACTERS for end in ends)


def _lines(text: str | None) -> list[str]:
    """Lines as git counts them: other separators than the newline are characters."""
    return [line for line in re.split(r"(?<=\n)", text or "") if line]
