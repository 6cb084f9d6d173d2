"""What comes of reading a body: reports, or the reason why there are none."""

from dataclasses import dataclass

from bot.errors import StewardError
from handlers.status.report import Report

#: The remark of a test that somebody has their monitoring send: it reports nothing.
TEST = "a test notification has arrived"


class UnreadableError(StewardError):
    """Nobody can make anything of a body. `str(error)` is a phrase about its shape; it never quotes the body."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a body reports, in order, and what the operators are to know beside that: a phrase, or nothing."""

    reports: tuple[Report, ...] = ()
    remark: str = ""


def together(*remarks: str) -> str:
    """All that is to be remarked, as one phrase."""
    return "; ".join(remark for remark in remarks if remark)
