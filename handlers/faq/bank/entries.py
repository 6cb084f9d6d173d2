"""What the bank is made of: entries, each an answer with the ways to ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A way to ask, and its language. `line` is where it stands in its file."""

    text: str
    lang: str = "en"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An answer with the ways to ask for it. The first of them is the title; the file's name is the slug.

    `not_` are look-alikes that it must not answer, `as_of` is when the source said so, `reviewed` when a person of the
    community last checked it, `rooms` are the names of the only rooms it is for, `live` is the service it asks about,
    `aliases` are other names of it, `translations` are the answer in other languages, by their codes, `text` is the
    whole file.
    """

    slug: str
    questions: tuple[Phrasing, ...]
    body: str
    not_: tuple[Phrasing, ...] = ()
    source: str | None = None
    as_of: str | None = None
    reviewed: str | None = None
    topic: str = "other"
    rooms: tuple[str, ...] = ()
    live: str | None = None
    aliases: tuple[str, ...] = ()
    translations: Mapping[str, str] = field(default_factory=dict)
    text: str = field(default="", compare=False, repr=False)

    @property
    def title(self) -> str:
        """The first phrasing."""
        return self.questions[0].text

    def title_in(self, lang: str) -> str:
        """The first phrasing in this language, where there is one, else the title."""
        return next((one.text for one in self.questions if one.lang == lang), self.title)

    def answer_in(self, lang: str) -> str:
        """The answer in this language, where it is translated, else as it is."""
        return self.translations.get(lang, self.body)


@dataclass(frozen=True, slots=True)
class Bank:
    """All usable entries; what was wrong with the others, and what could be better, each a line.

    `files` are the texts of all that could be read, usable or not, by their names. `unread` are the names of those that
    couldn't be; `whole`: the folder itself could, so that what is in neither is gone.
    """

    entries: tuple[Entry, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    whole: bool = True
