"""What the handler needs of a matcher, and no more: how it finds things out is its own affair."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An entry that may answer, the phrasing of it that came nearest, and how sure that is.

    `score` runs from 0 to 1 and is calibrated, so that the thresholds in `confidence` are the same for each matcher.
    `look_alike` is a `not:` line of the entry that came nearer than any phrasing, and so lowered the score.
    """

    slug: str
    phrasing: str
    lang: str
    score: float
    look_alike: str | None = None


class Matcher(Protocol):
    """Finds the entries that a text may be asking for."""

    def match(self, text: str, limit: int = 3) -> tuple[Match, ...]:
        """The likeliest entries, the best first, at most `limit`; none when no word is known. Never raises."""
        ...


#: A line of the bank: the entry's name, and the text.
Own = tuple[str, str]


@runtime_checkable
class Rehearses(Protocol):
    """A matcher that can be asked its own lines as if they weren't there, without being made anew for each.

    A line must be there. What a word weighs is as if the line were there: it makes next to no difference.
    """

    def left_out(self, lines: Sequence[Own]) -> Iterator[Match | None]:
        """For each of these lines the best entry, as if that line alone weren't there."""
        ...

    def hidden(self, slugs: Collection[str], lines: Sequence[Own]) -> Iterator[Match | None]:
        """For each of these lines the best entry, as if the entries with these names weren't there."""
        ...
