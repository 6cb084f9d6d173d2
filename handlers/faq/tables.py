"""What the handler remembers: answers given, questions that wait out their grace, and who wants to be left alone.

Times are seconds since 1970 in UTC. The one text of anybody's that is kept is that of `misses`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

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
    Column("lang", String(16)),
    # Of the answer's text in the bank, so that a correction is noticed; none where it was something measured.
    Column("digest", String(64)),
    # The titles that were offered, by their slugs.
    Column("offered", Text),
    # The entry that was mentioned as the answer to a second question.
    Column("other", String(255)),
)
pending = Table(
    "faq_pending",
    metadata,
    Column("question", String(255), primary_key=True),
    Column("sender", String(255), nullable=False),
    Column("room", String(255)),
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
    Column("at", Float, nullable=False, index=True),
)
#: What was put before the moderators, by a key that is one of a kind: suggestions, with whose they are and where they
#: are told what became of them, and files that were changed after their entry had been changed from chat.
proposals = Table(
    "faq_proposals",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("person", String(255), index=True),
    Column("room", String(255)),
    Column("message", String(255)),
    Column("thread", String(255)),
    Column("slug", String(255), nullable=False),
    Column("at", Float, nullable=False),
    Column("open", Boolean, nullable=False, server_default=false()),
    # The keys of the questions that show a suggestion, the open one last, and when that one's time is over.
    Column("asks", Text),
    Column("until", Float),
)
opted_out = Table("faq_opted_out", metadata, Column("person", String(255), primary_key=True))
#: What people make of answers, by the event that says so. `what` is one of those in `records`; `voter` is a salted
#: digest of the person, so that each has one vote.
ratings = Table(
    "faq_ratings",
    metadata,
    Column("event", String(255), primary_key=True),
    Column("key", String(255), nullable=False, index=True),
    Column("slug", String(255), nullable=False),
    Column("what", String(16), nullable=False),
    Column("voter", String(128)),
    Column("at", Float, nullable=False),
)
#: Questions without an answer: the text alone, by the event id of the message, so that it goes with the message.
misses = Table(
    "faq_misses",
    metadata,
    Column("question", String(255), primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Float, nullable=False),
)
#: Links of the bank: when each was looked at last, since when it fails, and why.
links = Table(
    "faq_links",
    metadata,
    Column("url", String(2000), primary_key=True),
    Column("checked", Float, nullable=False),
    Column("failing", Float),
    Column("why", String(64), nullable=False),
)
#: Pairs of entries that are taken for each other, as last measured.
confused = Table(
    "faq_confused",
    metadata,
    Column("owner", String(255), primary_key=True),
    Column("other", String(255), primary_key=True),
    Column("count", Integer, nullable=False),
)
#: What was taken off the review list and isn't gone by that.
reviewed = Table(
    "faq_reviewed",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("at", Float, nullable=False),
)

#: How each answer stands to the wiki that it is kept in step with; see `wiki.state`.
wiki = Table(
    "faq_wiki",
    metadata,
    Column("slug", String(255), primary_key=True),
    Column("place", Text, nullable=False),
    Column("mark", Text),
    Column("etag", Text),
    Column("taken", Text),
    Column("seen", Text),
    Column("trouble", Text),
    Column("since", Float),
    Column("told", Boolean, nullable=False, server_default=false()),
    Column("at", Float, nullable=False),
)

TABLES = (given, pending, edits, proposals, opted_out, ratings, misses, links, confused, reviewed, wiki)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Something that was said to a question under `key`: an answer, or without a `slug` that there is none.

    `lang` is the language that it was said in, `digest` that of the answer, `offered` the slugs of a choice, `other`
    the slug of the answer to a second question, which was mentioned.
    """

    key: str
    room: str
    slug: str = ""
    phrasing: str = ""
    score: float = 0.0
    lang: str = "en"
    digest: str | None = None
    offered: tuple[str, ...] = ()
    other: str = ""


def note_given(said: Given, now: datetime) -> tuple[Remember, ...]:
    """Remember what was said under this key; the newest word on a key counts."""
    row = {
        name: getattr(said, name) for name in ("key", "room", "slug", "phrasing", "score", "lang", "digest", "other")
    }
    old = (now - GIVEN_KEPT).timestamp()
    return (
        Remember(delete(given).where(or_(given.c.key == said.key, given.c.at < old))),
        Remember(insert(given).values(**row, offered=" ".join(said.offered), at=now.timestamp())),
    )


def forget_given(key: str) -> Remember:
    """The answer under this key is gone."""
    return Remember(delete(given).where(given.c.key == key))


def note_corrected(key: str, digest: str) -> Remember:
    """The answer under this key has the text with this digest by now."""
    return Remember(update(given).where(given.c.key == key).values(digest=digest))


def given_since(since: datetime) -> Select[Any]:
    """The answers from entries' texts since then, the last of them first."""
    return select(given).where(given.c.at > since.timestamp(), given.c.digest.is_not(None)).order_by(given.c.at.desc())


def note_pending(question: str, sender: str, room: str, now: datetime) -> tuple[Remember, ...]:
    """Remember that this question waits for an answer, whose it is, and where."""
    old = (now - PENDING_KEPT).timestamp()
    return (
        Remember(delete(pending).where(or_(pending.c.question == question, pending.c.at < old))),
        Remember(insert(pending).values(question=question, sender=sender, room=room, at=now.timestamp())),
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
    """How many changes there are: one more tells that the bank is another.

    None is ever taken away, so the number is right whatever a clock does. It is counted in an index, without a look at
    the texts: well below a millisecond for thousands, and a bank is changed a few times a day.
    """
    return select(func.count()).select_from(edits)


def latest_edits() -> Select[Any]:
    """The last change of each entry."""
    last = select(edits.c.slug, func.max(edits.c.number).label("number")).group_by(edits.c.slug).subquery()
    same = (edits.c.slug == last.c.slug) & (edits.c.number == last.c.number)
    return select(edits).join(last, same).order_by(edits.c.slug)


def last_change(slug: str) -> Select[Any]:
    """The last change of this entry that changed something."""
    changed = edits.c.before.is_distinct_from(edits.c.after)
    return select(edits).where(edits.c.slug == slug, changed).order_by(edits.c.number.desc()).limit(1)


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
