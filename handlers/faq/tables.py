"""What the handler remembers: answers given, questions that wait out their grace, and who wants to be left alone.

Times are seconds since 1970 in UTC. No text of anybody's is kept.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Float, Integer, MetaData, Select, String, Table, Text, delete, func, insert, or_, select

from bot.actions import Remember
from handlers.faq.bank.merging import Edit

#: As long as the engine knows its own messages; after that nothing can be corrected or linked to.
GIVEN_KEPT = timedelta(days=30)
#: A question that waits longer than this was asked before a long absence.
PENDING_KEPT = timedelta(days=1)

metadata = MetaData()

given = Table(
    "faq_given",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("room", String(255), nullable=False, index=True),
    Column("slug", String(255), nullable=False),
    Column("phrasing", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("at", Float, nullable=False, index=True),
)
pending = Table(
    "faq_pending",
    metadata,
    Column("question", String(255), primary_key=True),
    Column("sender", String(255), nullable=False),
    Column("at", Float, nullable=False),
)
#: Every change of the bank that didn't come with its files, for good. `before` and `after` are whole files.
edits = Table(
    "faq_edits",
    metadata,
    Column("slug", String(255), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("before", Text),
    Column("after", Text),
    Column("base", String(64)),
    Column("author", String(255), nullable=False),
    Column("what", String(32), nullable=False),
    Column("at", Float, nullable=False),
)
opted_out = Table("faq_opted_out", metadata, Column("person", String(255), primary_key=True))

TABLES = (given, pending, edits, opted_out)


def note_given(*, key: str, room: str, slug: str, phrasing: str, score: float, now: datetime) -> tuple[Remember, ...]:
    """Remember which answer was given under this key; the newest word on a key counts."""
    row = {"key": key, "room": room, "slug": slug, "phrasing": phrasing, "score": score, "at": now.timestamp()}
    old = (now - GIVEN_KEPT).timestamp()
    return (
        Remember(delete(given).where(or_(given.c.key == key, given.c.at < old))),
        Remember(insert(given).values(**row)),
    )


def forget_given(key: str) -> Remember:
    """The answer under this key is gone."""
    return Remember(delete(given).where(given.c.key == key))


def note_pending(question: str, sender: str, now: datetime) -> tuple[Remember, ...]:
    """Remember that this question waits for an answer, and whose it is."""
    old = (now - PENDING_KEPT).timestamp()
    return (
        Remember(delete(pending).where(or_(pending.c.question == question, pending.c.at < old))),
        Remember(insert(pending).values(question=question, sender=sender, at=now.timestamp())),
    )


def forget_pending(question: str) -> Remember:
    """The question waits no longer."""
    return Remember(delete(pending).where(pending.c.question == question))


def note_opted_out(person: str, *, out: bool) -> tuple[Remember, ...]:
    """Remember whether this person wants to be left alone."""
    gone = Remember(delete(opted_out).where(opted_out.c.person == person))
    return (gone, Remember(insert(opted_out).values(person=person))) if out else (gone,)


def note_edit(edit: Edit) -> Remember:
    """Keep a change. Where somebody else's got the same number, the decision is made again."""
    return Remember(insert(edits).values({column.name: getattr(edit, column.name) for column in edits.columns}))


def edits_count() -> Select[Any]:
    """How many changes there are: one more tells that the bank is another."""
    return select(func.count()).select_from(edits)


def latest_edits() -> Select[Any]:
    """The last change of each entry."""
    last = select(edits.c.slug, func.max(edits.c.number).label("number")).group_by(edits.c.slug).subquery()
    same = (edits.c.slug == last.c.slug) & (edits.c.number == last.c.number)
    return select(edits).join(last, same).order_by(edits.c.slug)


def edits_of(slug: str) -> Select[Any]:
    """All changes of this entry, the last first."""
    return select(edits).where(edits.c.slug == slug).order_by(edits.c.number.desc())


def edit_of(row: Any) -> Edit:
    """A row of these as a value."""
    return Edit(**{column.name: getattr(row, column.name) for column in edits.columns})


def given_under(key: str) -> Select[Any]:
    """The answer given under this key."""
    return select(given).where(given.c.key == key)


def given_lately(room: str, slug: str, since: datetime) -> Select[Any]:
    """The answers from this entry in this room since then, the first of them first."""
    wanted = (given.c.room == room, given.c.slug == slug, given.c.at > since.timestamp())
    return select(given).where(*wanted).order_by(given.c.at)


def waiting(question: str) -> Select[Any]:
    """This question, if it still waits."""
    return select(pending).where(pending.c.question == question)


def left_alone(person: str) -> Select[Any]:
    """This person, if they opted out."""
    return select(opted_out).where(opted_out.c.person == person)
