"""Published dialplans, and which of them a call walked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """New tables; calls of before walked no published version."""
    op.create_table(
        "dialplan_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_dialplan_version"),
    )
    op.create_table(
        "dialplan_change",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("in_force", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_dialplan_change"),
    )
    op.add_column(
        "call", sa.Column("tree_version", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Remove them; all published versions are lost."""
    with op.batch_alter_table("call") as call:
        call.drop_column("tree_version")
    op.drop_table("dialplan_change")
    op.drop_table("dialplan_version")
