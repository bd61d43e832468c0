"""Addresses of databases: their parts, and what of them is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.kernel.errors import DataError, PlanError, UsageError
from holdfast.telemetry.sources import Source
from holdfast.telemetry.warehouses.addresses import parse_address


def test_a_password_with_signs_of_an_address_in_it_stays_whole():
    found = parse_address("postgres://ann:$PW@db.example:5433/ai", {"PW": "a@b:c/d?e#f"})
    assert (found.password, found.host, found.port, found.path) == ("a@b:c/d?e#f", "db.example", 5433, "ai")
    assert found.place == "postgres://db.example:5433/ai"


def test_of_an_address_that_is_a_name_nothing_else_is_shown():
    found = parse_address(
        "$LAKE", {"LAKE": "clickhouse://ann:s%40crt@lake.example/ai?secure=true&token=t0ken"}
    )
    assert (found.password, found.options) == ("s@crt", {"secure": "true", "token": "t0ken"})
    assert f"{found} {found!r} {found.shown}" == "Address($LAKE) Address($LAKE) $LAKE"
    said = found.hidden("lake.example refuses ann with s@crt and t0ken for ai")
    assert not {"lake.example", "ann", "s@crt", "t0ken"} & set(said.split())


@pytest.mark.parametrize("text", ["nonsense", "no scheme://x", "postgres://h:port/db", "postgres://[::1/db"])
def test_what_is_no_address_is_refused_without_repeating_it(text):
    with pytest.raises(DataError, match="HF305") as caught:
        parse_address("$DB", {"DB": text})
    assert text not in str(caught.value)


def test_a_name_that_is_not_set_is_told():
    with pytest.raises(PlanError, match="HF214"):
        parse_address("postgres://ann:$PW@db.example/ai", {})


def test_two_addresses_of_one_database_are_one_place():
    first = parse_address("postgresql://ann:$PW@db.example/ai", {"PW": "x"})
    assert first.place == parse_address("postgres://ben@DB.example/ai", {}).place
    assert first.place != replace(first, path="other").place


def test_a_scheme_that_no_engine_reads_is_refused_with_those_that_are():
    source = Source("log", "ibis", ("bigquery://project/dataset",), Path(), table="t")
    with pytest.raises(DataError, match="HF305") as caught:
        Application(read_settings({})).engine().describe(source)
    assert "postgres://, clickhouse://, spark://" in str(caught.value)


@pytest.mark.parametrize("seconds", ["soon", "0", "-1", "nan"])
def test_a_time_limit_is_a_number_of_seconds(seconds):
    with pytest.raises(UsageError, match="HOLDFAST_ENGINE_SECONDS"):
        read_settings({"HOLDFAST_ENGINE_SECONDS": seconds})
