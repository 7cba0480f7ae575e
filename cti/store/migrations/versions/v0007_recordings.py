"""Recordings of talks."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Remove them."""
