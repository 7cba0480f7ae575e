"""Scheduled reports."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Remove them."""
