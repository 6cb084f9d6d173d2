"""Suggestions as they are remembered: whose they are, so that they stay few and their authors hear of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, select, update

from bot.actions import Action, Remember, Reply
from bot.events import Message
from handlers.faq.editing.proposing import OTHERS_OPEN, Where
from handlers.faq.tables import proposals

#: What one person may have suggested.
MOST_OPEN, MOST_A_DAY = 5, 10
DAY = timedelta(days=1)


def of(person: str) -> Select[Any]:
    """This person's suggestions that are remembered."""
    return select(proposals).where(proposals.c.person == person)


def over() -> Select[Any]:
    """All suggestions that wait."""
    return select(proposals).where(proposals.c.person.is_not(None), proposals.c.open)


def made_in(message: str, room: str) -> Select[Any]:
    """The suggestion that this message in this room makes, if it waits."""
    return select(proposals).where(proposals.c.message == message, proposals.c.room == room, proposals.c.open)


def too_many(rows: Sequence[Any], now: datetime) -> str | None:
    """Why somebody with these suggestions may not make another one now."""
    if sum(row.open for row in rows) >= MOST_OPEN:
        return f"{MOST_OPEN} suggestions of yours wait for the moderators already. Please wait until they have looked."
    if sum(row.at > (now - DAY).timestamp() for row in rows) >= MOST_A_DAY:
        return f"That's more than {MOST_A_DAY} suggestions in a day. Please come back tomorrow."
    return None


def noted(message: Message, slug: str, where: Where, now: datetime) -> Remember:
    """Remember that a suggestion waits, and where it is shown."""
    shown = {"open": True, "asks": where.key, "until": where.until.timestamp()}
    return Remember(insert(proposals).values(**origin(message, slug), at=now.timestamp(), **shown))


def counted(message: Message, slug: str, now: datetime) -> Remember:
    """Remember that there was a suggestion that could not be shown: looking at it was work all the same."""
    return Remember(insert(proposals).values(**origin(message, slug), at=now.timestamp(), open=False))


def shown_again(where: Where) -> tuple[Action, ...]:
    """Remember the new question that a suggestion is shown in; nothing, where there is none."""
    if where.origin is None:
        return ()
    waits = (proposals.c.key == where.origin["key"]) & proposals.c.open
    shown = {"asks": proposals.c.asks + " " + where.key, "until": where.until.timestamp()}
    return (Remember(update(proposals).where(waits).values(**shown), must_change=True),)


def origin(message: Message, slug: str) -> dict[str, str | None]:
    """What a proposal keeps of the suggestion that it comes from."""
    where = {"room": message.room, "message": message.id, "thread": message.thread}
    return {"key": f"suggest:{message.id}", "person": message.sender, "slug": slug, **where}


def answered(where: Mapping[str, Any] | None, *, kept: bool) -> tuple[Action, ...]:
    """Tell the author of a suggestion what became of it; nothing, if it comes from none."""
    if where is None:
        return ()
    slug = where["slug"]
    text = (
        f"The moderators have kept your suggestion for `{slug}`. Thank you!"
        if kept
        else f"The moderators have left `{slug}` as it is. Thank you for the suggestion all the same."
    )
    return _told(where, text)


def expired(rows: Sequence[Any], now: datetime) -> tuple[Action, ...]:
    """Tell those whose suggestion nobody has looked at in time."""
    late = [row._mapping for row in rows if row.until < now.timestamp()]  # noqa: SLF001 - its public name
    days = OTHERS_OPEN.days
    return tuple(
        action
        for row in late
        for action in _told(
            row,
            f"Nobody has decided on your suggestion for `{row['slug']}` within {days} days. You may suggest it again.",
        )
    )


def forgotten(now: datetime) -> Remember:
    """Nothing is remembered longer than it is counted."""
    old = (now - DAY).timestamp()
    return Remember(delete(proposals).where(proposals.c.person.is_not(None), ~proposals.c.open, proposals.c.at < old))


def _told(where: Mapping[str, Any], text: str) -> tuple[Action, ...]:
    reply = Reply(
        to=where["message"], room=where["room"], text=text, mention=where["person"], in_thread=where["thread"]
    )
    return reply, over_now(where["key"])


def over_now(key: str) -> Remember:
    """The suggestion waits no longer. Where somebody else has dealt with it, the decision is made again."""
    waits = (proposals.c.key == key) & proposals.c.open
    return Remember(update(proposals).where(waits).values(open=False), must_change=True)
