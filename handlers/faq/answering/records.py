"""What people make of answers, and what they asked that has none: what is remembered of that, and for how long."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, or_, select, update

from bot.actions import Remember
from handlers.faq.tables import GIVEN_KEPT, misses, ratings

#: Questions without an answer are kept for so long, and so many characters of each.
MISSES_KEPT, LONGEST_MISS = timedelta(days=30), 500
#: More aren't kept: the oldest go.
MOST_KEPT = 5000
#: What somebody makes of an answer.
UP, DOWN, REMOVED = "up", "down", "removed"


def note_rating(
    event: str, *, key: str, slug: str, what: str, now: datetime, voter: str | None = None
) -> tuple[Remember, ...]:
    """Remember what this event says about the answer under this key; `voter` tells one voter from another."""
    row = {"event": event, "key": key, "slug": slug, "what": what, "voter": voter, "at": now.timestamp()}
    old = (now - GIVEN_KEPT).timestamp()
    return (
        Remember(delete(ratings).where(or_(ratings.c.event == event, ratings.c.at < old))),
        Remember(insert(ratings).values(**row)),
    )


def forget_rating(event: str) -> Remember:
    """The event that said so is gone."""
    return Remember(delete(ratings).where(ratings.c.event == event))


def forget_ratings(key: str) -> Remember:
    """The question under whose answer they stood is gone."""
    return Remember(delete(ratings).where(ratings.c.key == key))


def rating_of(event: str) -> Select[Any]:
    """What this event said about an answer."""
    return select(ratings).where(ratings.c.event == event)


def ratings_of(key: str) -> Select[Any]:
    """All that was said about the answer under this key."""
    return select(ratings).where(ratings.c.key == key)


def note_miss(question: str, text: str, now: datetime) -> tuple[Remember, ...]:
    """Remember the text of a question without an answer, and nothing else of it."""
    old = (now - MISSES_KEPT).timestamp()
    too_many = select(misses.c.question).order_by(misses.c.at.desc(), misses.c.question).offset(MOST_KEPT - 1)
    return (
        Remember(delete(misses).where(or_(misses.c.question == question, misses.c.at < old))),
        Remember(delete(misses).where(misses.c.question.in_(too_many.scalar_subquery()))),
        Remember(insert(misses).values(question=question, text=text[:LONGEST_MISS], at=now.timestamp())),
    )


def change_miss(question: str, text: str) -> Remember:
    """The question has other words by now."""
    return Remember(update(misses).where(misses.c.question == question).values(text=text[:LONGEST_MISS]))


def forget_miss(question: str) -> Remember:
    """The question is gone, or has an answer."""
    return Remember(delete(misses).where(misses.c.question == question))


def miss_of(question: str) -> Select[Any]:
    """What is kept of this question."""
    return select(misses).where(misses.c.question == question)
