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

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True, comment="What only one worker does at a time: a policy."),
    Column("leased_until", Text),
    Column("leased_by", Text),
)

policy_problems = Table(
    "policy_problems",
    metadata,
    Column("policy", Text, primary_key=True, comment="Its cursor waits at an event until it succeeds."),
    Column("seq", Integer, nullable=False, comment="The event that it could not handle."),
    Column("since", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("why", Text, nullable=False, comment="The kind of error and its code; never its words."),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True, comment="One process of one machine."),
    Column("started_at", Text, nullable=False),
    Column("beat_at", Text, nullable=False),
    Column("behind", Integer, nullable=False, comment="Events that the slowest policy has still to see."),
)
