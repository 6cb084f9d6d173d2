"""The thresholds of a fitted bank, read off the bank itself and ordinary chat, without anybody's messages.

Unasked, the bot speaks only above what three kinds of lines reach: all but two in a hundred phrasings of entries that
are hidden (a quarter of them in turn), all but two in a hundred look-alikes that are left out, and every line of other
communities' chat. Somebody who asked can tell that an answer misses, and a choice only costs a glance.
"""

import math
from collections.abc import Sequence

import numpy as np

from handlers.faq.matching.confidence import Curve
from handlers.faq.matching.index import Floats
from handlers.faq.matching.semantic import TOP, Fit

QUARTERS = 4
#: Which part of the phrasings of hidden entries may be answered unasked, be answered when asked, find a choice.
UNASKED, SURE, NEAR = 0.02, 0.12, 0.6
#: So many lines of each kind are tried at most, drawn as by lot but the same ones each time: more take long.
MOST = 1000
#: So many lines of chat are tried: those that are nearest to entries by meaning.
CHATTER = 400
#: With fewer lines than this, what two in a hundred do can't be read off: the thresholds of the shipped answers are
#: the lowest then.
FEWEST = 200
#: How far above the nearest line of chat one has to be.
ABOVE_CHAT = 0.005
DEFAULT = Curve(near=0.09, sure=0.22, unasked=0.45, top=TOP)


def measured(fit: Fit, chat: Sequence[str], vectors: Floats) -> Curve:
    """The curve for this bank; `vectors` are the embeddings of the lines of chat."""
    hidden, alike = _hidden(fit), _alike(fit)
    unasked = max(_quantile(hidden, UNASKED), _quantile(alike, UNASKED), _loudest(fit, chat, vectors) + ABOVE_CHAT)
    near, sure = _quantile(hidden, NEAR), _quantile(hidden, SURE)
    if len(hidden) < FEWEST:
        near, sure, unasked = max(near, DEFAULT.near), max(sure, DEFAULT.sure), max(unasked, DEFAULT.unasked)
    sure = max(sure, near + ABOVE_CHAT)
    unasked = max(unasked, sure + ABOVE_CHAT)
    return Curve(near=max(near, ABOVE_CHAT), sure=sure, unasked=unasked, top=max(TOP, unasked + ABOVE_CHAT))


def _hidden(fit: Fit) -> list[float]:
    """How sure the best entry was of each phrasing, its own entry being hidden."""
    quarter = np.arange(len(fit.lines.slugs)) % QUARTERS
    found = []
    for line in _spread(0, fit.lines.phrasings):
        asked = fit.question(fit.lines.all[line].text, fit.vectors[line])
        found.append(_surest(fit.find(asked, hidden=quarter == quarter[fit.lines.owners[line]]).sure))
    return found


def _alike(fit: Fit) -> list[float]:
    """How sure the best entry was of each look-alike, the line itself being left out."""
    found = []
    for line in _spread(fit.lines.phrasings, len(fit.lines.all)):
        asked = fit.question(fit.lines.all[line].text, fit.vectors[line])
        found.append(_surest(fit.find(asked, without=line).sure))
    return found


def _loudest(fit: Fit, chat: Sequence[str], vectors: Floats) -> float:
    """How sure any entry was of a line of chat; those that are far from all entries by meaning aren't tried."""
    if not chat or not fit.lines.slugs:
        return 0.0
    near = (vectors @ fit.centres.T).max(axis=1)
    tried = np.argsort(-near, kind="stable")[:CHATTER]
    return max(_surest(fit.find(fit.question(chat[line], vectors[line])).sure) for line in tried)


def _surest(sure: Floats) -> float:
    return float(sure[0]) if len(sure) else 0.0


def _quantile(found: Sequence[float], allowed: float) -> float:
    """The measure that no more than this part of them reaches."""
    ordered = sorted(found)
    place = len(ordered) - 1 - math.floor(allowed * len(ordered))
    return ordered[place] + 1e-6 if ordered else 0.0


def _spread(start: int, end: int) -> list[int]:
    drawn = np.random.default_rng(0).permutation(end - start)[:MOST]
    return [start + int(line) for line in np.sort(drawn)]
