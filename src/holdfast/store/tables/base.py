"""What the tables share: one set of names, and times as the ledger writes them."""

from __future__ import annotations

from sqlalchemy import MetaData

# constraints carry names, so that later migrations can find them on every engine
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
