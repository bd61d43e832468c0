"""What the worker has to do, and when: rows with a lease, so that any number of workers share them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from holdfast.store.tables.base import metadata

timers = Table(
    "timers",
    metadata,
    Column("id", Text, primary_key=True, comment="Derived from what it is about: setting it twice sets one."),
    Column("due_at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="The stream that it is about."),
    Column("body", Text, nullable=False, comment="JSON; ids only, never text that a person wrote."),
    Column("leased_until", Text),
    Column("leased_by", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("done_at", Text),
    Index("ix_timers_due", "done_at", "due_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True, comment="The idempotency id that the receiver sees."),
    Column("route", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False, comment="JSON; ids only: what is sent is rendered when it is sent."),
    Column("next_at", Text, nullable=False),
    Column("leased_until", Text),
    Column("leased_by", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("state", Text, nullable=False, comment="waiting, delivered or failed."),
    Column("said", Text, comment="The receipt, or why the last attempt did not succeed."),
    Index("ix_deliveries_next", "state", "next_at"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("form", Text, primary_key=True, comment="Which form on which page."),
    Column("sealed", Text, nullable=False, comment="The sealed text's id; drafts are texts of people too."),
    Column("scope", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
)
