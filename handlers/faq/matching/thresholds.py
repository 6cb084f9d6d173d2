"""The thresholds of a fitted bank, read off the bank itself and ordinary chat, without anybody's messages.

Unasked, the bot speaks only above what three kinds of lines reach: all but two in a hundred phrasings of entries that
are hidden (a quarter of them in turn), all but two in a hundred look-alikes that are left out, and every line of other
communities' chat. Somebody who asked can tell that an answer misses, and a choice only costs a glance.
"""

import math
from collections.abc import Sequence

import numpy as np

from handlers.faq.matching.bank import TOP, Fit, surest
from handlers.faq.matching.confidence import Curve
from handlers.faq.matching.vectors import Rows, all_products

QUARTERS = 4
#: Which part of the phrasings of hidden entries may be answered unasked, be answered when asked, find a choice.
UNASKED, SURE, NEAR = 0.02, 0.12, 0.6
#: So many lines of each kind are tried at most, drawn as by lot but the same ones each time: more take long.
MOST = 1000
#: So many lines of chat are tried: those that are nearest to entries by meaning.
CHATTER = 400
#: … and so many after a small change: those that are nearest to entries that were changed.
FEWER = 100
#: With fewer lines than this, what two in a hundred do can't be read off: the thresholds of the shipped answers are
#: the lowest then.
FEWEST = 200
#: How far above the nearest line of chat one has to be.
ABOVE_CHAT = 0.005
DEFAULT = Curve(near=0.09, sure=0.22, unasked=0.45, top=TOP)


def measured(fit: Fit, chat: Sequence[str], vectors: Rows) -> Curve:
    """The curve for this bank; `vectors` are the embeddings of the lines of chat."""
    hidden, alike = _hidden(fit), _alike(fit)
    loudest = _loudest(fit, chat, vectors, range(len(fit.lines.slugs)), CHATTER)
    unasked = max(_quantile(hidden, UNASKED), _quantile(alike, UNASKED), loudest + ABOVE_CHAT)
    near, sure = _quantile(hidden, NEAR), _quantile(hidden, SURE)
    if len(hidden) < FEWEST:
        near, sure, unasked = max(near, DEFAULT.near), max(sure, DEFAULT.sure), max(unasked, DEFAULT.unasked)
    near = max(near, ABOVE_CHAT)
    return _curve(near, max(sure, near + ABOVE_CHAT), unasked)


def renewed(curve: Curve, fit: Fit, chat: Sequence[str], vectors: Rows, changed: Sequence[int]) -> Curve:
    """The curve of nearly the same bank, for this one; `changed` are the numbers of entries with new lines.

    What shares of many lines reach hardly changes, but a single new line may be one that people chat with.
    """
    loudest = _loudest(fit, chat, vectors, changed, FEWER)
    return _curve(curve.near, curve.sure, max(curve.unasked, loudest + ABOVE_CHAT))


def _curve(near: float, sure: float, unasked: float) -> Curve:
    unasked = max(unasked, sure + ABOVE_CHAT)
    return Curve(near=near, sure=sure, unasked=unasked, top=max(TOP, unasked + ABOVE_CHAT))


def _hidden(fit: Fit) -> list[float]:
    """How sure the best entry was of each phrasing, its own entry being hidden."""
    quarter = np.arange(len(fit.lines.slugs)) % QUARTERS
    lines = _spread(0, fit.lines.phrasings)
    quarters = quarter[fit.lines.owners[lines]]
    asked = zip(quarters, fit.own(lines), strict=True)
    return [surest(fit.find(question, hidden=quarter == part).sure) for part, question in asked]


def _alike(fit: Fit) -> list[float]:
    """How sure the best entry was of each look-alike, the line itself being left out."""
    lines = _spread(fit.lines.phrasings, len(fit.lines.all))
    asked = zip(lines, fit.own(lines), strict=True)
    return [surest(fit.find(question, without=line).sure) for line, question in asked]


def _loudest(fit: Fit, chat: Sequence[str], vectors: Rows, entries: Sequence[int], count: int) -> float:
    """How sure any entry was of a line of chat; those that are far from all of `entries` by meaning aren't tried."""
    if not chat or not len(entries):
        return 0.0
    near = all_products(vectors, fit.centres[entries]).max(axis=0)
    tried = np.argsort(-near, kind="stable")[:count]
    asked = fit.questions([fit.index.asked(chat[line]) for line in tried], vectors[tried])
    return max(surest(fit.find(question).sure) for question in asked)


def _quantile(found: Sequence[float], allowed: float) -> float:
    """The measure that no more than this part of them reaches."""
    ordered = sorted(found)
    place = len(ordered) - 1 - math.floor(allowed * len(ordered))
    return ordered[place] + 1e-6 if ordered else 0.0


def _spread(start: int, end: int) -> list[int]:
    drawn = np.random.default_rng(0).permutation(end - start)[:MOST]
    return [start + int(line) for line in np.sort(drawn)]
