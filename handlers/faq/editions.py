"""The bank as it is now: its files, and what was changed since; with the matcher that was fitted to it last.

A change is seen by the next event. Its words count at once; the matcher is fitted anew beside the work, while the one
before still serves: it may find an entry that is gone, which is then passed over.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import structlog

from bot.handler import Place
from bot.ports import Memory
from handlers.faq import tables
from handlers.faq.bank.entries import Bank, Entry
from handlers.faq.bank.merging import merged
from handlers.faq.bank.reading import bank_of
from handlers.faq.library import Library
from handlers.faq.matching.lexical import Lexical
from handlers.faq.matching.matcher import Matcher
from handlers.faq.settings import Settings

log = structlog.get_logger()

#: Makes the matcher for these entries. Heavy work: it runs in a thread of its own.
Fit = Callable[[Iterable[Entry]], Matcher]


@dataclass(kw_only=True)
class Editions:
    """Gives the library as it is at the moment of asking."""

    files: Bank
    settings: Settings
    place: Place
    fit: Fit
    _current: Library | None = field(default=None, init=False)
    _fitting: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self, memory: Memory) -> None:
        """Make the first edition, its matcher included."""
        first = await self._edition(memory, Lexical(()))
        self._current = replace(first, matcher=await asyncio.to_thread(self.fit, tuple(first.entries.values())))

    async def current(self, memory: Memory) -> Library:
        """The library with every change that has been committed."""
        if self._current is None:
            await self.start(memory)
        known = self._known()
        if await _version(memory) != known.version:
            self._current = await self._edition(memory, known.matcher)
            self._refit()
        return self._known()

    async def fitted(self) -> None:
        """Return once the matcher is that of the newest edition."""
        while self._fitting is not None:
            await asyncio.shield(self._fitting)

    def _known(self) -> Library:
        if self._current is None:
            raise RuntimeError("the first edition comes with start()")
        return self._current

    def _refit(self) -> None:
        if self._fitting is None:
            self._fitting = asyncio.create_task(self._fit_newest())

    async def _fit_newest(self) -> None:
        """Fit until what is fitted is the newest."""
        fitted: int | None = None
        try:
            while (library := self._known()).version != fitted:
                matcher = await asyncio.to_thread(self.fit, tuple(library.entries.values()))
                fitted = library.version
                self._current = replace(self._known(), matcher=matcher)
        except Exception:
            # The matcher before still serves; the next change tries again.
            log.exception("not_fitted")
        finally:
            self._fitting = None

    async def _edition(self, memory: Memory, matcher: Matcher) -> Library:
        # The version is read first: what comes in between is then seen by the next event.
        version = await _version(memory)
        edits = [tables.edit_of(row) for row in await memory.rows(tables.latest_edits())]
        together = merged(self.files.files, edits)
        bank = bank_of(together.texts, str(self.settings.folder))
        return Library(
            entries={entry.slug: entry for entry in bank.entries},
            matcher=matcher,
            settings=self.settings,
            place=self.place,
            version=version,
            files=self.files.files,
            edits={edit.slug: edit for edit in edits},
            waiting=together.waiting,
            arrived=together.arrived,
            broken=(self.files.unread | together.texts.keys()) - {entry.slug for entry in bank.entries},
            whole=self.files.whole,
            fit=self.fit,
        )


async def _version(memory: Memory) -> int:
    rows = await memory.rows(tables.edits_count())
    return int(rows[0][0]) if rows else 0
