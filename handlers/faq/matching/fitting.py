"""A bank → its matcher. Heavy work, for a thread of its own; what took long is kept in a folder, if there is one."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from handlers.faq.bank.entries import Entry
from handlers.faq.matching import background, thresholds
from handlers.faq.matching.bank import Fit
from handlers.faq.matching.confidence import Curve
from handlers.faq.matching.embeddings import Embedded, embedded
from handlers.faq.matching.kept import keep, kept
from handlers.faq.matching.lexical import Lexical
from handlers.faq.matching.lines import Example, Lines
from handlers.faq.matching.matcher import Matcher
from handlers.faq.matching.model import Embeds
from handlers.faq.matching.room import give_back
from handlers.faq.matching.semantic import Semantic
from handlers.faq.matching.vectors import Rows
from handlers.faq.matching.written import Written

#: Counts up when thresholds would come out otherwise for the same bank.
EDITION = 3
_THRESHOLDS = "thresholds"


#: Thresholds are measured anew once this part of the lines is others than those that they were measured with.
CHANGED = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What one fit leaves for the next: lines that were looked at, embeddings, and the curve with its lines' hashes."""

    written: Mapping[str, Written] = field(default_factory=dict)
    embedded: Embedded | None = None
    curve: Curve | None = None
    lines: frozenset[int] = frozenset()


@dataclass(slots=True)
class Last:
    """What the last fit left, whichever thread that was in: each is whole, and any of them will do."""

    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Makes matchers. `model` None: by words and letters alone. `folder` is where what took long is kept.

    `seed` is a folder with what was worked out beforehand, of the shipped answers. What one fit found out is kept for
    the next in memory too, so that fitting again after a small change is quick.
    """

    model: Embeds | None = None
    folder: Path | None = None
    seed: Path | None = None
    _last: Last = field(default_factory=Last, init=False, repr=False, compare=False)

    def __call__(self, entries: Iterable[Entry]) -> Matcher:
        """The matcher for these entries."""
        matcher, self._last.known = _fitted(entries, self, self._last.known, background.chat())
        give_back()
        return matcher


def fit(
    entries: Iterable[Entry],
    model: Embeds | None,
    folder: Path | None,
    *,
    seed: Path | None = None,
    chat: Sequence[str] | None = None,
) -> Matcher:
    """The matcher for these entries, the best that can be had. `chat` is what no answer is for, if not the usual."""
    none = background.chat() if chat is None else tuple(chat)
    return _fitted(entries, Fitting(model=model, folder=folder, seed=seed), Known(), none)[0]


def _fitted(entries: Iterable[Entry], fitting: Fitting, known: Known, chat: tuple[str, ...]) -> tuple[Matcher, Known]:
    lines = Lines([example for entry in entries for example in examples(entry)], known.written)
    written = dict(zip((one.text for one in lines.all), lines.written, strict=True))
    if fitting.model is None:
        return Lexical(lines), Known(written=written)
    texts = [*(one.text for one in lines.all), *chat]
    vectors = embedded(texts, fitting.model, fitting.folder, fitting.seed, known.embedded)
    ours, theirs = vectors.rows[: len(lines.all)], vectors.rows[len(lines.all) :]
    bank = Fit(lines, ours, theirs)
    hashes = [hash((one.slug, one.text, one.look_alike)) for one in lines.all]
    if known.curve is not None and _nearly(frozenset(hashes), known.lines):
        changed = {int(owner) for owner, of in zip(lines.owners, hashes, strict=True) if of not in known.lines}
        curve = thresholds.renewed(known.curve, bank, chat, theirs, sorted(changed))
        left = replace(known, written=written, embedded=vectors)
    else:
        curve = _curve(fitting, fitting.model, bank, chat, theirs)
        left = Known(written=written, embedded=vectors, curve=curve, lines=frozenset(hashes))
    return Semantic(bank, fitting.model, curve), left


def _nearly(lines: frozenset[int], measured: frozenset[int]) -> bool:
    """Whether thresholds that were measured with some lines will do for others."""
    return len(lines ^ measured) < CHANGED * len(measured)


def _curve(fitting: Fitting, model: Embeds, bank: Fit, chat: Sequence[str], vectors: Rows) -> Curve:
    """The curve that was kept for just this bank, or else a new one."""
    digest = _digest(bank.lines, model, chat)
    for folder in (fitting.folder, fitting.seed):
        found = _read(kept(folder, _THRESHOLDS), digest)
        if found is not None:
            return found
    curve = thresholds.measured(bank, chat, vectors)
    keep(fitting.folder, _THRESHOLDS, json.dumps({"of": digest, "curve": asdict(curve)}).encode())
    return curve


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


def _read(content: bytes | None, digest: str) -> Curve | None:
    """The curve that was kept, if it is of just these lines."""
    try:
        read = json.loads(content or b"{}")
        return Curve(**read["curve"]) if read["of"] == digest else None
    except (ValueError, KeyError, TypeError):
        return None
