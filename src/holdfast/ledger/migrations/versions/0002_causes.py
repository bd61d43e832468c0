"""What an event caused is found without reading all events."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the index."""
    op.execute("CREATE INDEX events_by_cause ON events (because) WHERE because IS NOT NULL")
