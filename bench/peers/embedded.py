"""The nearest phrasing by the sentence model alone."""

from collections.abc import Iterable, Sequence

from bench.peers.worded import best_of
from handlers.faq.bank.entries import Entry
from handlers.faq.matching.model import Embeds


class Embedded:
    """Cosine of the embeddings."""

    def __init__(self, entries: Iterable[Entry], model: Embeds) -> None:
        lines = [(one.text, entry.slug) for entry in entries for one in entry.questions]
        self._slugs = [slug for _, slug in lines]
        self._rows = model.embed([line for line, _ in lines])
        self._model = model

    def rank(self, asked: str) -> Sequence[tuple[str, float]]:
        """The entries with their scores, the best first."""
        found = self._rows @ self._model.embed([asked])[0]
        return best_of(zip(self._slugs, map(float, found), strict=True))
