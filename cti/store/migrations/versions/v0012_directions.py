"""Who began a call, in history."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"


def upgrade() -> None:
    """Calls of before were callers' own, or callbacks."""
    op.add_column(
        "call", sa.Column("direction", sa.Text(), nullable=False, server_default="inbound")
    )


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("call") as call:
        call.drop_column("direction")
