"""The queue_log table, discrepancies, and webhooks."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Remove them."""
