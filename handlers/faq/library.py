"""The opened bank: entries by slug, the matcher over them, and for whom they are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bot.handler import Place
from handlers.faq.bank.entries import Entry
from handlers.faq.bank.merging import Edit, Waiting, digest
from handlers.faq.matching.confidence import NEAR, SURE
from handlers.faq.matching.fitting import Fitting
from handlers.faq.matching.matcher import Match, Matcher
from handlers.faq.matching.model import loaded
from handlers.faq.settings import Settings

#: Entries for other rooms are passed over; so many are looked at to find some that are for this one.
LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that may answer, and how it was found."""

    entry: Entry
    match: Match

    @property
    def sure(self) -> bool:
        """Whether it is given to somebody who asked."""
        return self.match.score >= SURE

    @property
    def near(self) -> bool:
        """Whether anything is near at all."""
        return self.match.score >= NEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What every part of this handler works with: the bank at one moment.

    `version` tells one from the next. `files` are the texts in the folder, `edits` the last change of each entry that
    has any, `waiting` those whose file was changed after it, `arrived` those that the folder has by now. `broken` are
    the names of entries that are there and can't be used; `whole`: the folder could be read. `fit` makes a matcher for
    other entries: heavy work.
    """

    entries: Mapping[str, Entry]
    matcher: Matcher
    settings: Settings
    place: Place
    version: int = 0
    files: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, Edit] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    arrived: tuple[Edit, ...] = ()
    broken: frozenset[str] = frozenset()
    whole: bool = True
    fit: Callable[[Iterable[Entry]], Matcher] = field(default_factory=lambda: matcher)

    @classmethod
    def of(cls, entries: Iterable[Entry], settings: Settings, place: Place) -> Self:
        """The library of these entries."""
        known = {entry.slug: entry for entry in entries}
        return cls(entries=known, matcher=matcher(known.values()), settings=settings, place=place)

    def find(self, text: str, room: str | None) -> tuple[Found, ...]:
        """The likeliest entries for this text in the room with this name, the best first."""
        matches = self.matcher.match(text, LOOKED_AT)
        # The matcher may be of an edition before, and find what is gone.
        found = (Found(self.entries[match.slug], match) for match in matches if match.slug in self.entries)
        return tuple(one for one in found if self.is_for(one.entry, room))

    def named(self, name: str) -> Entry | None:
        """The entry with this name, or this other name."""
        return self.entries.get(name) or next((one for one in self.entries.values() if name in one.aliases), None)

    def is_gone(self, slug: str) -> bool:
        """Whether this entry was taken away: by a change, or with its file. What can't be read isn't gone."""
        last = self.edits.get(slug)
        if last is not None and not last.follows:
            return last.after is None
        return slug not in self.entries and slug not in self.broken and self.whole

    def edit(self, slug: str, after: str | None, *, author: str, what: str, now: datetime) -> Edit:
        """The change that makes this of an entry, as the next one of it."""
        before = self.entries.get(slug)
        last = self.edits.get(slug)
        return Edit(
            slug=slug,
            number=last.number + 1 if last else 1,
            before=before.text if before else None,
            after=after,
            base=digest(self.files.get(slug)),
            author=author,
            what=what,
            at=now.timestamp(),
        )

    def is_for(self, entry: Entry, room: str | None) -> bool:
        """Whether this entry answers in the room with this name. None: a private chat, or no room at all."""
        return not entry.rooms or room in entry.rooms


#: Makes a matcher without a model of the language.
matcher: Fitting = Fitting()


def fitting_of(settings: Settings, place: Place, *, keep: bool = True) -> tuple[Fitting, str | None]:
    """What makes matchers here, and why it has no model, if so. `keep`: in the bot's folder, what takes long."""
    folder = place.root / settings.model
    model, why = loaded(folder)
    kept = place.data / "matching" if place.data is not None and keep else None
    return Fitting(model=model, folder=kept, seed=folder), why
