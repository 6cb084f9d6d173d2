"""What the handler needs of a matcher, and no more: how it finds things out is its own affair."""

from dataclasses import dataclass
from typing import Protocol


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
