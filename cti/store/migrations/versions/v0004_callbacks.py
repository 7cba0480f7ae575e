"""Virtual places in queues need no table: they live in Redis, and their history is events and a row of
``call`` each. The number of this step is kept, so that databases that took it stay in order."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing to change."""


def downgrade() -> None:
    """Nothing to change."""
