"""How it is, in one sentence."""

from collections.abc import Sequence

from handlers.status.page.words import NOW, listed, opening, tidy
from handlers.status.states import State, worst
from handlers.status.world import Known

#: More than so many services are counted, not named.
NAMED = 2


def headline(known: Sequence[Known], *, measured: bool, blind: bool) -> tuple[State, str, str]:
    """The state of it all, a sentence without a full stop, and one that explains it (or nothing).

    `measured`: anything ever was; `blind`: the bot itself sees nothing.
    """
    states = [one.state for one in known]
    unknown = [one for one in known if one.state == State.UNKNOWN]
    if not known:
        return State.UNKNOWN, "No services are listed", "Once the configuration lists some, their state stands here."
    if not measured and len(unknown) == len(known):
        return State.UNKNOWN, "Nothing has been measured yet", "The first measurements come within a minute or two."
    bad = _bad(known)
    if bad:
        return worst(state for state in states if state.bad), bad, ""
    if len(unknown) == len(known):
        return State.UNKNOWN, "Nothing can be seen at the moment", _why(blind=blind)
    kept = [one for one in known if one.state == State.MAINTENANCE]
    if kept:
        return State.MAINTENANCE, opening(_sentence(kept, State.MAINTENANCE, len(known))), ""
    if unknown:
        names = (
            listed([tidy(one.service.title) for one in unknown])
            if len(unknown) <= NAMED
            else f"{len(unknown)} services"
        )
        return State.UNKNOWN, "Everything that can be seen works", f"Not known: {names}."
    return State.UP, "Everything works", ""


def _bad(known: Sequence[Known]) -> str:
    """What is wrong, the worst first."""
    parts = []
    for state in (State.DOWN, State.DEGRADED):
        those = [one for one in known if one.state == state]
        if those:
            parts.append(_sentence(those, state, len(known)))
    return opening(", and ".join(parts))


def _sentence(those: Sequence[Known], state: State, of: int) -> str:
    one, several = NOW[state]
    if len(those) > NAMED:
        count = "all" if len(those) == of else f"{len(those)} of {of}"
        return f"{count} services {several}"
    return f"{listed([tidy(each.service.title) for each in those])} {one if len(those) == 1 else several}"


def _why(*, blind: bool) -> str:
    if blind:
        return "The bot's own machine is offline: it can't tell how the services are. They may well work."
    return "There is no fresh measurement: it can't be told how the services are. They may well work."
