"""What was seen of the form lately: in memory alone, since it is soon seen anew."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look has shown. `works` is None where it couldn't be seen; `evidence` is words, no Markdown.

    `sure`: it rests on more than this one look.
    """

    works: bool | None
    measured: datetime
    evidence: str = ""
    sure: bool = False


@dataclass(slots=True, kw_only=True)
class Looks:
    """The bot's own `latest` look, and the lock for the next one, so that whoever asks meanwhile shares it.

    `well`: since when every look, by whomever, has shown that the form works; None while it doesn't.
    """

    latest: Look | None = None
    well: datetime | None = None
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
