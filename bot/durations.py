"""Durations as people write them in the config and in commands: 20s, 15m, 2h, 1d."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

EXPECTED = 'expected a duration such as "20s", "15m", "2h" or "1d", or a whole number of seconds such as 90'

#: Anything longer is a slip of the keyboard, and would carry dates beyond what `datetime` holds.
LONGEST = timedelta(days=3650)

_UNITS = {"": "seconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_WRITTEN = re.compile(r"([0-9]{1,9}) ?([smhd]?)")


def duration(written: object) -> timedelta:
    """The time span that `written` (text, seconds or a timedelta) stands for. ValueError says what is expected."""
    span = written if isinstance(written, timedelta) else _parsed(written)
    if span < timedelta(0):
        raise ValueError(EXPECTED)
    if span > LONGEST:
        raise ValueError(f"expected at most {LONGEST.days}d")
    return span


def _parsed(written: object) -> timedelta:
    # `True` is an int to Python, and no number of seconds to anybody else.
    text = str(written) if isinstance(written, str | int) and not isinstance(written, bool) else ""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(EXPECTED)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


#: For settings' models: `grace: Duration = timedelta(seconds=20)`.
Duration = Annotated[timedelta, BeforeValidator(duration)]
