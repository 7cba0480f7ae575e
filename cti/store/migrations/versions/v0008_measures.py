"""Measures by interval, and the agents' times."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Remove them."""
