"""Files and what was changed from chat, as one bank. Pure.

The last change of an entry counts, unless it says to follow the file. When the file was changed after it, the change
still counts, but somebody is to decide: `Waiting`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: What a change is called that gives the word back to the file.
FOLLOW = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of one entry: the `number`-th of it, from 1. `before` and `after` are whole files, None where there was
    none, or is to be none. `base` is the digest of the file in the folder at that time. `at` is in seconds.
    """

    slug: str
    number: int
    before: str | None
    after: str | None
    base: str | None
    author: str
    what: str
    at: float

    @property
    def follows(self) -> bool:
        """Whether it gives the word back to the file."""
        return self.what == FOLLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An entry whose file was changed after it had been changed from chat. `file` is None where it was taken away."""

    slug: str
    edit: Edit
    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The bank's files as they count, what waits for a decision, and what has arrived in the folder meanwhile."""

    texts: Mapping[str, str]
    waiting: tuple[Waiting, ...] = ()
    arrived: tuple[Edit, ...] = ()


def digest(text: str | None) -> str | None:
    """What tells one version of a file from another."""
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def merged(files: Mapping[str, str], edits: Iterable[Edit]) -> Merged:
    """The files with the last change of each entry put over them."""
    texts, waiting, arrived = dict(files), [], []
    for edit in edits:
        file = files.get(edit.slug)
        if edit.follows:
            continue
        if edit.after == file:
            arrived.append(edit)
        elif edit.base != digest(file):
            waiting.append(Waiting(slug=edit.slug, edit=edit, file=file))
        _put(texts, edit)
    return Merged(texts=texts, waiting=tuple(waiting), arrived=tuple(arrived))


def _put(texts: dict[str, str], edit: Edit) -> None:
    if edit.after is None:
        texts.pop(edit.slug, None)
    else:
        texts[edit.slug] = edit.after
