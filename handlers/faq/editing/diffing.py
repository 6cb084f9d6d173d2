"""Differences as people see them in a chat, and as `git apply` takes them. Pure."""

import difflib
import itertools
import re
import unicodedata
from collections.abc import Sequence

#: Whoever agrees has to see all of it, so this is more than any answer has; a longer one is cut, and says so.
MOST_LINES, MOST_CHARACTERS = 80, 12_000
#: What turns or hides the words around it, breaks lines, or is no character at all: by its general category.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Letters and marks that look like nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
#: Scripts and emoji need these joiners.
_SEEN = frozenset("\t\u200c\u200d")
_NO_NEWLINE = "\\ No newline at end of file\n"


def shown(before: str | None, after: str | None) -> str:
    """The difference as a Markdown block: shortened, and with everything in it to be seen."""
    lines = _difference(before, after)
    fitting = _fitting(lines)
    cut = [f"… and {len(lines) - fitting} more lines, which are not shown here"] if fitting < len(lines) else []
    return fenced("\n".join([*lines[:fitting], *cut]), "diff")


def fits(before: str | None, after: str | None) -> bool:
    """Whether all of the difference is shown."""
    lines = _difference(before, after)
    return _fitting(lines) == len(lines)


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


def _difference(before: str | None, after: str | None) -> list[str]:
    old, new = ([line.rstrip("\n") for line in _lines(text)] for text in (before, after))
    found = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    return ["".join(map(_visible, line)) for line in found]


def _visible(one: str) -> str:
    """The character, or its number where nobody would see it."""
    unseen = one in _BLANK or (unicodedata.category(one) in _UNSEEN and one not in _SEEN)
    return f"<U+{ord(one):04X}>" if unseen else one


def _fitting(lines: Sequence[str]) -> int:
    """How many of the lines are shown, from the first on."""
    ends = itertools.accumulate(len(line) for line in lines[:MOST_LINES])
    return sum(end <= MOST_CHARACTERS for end in ends)


def _lines(text: str | None) -> list[str]:
    """Lines as git counts them: other separators than the newline are characters."""
    return [line for line in re.split(r"(?<=\n)", text or "") if line]
