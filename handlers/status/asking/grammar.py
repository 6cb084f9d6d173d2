"""Is it asked how a service is, or said that it fails here too? By a small set of sentences. Pure.

Whatever else is said fits none of them, and is left to people and to the community's answers: this looks for the
plainest ways to ask, not for all of them. The words come from `names`, with an X in the place of each named service.
"""

import re
from collections.abc import Iterator, Mapping

from handlers.status.asking import phrases

#: Longer messages are no plain question.
MOST_WORDS = 12


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def _any(text: str) -> str:
    """An alternative for each word."""
    return f"(?:{'|'.join(text.split())})"


def _grouped(pattern: str) -> str:
    """The same without groups that are remembered."""
    return re.sub(r"\((?!\?)", "(?:", pattern)


def _class(text: str) -> str:
    """A word in capitals, as a pattern: of several lines, the words of the first may come before."""
    before, *rest = _lines(text)
    if not rest:
        return _grouped(f"({before})")
    return _grouped(f"(?:{_any(before)} )*({'|'.join(rest)})")


def _compiled(text: str, classes: Mapping[str, str], around: tuple[str, str] = ("", "")) -> tuple[re.Pattern[str], ...]:
    known = {name: _class(meant) for name, meant in classes.items()} | {"S": "[XG]"}
    names = re.compile("|".join(sorted(known, key=len, reverse=True)))
    lines = (names.sub(lambda found: known[found[0]], _grouped(line)) for line in _lines(text))
    return tuple(re.compile(f"{around[0]}(?:{line}){around[1]}") for line in lines)


_OPENING = re.compile(f"(?:(?:{_any(phrases.OPENING)}|{'|'.join(map(_grouped, _lines(phrases.OPENING_PHRASES)))}) )*")
_ENDING = re.compile(f"(?: (?:{'|'.join(map(_grouped, _lines(phrases.ENDING)))}))*$")
_ASKING = re.compile(rf"{_any(phrases.ASKING)}\b")
_ASKED = {lang: _compiled(text, phrases.WORDS[lang]) for lang, text in phrases.ASKED.items()}
_AROUND = (f"(?:{_any(phrases.TOO_OPENING)} )*", f"(?: (?:{phrases.TOO_ENDING}))*")
_TOO = {kind: _compiled(text, phrases.TOO_WORDS, _AROUND) for kind, text in phrases.TOO.items()}
_GENERIC = re.compile(rf"\b{_any(phrases.GENERIC)}\b")
_ARTICLE = re.compile(rf"\b{_any(phrases.ARTICLES)} (?=[XG])")
_JOINED = re.compile(r"X(?: (?:and|or|und|oder|y|o|e|et|ou|X))* X")


def plain(named: str, *, it: bool = True) -> str:
    """The words as the sentences expect them: G stands for what has no name, and articles are gone.

    Without `it`, that is a word like others.
    """
    kept = "it" if not it else ""
    generic = _GENERIC.sub(lambda found: found[0] if found[0] == kept else "G", named)
    return _JOINED.sub("X", _ARTICLE.sub("", re.sub(r"\bdel (?=[XG])", "de ", generic)))


def language(named: str) -> str | None:
    """The language in which these words ask for, or tell, the state of X or G; None where they do neither."""
    if len(named.split()) > MOST_WORDS:
        return None
    fits = (lang for said in _cores(named) for lang, patterns in _ASKED.items() if _fits(said, patterns))
    return next(fits, None)


def _cores(named: str) -> Iterator[str]:
    """The words without courtesies around them, first with what may belong to them at their end."""
    rest = _begun(named)
    yield rest
    ended = _ENDING.search(rest)
    if ended is not None and ended[0]:
        yield rest[: ended.start()]


def _begun(named: str) -> str:
    whole = plain(named)
    opening = _OPENING.match(f"{whole} ")
    return whole[opening.end() :] if opening else whole


def _fits(said: str, patterns: tuple[re.Pattern[str], ...]) -> bool:
    return any(pattern.fullmatch(said) for pattern in patterns)


def is_question(text: str, named: str) -> bool:
    """Whether it asks rather than tells: by its mark, or by the word that it begins with."""
    return any(mark in text for mark in "?\u00bf\uff1f") or _ASKING.match(_begun(named)) is not None


def too(named: str) -> str | None:
    """How somebody says that it fails for them too: a key of `phrases.TOO`; None where nobody says so."""
    if len(named.split()) > MOST_WORDS:
        return None
    said = plain(named, it=False)
    return next((kind for kind, patterns in _TOO.items() if _fits(said, patterns)), None)
