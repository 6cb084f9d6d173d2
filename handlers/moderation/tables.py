"""What moderation remembers: which invitations to private chats were accepted lately, so that they can be limited."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Column, Float, Index, MetaData, Select, String, Table, delete, func, insert, select

from bot.actions import Remember

metadata = MetaData()

accepted = Table(
    "moderation_accepted",
    metadata,
    Column("invitation", String(255), primary_key=True),
    Column("sender", String(255), nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_moderation_accepted_at", "at"),
)

TABLES = (accepted,)

#: How long an accepted invitation counts, and is kept.
COUNTED = timedelta(hours=1)


def note_accepted(sender: str, count: int, latest: float, now: datetime) -> tuple[Remember, Remember]:
    """Remember one more than `count` of this person's, the latest of them at `latest`; forget what no longer counts.

    Several may be decided on at once, each in its room. The row is named after what was known before it, so of two
    that knew the same one can't be written, and is decided on again.
    """
    name = hashlib.sha256(f"{sender} {count} {latest}".encode()).hexdigest()
    return (
        Remember(delete(accepted).where(accepted.c.at < (now - COUNTED).timestamp())),
        Remember(insert(accepted).values(invitation=name, sender=sender, at=now.timestamp())),
    )


def accepted_lately(now: datetime) -> Select[tuple[str, int, float]]:
    """How many were accepted within the last hour, by who sent them, and when the latest was."""
    since, sender = (now - COUNTED).timestamp(), accepted.c.sender
    counted = select(sender, func.count(), func.max(accepted.c.at))
    return counted.where(accepted.c.at >= since).group_by(sender)
