"""`steward faq sync`: what the wiki says beside what the files say, without a chat and without changing anything."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bot.ports import Compute, Http
from handlers.faq.bank.entries import Entry
from handlers.faq.editing.diffing import patch
from handlers.faq.wiki.comparing import plain, taking
from handlers.faq.wiki.reading import Found, Read, Trouble, read
from handlers.faq.wiki.settings import Wiki

Result = TypeVar("Result")


class _Threads(Compute):
    async def run(self, work: Callable[..., Result], *args: Any) -> Result:
        """`work(*args)` in another thread."""
        return await asyncio.to_thread(work, *args)


async def differences(wiki: Wiki, entries: Mapping[str, Entry], http: Http, folder: str) -> tuple[list[str], list[str]]:
    """Differences as `git apply` takes them, and sentences on what could not be compared."""
    found = await read(wiki, {}, http, _Threads())
    troubles = [f"{one.item.entry}: {why}" for one in found if (why := _trouble(one, entries))]
    return [text for one in found if (text := _difference(one, entries, folder))], troubles


def _trouble(found: Found, entries: Mapping[str, Entry]) -> str | None:
    if found.item.entry not in entries:
        return "there is no such answer"
    return found.why if isinstance(found, Trouble) else None


def _difference(found: Found, entries: Mapping[str, Entry], folder: str) -> str | None:
    entry = entries.get(found.item.entry)
    if entry is None or not isinstance(found, Read) or plain(entry.body) == plain(found.body):
        return None
    after = taking(entry, found.body, found.at, found.item.apply).after
    return patch(f"{folder}/{entry.slug}.md", entry.text, after)
