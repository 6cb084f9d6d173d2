"""Live figures in answers: `{{ instance.users }}` and its like, filled in at the time of answering."""

import re
from collections.abc import Iterator, Mapping

#: What an answer may hold.
NAMES = ("status", "instance.character_limit", "instance.users", "registrations", "registration.form")

#: Said once, where a sentence had to be left out.
LEFT_OUT = "A live figure could not be read just now."

#: Takes time in proportion to the text, whatever stands in it: members write such texts too.
_PLACEHOLDER = re.compile(r"\{\{([^{}\n]*)\}\}")
#: A sentence ends before a space: dots within addresses and numbers end nothing.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def used(body: str) -> tuple[str, ...]:
    """The placeholders in this answer, in order, each once."""
    return tuple(dict.fromkeys(found.strip() for found in _PLACEHOLDER.findall(body)))


def filled(body: str, values: Mapping[str, str | None], left_out: str = LEFT_OUT) -> str:
    """The answer with its figures. Sentences with a figure that isn't known are left out, and `left_out` says so."""
    unknown = [name for name in used(body) if values.get(name) is None]
    kept = "\n".join(_known_lines(body, unknown)) if unknown else body
    text = _PLACEHOLDER.sub(lambda found: values[found[1].strip()] or "", kept)
    tidy = re.sub(r"\n{3,}", "\n\n", text).strip()
    return "\n\n".join(filter(None, (tidy, left_out if unknown else "")))


def _known_lines(body: str, unknown: list[str]) -> Iterator[str]:
    for line in body.split("\n"):
        kept = [part for part in _SENTENCE_END.split(line) if not set(unknown) & set(used(part))]
        if kept or not line.strip():
            yield " ".join(kept)
