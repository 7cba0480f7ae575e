"""What the insurer knows: vehicles, complaints, branches; codes where there were words."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KINDS = {
    "交强险": "compulsory",
    "商业车险": "commercial",
    "家财险": "property",
    "企财险": "property",
    "意外险": "accident",
    "牦牛养殖险": "agri",
    "藏系羊养殖险": "agri",
    "货运险": "cargo",
    "雇主责任险": "liability",
}
_STATUSES = {"有效": "in_force", "已到期": "expired"}


def upgrade() -> None:
    """New tables and columns; policies that are there get their codes."""
    op.add_column("customer", sa.Column("birth_year", sa.Integer()))
    op.add_column("policy", sa.Column("kind", sa.String(16), nullable=False, server_default=""))
    op.add_column("policy", sa.Column("digits", sa.String(32), nullable=False, server_default=""))
    _code_policies()
    op.create_index("ix_policy_digits", "policy", ["digits"])
    _vehicle()
    _complaint()
    _branch()


def downgrade() -> None:
    """Remove them; the policies keep their codes."""
    for name in ("branch", "complaint", "vehicle"):
        op.drop_table(name)
    op.drop_index("ix_policy_digits", "policy")
    with op.batch_alter_table("policy") as policy:
        policy.drop_column("digits")
        policy.drop_column("kind")
    with op.batch_alter_table("customer") as customer:
        customer.drop_column("birth_year")


def _code_policies() -> None:
    policy = sa.table(
        "policy", *(sa.column(name) for name in ("policy_no", "line", "kind", "digits", "status"))
    )
    connection = op.get_bind()
    changes = [
        {
            "number": row.policy_no,
            "kind": _KINDS.get(row.line, "liability"),
            "digits": "".join(sign for sign in row.policy_no if sign.isdecimal()),
            "status": _STATUSES.get(row.status, row.status),
        }
        for row in connection.execute(sa.select(policy))
    ]
    if changes:
        wanted = policy.update().where(policy.c.policy_no == sa.bindparam("number"))
        coded: dict[str, sa.BindParameter[str]] = {
            name: sa.bindparam(name) for name in ("kind", "digits", "status")
        }
        connection.execute(wanted.values(coded), changes)


def _vehicle() -> None:
    op.create_table(
        "vehicle",
        sa.Column("plate", sa.String(16), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("vin_tail", sa.String(6), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.customer_id"], name="fk_vehicle_customer_id"
        ),
        sa.PrimaryKeyConstraint("plate", name="pk_vehicle"),
    )
    op.create_index("ix_vehicle_customer_id", "vehicle", ["customer_id"])


def _complaint() -> None:
    op.create_table(
        "complaint",
        sa.Column("case_no", sa.String(16), nullable=False),
        sa.Column("customer_id", sa.Integer()),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.customer_id"], name="fk_complaint_customer_id"
        ),
        sa.PrimaryKeyConstraint("case_no", name="pk_complaint"),
    )
    op.create_index("ix_complaint_customer_id", "complaint", ["customer_id"])


def _branch() -> None:
    op.create_table(
        "branch",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("area", sa.String(4), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_branch"),
    )
    op.create_index("ix_branch_area", "branch", ["area"])
