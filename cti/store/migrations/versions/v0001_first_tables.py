"""The first tables: history, customers, accounts, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Build every table of version 1."""
    _event()
    _call()
    _customer()
    _customer_phone()
    _policy()
    _claim()
    _account()
    _audit()


def downgrade() -> None:
    """Remove them; all history is lost."""
    for name in (
        "audit",
        "account",
        "claim",
        "policy",
        "customer_phone",
        "customer",
        "call",
        "event",
    ):
        op.drop_table(name)


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_id", sa.Text()),
        sa.Column("agent_id", sa.Text()),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_event"),
    )
    op.create_index("ix_event_agent_id_at", "event", ["agent_id", "at"])
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index(
        "ix_event_call_id_recorded_ms_sequence", "event", ["call_id", "recorded_ms", "sequence"]
    )


def _call() -> None:
    op.create_table(
        "call",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("caller_number", sa.Text(), nullable=False),
        sa.Column("dialed_number", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text()),
        sa.Column("agent_id", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("waited_s", sa.Float()),
        sa.Column("talked_s", sa.Float()),
        sa.Column("cleared_by", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("wrap_up_reason", sa.Text()),
        sa.Column("wrap_up_remarks", sa.Text()),
        sa.Column("solved", sa.Boolean()),
        sa.Column("follow_up", sa.Boolean()),
        sa.PrimaryKeyConstraint("call_id", name="pk_call"),
    )
    op.create_index("ix_call_agent_id_arrived_at", "call", ["agent_id", "arrived_at"])
    op.create_index("ix_call_arrived_at", "call", ["arrived_at"])


def _customer() -> None:
    op.create_table(
        "customer",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("salutation", sa.String(16), nullable=False),
        sa.Column("segment", sa.String(32), nullable=False),
        sa.Column("id_tail", sa.String(8)),
        sa.Column("area", sa.String(32)),
        sa.Column("alerts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer"),
    )


def _customer_phone() -> None:
    op.create_table(
        "customer_phone",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.customer_id"], name="fk_customer_phone_customer_id"
        ),
        sa.PrimaryKeyConstraint("customer_id", "number", name="pk_customer_phone"),
    )
    op.create_index(
        "ix_customer_phone_number", "customer_phone", ["number"], postgresql_using="hash"
    )


def _policy() -> None:
    op.create_table(
        "policy",
        sa.Column("policy_no", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(32), nullable=False),
        sa.Column("plate", sa.String(16)),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("branch", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.customer_id"], name="fk_policy_customer_id"
        ),
        sa.PrimaryKeyConstraint("policy_no", name="pk_policy"),
    )
    op.create_index("ix_policy_customer_id", "policy", ["customer_id"])


def _claim() -> None:
    op.create_table(
        "claim",
        sa.Column("report_no", sa.String(32), nullable=False),
        sa.Column("report_tail", sa.String(8), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("policy_no", sa.String(32)),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plate", sa.String(16)),
        sa.Column("surveyor_name", sa.Text()),
        sa.Column("surveyor_phone", sa.String(20)),
        sa.Column("documents_wanted", sa.Text()),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.customer_id"], name="fk_claim_customer_id"
        ),
        sa.ForeignKeyConstraint(["policy_no"], ["policy.policy_no"], name="fk_claim_policy_no"),
        sa.PrimaryKeyConstraint("report_no", name="pk_claim"),
    )
    op.create_index("ix_claim_customer_id", "claim", ["customer_id"])
    op.create_index("ix_claim_report_tail", "claim", ["report_tail"])


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("agent_id", sa.String(64)),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_account"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
