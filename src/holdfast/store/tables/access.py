"""Who the opaque actors are, and what opens the door: the only place where names and addresses stand.

Nothing here opens a door by itself: of sessions, links and tokens only hashes are kept.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from holdfast.store.tables.base import metadata

people = Table(
    "people",
    metadata,
    Column("actor", Text, primary_key=True, comment="The opaque id that facts hold."),
    Column("name", Text, nullable=False),
    Column("mail", Text),
    Column("created_at", Text, nullable=False),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, primary_key=True, comment="Of the identity provider."),
    Column("subject", Text, primary_key=True, comment="Whom it calls so; never given to somebody else."),
    Column("actor", Text, nullable=False, index=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True, comment="SHA-256 of what the cookie holds."),
    Column("actor", Text, nullable=False, index=True),
    Column("started_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False, comment="Coarse: written at most every few minutes."),
    Column("ends_at", Text, nullable=False, comment="Whatever happens in between."),
    Column("agent", Text, nullable=False, comment="Browser and system in two words, to recognise it by."),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("hash", Text, primary_key=True, comment="SHA-256 of what the link holds."),
    Column("kind", Text, nullable=False, comment="first, or link."),
    Column("actor", Text, nullable=False, index=True),
    Column("made_at", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
    Column("used_at", Text, comment="When it was used, replaced or found to be over."),
)

machine_tokens = Table(
    "machine_tokens",
    metadata,
    Column("hash", Text, primary_key=True, comment="SHA-256 of the token."),
    Column("actor", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, comment="What it is for, as a person wrote it."),
    Column("used_on", Text, comment="The day on which it was used last, in UTC."),
)

access_attempts = Table(
    "access_attempts",
    metadata,
    Column("subject", Text, primary_key=True, comment="What is counted: a keyed digest or an actor."),
    Column("span", Text, primary_key=True, comment="The span of time in which it is counted."),
    Column("count", Integer, nullable=False),
)

access_denials = Table(
    "access_denials",
    metadata,
    Column("span", Text, primary_key=True, comment="The span of time in which it is counted."),
    Column("who", Text, primary_key=True),
    Column("wanted", Text, primary_key=True),
    Column("address", Text, primary_key=True, comment="A keyed digest of the address class."),
    Column("batch", Text, primary_key=True, comment="Empty while it counts; then with whom it is recorded."),
    Column("count", Integer, nullable=False),
    Column("first_at", Text, nullable=False),
    Column("last_at", Text, nullable=False),
    Index("ix_access_denials_batch", "batch"),
)

access_spent = Table(
    "access_spent",
    metadata,
    Column("hash", Text, primary_key=True, comment="Of something that may come once only."),
    Column("ends_at", Text, nullable=False, comment="When it would not be taken anyway."),
)

access_keys = Table(
    "access_keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
