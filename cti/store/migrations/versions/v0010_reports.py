"""Scheduled reports."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """New tables."""
    op.create_table(
        "report_run",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("run_id", name="pk_report_run"),
    )
    period = ["report", "since", "until", "way"]
    op.create_index("ix_report_run_report_since_until_way", "report_run", period, unique=True)
    op.create_index("ix_report_run_state_next_at", "report_run", ["state", "next_at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("report_run")
