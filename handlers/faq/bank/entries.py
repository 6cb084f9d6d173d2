"""What the bank is made of: entries, each an answer with the ways to ask for it."""

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
    community last checked it, `rooms` are the names of the only rooms it is for, `live` is the service it asks about.
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

    @property
    def title(self) -> str:
        """The first phrasing."""
        return self.questions[0].text


@dataclass(frozen=True, slots=True)
class Bank:
    """All usable entries by slug; what was wrong with the others, and what could be better, each a line."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
