"""The bank's history, and what people make of its answers."""

import sqlalchemy as sa
from alembic import op

revision = "faq_0002"
down_revision = "faq_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "faq_edits",
        sa.Column("slug", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("base", sa.String(length=64), nullable=True),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("slug", "number"),
    )
    op.create_index("ix_faq_edits_at", "faq_edits", ["at"])
    op.create_table(
        "faq_proposals",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("person", sa.String(length=255), nullable=True),
        sa.Column("room", sa.String(length=255), nullable=True),
        sa.Column("message", sa.String(length=255), nullable=True),
        sa.Column("thread", sa.String(length=255), nullable=True),
        sa.Column("slug", sa.String(length=255), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("open", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=True),
        sa.Column("until", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_faq_proposals_person", "faq_proposals", ["person"])
    for column in (
        sa.Column("lang", sa.String(length=16), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("offered", sa.Text(), nullable=True),
        sa.Column("other", sa.String(length=255), nullable=True),
    ):
        op.add_column("faq_given", column)
    op.add_column("faq_pending", sa.Column("room", sa.String(length=255), nullable=True))
    op.create_table(
        "faq_ratings",
        sa.Column("event", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("slug", sa.String(length=255), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("voter", sa.String(length=128), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("event"),
    )
    op.create_index("ix_faq_ratings_key", "faq_ratings", ["key"], unique=False)
    op.create_table(
        "faq_misses",
        sa.Column("question", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("question"),
    )
    op.create_table(
        "faq_links",
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("checked", sa.Float(), nullable=False),
        sa.Column("failing", sa.Float(), nullable=True),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("url"),
    )
    op.create_table(
        "faq_confused",
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("other", sa.String(length=255), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "other"),
    )
    op.create_table(
        "faq_reviewed",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "faq_wiki",
        sa.Column("slug", sa.String(length=255), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("taken", sa.Text(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("since", sa.Float(), nullable=True),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("slug"),
    )
