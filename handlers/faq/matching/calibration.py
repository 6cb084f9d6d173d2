"""What the thresholds let through, measured on the bank itself, without anybody's messages.

Two questions are asked of the bank. *Hidden*: a quarter of the entries is taken out in turn, and their phrasings are
asked; whatever answers is wrong, and near misses such as these are what fools a matcher, far more than chatter does.
*Left out*: a part of the phrasings is taken out in turn and asked; the entry that they belong to should answer.
`look_alikes` are the `not:` lines, left out in the same way; nothing should answer them. A matcher that can be asked as
if lines weren't there is made once, others are made anew for each part.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.matching.confidence import NEAR, SURE, UNASKED
from handlers.faq.matching.matcher import Match, Matcher, Own, Rehearses

Build = Callable[[Sequence[Entry]], Matcher]

#: Entries are hidden in quarters, lines left out in eighths.
QUARTERS = 4
EIGHTHS = 8


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold, and which part of the phrasings of hidden entries may be answered from there on."""

    name: str
    threshold: float
    allowed: float


#: Unasked, 5 % of near misses is the most that a room should bear. Somebody who asked can tell that an answer misses,
#: and choices may miss half the time: they only cost a glance.
#: All stand a little above what thresholds are set by, which is read off a part of the lines.
LIMITS = (Limit("unasked", UNASKED, 0.05), Limit("answered", SURE, 0.15), Limit("choices", NEAR, 0.65))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One line asked of a bank that doesn't have it: whose line it is (None: nobody's), and what was found."""

    text: str
    owner: str | None
    found: Match | None

    def answered(self, threshold: float) -> bool:
        """Whether something answers from this threshold on."""
        return self.found is not None and self.found.score >= threshold

    @property
    def right(self) -> bool:
        """Whether what was found is the owner."""
        return self.found is not None and self.found.slug == self.owner


def hidden(entries: Sequence[Entry], build: Build) -> Iterator[Trial]:
    """The phrasings of each quarter of the entries, asked of the other three."""
    whole = build(entries)
    for part in range(QUARTERS):
        out = entries[part::QUARTERS]
        lines = [(entry.slug, phrasing.text) for entry in out for phrasing in entry.questions]
        if isinstance(whole, Rehearses):
            found = whole.hidden({entry.slug for entry in out}, lines)
        else:
            rest = [entry for number, entry in enumerate(entries) if number % QUARTERS != part]
            found = _asked(build(rest), lines)
        for (_, text), best in zip(lines, found, strict=True):
            yield Trial(text=text, owner=None, found=best)


def left_out(entries: Sequence[Entry], build: Build) -> Iterator[Trial]:
    """Each phrasing, asked of a bank without it. Entries keep at least one."""
    whole = build(entries)
    if isinstance(whole, Rehearses):
        lines = [(entry.slug, one.text) for entry in entries for one in entry.questions if len(entry.questions) > 1]
        for (slug, text), best in zip(lines, whole.left_out(lines), strict=True):
            yield Trial(text=text, owner=slug, found=best)
        return
    for part in range(EIGHTHS):
        matcher = build([replace(entry, questions=_others(entry.questions, part)) for entry in entries])
        for entry in entries:
            kept = _others(entry.questions, part)
            yield from (_trial(matcher, one.text, entry.slug) for one in entry.questions if one not in kept)


def look_alikes(entries: Sequence[Entry], build: Build) -> Iterator[Trial]:
    """Each `not:` line, asked of a bank without it."""
    whole = build(entries)
    if isinstance(whole, Rehearses):
        lines = [(entry.slug, one.text) for entry in entries for one in entry.not_ if entry.questions]
        for (_, text), best in zip(lines, whole.left_out(lines), strict=True):
            yield Trial(text=text, owner=None, found=best)
        return
    for part in range(EIGHTHS):
        matcher = build([replace(entry, not_=_without(entry.not_, part)) for entry in entries])
        for entry in entries:
            yield from (_trial(matcher, one.text, None) for one in entry.not_[part::EIGHTHS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """All three kinds of trials."""

    hidden: Sequence[Trial]
    left_out: Sequence[Trial]
    look_alikes: Sequence[Trial]

    def fooled(self, limit: Limit) -> float:
        """Which part of the questions without an answer gets one."""
        return share(self.hidden, limit.threshold)

    def line(self, limit: Limit) -> str:
        """What a threshold lets through, in a line."""
        right, wrong = (share(self.left_out, limit.threshold, right=right) for right in (True, False))
        alike = share(self.look_alikes, limit.threshold)
        fooled = f"entry hidden {self.fooled(limit):.1%}, look-alikes left out {alike:.1%}"
        return f"{limit.name} from {limit.threshold}: {fooled}, phrasing left out {right:.1%} right, {wrong:.1%} wrong"


def share(trials: Sequence[Trial], threshold: float, *, right: bool | None = None) -> float:
    """Which part of the trials is answered from this threshold on; with `right`, rightly or wrongly."""
    answered = [trial for trial in trials if trial.answered(threshold)]
    counted = [trial for trial in answered if right is None or trial.right is right]
    return len(counted) / len(trials) if trials else 0.0


def confused(trials: Sequence[Trial], threshold: float = SURE) -> list[tuple[str, str, int]]:
    """Entries whose left-out phrasings others answer: owner, the other, how many; most first, and only from two on."""
    pairs = Counter(
        (trial.owner, trial.found.slug)
        for trial in trials
        if trial.owner and trial.found and trial.answered(threshold) and not trial.right
    )
    return [(owner, other, count) for (owner, other), count in pairs.most_common() if count > 1]


def _trial(matcher: Matcher, text: str, owner: str | None) -> Trial:
    return Trial(text=text, owner=owner, found=next(iter(matcher.match(text, 1)), None))


def _asked(matcher: Matcher, lines: Sequence[Own]) -> Iterator[Match | None]:
    return (next(iter(matcher.match(text, 1)), None) for _, text in lines)


def _without(lines: tuple[Phrasing, ...], part: int) -> tuple[Phrasing, ...]:
    return tuple(line for number, line in enumerate(lines) if number % EIGHTHS != part)


def _others(lines: tuple[Phrasing, ...], part: int) -> tuple[Phrasing, ...]:
    return _without(lines, part) or lines
