"""Counting without names: what happened on which day, and at which step."""

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert

from bot.actions import Remember
from handlers.newcomers.tables import tally

DAY = 86_400


class What(StrEnum):
    """What is counted."""

    WELCOMED = "welcomed"
    STARTED = "started"
    FINISHED = "finished"
    #: Ended before the last step: by a word, by silence, by leaving the chat, or by being removed from the community.
    STOPPED = "stopped"
    SILENT = "silent"
    LEFT = "left"


def counted(what: What, cause: str, now: datetime, *, step: str | None = None, number: int = 0) -> Remember:
    """Count one. `cause` is the event's id, and `number` tells several apart that it causes."""
    name = hashlib.sha256(f"{what} {number} {cause}".encode()).hexdigest()
    day = int(now.timestamp() // DAY)
    return Remember(insert(tally).values(id=name, day=day, what=what.value, step=step))
