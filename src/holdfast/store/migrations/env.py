"""What Alembic runs: on the connection, and in the transaction, that `migrate` holds."""

from __future__ import annotations

from alembic import context

from holdfast.store.migrating import VERSION_TABLE
from holdfast.store.tables.every import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite changes a table by making it anew
    render_as_batch=True,
)
context.run_migrations()
