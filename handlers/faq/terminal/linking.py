"""Whether the answers' links lead somewhere, looked at one after the other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.handler import Desk
from handlers.faq.bank.entries import Entry
from handlers.faq.review.links import failure, of_bank
from handlers.faq.review.records import GONE

#: Between two requests, in seconds: most links lead to the same wiki.
PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Links:
    """Those that lead nowhere, and those that can't be reached just now, each a line."""

    dead: tuple[str, ...]
    unreached: tuple[str, ...]


def looked_at(entries: Sequence[Entry], desk: Desk, config: Path) -> Links:
    """Look at every link once."""
    return asyncio.run(_look(entries, desk, config))


async def _look(entries: Sequence[Entry], desk: Desk, config: Path) -> Links:
    found = [one async for one in _failing(entries, desk, config)]
    dead = tuple(line for line, why in found if why.startswith(GONE))
    return Links(dead=dead, unreached=tuple(line for line, why in found if not why.startswith(GONE)))


async def _failing(entries: Sequence[Entry], desk: Desk, config: Path) -> AsyncIterator[tuple[str, str]]:
    async with desk.http(config) as http:
        for url, slugs in of_bank(entries).items():
            why = await failure(url, http)
            if why is not None:
                yield f"{', '.join(slugs)}: {url}: {why}", why
            await asyncio.sleep(PAUSE)
