"""What is remembered of each answer that is kept in step with the wiki."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, insert, select, update

from bot.actions import Remember
from handlers.faq.tables import wiki
from handlers.faq.wiki.settings import Sync


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How an answer stood to the wiki when it was last looked at.

    `place` is where it stands, `mark` and `etag` the state of the page. `taken` are the words that both had when they
    last had the same, `seen` the newest of the wiki's that the moderators were shown. `trouble` is why nothing could be
    read, `since` when (in seconds), `told` whether the operators know. `at` is when this was written.
    """

    place: str = ""
    mark: str | None = None
    etag: str | None = None
    taken: str | None = None
    seen: str | None = None
    trouble: str | None = None
    since: float | None = None
    told: bool = False
    at: float = 0.0


def place_of(item: Sync) -> str:
    """Where an answer stands, so that another place is noticed."""
    return f"{item.page}#{item.section or ''}#{item.item or ''}"


def all_states() -> Select[Any]:
    """What is remembered of every answer."""
    return select(wiki)


def states_of(rows: Sequence[Any]) -> dict[str, State]:
    """These rows, by the answers' names."""
    names = [column.name for column in wiki.columns if column.name != "slug"]
    return {row.slug: State(**{name: getattr(row, name) for name in names}) for row in rows}


def noted(slug: str, before: State | None, after: State) -> tuple[Remember, ...]:
    """Remember this. Made again where somebody else has looked meanwhile, so that nothing is asked twice."""
    if before is None:
        return (Remember(insert(wiki).values(slug=slug, **asdict(after))),)
    if asdict(before) | {"at": after.at} == asdict(after):
        return ()
    same = (wiki.c.slug == slug) & (wiki.c.at == before.at)
    return (Remember(update(wiki).where(same).values(**asdict(after)), must_change=True),)
