"""Recordings of talks."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """New tables."""
    _recording()
    op.create_table(
        "recording_part",
        sa.Column("recording_id", sa.String(96), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("agent_id", sa.String(64), nullable=False),
        sa.Column("from_s", sa.Float(), nullable=False),
        sa.Column("to_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("recording_id", "number", name="pk_recording_part"),
    )
    op.create_index("ix_recording_part_agent_id", "recording_part", ["agent_id"])
    op.create_table(
        "recording_tombstone",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("recording_id", sa.String(96), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep", sa.String(32), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("line", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_recording_tombstone"),
    )
    once = "ix_recording_tombstone_recording_id"
    op.create_index(once, "recording_tombstone", ["recording_id"], unique=True)


def _recording() -> None:
    op.create_table(
        "recording",
        sa.Column("recording_id", sa.String(96), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("wrap_up", sa.String(64), nullable=False),
        sa.Column("keep", sa.String(32), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by", sa.String(64), nullable=False),
        sa.Column("held_why", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("recording_id", name="pk_recording"),
    )
    for columns in (["call_id"], ["started_at"], ["state", "keep_until"]):
        op.create_index(f"ix_recording_{'_'.join(columns)}", "recording", columns)


def downgrade() -> None:
    """Remove them."""
    for name in ("recording_tombstone", "recording_part", "recording"):
        op.drop_table(name)
