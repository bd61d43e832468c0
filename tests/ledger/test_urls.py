"""What may be said with `--ledger`."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.app.settings import read_settings
from holdfast.kernel.errors import PlanError, UsageError
from holdfast.ledger.urls import parse_ledger_url


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("facts.db", "facts.db"),
        ("a folder/facts.db", "a folder/facts.db"),
        ("/srv/facts.db", "/srv/facts.db"),
        ("sqlite:///facts.db", "facts.db"),
        ("sqlite:////srv/facts.db", "/srv/facts.db"),
        ("SQLite:///facts.db", "facts.db"),
        ("sqlite:///C:/facts.db", "C:/facts.db"),
    ],
)
def test_a_path_or_a_sqlite_url_names_a_file(text, path):
    assert parse_ledger_url(text, {}) == Path(path)


def test_the_home_folder_may_be_abbreviated():
    assert parse_ledger_url("~/facts.db", {}) == Path.home() / "facts.db"


@pytest.mark.parametrize(
    "text", ["", " ", ":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://host/facts.db"]
)
def test_a_ledger_that_would_not_be_kept_is_refused(text):
    with pytest.raises(UsageError) as refused:
        parse_ledger_url(text, {})
    assert refused.value.problems[0].code == "HF501"


@pytest.mark.parametrize("text", ["mysql+pymysql://u:secret@host/x", "clickhouse://u:secret@host/x"])
def test_another_engine_is_refused_without_repeating_its_password(text):
    with pytest.raises(UsageError, match="SQLite and PostgreSQL") as refused:
        parse_ledger_url(text, {})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["postgresql://ann:s3cret@host:port/facts", "postgres://ann:s3cret@[::1/facts"]
)
def test_an_address_that_cannot_be_read_is_not_repeated(text):
    with pytest.raises(UsageError, match="cannot be read") as refused:
        parse_ledger_url(text, {})
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgres_url_names_a_database_and_its_password(scheme):
    found = parse_ledger_url(f"{scheme}://ann:$PW@db.example:5433/facts", {"PW": "s3cret"})
    assert (found.host, found.port, found.path, found.password) == ("db.example", 5433, "facts", "s3cret")
    assert "s3cret" not in f"{found} {found!r} {found.shown}"


def test_a_name_may_hold_the_whole_of_it():
    found = parse_ledger_url("$LEDGER", {"LEDGER": "postgresql://ann:s3cret@db.example/facts"})
    assert (found.password, found.shown) == ("s3cret", "$LEDGER")
    assert parse_ledger_url("$LEDGER", {"LEDGER": "facts.db"}) == Path("facts.db")
    assert parse_ledger_url("$LEDGER", {"LEDGER": "sqlite:///facts.db"}) == Path("facts.db")


def test_a_name_that_is_not_set_is_told():
    with pytest.raises(PlanError, match="HF214"):
        parse_ledger_url("postgresql://ann:$PW@db.example/facts", {})


def test_a_command_that_is_told_shows_no_password():
    settings = read_settings({}, "postgresql://ann:s3cret@db.example/facts?password=s3cret")
    assert settings.program == ("holdfast", "--ledger", "postgresql://ann:$PASSWORD@db.example/facts")
