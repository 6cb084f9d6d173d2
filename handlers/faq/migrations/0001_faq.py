"""The FAQ's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "faq_0001"
down_revision = None
branch_labels = ("faq",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "faq_given",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("room", sa.String(length=255), nullable=False),
        sa.Column("slug", sa.String(length=255), nullable=False),
        sa.Column("phrasing", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_faq_given_room", "faq_given", ["room"], unique=False)
    op.create_index("ix_faq_given_at", "faq_given", ["at"], unique=False)
    op.create_table(
        "faq_pending",
        sa.Column("question", sa.String(length=255), nullable=False),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("question"),
    )
    op.create_table(
        "faq_opted_out",
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
