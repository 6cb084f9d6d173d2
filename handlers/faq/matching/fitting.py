"""A bank → its matcher. Heavy work, for a thread of its own; what took long is kept in a folder, if there is one."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from handlers.faq.bank.entries import Entry
from handlers.faq.matching import background, thresholds
from handlers.faq.matching.confidence import Curve
from handlers.faq.matching.embeddings import embedded
from handlers.faq.matching.kept import keep, kept
from handlers.faq.matching.lexical import Lexical
from handlers.faq.matching.lines import Example, Lines
from handlers.faq.matching.matcher import Matcher
from handlers.faq.matching.model import Embeds
from handlers.faq.matching.semantic import Fit, Semantic

#: Counts up when thresholds would come out otherwise for the same bank.
EDITION = 3
_THRESHOLDS = "thresholds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Makes matchers. `model` None: by words and letters alone. `folder` is where what took long is kept.

    `seed` is a folder with what was worked out beforehand, of the shipped answers.
    """

    model: Embeds | None = None
    folder: Path | None = None
    seed: Path | None = None

    def __call__(self, entries: Iterable[Entry]) -> Matcher:
        """The matcher for these entries."""
        return fit(entries, self.model, self.folder, seed=self.seed)


def fit(
    entries: Iterable[Entry],
    model: Embeds | None,
    folder: Path | None,
    *,
    seed: Path | None = None,
    chat: Sequence[str] | None = None,
) -> Matcher:
    """The matcher for these entries, the best that can be had. `chat` is what no answer is for, if not the usual."""
    lines = [example for entry in entries for example in examples(entry)]
    if model is None:
        return Lexical(lines)
    known = Lines(lines)
    chat = background.chat() if chat is None else chat
    vectors = embedded([*(example.text for example in known.all), *chat], model, folder, seed)
    ours, theirs = vectors[: len(known.all)], vectors[len(known.all) :]
    fitted = Fit(known, ours, theirs)
    digest = _digest(known, model, chat)
    curve = _curve(kept(folder, _THRESHOLDS), digest) or _curve(kept(seed, _THRESHOLDS), digest)
    if curve is None:
        curve = thresholds.measured(fitted, chat, theirs)
        keep(folder, _THRESHOLDS, json.dumps({"of": digest, "curve": asdict(curve)}).encode())
    return Semantic(fitted, model, curve)


def examples(entry: Entry) -> Iterable[Example]:
    """An entry's lines, as a matcher takes them."""
    for phrasing in entry.questions:
        yield Example(slug=entry.slug, text=phrasing.text, lang=phrasing.lang)
    for phrasing in entry.not_:
        yield Example(slug=entry.slug, text=phrasing.text, lang=phrasing.lang, look_alike=True)


def _digest(lines: Lines, model: Embeds, chat: Sequence[str]) -> str:
    """What thresholds depend on."""
    of = [(one.slug, one.text, one.look_alike) for one in lines.all]
    return hashlib.sha256(repr((EDITION, model.name, of, tuple(chat))).encode("utf-8", "surrogatepass")).hexdigest()


def _curve(content: bytes | None, digest: str) -> Curve | None:
    """The curve that was kept, if it is of just these lines."""
    try:
        read = json.loads(content or b"{}")
        return Curve(**read["curve"]) if read["of"] == digest else None
    except (ValueError, KeyError, TypeError):
        return None
