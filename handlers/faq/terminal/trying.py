"""What would have been said in an exported room, had the bot been there with `answers: when_sure`. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.names import seen
from handlers.faq.answering.asking import why_silent
from handlers.faq.bank.entries import Phrasing
from handlers.faq.bank.writing import with_line
from handlers.faq.matching.confidence import SURE, UNASKED
from handlers.faq.matching.matcher import Match, Matcher
from handlers.faq.settings import Settings
from handlers.faq.terminal.logs import Line

#: How many of the most confident are shown for a yes or no.
REVIEWED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A line that comes near an entry. `why`: why the bot would have kept silent all the same; None: it would speak."""

    line: Line
    match: Match
    why: str | None

    @property
    def spoken(self) -> bool:
        """Whether it would have been answered."""
        return self.why is None


def tried(lines: Sequence[Line], matcher: Matcher, settings: Settings) -> Iterator[Tried | None]:
    """For each line what comes of it; None where it is no question, or nothing is near enough to be shown."""
    given: dict[str, float] = {}
    for number, line in enumerate(lines):
        found = _near(line, matcher)
        if found is None:
            yield None
            continue
        why = _silent(found, line, lines[number + 1 :], given, settings)
        if why is None:
            given[found.slug] = line.at
        yield Tried(line=line, match=found, why=why)


def _near(line: Line, matcher: Matcher) -> Match | None:
    """The entry for a line that may be answered unasked at all."""
    if why_silent(line.text, mentions=line.mentions, replies=line.answering) is not None:
        return None
    found = matcher.match(line.text, 1)
    return found[0] if found and found[0].score >= SURE else None


def _silent(found: Match, line: Line, after: Sequence[Line], given: dict[str, float], settings: Settings) -> str | None:
    if found.score < UNASKED:
        return "not sure enough"
    grace = line.at + settings.grace.total_seconds()
    for other in after:
        if other.at > grace:
            break
        if other.sender != line.sender:
            return "somebody else spoke"
    if line.at - given.get(found.slug, float("-inf")) < settings.quiet_time.total_seconds():
        return "answered a moment ago"
    return None


def for_review(results: Sequence[Tried]) -> list[Tried]:
    """The most confident, the surest first, each text once."""
    found: dict[str, Tried] = {}
    for one in sorted(results, key=lambda one: -one.match.score):
        found.setdefault(one.line.text, one)
    return list(found.values())[:REVIEWED]


def summary(lines: int, results: Sequence[Tried]) -> list[str]:
    """What would have been said, in a few lines."""
    spoken = [one for one in results if one.spoken]
    counted = Counter(one.match.slug for one in spoken)
    share = 1000 * len(spoken) / lines if lines else 0.0
    return [
        f"{lines} lines; {len(spoken)} would have been answered, {share:.1f} in 1,000.",
        *(f"  {count} of {slug}" for slug, count in counted.most_common()),
    ]


def kept(text: str, line: str, *, right: bool) -> str:
    """The entry's file with this line as a phrasing where the answer was right, as a look-alike where not."""
    return with_line(text, "questions" if right else "not", Phrasing(seen(line)))
