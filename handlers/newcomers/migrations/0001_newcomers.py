"""The newcomers' first tables."""

import sqlalchemy as sa
from alembic import op

revision = "newcomers_0001"
down_revision = None
branch_labels = ("newcomers",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "newcomers_people",
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("room", sa.String(length=255), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=255)),
        sa.PrimaryKeyConstraint("pseudonym"),
    )
    op.create_index("ix_newcomers_people_state", "newcomers_people", ["state"], unique=False)
    op.create_index("ix_newcomers_people_room", "newcomers_people", ["room"], unique=False)
    op.create_table(
        "newcomers_floods",
        sa.Column("room", sa.String(length=255), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("latest", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("room"),
    )
    op.create_table(
        "newcomers_walks",
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.Column("room", sa.String(length=255)),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("begun", sa.Float(), nullable=False),
        sa.Column("touched", sa.Float(), nullable=False),
        sa.Column("remind", sa.Float()),
        sa.Column("asked_room", sa.String(length=255)),
        sa.Column("asked", sa.String(length=255)),
        sa.Column("shown", sa.String(length=128)),
        sa.Column("finished", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_index("ix_newcomers_walks_room", "newcomers_walks", ["room"], unique=False)
    op.create_table(
        "newcomers_forms",
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "newcomers_tally",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=64)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_newcomers_tally_day", "newcomers_tally", ["day"], unique=False)
