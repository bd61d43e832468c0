"""Sealed content and the keys that open it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, Text

from holdfast.store.tables.base import metadata

vault_keys = Table(
    "vault_keys",
    metadata,
    Column("scope", Text, primary_key=True, comment="Whose key: an incident, a report, the workspace."),
    Column("wrapped", LargeBinary, comment="The key, encrypted by the workspace's; null once it is erased."),
    Column("created_at", Text, nullable=False),
    Column("erased_at", Text),
)

vault_objects = Table(
    "vault_objects",
    metadata,
    Column("id", Text, primary_key=True),
    Column("scope", Text, nullable=False, index=True),
    Column("size", BigInteger, nullable=False, comment="Bytes of the content before encryption."),
    Column("state", Text, nullable=False, comment="partial while a file comes in, there, or redacted."),
    Column("chunks", Integer, nullable=False, comment="Of a file: how many; 0 where `sealed` holds it all."),
    Column(
        "sealed",
        LargeBinary,
        comment="Nonce, salt and content, encrypted; of a file the salt only. Null once it is redacted.",
    ),
    Column("view", LargeBinary, comment="The same of its redacted view, where it has one."),
    Column("view_number", Integer, nullable=False, comment="How many views were made of it."),
    Column("created_at", Text, nullable=False),
)

vault_chunks = Table(
    "vault_chunks",
    metadata,
    Column(
        "object_id",
        Text,
        ForeignKey("vault_objects.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    ),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="From 0, in the file's order."),
    Column("sealed", LargeBinary, nullable=False, comment="Nonce and a piece of the file, encrypted."),
)

vault_generation = Table(
    "vault_generation",
    metadata,
    Column("only_row", Integer, primary_key=True, autoincrement=False, comment="Always 1."),
    Column(
        "number",
        Integer,
        nullable=False,
        comment="Grows with each redaction and erasure: caches forget then.",
    ),
)
