"""Finding the entry for a question: how long it takes to get ready for it, and then each time."""

import gc
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench import banks
from bench.peers.nearest import Nearest
from bench.tables import Column, Table, percentile
from bench.turns import in_turn
from handlers.faq.bank.entries import Entry
from handlers.faq.library import LOOKED_AT, matcher

TITLE = "Matching"
SIZES = (500, 5000)
QUESTIONS = 200
#: The longest that a side may take for the questions of a round, in seconds; the rest is then left out.
LONGEST = 60
OURS, NEAREST = "Steward", "rapidfuzz token_set_ratio"
SIDES = (OURS, NEAREST)
NOTES = f"""\
{QUESTIONS} questions: phrasings of the shipped bank, each with a typing error. Larger banks are the shipped one and
made-up entries, whose lines are halves of shipped phrasings joined anew with made-up words in them: they say something
about time, nothing about right answers, and repeat themselves more than a real bank would. rapidfuzz compares with each
phrasing in C++, and knows neither look-alikes nor how sure it is; it is here for its time alone. Built means from
entries in memory; reading the files comes before."""
COLUMNS = (
    Column("built in s", 3, (NEAREST,)),
    Column("p50 ms", 2, (NEAREST,)),
    Column("p99 ms", 2, (NEAREST,)),
    Column("questions", 0),
)


async def run(rounds: int) -> list[Table]:
    """A table for each bank."""
    shipped = banks.shipped()
    questions = banks.asked(shipped, QUESTIONS)
    sized = [shipped, *(banks.grown(shipped, size) for size in SIZES)]
    return [_table(entries, questions, rounds) for entries in sized]


def _table(entries: Sequence[Entry], questions: Sequence[str], rounds: int) -> Table:
    lines = sum(len(entry.questions) + len(entry.not_) for entry in entries)
    title = f"{len(entries):,} entries with {lines:,} lines"
    table = Table(title=title, columns=COLUMNS, only_compared_to=(NEAREST,))
    for side in in_turn(SIDES, rounds):
        table.add(side, _turn(side, entries, questions))
    return table.in_order(SIDES)


def _turn(side: str, entries: Sequence[Entry], questions: Sequence[str]) -> dict[str, float]:
    gc.collect()
    began = time.perf_counter()
    match = _built(side, entries)
    built = time.perf_counter() - began
    took = _timed(match, questions)
    return {"built in s": built, "p50 ms": percentile(took, 50), "p99 ms": percentile(took, 99), "questions": len(took)}


def _built(side: str, entries: Sequence[Entry]) -> Callable[[str], Any]:
    if side == NEAREST:
        return Nearest(entries).match
    ours = matcher(entries)
    return lambda question: ours.match(question, LOOKED_AT)


def _timed(match: Callable[[str], Any], questions: Sequence[str]) -> list[float]:
    """The milliseconds of each match."""
    took: list[float] = []
    end = time.perf_counter() + LONGEST
    for question in questions:
        began = time.perf_counter()
        if began > end:
            break
        match(question)
        took.append((time.perf_counter() - began) * 1000)
    return took
