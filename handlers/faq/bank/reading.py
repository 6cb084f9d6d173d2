"""A folder of Markdown files, one for each answer → the bank. A broken file never stops the others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from handlers.faq.bank.checking import Problem, checked
from handlers.faq.bank.entries import Bank, Entry, Phrasing
from handlers.faq.bank.names import RESERVED
from handlers.faq.matching import text

#: An answer is a few lines; what is larger was put there by mistake.
LARGEST = 64 * 1024
#: A change of one entry leaves the others as they were read before.
_checked = lru_cache(maxsize=8192)(checked)
#: With fewer phrasings than this, hardly anybody's words are among them.
FEW = 3


def read_bank(folder: Path, shown: str | None = None) -> Bank:
    """The bank in this folder; `shown` is how problems call it. Never raises."""
    shown = shown or folder.name
    if not folder.is_dir():
        missing = f"{shown}: no such folder; expected a folder of Markdown files, one for each answer"
        return Bank(problems=(missing,), whole=False)
    files: dict[str, str] = {}
    problems: list[str] = []
    unread: set[str] = set()
    try:
        paths = _files(folder)
    except OSError as error:
        why = f"{shown}: can't be read ({error.strerror}); expected a readable folder"
        return Bank(problems=(why,), whole=False)
    for path in paths:
        match _read(path, folder):
            case str(text):
                files[path.stem] = text
            case Problem(line, why):
                problems.append(f"{shown}/{path.name}:{line}: {why}")
                unread.add(path.stem)
    read = bank_of(files, shown)
    return replace(read, problems=(*problems, *read.problems), unread=frozenset(unread))


def bank_of(files: Mapping[str, str], shown: str) -> Bank:
    """The bank that these files are, by their names without ".md". Never raises."""
    entries: list[Entry] = []
    problems: list[str] = []
    for slug, written in files.items():
        entry, found = _checked(slug, written)
        problems += (f"{shown}/{slug}.md:{problem.line}: {problem.text}" for problem in found)
        entries += [entry] if entry else []
    problems += (*_named_twice(entries, shown), *_named_like_a_command(entries, shown))
    entries = _told_apart(entries)
    warnings = (*_asked_twice(entries, shown), *_rarely_asked(entries, shown), *_in_no_language(entries, shown))
    # An empty folder is rather one whose disk isn't there than one without answers.
    whole = bool(files)
    return Bank(entries=tuple(entries), files=files, problems=tuple(problems), warnings=warnings, whole=whole)


def _files(folder: Path) -> list[Path]:
    """The Markdown files; the folder's own README and hidden files are no entries."""
    # Not `glob`, for which a folder that can't be read is an empty one.
    found = (path for path in folder.iterdir() if path.name.endswith(".md") and not path.name.startswith("."))
    return sorted(path for path in found if path.name.casefold() != "readme.md")


def _read(path: Path, folder: Path) -> str | Problem:
    try:
        # What lies outside was not meant to be read out in a chat.
        if not path.resolve(strict=True).is_relative_to(folder.resolve()):
            return Problem(1, "a link that leads out of the folder; expected a file in it")
        if not path.is_file():
            return Problem(1, "not a file; expected a Markdown file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, RuntimeError) as error:
        # Before Python 3.13 a link that leads to itself is a RuntimeError.
        why = getattr(error, "strerror", None) or "a link in a circle"
        return Problem(1, f"can't be read ({why}); expected a readable file")
    if len(content) > LARGEST:
        return Problem(1, f"larger than {LARGEST // 1024} KiB; expected a short answer")
    return _decoded(content)


def _decoded(content: bytes) -> str | Problem:
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Problem(line, "not UTF-8; expected a text file saved as UTF-8")
    return written.replace("\r\n", "\n")


def _named_twice(entries: Iterable[Entry], shown: str) -> Iterator[str]:
    """An alias that is another entry's name, or alias: it would be a matter of luck which one is given."""
    owners = _owners(entries)
    for entry in entries:
        for alias in entry.aliases:
            if owners[alias] != entry.slug:
                taken = f"the alias {alias} is a name of {owners[alias]} already and is left out; expected another"
                yield f"{shown}/{entry.slug}.md:1: {taken}"


def _named_like_a_command(entries: Iterable[Entry], shown: str) -> Iterator[str]:
    """Names by which an entry can't be asked for."""
    for entry in entries:
        for name in (entry.slug, *entry.aliases):
            if name in RESERVED:
                yield f"{shown}/{entry.slug}.md:1: the name {name} is a command behind `faq`; expected another"


def _told_apart(entries: Iterable[Entry]) -> list[Entry]:
    """The entries, each with the aliases that are its own."""
    owners = _owners(entries)
    own = ((entry, tuple(alias for alias in entry.aliases if owners[alias] == entry.slug)) for entry in entries)
    return [entry if aliases == entry.aliases else replace(entry, aliases=aliases) for entry, aliases in own]


def _owners(entries: Iterable[Entry]) -> dict[str, str]:
    """Whose each name is: an entry's own comes first, then the alias of the first in the alphabet."""
    owners = {entry.slug: entry.slug for entry in entries}
    for entry in sorted(entries, key=lambda one: one.slug):
        for alias in entry.aliases:
            owners.setdefault(alias, entry.slug)
    return owners


def _asked_twice(entries: Iterable[Entry], shown: str) -> Iterator[str]:
    """The same words in two entries: neither would be given for them."""
    owners: dict[str, list[tuple[Entry, Phrasing]]] = defaultdict(list)
    for entry in entries:
        for phrasing in entry.questions:
            owners[" ".join(text.words(phrasing.text))].append((entry, phrasing))
    for (first, one), *others in owners.values():
        for entry, phrasing in others:
            where = f"{shown}/{entry.slug}.md:{phrasing.line}"
            if entry.slug != first.slug:
                yield f'{where}: "{phrasing.text}" also stands in {first.slug}.md:{one.line}; expected in one of them'


def _in_no_language(entries: Sequence[Entry], shown: str) -> Iterator[str]:
    """Answers that nobody gets, since none is asked for in their language; and codes that look like a slip."""
    used = Counter(phrasing.lang for entry in entries for phrasing in entry.questions)
    for entry in entries:
        asked = {phrasing.lang for phrasing in entry.questions}
        for lang in sorted(set(entry.translations) - asked):
            yield f"{shown}/{entry.slug}.md:1: an answer in {lang}, but no question; add some that begin with {lang}:"
        for phrasing in entry.questions:
            if used[phrasing.lang] == 1 and len(entries) > 1 and phrasing.lang != "en":
                where = f"{shown}/{entry.slug}.md:{phrasing.line}"
                yield f"{where}: the only line in {phrasing.lang}; is it a slip of the keyboard?"


def _rarely_asked(entries: Iterable[Entry], shown: str) -> Iterator[str]:
    for entry in entries:
        if len(entry.questions) < FEW:
            where = f"{shown}/{entry.slug}.md:{entry.questions[0].line}"
            yield f"{where}: fewer than {FEW} phrasings; add people's own words for it"
