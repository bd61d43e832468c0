"""Sealed content and the keys that open it."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

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
    Column("size", Integer, nullable=False, comment="Bytes of the content before encryption."),
    Column("sealed", LargeBinary, comment="Nonce, salt and content, encrypted; null once it is redacted."),
    Column("created_at", Text, nullable=False),
)
