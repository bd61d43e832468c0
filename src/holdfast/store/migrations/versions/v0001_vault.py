"""The vault: sealed content and its keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of the vault."""
    op.create_table(
        "vault_keys",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary()),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.Text()),
        sa.PrimaryKeyConstraint("scope", name="pk_vault_keys"),
    )
    op.create_table(
        "vault_objects",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("view", sa.LargeBinary()),
        sa.Column("view_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vault_objects"),
    )
    op.create_index("ix_vault_objects_scope", "vault_objects", ["scope"])
    op.create_table(
        "vault_chunks",
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"], ["vault_objects.id"], name="fk_vault_chunks_object_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("object_id", "number", name="pk_vault_chunks"),
    )
    op.create_table(
        "vault_generation",
        sa.Column("only_row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("only_row", name="pk_vault_generation"),
    )
