"""What agents were granted, and notices."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Remove them."""
