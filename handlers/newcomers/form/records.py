"""Who is written to once the form works again: a row for each person, for as long as they wait."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from bot.actions import Remember
from bot.ports import Memory
from handlers.newcomers.tables import forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who waits for the form, in their language, since when."""

    person: str
    lang: str
    since: datetime


async def waiting(memory: Memory) -> list[Waiting]:
    """All who wait, those who have waited longest first."""
    rows = await memory.rows(select(forms).order_by(forms.c.since, forms.c.person))
    return [Waiting(person=row.person, lang=row.lang, since=datetime.fromtimestamp(row.since, UTC)) for row in rows]


async def waits(memory: Memory, person: str) -> bool:
    """Whether this person waits."""
    return bool(await memory.rows(select(forms.c.person).where(forms.c.person == person)))


def wait(one: Waiting) -> Remember:
    """They wait from now on. Who waits already collides, and it is decided again."""
    return Remember(insert(forms).values(person=one.person, lang=one.lang, since=one.since.timestamp()))


def over(one: Waiting) -> Remember:
    """They wait no longer, because they are told now. Where they don't any more, it is decided again."""
    return Remember(delete(forms).where(forms.c.person == one.person), must_change=True)


def forget(person: str) -> Remember:
    """They aren't written to, whether they wait or not."""
    return Remember(delete(forms).where(forms.c.person == person))
