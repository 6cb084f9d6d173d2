"""What a row of the outbox was meant to be sent as, and what else must outlive the process."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("encrypted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "told",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "message_indices",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("message_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "message_index"),
    )
    op.create_index("ix_message_indices_at", "message_indices", ["at"])
