"""The `wiki:` part of the `faq:` section: which answers are kept in step with which pages."""

import re
from collections import Counter
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.durations import Duration

#: What happens with a change: a moderator is asked, or it is taken over without.
Apply = Literal["ask", "at_once"]

#: A wiki is somebody else's machine, and its pages don't change by the minute.
OFTEN = timedelta(minutes=1)
#: Of a page's name, in bytes; and what MediaWiki allows in none.
_LONGEST_TITLE = 255
_NOT_IN_TITLES = re.compile(r"[#<>\[\]{}|\x00-\x1f\x7f]")


def _slug(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError('expected the name of an answer, such as "money-where-goes"')
    return name


def _title(name: str) -> str:
    title = " ".join(name.replace("_", " ").split())
    if not title or _NOT_IN_TITLES.search(title) or len(title.encode()) > _LONGEST_TITLE:
        raise ValueError('expected the name of a page, such as "Main Page", without # and what is behind it')
    return title


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("expected some text, or leave the key out")
    return " ".join(text.split())


def _api(address: str) -> str:
    try:
        parts = urlsplit(address)
        proper = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        proper = False
    if not proper or not parts.path.endswith("/api.php") or "@" in parts.netloc:
        raise ValueError('expected the address of the wiki\'s api.php, such as "https://wiki.example/api.php"')
    return address


def _seldom(every: timedelta) -> timedelta:
    if every < OFTEN:
        raise ValueError('expected at least a minute, such as "1h"')
    return every


Words = Annotated[str, AfterValidator(_words)]


class Sync(BaseModel):
    """One answer, and where on the wiki its words stand."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    entry: Annotated[str, AfterValidator(_slug)] = Field(description="The answer's name.")
    page: Annotated[str, AfterValidator(_title)] = Field(description="The page's name; redirects are followed.")
    section: Words | None = Field(
        default=None, description="The section's heading; without it, what stands above the first heading."
    )
    item: Words | None = Field(
        default=None, description="The question, where the section holds several; what stands under it is the answer."
    )
    apply: Apply = Field(
        default="ask", description="`ask`: the moderators see what changed and decide; `at_once`: it is taken over."
    )


def _once(items: tuple[Sync, ...]) -> tuple[Sync, ...]:
    slug, times = max(Counter(item.entry for item in items).items(), key=lambda found: found[1], default=("", 0))
    if times > 1:
        raise ValueError(f"expected each answer once; {slug} is listed {times} times")
    return items


class Wiki(BaseModel):
    """A MediaWiki, and the answers that are kept in step with it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    api: Annotated[str, AfterValidator(_api)] = Field(description="The address of the wiki's api.php.")
    every: Annotated[Duration, AfterValidator(_seldom)] = Field(
        default=timedelta(hours=1), description="How often the pages are looked at."
    )
    sync: Annotated[tuple[Sync, ...], AfterValidator(_once)] = Field(
        default=(), description="The answers, and where their words stand."
    )

    @property
    def pages(self) -> dict[str, tuple[Sync, ...]]:
        """What is wanted of each page, so that each is read once."""
        found: dict[str, tuple[Sync, ...]] = {}
        for item in self.sync:
            found[item.page] = (*found.get(item.page, ()), item)
        return found
