"""Moderation's first table."""

import sqlalchemy as sa
from alembic import op

revision = "moderation_0001"
down_revision = None
branch_labels = ("moderation",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moderation_accepted",
        sa.Column("invitation", sa.String(length=255), nullable=False),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("invitation"),
    )
    op.create_index("ix_moderation_accepted_at", "moderation_accepted", ["at"], unique=False)
