"""What the form brings to the handler."""

from collections.abc import Mapping
from functools import partial

from bot.handler import OnEvent
from handlers.newcomers.desk import Desk
from handlers.newcomers.form import waiting

#: What recurs.
JOBS = (waiting.JOB,)
#: What became of messages, by what their key begins with.
OUTCOMES: Mapping[str, OnEvent] = {waiting.BACK: waiting.on_outcome}
#: What was chosen, by what its key begins with.
CHOICES: Mapping[str, OnEvent] = {waiting.FORM: waiting.on_chosen}


def ticks(desk: Desk) -> Mapping[str, OnEvent]:
    """What comes due, by what its key begins with."""
    return {waiting.FORM: partial(waiting.on_tick, desk)}
