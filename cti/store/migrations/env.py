"""Alembic's entry: runs the versions on the connection that ``sql_link.migrate`` brings."""

from alembic import context

from cti.store.sql_schema import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables,
    render_as_batch=True,  # SQLite changes a table only by copying it
)
with context.begin_transaction():
    context.run_migrations()
