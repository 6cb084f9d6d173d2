"""Waiting no longer for what goes on."""

import asyncio
from typing import Any, TypeVar

Result = TypeVar("Result")


async def within(seconds: float, work: "asyncio.Task[Result]") -> Result:
    """What comes of it. Raises TimeoutError after so many seconds, and leaves the work to itself.

    `asyncio.timeout` would cancel it, and wait until it has ended all the same: a statement that another process holds
    up in SQLite can't be cut short.
    """
    work.add_done_callback(_seen)
    await asyncio.wait([work], timeout=seconds)
    if not work.done():
        raise TimeoutError
    return work.result()


def _seen(work: "asyncio.Task[Any]") -> None:
    """Nobody may be left to whom its error would say anything."""
    if not work.cancelled():
        work.exception()
