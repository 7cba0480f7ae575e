"""What agents write of a call: further fields, and drafts; what finds a number's work items."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TEXTS = ("handling", "caller_role", "emotion", "reference")


def upgrade() -> None:
    """Records of before say nothing of it."""
    for name in TEXTS:
        op.add_column("call", sa.Column(name, sa.Text()))
    op.add_column("call", sa.Column("follow_up_due", sa.Date()))
    op.add_column("call", sa.Column("wrapped_up_at", sa.DateTime(timezone=True)))
    op.create_table(
        "wrap_up_draft",
        sa.Column("agent_id", sa.String(64), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "call_id", name="pk_wrap_up_draft"),
    )
    op.create_index("ix_wrap_up_draft_changed_at", "wrap_up_draft", ["changed_at"])
    op.create_index("ix_work_item_number", "work_item", ["number"])
    op.create_index("ix_complaint_phone", "complaint", ["phone"])


def downgrade() -> None:
    """Forget all of it."""
    op.drop_index("ix_complaint_phone", "complaint")
    op.drop_index("ix_work_item_number", "work_item")
    op.drop_table("wrap_up_draft")
    with op.batch_alter_table("call") as call:
        for name in (*TEXTS, "follow_up_due", "wrapped_up_at"):
            call.drop_column(name)
