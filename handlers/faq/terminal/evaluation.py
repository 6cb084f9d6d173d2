"""Scoring a bank against a file of questions. The result's form is a contract with those who compare versions."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.faq.answering.asking import why_silent
from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.matching.confidence import UNASKED
from handlers.faq.matching.matcher import Match, Matcher

#: Intents that no unasked answer is right for: chatter, and questions that need a question back.
SILENT = ("none", "clarify")
#: The form of a line of questions.
LINE = '{"id", "text", "intent", "accept_also"}'


@dataclass(frozen=True, slots=True)
class Question:
    """A line to score: `intent` is the slug that answers it, or `none`, or `clarify`."""

    id: str
    text: str
    intent: str
    accept_also: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether an answer to it exists."""
        return self.intent not in SILENT

    def right(self, slug: str | None) -> bool:
        """Whether this entry answers it."""
        return self.answered and slug in (self.intent, *self.accept_also)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a question: the entries by rank, what would be said unasked, and how long that took."""

    question: Question
    ranked: tuple[str, ...]
    unprompted: str | None
    score: float
    seconds: float


def questions_in(written: str) -> tuple[Question, ...]:
    """The questions of a file. ValueError says what is wrong with it."""
    match json.loads(written):
        case list(lines):
            return tuple(_question(number, line) for number, line in enumerate(lines, 1))
        case _:
            raise ValueError(f"expected a list of {LINE}")


def bank_in(written: str) -> tuple[Entry, ...]:
    """A bank that is no folder: `{"slug": ["phrasing", …], …}`. ValueError says what is wrong with it."""
    slugs = json.loads(written)
    if not isinstance(slugs, dict) or not all(map(_is_phrasings, slugs.values())):
        raise ValueError('expected {"slug": ["phrasing", …], …}')
    return tuple(Entry(slug=slug, questions=tuple(map(Phrasing, texts)), body="") for slug, texts in slugs.items())


def ask(matcher: Matcher, question: Question) -> Result:
    """What the bot would do with this question, addressed and not."""
    start = time.perf_counter()
    matches = matcher.match(question.text, 3)
    unprompted = _unprompted(question.text, matches)
    return Result(
        question=question,
        ranked=tuple(match.slug for match in matches),
        unprompted=unprompted,
        score=matches[0].score if matches else 0.0,
        seconds=time.perf_counter() - start,
    )


def report(results: Sequence[Result]) -> dict[str, Any]:
    """The figures, in the contract's form. Shares of nothing are 0."""
    answerable = [result for result in results if result.question.answered]
    given = [result for result in results if result.unprompted is not None]
    right = [result for result in given if result.question.right(result.unprompted)]
    false = [result for result in given if not result.question.answered]
    return {
        "n": len(results),
        "addressed": {
            f"top{limit}": _share(sum(any(map(r.question.right, r.ranked[:limit])) for r in answerable), answerable)
            for limit in (1, 3)
        },
        "unprompted": {
            "answered": len(given),
            "right": len(right),
            "wrong": len(given) - len(right),
            "recall": _share(len(right), answerable),
            "precision": _share(len(right), given),
            "false_answer_rate": _share(len(false), [r for r in results if not r.question.answered]),
        },
        "per_question": [_line(result) for result in results],
        "latency_ms": {"p50": _percentile(results, 0.5), "p99": _percentile(results, 0.99)},
    }


def read(path: Path, parse: Callable[[str], Any]) -> Any:
    """What this file holds. ValueError says what is wrong with it."""
    try:
        return parse(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from error
    except OSError as error:
        raise ValueError(f"{path}: can't be read ({error.strerror})") from error


def _question(number: int, line: Any) -> Question:
    match line:
        case {"id": str(id_), "text": str(text), "intent": str(intent)}:
            return Question(id_, text, intent, _slugs(line))
        case _:
            raise ValueError(
                f'question {number}: expected {{"id", "text", "intent", "accept_also"}}, the first three texts'
            )


def _slugs(line: dict[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, line.get("accept_also") or ()))


def _is_phrasings(texts: object) -> bool:
    return isinstance(texts, list) and bool(texts) and all(isinstance(text, str) for text in texts)


def _unprompted(text: str, matches: Sequence[Match]) -> str | None:
    sure = matches[0] if matches and matches[0].score >= UNASKED else None
    return sure.slug if sure and why_silent(text) is None else None


def _line(result: Result) -> dict[str, Any]:
    question = result.question
    return {
        "id": question.id,
        "text": question.text,
        "expected": question.intent,
        "addressed": list(result.ranked),
        "unprompted": result.unprompted,
        "score": round(result.score, 4),
    }


def _share(part: int, of: Iterable[Result]) -> float:
    whole = sum(1 for _ in of)
    return round(part / whole, 4) if whole else 0.0


def _percentile(results: Sequence[Result], share: float) -> float:
    times = sorted(result.seconds for result in results)
    return round(times[min(len(times) - 1, int(share * len(times)))] * 1000, 3) if times else 0.0
