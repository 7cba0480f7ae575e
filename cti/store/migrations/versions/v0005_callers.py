"""What is remembered of callers' numbers; callers' classes in history."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Build the tables, and what finds a number's calls."""
    op.create_table(
        "blocked_number",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("block_id", name="pk_blocked_number"),
    )
    op.create_index("ix_blocked_number_number", "blocked_number", ["number"], unique=True)
    op.create_table(
        "caller_language",
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_caller_language"),
    )
    op.add_column("call", sa.Column("flags", sa.JSON()))
    op.create_index("ix_call_caller_number_arrived_at", "call", ["caller_number", "arrived_at"])


def downgrade() -> None:
    """Forget all of it."""
    op.drop_index("ix_call_caller_number_arrived_at", "call")
    with op.batch_alter_table("call") as call:
        call.drop_column("flags")
    op.drop_table("caller_language")
    op.drop_table("blocked_number")
