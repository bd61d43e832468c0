"""What may be said with `--ledger`."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.kernel.errors import UsageError
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
    assert parse_ledger_url(text).path == Path(path)
    assert parse_ledger_url(text).engine == "sqlite"


def test_the_home_folder_may_be_abbreviated():
    assert parse_ledger_url("~/facts.db").path == Path.home() / "facts.db"


@pytest.mark.parametrize(
    "text", ["", " ", ":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://host/facts.db"]
)
def test_a_ledger_that_would_not_be_kept_is_refused(text):
    with pytest.raises(UsageError) as refused:
        parse_ledger_url(text)
    assert refused.value.problems[0].code == "HF501"


@pytest.mark.parametrize("text", ["postgresql://u:secret@host/facts", "mysql+pymysql://u:secret@host/x"])
def test_another_engine_is_refused_without_repeating_its_password(text):
    with pytest.raises(UsageError, match="SQLite only") as refused:
        parse_ledger_url(text)
    assert "secret" not in str(refused.value)
