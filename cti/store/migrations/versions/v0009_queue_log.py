"""The queue_log table, cross-checks with Asterisk, and webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """New tables."""
    op.create_table(
        "queue_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("callid", sa.String(80), nullable=False),
        sa.Column("queuename", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        *(sa.Column(f"data{n}", sa.String(100), nullable=False) for n in range(1, 6)),
        sa.Column("event_id", sa.String(40), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queue_log"),
    )
    op.create_index("ix_queue_log_event_id_line", "queue_log", ["event_id", "line"], unique=True)
    op.create_index("ix_queue_log_time", "queue_log", ["time"])
    op.create_index("ix_queue_log_callid", "queue_log", ["callid"])
    op.create_table(
        "cross_check",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("discrepancies", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_cross_check"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("hook", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(40), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_webhook_delivery"),
    )
    hook_event = ["hook", "event_id"]
    op.create_index(
        "ix_webhook_delivery_hook_event_id", "webhook_delivery", hook_event, unique=True
    )
    op.create_index("ix_webhook_delivery_state_next_at", "webhook_delivery", ["state", "next_at"])


def downgrade() -> None:
    """Remove them."""
    for name in ("webhook_delivery", "cross_check", "queue_log"):
        op.drop_table(name)
