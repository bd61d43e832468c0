"""Who the opaque actors are: the only place where a person's name and address stand."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from holdfast.store.tables.base import metadata

people = Table(
    "people",
    metadata,
    Column("actor", Text, primary_key=True, comment="The opaque id that facts hold."),
    Column("name", Text, nullable=False),
    Column("mail", Text),
    Column("created_at", Text, nullable=False),
)
