"""What the thresholds let through, measured on the bank itself, without anybody's messages.

Two questions are asked of the bank. *Hidden*: a quarter of the entries is taken out in turn, and their phrasings are
asked; whatever answers is wrong, and near misses such as these are what fools a matcher, far more than chatter does.
*Left out*: a part of the phrasings is taken out in turn and asked; the entry that they belong to should answer.
`look_alikes` are the `not:` lines, left out in the same way; nothing should answer them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.matching.confidence import NEAR, SURE, UNASKED
from handlers.faq.matching.matcher import Match, Matcher

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
LIMITS = (Limit("unasked", UNASKED, 0.05), Limit("answered", SURE, 0.12), Limit("choices", NEAR, 0.6))


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
    for part in range(QUARTERS):
        rest = [entry for number, entry in enumerate(entries) if number % QUARTERS != part]
        matcher = build(rest)
        for entry in entries[part::QUARTERS]:
            yield from (_trial(matcher, phrasing.text, None) for phrasing in entry.questions)


def left_out(entries: Sequence[Entry], build: Build) -> Iterator[Trial]:
    """Each phrasing, asked of a bank without it. Entries keep at least one."""
    for part in range(EIGHTHS):
        matcher = build([replace(entry, questions=_others(entry.questions, part)) for entry in entries])
        for entry in entries:
            kept = _others(entry.questions, part)
            yield from (_trial(matcher, one.text, entry.slug) for one in entry.questions if one not in kept)


def look_alikes(entries: Sequence[Entry], build: Build) -> Iterator[Trial]:
    """Each `not:` line, asked of a bank without it."""
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
    found = matcher.match(text, 1)
    return Trial(text=text, owner=owner, found=found[0] if found else None)


def _without(lines: tuple[Phrasing, ...], part: int) -> tuple[Phrasing, ...]:
    return tuple(line for number, line in enumerate(lines) if number % EIGHTHS != part)


def _others(lines: tuple[Phrasing, ...], part: int) -> tuple[Phrasing, ...]:
    return _without(lines, part) or lines
