"""Answers in JSON, as other programs give them out → files."""

import json
from collections import Counter
from typing import Any

from handlers.faq.bank.entries import Phrasing
from handlers.faq.bank.writing import fresh

FORM = '{"name": {"questions": ["…"], "answer": "…", "source": "https://…", "topic": "…"}}'
#: What may stand beside questions and answer.
FIELDS = ("source", "as_of", "topic")


def answers_in(written: str) -> dict[str, str]:
    """The files by their names without ".md", not yet checked. ValueError says what is wrong with the form."""
    found = json.loads(written, object_pairs_hook=_each_once)
    if not isinstance(found, dict) or not found:
        raise ValueError(f"expected {FORM}")
    return {name: _file(name, value) for name, value in found.items()}


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, unless a name is given in it twice: one of the two would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"{twice}: given twice; expected each name once")
    return found


def _file(name: str, value: Any) -> str:
    match value:
        case {"questions": [*questions], "answer": str(answer)} if questions and all(map(_is_text, questions)):
            fields = {key: value[key] for key in FIELDS if isinstance(value.get(key), str)}
            return fresh([Phrasing(" ".join(text.split())) for text in questions], answer, **fields)
        case _:
            raise ValueError(f"{name}: expected questions, a list of texts, and answer, a text, as in {FORM}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
