"""What the insurer knows: customers, vehicles, policies, claims, complaints, branches.

States, kinds and statuses are the codes of the look-up catalogue. ``migrations/`` builds the tables.
"""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from cti.store.sql_metadata import UtcDateTime, tables

customer = Table(
    "customer",
    tables,
    Column("customer_id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("salutation", String(16), nullable=False),
    Column("segment", String(32), nullable=False),
    Column("id_tail", String(8)),
    Column("area", String(32)),
    Column("alerts", JSON, nullable=False),
    Column("birth_year", Integer),  # none for an organisation
)

customer_phone = Table(
    "customer_phone",
    tables,
    Column("customer_id", ForeignKey("customer.customer_id"), primary_key=True),
    Column("number", String(20), primary_key=True),  # as phone_numbers.normalised gives it
    Index(None, "number", postgresql_using="hash"),
)

policy = Table(
    "policy",
    tables,
    Column("policy_no", String(32), primary_key=True),
    Column("customer_id", ForeignKey("customer.customer_id"), nullable=False, index=True),
    Column("line", String(32), nullable=False),  # the product's name, for people
    Column("kind", String(16), nullable=False),
    # The number without its letters: what callers can key in.
    Column("digits", String(32), nullable=False, index=True),
    Column("plate", String(16)),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("status", String(16), nullable=False),
    Column("branch", String(32), nullable=False),
)

claim = Table(
    "claim",
    tables,
    Column("report_no", String(32), primary_key=True),
    Column("report_tail", String(8), nullable=False, index=True),  # what callers can key in
    Column("customer_id", ForeignKey("customer.customer_id"), nullable=False, index=True),
    Column("policy_no", ForeignKey("policy.policy_no")),
    Column("state", String(32), nullable=False),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("plate", String(16)),
    Column("surveyor_name", Text),
    Column("surveyor_phone", String(20)),
    Column("documents_wanted", Text),
)

vehicle = Table(
    "vehicle",
    tables,
    Column("plate", String(16), primary_key=True),
    Column("customer_id", ForeignKey("customer.customer_id"), nullable=False, index=True),
    Column("vin_tail", String(6), nullable=False),  # the last six signs of the VIN (ISO 3779)
    Column("model", String(64), nullable=False),
)

complaint = Table(
    "complaint",
    tables,
    Column("case_no", String(16), primary_key=True),
    Column("customer_id", ForeignKey("customer.customer_id"), index=True),
    Column("phone", String(20), nullable=False, index=True),  # as phone_numbers.normalised gives it
    Column("state", String(32), nullable=False),
    Column("topic", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("due_on", Date, nullable=False),
)

branch = Table(
    "branch",
    tables,
    Column("code", String(16), primary_key=True),
    Column("area", String(4), nullable=False, index=True),  # the key callers press
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", String(20), nullable=False),
)
