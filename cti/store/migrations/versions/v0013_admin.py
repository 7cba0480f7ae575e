"""Locked sign-ins and one-time passwords; the audit's chain; drafts of dialplan and configuration."""

import sqlalchemy as sa
from alembic import op

from cti.core.audit_chain import AuditLine, hash_of
from cti.store.sql_metadata import UtcDateTime

revision = "0013"
down_revision = "0012"

HASHES = ("before_hash", "line_hash")


def upgrade() -> None:
    """The lines of before are chained as they stand."""
    for name in ("locked", "must_change"):
        op.add_column(
            "account", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("account", sa.Column("password_at", sa.DateTime(timezone=True)))
    for name in HASHES:
        op.add_column("audit", sa.Column(name, sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "audit_head",
        sa.Column("head_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("line_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("head_id", name="pk_audit_head"),
    )
    _drafts()
    _chain()


def _drafts() -> None:
    op.create_table(
        "admin_draft",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_admin_draft"),
    )
    op.create_table(
        "admin_draft_file",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("base_text", sa.Text()),
        sa.Column("etag", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("login", "path", name="pk_admin_draft_file"),
    )


def _chain() -> None:
    words = ("actor", "action", "subject", "reason")
    audit = sa.table(
        "audit",
        sa.column("audit_id", sa.Integer()),
        sa.column("at", UtcDateTime()),
        *(sa.column(name, sa.Text()) for name in words),
        *(sa.column(name, sa.String()) for name in HASHES),
    )
    connection, before, lines = op.get_bind(), "", 0
    for row in connection.execute(sa.select(audit).order_by(audit.c.audit_id)).all():
        line = AuditLine(at=row.at, **{name: getattr(row, name) for name in words})
        hashes = {"before_hash": before, "line_hash": hash_of(before, line)}
        changed = sa.update(audit).where(audit.c.audit_id == row.audit_id).values(**hashes)
        connection.execute(changed)
        before, lines = hashes["line_hash"], lines + 1
    head = sa.table("audit_head", *(sa.column(name) for name in ("head_id", "lines", "line_hash")))
    connection.execute(sa.insert(head).values(head_id=1, lines=lines, line_hash=before))


def downgrade() -> None:
    """Remove them; drafts are lost."""
    for name in ("admin_draft_file", "admin_draft", "audit_head"):
        op.drop_table(name)
    with op.batch_alter_table("audit") as audit:
        for name in HASHES:
            audit.drop_column(name)
    with op.batch_alter_table("account") as account:
        for name in ("locked", "must_change", "password_at"):
            account.drop_column(name)
