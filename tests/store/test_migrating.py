"""The store's migrations make exactly the tables that the code names."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, select

from holdfast.store import opening
from holdfast.store.migrating import HEAD, VERSION_TABLE, configuration, migrate
from holdfast.store.opening import open_sqlite
from holdfast.store.store import Store
from holdfast.store.tables.access import people
from holdfast.store.tables.every import metadata


@pytest.fixture
def store(tmp_path: Path):
    opened = open_sqlite(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def migrated(tmp_path: Path, monkeypatch):
    """Return a store that Alembic made, revision by revision."""
    monkeypatch.setattr(opening, "migrate", lambda store: migrate(store, HEAD))
    opened = open_sqlite(tmp_path / "migrated.db")
    yield opened
    opened.close()


def sql(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name")
        return [(name, text) for name, text in found]


def test_a_new_store_is_made_at_once_as_its_migrations_make_it(store: Store, migrated: Store) -> None:
    assert sql(store) == sql(migrated)


def test_two_that_make_a_store_at_once_make_it_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_sqlite(tmp_path / "one.db"), range(4)))
    with opened[0].reading() as connection:
        versions = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalars().all()
    assert versions == [HEAD]
    for each in opened:
        each.close()


def test_migrations_make_the_tables_that_the_code_names(migrated: Store) -> None:
    with migrated.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_the_one_that_opens_without_alembic() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(configuration()).get_current_head() == HEAD


def test_migrating_again_changes_nothing_and_loses_nothing(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(insert(people).values(actor="p-1", name="A", created_at="now"))
    migrate(store)
    with store.reading() as connection:
        assert connection.execute(select(people.c.actor)).scalars().all() == ["p-1"]


def test_what_fails_in_a_transaction_leaves_nothing(store: Store) -> None:
    def fail_half_way() -> None:
        with store.writing() as connection:
            connection.execute(insert(people).values(actor="p-1", name="A", created_at="now"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()
    with store.reading() as connection:
        assert connection.execute(select(people.c.actor)).scalars().all() == []
