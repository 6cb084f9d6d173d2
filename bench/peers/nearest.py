"""The nearest phrasing by rapidfuzz alone: what one would write in an afternoon."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process, utils

from handlers.faq.bank.entries import Entry


class Nearest:
    """`token_set_ratio` to each phrasing, one after the other."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        lines = [(phrasing.text, entry.slug) for entry in entries for phrasing in entry.questions]
        self._slugs = [slug for _, slug in lines]
        self._lines = [utils.default_process(line) for line, _ in lines]

    def match(self, asked: str) -> str | None:
        """The slug of the entry with the nearest phrasing."""
        found = process.extractOne(utils.default_process(asked), self._lines, scorer=fuzz.token_set_ratio)
        return self._slugs[found[2]] if found else None
