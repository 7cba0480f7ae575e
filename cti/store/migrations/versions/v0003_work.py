"""Work items, voice messages, text messages, surveys."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build the tables."""
    _work_item()
    _voice_message()
    _sms_message()
    _sms_part()
    _sms_inbound()
    _survey_answer()
    op.create_table(
        "pending_fact",
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", name="pk_pending_fact"),
    )


def downgrade() -> None:
    """Remove them; messages and work items are lost."""
    for name in (
        "pending_fact",
        "survey_answer",
        "sms_opt_out",
        "sms_inbound",
        "sms_part",
        "sms_message",
        "voice_message",
        "work_item",
    ):
        op.drop_table(name)


def _work_item() -> None:
    op.create_table(
        "work_item",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("opened_at", _WHEN, nullable=False),
        sa.Column("due_at", _WHEN, nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("call_id", sa.Text()),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("taken_by", sa.String(64)),
        sa.Column("taken_at", _WHEN),
        sa.Column("closed_by", sa.String(64)),
        sa.Column("closed_at", _WHEN),
        sa.Column("result", sa.String(32)),
        sa.Column("remarks", sa.Text()),
        sa.PrimaryKeyConstraint("item_id", name="pk_work_item"),
    )
    op.create_index("ix_work_item_kind_key", "work_item", ["kind", "key"], unique=True)
    op.create_index("ix_work_item_state_due_at", "work_item", ["state", "due_at"])


def _voice_message() -> None:
    op.create_table(
        "voice_message",
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("box", sa.String(64), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("left_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_voice_message"),
    )


def _sms_message() -> None:
    op.create_table(
        "sms_message",
        sa.Column("sms_id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(32), nullable=False),
        sa.Column("sms_class", sa.String(16), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("queued_at", _WHEN, nullable=False),
        sa.Column("next_at", _WHEN, nullable=False),
        sa.Column("expires_at", _WHEN, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", _WHEN),
        sa.Column("done_at", _WHEN),
        sa.Column("reason", sa.String(64)),
        sa.PrimaryKeyConstraint("sms_id", name="pk_sms_message"),
    )
    op.create_index("ix_sms_message_state_next_at", "sms_message", ["state", "next_at"])
    op.create_index("ix_sms_message_number_queued_at", "sms_message", ["number", "queued_at"])


def _sms_part() -> None:
    op.create_table(
        "sms_part",
        sa.Column("gateway_id", sa.String(80), nullable=False),
        sa.Column("sms_id", sa.Integer()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("gateway_id", name="pk_sms_part"),
    )
    op.create_index("ix_sms_part_sms_id", "sms_part", ["sms_id"])


def _sms_inbound() -> None:
    op.create_table(
        "sms_inbound",
        sa.Column("gateway_id", sa.String(80), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("gateway_id", name="pk_sms_inbound"),
    )
    op.create_index("ix_sms_inbound_number_at", "sms_inbound", ["number", "at"])
    op.create_table(
        "sms_opt_out",
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("how", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sms_opt_out"),
    )


def _survey_answer() -> None:
    op.create_table(
        "survey_answer",
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("survey", sa.String(32), nullable=False),
        sa.Column("question", sa.String(32), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("agent_id", sa.String(64), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "survey", "question", name="pk_survey_answer"),
    )
    op.create_index("ix_survey_answer_agent_id_at", "survey_answer", ["agent_id", "at"])
    op.create_index("ix_survey_answer_at", "survey_answer", ["at"])
