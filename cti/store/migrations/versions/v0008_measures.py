"""What figures are summed from: the facts of contacts, and the agents' time."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """New, empty tables; ``cti measures recompute`` fills them with what happened before."""
    op.create_table(
        "contact_fact",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("queue", "agent_id", "skill", "area", "branch", "node", "caller_class")
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reconstructed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "number", name="pk_contact_fact"),
    )
    op.create_index(
        "ix_contact_fact_kind_at_ms_queue_value",
        "contact_fact",
        ["kind", "at_ms", "queue", "value"],
    )
    op.create_table(
        "agent_segment",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("activity", sa.String(16), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "since_ms", name="pk_agent_segment"),
    )
    op.create_index("ix_agent_segment_since_ms", "agent_segment", ["since_ms"])
    op.create_index("ix_event_type_at", "event", ["type", "at"])


def downgrade() -> None:
    """Remove them; a recomputation makes them anew."""
    op.drop_index("ix_event_type_at", "event")
    op.drop_table("agent_segment")
    op.drop_table("contact_fact")
