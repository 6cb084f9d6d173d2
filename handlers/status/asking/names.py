"""What people call services: typed behind a command, or somewhere in a sentence. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from bot.commands import nearest
from bot.handler import Service

#: What stands after this many characters isn't looked at.
LONGEST = 300
_ADDRESS = re.compile(r"https?://(?:www\.)?([\w.-]{1,100})\S*")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
#: French words that lose their vowel before the next one; English endings stay where they are.
_ELIDED = re.compile(r"\b([^\W\d_]{1,2})'(?!(?:ll|ve|re|d|m|s|t)\b)")
_ARTICLES = ("the ", "our ", "das ", "der ", "die ", "el ", "la ", "le ", "les ", "los ")


def tokens(text: str) -> list[str]:
    """The words in small letters, without accents and apostrophes; of an address, those of its host."""
    plain = _ADDRESS.sub(r"\1", text[:LONGEST]).replace("\u2019", "'")
    folded = unicodedata.normalize("NFKD", plain).casefold()
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return [word.replace("'", "") for word in _WORD.findall(_ELIDED.sub(r"\1 ", bare))]


def names_of(service: Service) -> tuple[str, ...]:
    """All that it is called, as words with a space between them; its address's host is among them."""
    host = (urlsplit(service.url).hostname or "").removeprefix("www.")
    called = (service.name, service.title, without_article(service.title), *service.known_as, host)
    return tuple(dict.fromkeys(name for one in called if (name := " ".join(tokens(one)))))


def without_article(title: str) -> str:
    """The title without what stands before it."""
    return next((title[len(one) :] for one in _ARTICLES if title.lower().startswith(one)), title)


def pick(typed: str, services: Sequence[Service]) -> Service | None:
    """The service that is called exactly so; the first, where two are."""
    name = " ".join(tokens(without_article(typed.strip())))
    return next((service for service in services if name and name in names_of(service)), None)


def near(typed: str, services: Sequence[Service]) -> Service | None:
    """The service that was probably meant."""
    called = {name: service for service in reversed(services) for name in names_of(service)}
    found = nearest(" ".join(tokens(typed)), tuple(called))
    return called[found] if found else None


def mentioned(text: str, services: Sequence[Service]) -> tuple[str, tuple[Service, ...]]:
    """The words with an X in the place of each service that is named, and those services.

    Where one name is part of another, the longer one counts.
    """
    called = {name: service for service in reversed(services) for name in names_of(service)}
    rest, found = f" {' '.join(tokens(text))} ", []
    for name in sorted(called, key=len, reverse=True):
        while f" {name} " in rest:
            rest = rest.replace(f" {name} ", " X ")
            found.append(called[name])
    return " ".join(rest.split()), _in_order(found, services)


def _in_order(found: Iterable[Service], services: Sequence[Service]) -> tuple[Service, ...]:
    names = {service.name for service in found}
    return tuple(service for service in services if service.name in names)
