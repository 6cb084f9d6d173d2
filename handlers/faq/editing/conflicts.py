"""What a change of one entry would do to the others: the bank's own phrasings, asked of the bank as it would be. Pure.

A phrasing always finds its own entry word for word. So each phrasing of the others is left out of its own entry and
asked: would the changed one be given to people who ask so, where the right one was given before? A matcher that can't
leave lines out is made anew with a third of them hidden, in turn, as far as they have words that are new to the changed
entry: by words alone, others are found as before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.faq.bank.checking import checked
from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.editing.change import Change
from handlers.faq.library import Library
from handlers.faq.matching.matcher import Matcher, Rehearses
from handlers.faq.matching.text import STOP_WORDS, words

#: Each phrasing is hidden once in so many turns; an entry with a single one can't be judged without it.
TURNS = 3

#: A phrasing, and the name of its entry.
Asked = tuple[str, Phrasing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """Phrasings of others that the changed entry `takes`, by their entries; and those of its own that it `misses`."""

    takes: Mapping[str, tuple[str, ...]]
    misses: tuple[str, ...] = ()


def conflicts(library: Library, change: Change) -> Conflicts:
    """Find them. Heavy work, unless the change leaves the entry's phrasings as they are."""
    before = library.entries.get(change.slug)
    after = checked(change.slug, change.after)[0] if change.after else None
    if after is None or (before is not None and _lines(before) == _lines(after)):
        return Conflicts(takes={})
    others = [entry for entry in library.entries.values() if entry.slug != change.slug]
    whole = library.fit([*others, after])
    taken = _shared(others, after)
    if isinstance(whole, Rehearses):
        taken |= _rehearsed(library, others, before, after, whole)
    else:
        new = _news(before, after)
        for turn in range(TURNS):
            taken |= _taken(library, others, before, after, _asked(others, new, turn))
    misses = tuple(one.text for one in after.questions if not _wins(whole, after.slug, one))
    return Conflicts(takes=_by_entry(taken), misses=misses)


def _news(before: Entry | None, after: Entry) -> frozenset[str]:
    """The words by which the entry is found from now on; stop words only where there are no others."""
    known = (before.questions, before.not_) if before else ((), ())
    added = [one for one in after.questions if one not in known[0]] + [one for one in known[1] if one not in after.not_]
    found = frozenset(word for one in added for word in words(one.text))
    return found - STOP_WORDS or found


def _shared(others: Iterable[Entry], after: Entry) -> set[Asked]:
    """Phrasings that stand in two entries: neither would be given for them."""
    own = {" ".join(words(one.text)) for one in after.questions}
    return {(entry.slug, one) for entry in others for one in entry.questions if " ".join(words(one.text)) in own}


def _rehearsed(
    library: Library, others: Sequence[Entry], before: Entry | None, after: Entry, whole: Rehearses
) -> set[Asked]:
    """Those that the entry would take, and that find their own before the change."""
    asked = [(entry.slug, one) for entry in others if len(entry.questions) > 1 for one in entry.questions]
    won = [one for one, best in _bests(whole, asked) if best == after.slug]
    earlier = library.fit([*others, before] if before else others) if won else None
    if not isinstance(earlier, Rehearses):
        return set()
    return {one for one, best in _bests(earlier, won) if best == one[0]}


def _bests(matcher: Rehearses, asked: Sequence[Asked]) -> Iterable[tuple[Asked, str | None]]:
    """What is found for each of these, being left out."""
    found = matcher.left_out([(slug, one.text) for slug, one in asked])
    return ((one, best.slug if best else None) for one, best in zip(asked, found, strict=True))


def _asked(others: Iterable[Entry], new: frozenset[str], turn: int) -> list[Asked]:
    """What is hidden and asked in this turn. What has none of the new words is found as before."""
    turns = ((entry.slug, one) for entry in others for one in entry.questions[turn::TURNS])
    return [(slug, one) for slug, one in turns if not new.isdisjoint(words(one.text))]


def _taken(
    library: Library, others: Iterable[Entry], before: Entry | None, after: Entry, asked: Sequence[Asked]
) -> set[Asked]:
    """Those of `asked` that the entry would take, and that find their own before the change."""
    if not asked:
        return set()
    left = list(_without(others, frozenset(asked)))
    matcher = library.fit([*left, after])
    won = [(slug, one) for slug, one in asked if _wins(matcher, after.slug, one)]
    if not won:
        return set()
    earlier = library.fit([*left, before] if before else left)
    return {(slug, one) for slug, one in won if _wins(earlier, slug, one)}


def _without(entries: Iterable[Entry], hidden: frozenset[Asked]) -> Iterable[Entry]:
    for entry in entries:
        yield replace(entry, questions=tuple(one for one in entry.questions if (entry.slug, one) not in hidden))


def _wins(matcher: Matcher, slug: str, asked: Phrasing) -> bool:
    """Whether somebody who asks like this is given this entry, or offered it first."""
    best = next(iter(matcher.match(asked.text, 1)), None)
    return best is not None and best.slug == slug


def _by_entry(pairs: Iterable[Asked]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for slug, text in sorted((slug, one.text) for slug, one in pairs):
        found[slug].append(text)
    return {slug: tuple(texts) for slug, texts in found.items()}


def _lines(entry: Entry) -> tuple[tuple[Phrasing, ...], tuple[Phrasing, ...]]:
    return entry.questions, entry.not_
