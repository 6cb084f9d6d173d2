"""`!faq why`: what was found for a text, and what the bot would do with it. Pure."""

from collections.abc import Sequence
from typing import Any

from bot.markdown import escape
from handlers.faq.library import Found
from handlers.faq.matching.confidence import NEAR, SURE, UNASKED

THRESHOLDS = f"Answered when asked from {SURE}, a choice from {NEAR}, unasked from {UNASKED}."

NOT_KEPT = "Which answer came second isn't kept; `faq why` and the question tells how it stands now."


def explained(found: Sequence[Found], silence: str | None) -> str:
    """The best entry, the runner-up, and whether the bot would have spoken; `silence` is why it wouldn't look."""
    if not found:
        return "No word of it is in any entry."
    best, *others = found
    held = [_line("Held back", other) for other in others[1:] if other.match.look_alike]
    lines = [_line("Best", best), *(_line("Runner-up", other) for other in others[:1]), *held[:1]]
    return "\n\n".join([*lines, f"Asked: {_asked(best)}. Unasked: {_unasked(best, silence)}.", THRESHOLDS])


def explained_given(row: Any) -> str:
    """Why an answer of ours was given, from what was remembered of it."""
    if not row.slug:
        return "Nothing was near enough to the question, as it stands now."
    if row.phrasing.startswith("("):  # by `by_name`: nothing was matched
        return f"It came from `{row.slug}` {escape(row.phrasing)}."
    nearest = f'nearest to "{escape(row.phrasing)}", score {row.score:.2f}'
    return f"It came from `{row.slug}`: {nearest}. {NOT_KEPT}\n\n{THRESHOLDS}"


def _line(place: str, found: Found) -> str:
    match = found.match
    held = f'; held back by its look-alike "{escape(match.look_alike)}"' if match.look_alike else ""
    return f'{place}: `{match.slug}`, nearest to "{escape(match.phrasing)}", score {match.score:.2f}{held}.'


def _asked(best: Found) -> str:
    if best.sure:
        return f"answered with `{best.match.slug}`"
    return "a choice of titles" if best.near else '"I don\'t know"'


def _unasked(best: Found, silence: str | None) -> str:
    if silence is not None:
        return f"silent ({silence})"
    return "answered after the grace period" if best.match.score >= UNASKED else "silent (not sure enough)"
