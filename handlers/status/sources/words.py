"""The words with which monitoring systems say how bad it is, and what they come to."""

import re

from handlers.status.states import Severity, State

_SEVERITIES = {
    Severity.CRITICAL: "page critical error major high fatal emergency disaster",
    Severity.WARNING: "warning warn minor medium average",
    Severity.INFO: "info none low informational information notice debug",
}
_SEVERITY = {word: severity for severity, words in _SEVERITIES.items() for word in words.split()}

_STATES = {
    State.UP: "up operational ok healthy resolved",
    State.DEGRADED: "degraded degradedperformance partialoutage hasissues slow",
    State.DOWN: "down majoroutage downtime outage",
    State.MAINTENANCE: "maintenance undermaintenance",
}
_STATE = {word: state for state, words in _STATES.items() for word in words.split()}


def bare(word: str) -> str:
    """The word's letters alone, in small ones: "Under_Maintenance" is "undermaintenance"."""
    return re.sub(r"[^a-z]", "", word[:64].lower())


def severity(word: str) -> Severity | None:
    """How much it matters; None where the word says nothing of it."""
    return _SEVERITY.get(bare(word))


def state(word: str) -> State | None:
    """How something is; None where the word says nothing of it."""
    return _STATE.get(bare(word))
