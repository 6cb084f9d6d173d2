"""What moderation remembers: which invitations to private chats were accepted lately, so that they can be limited."""

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


def note_accepted(invitation: str, sender: str, now: datetime) -> tuple[Remember, Remember]:
    """Remember one, and forget those that no longer count."""
    return (
        Remember(delete(accepted).where(accepted.c.at < (now - COUNTED).timestamp())),
        Remember(insert(accepted).values(invitation=invitation, sender=sender, at=now.timestamp())),
    )


def accepted_lately(now: datetime) -> Select[tuple[str, int]]:
    """How many were accepted within the last hour, by who sent them."""
    since = (now - COUNTED).timestamp()
    return select(accepted.c.sender, func.count()).where(accepted.c.at >= since).group_by(accepted.c.sender)
