"""How sure is sure enough: the thresholds, and the curve that brings a matcher's own measure to their scale."""

from bisect import bisect_right
from dataclasses import dataclass

#: Below this, nothing is near: "I don't know".
NEAR = 0.25
#: From here on the best entry is given to somebody who asked the bot; between the two, a choice is offered.
SURE = 0.5
#: As sure as one can be that a choice is to be offered.
BELOW_SURE = 0.49
#: From here on the bot speaks without having been asked.
UNASKED = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A matcher's raw measure at each threshold, and where it counts as certain.

    The four are read off a bank, not guessed, by what may go wrong with questions that the bank has no answer to
    (see `calibration`).
    """

    near: float
    sure: float
    unasked: float
    top: float

    def score(self, raw: float) -> float:
        """The raw measure on the common scale, straight between the four points."""
        measured = (0.0, self.near, self.sure, self.unasked, self.top)
        scores = (0.0, NEAR, SURE, UNASKED, 1.0)
        if raw <= 0:
            return 0.0
        if raw >= self.top:
            return 1.0
        step = bisect_right(measured, raw) - 1
        share = (raw - measured[step]) / (measured[step + 1] - measured[step])
        return scores[step] + share * (scores[step + 1] - scores[step])
