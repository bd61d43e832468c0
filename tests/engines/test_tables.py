"""Tables in databases: which data they are, what is refused and how, and nothing secret in any of it."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from places import Place, address_of, in_files
from servers import PASSWORD, Server, free_port

from holdfast.kernel.errors import DataError, Problem
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure import requests as ask
from holdfast.measure.metrics import Drift
from holdfast.measure.pairs import PairedCountsRequest, PairedValuesRequest
from holdfast.telemetry.passes import Item, measure_pass
from holdfast.telemetry.queries.asking import SAMPLED
from holdfast.telemetry.queries.dialects import DIALECTS, POSTGRES
from holdfast.telemetry.queries.pairing import PairedSource
from holdfast.telemetry.routing import RoutedEngine
from holdfast.telemetry.sources import Source
from holdfast.telemetry.warehouses.warehouse import WarehouseEngine

SERVED = ("postgres", "clickhouse")
pytestmark = pytest.mark.parametrize("measuring", SERVED, indirect=True)
RECORDS = pa.table(
    {"hit": [True, False, True, None], "word": ["a", "b", "", None], "x": [1.0, 2.0, 3.0, 4.0]}
)
HIT = [ask.CountsRequest(parse("hit"))]


def refusal(engine, source: Source, requests=HIT) -> Problem:
    with pytest.raises(DataError) as caught:
        engine.answer(source, requests)
    assert PASSWORD not in str(caught.value)
    return caught.value.problems[0]


def changed(**columns) -> pa.Table:
    return pa.table({name: columns.get(name, RECORDS[name]) for name in RECORDS.column_names})


def test_the_same_records_are_the_same_data_in_whatever_order(measuring: Place) -> None:
    source = measuring.stored(RECORDS)
    first = measuring.engine.identify(source)
    measuring.command(f"DELETE FROM {source.table} WHERE word = 'a'")
    assert measuring.engine.identify(source) != first
    measuring.command(f"INSERT INTO {source.table} (hit, word, x) VALUES (true, 'a', 1)")
    assert measuring.engine.identify(source) == first
    digest = measuring.engine.digest(source)
    assert (digest.digest, digest.rows, digest.files) == (first.digest, 4, ())


def altered(place: Place, source: Source, setting: str) -> None:
    """Change stored records: `x = 1.5 WHERE x = 1`."""
    verbs = {"postgres": "UPDATE {} SET", "clickhouse": "ALTER TABLE {} UPDATE"}[place.name]
    place.command(f"{verbs.format(source.table)} {setting}")


@pytest.mark.parametrize(
    "setting",
    [
        "x = 1.5 WHERE x = 1",
        "word = NULL WHERE word = ''",
        # no count, sum, least or greatest value of a column changes
        "x = 3 - x WHERE x < 3",
    ],
)
def test_a_changed_record_makes_other_data(measuring: Place, setting: str) -> None:
    source = measuring.stored(RECORDS)
    before = measuring.engine.identify(source)
    altered(measuring, source, setting)
    assert measuring.engine.identify(source) != before


def test_records_that_do_not_count_do_not_make_other_data(measuring: Place) -> None:
    source = replace(measuring.stored(RECORDS), where=parse("x < 3"))
    before = measuring.engine.identify(source)
    measuring.command(f"INSERT INTO {source.table} (hit, word, x) VALUES (true, 'z', 9)")
    assert measuring.engine.identify(source) == before
    assert measuring.engine.identify(replace(source, where=parse("x < 4"))) != before


def test_a_column_of_another_type_is_other_data_and_a_clear_mistake(measuring: Place) -> None:
    source = measuring.stored(RECORDS)
    before = measuring.engine.identify(source)
    assert measuring.engine.answer(source, [ask.MomentsRequest("x")])[0][()].n == 4
    kind = {"postgres": "TYPE text", "clickhouse": "Nullable(String)"}[measuring.name]
    verb = {"postgres": "ALTER", "clickhouse": "MODIFY"}[measuring.name]
    measuring.command(f"ALTER TABLE {source.table} {verb} COLUMN x {kind}")
    assert measuring.engine.identify(source) != before
    problem = refusal(measuring.engine, source, [ask.MomentsRequest("x")])
    assert (problem.code, problem.message) == ("HF113", "column `x` is text")


def test_a_table_that_is_not_there_names_the_nearest(measuring: Place) -> None:
    measuring.command("CREATE OR REPLACE VIEW interactions AS SELECT true AS hit")
    source = measuring.stored(RECORDS)
    problem = refusal(measuring.engine, replace(source, table="interactoins"))
    assert (problem.code, problem.fix) == ("HF332", "did you mean `interactions`?")


def test_a_column_that_is_not_there_names_the_nearest(measuring: Place) -> None:
    problem = refusal(measuring.engine, measuring.stored(RECORDS), [ask.CountsRequest(parse("wrod == 'a'"))])
    assert (problem.code, problem.fix) == ("HF113", "did you mean `word` (text)?")


def test_odd_names_of_tables_and_columns_are_only_names(measuring: Place) -> None:
    odd = 'O\'dd "table" %s {x:String} $1; --'
    source = measuring.stored(RECORDS.rename_columns(['Hit "me" %', "x; DROP", "ü 👩‍🚀 {y}"]))
    schema = in_schema(measuring)  # chdb takes odd names in its own database for those of files
    name = DIALECTS[measuring.name].quoted(odd)
    measuring.command(f"CREATE OR REPLACE VIEW {schema}.{name} AS SELECT * FROM {source.table}")
    written = f"{schema}." + POSTGRES.quoted(odd)
    renamed = replace(source, table=written, columns={"hit": 'Hit "me" %', "x": "ü 👩‍🚀 {y}"})
    (answer,) = measuring.engine.answer(renamed, [ask.CountsRequest(parse("hit and x > 0"))])
    assert (answer[()].k, answer[()].n, answer[()].missing) == (2, 3, 1)


def test_a_table_of_another_schema_is_named_with_it(measuring: Place) -> None:
    schema, source = in_schema(measuring), measuring.stored(RECORDS)
    measuring.command(f"CREATE VIEW {schema}.{source.table} AS SELECT * FROM {source.table}")
    assert measuring.engine.answer(replace(source, table=f"{schema}.{source.table}"), HIT)[0][()].n == 3


def in_schema(place: Place) -> str:
    """Return a schema beside the usual one."""
    kind = {"postgres": "SCHEMA", "clickhouse": "DATABASE"}[place.name]
    place.command(f"CREATE {kind} IF NOT EXISTS lake")
    return "lake"


def test_what_changes_while_it_is_measured_is_refused(measuring: Place) -> None:
    source = measuring.stored(RECORDS)
    measuring.engine.digest(source)
    measuring.command(f"INSERT INTO {source.table} (hit, word, x) VALUES (true, 'z', 9)")
    problem = refusal(measuring.engine, source)
    assert (problem.code, "changed while it was measured" in problem.message) == ("HF302", True)
    measuring.engine.identify(source)
    assert measuring.engine.answer(source, HIT)[0][()].n == 4


def connecting(
    place: Place, server: Server, *, seconds: float = 60.0, password: str = PASSWORD
) -> WarehouseEngine:
    """Return an engine that connects anew, with this password."""
    address = replace(address_of(server, place.name), password=password)
    assert place.connect is not None
    return WarehouseEngine(
        lambda: place.connect(address, seconds), place.name, address.place, address.shown, seconds
    )


def test_a_wrong_password_is_refused_and_not_shown(measuring: Place, request: pytest.FixtureRequest) -> None:
    engine = connecting(measuring, request.getfixturevalue(measuring.name), password="not-the-password-0815")
    problem = refusal(engine, measuring.stored(RECORDS))
    assert problem.code == "HF331"
    assert "refuses to let this user in" in problem.message
    assert "0815" not in f"{problem.message} {problem.fix}"


def test_a_server_that_is_down_is_told(measuring: Place, request: pytest.FixtureRequest) -> None:
    server = replace(request.getfixturevalue(measuring.name), port=free_port())
    problem = refusal(connecting(measuring, server), Source("log", "ibis", ("x",), Path(), table="t"))
    assert problem.code == "HF331"
    assert f"127.0.0.1:{server.port}" in problem.message
    assert "cannot be reached" in problem.message


def test_a_slow_answer_is_given_up(measuring: Place, request: pytest.FixtureRequest) -> None:
    endless = {
        "postgres": "CREATE OR REPLACE VIEW endless AS SELECT pg_sleep(20) IS NULL AS hit",
        "clickhouse": "CREATE OR REPLACE VIEW endless AS SELECT sleepEachRow(1) = 0 AS hit FROM numbers(20)"
        " SETTINGS max_block_size = 1",
    }[measuring.name]
    measuring.command(endless)
    engine = connecting(measuring, request.getfixturevalue(measuring.name), seconds=1.0)
    problem = refusal(engine, Source("log", "ibis", ("x",), Path(), table="endless"))
    assert problem.code == "HF331"
    assert "did not answer within 1 seconds" in problem.message
    assert "HOLDFAST_ENGINE_SECONDS" in (problem.fix or "")
    engine.close()


def test_a_connection_that_ends_in_the_middle_is_told_and_made_anew(
    measuring: Place,
) -> None:
    source = measuring.stored(RECORDS)
    dying = {
        "postgres": "CREATE OR REPLACE VIEW holdfast_drop AS"
        " SELECT pg_terminate_backend(pg_backend_pid()) AS hit",
        "clickhouse": "SELECT 1",  # tests/engines/clickhouse_http.py hangs up when it reads this name
    }[measuring.name]
    measuring.command(dying)
    problem = refusal(measuring.engine, replace(source, table="holdfast_drop"))
    assert problem.code == "HF331"
    assert "ended in the middle" in problem.message
    assert measuring.engine.answer(source, HIT)[0][()].n == 3


def test_a_driver_that_is_not_installed_is_named(measuring: Place, monkeypatch, request) -> None:
    engine = connecting(measuring, request.getfixturevalue(measuring.name))
    module = {"postgres": "psycopg", "clickhouse": "clickhouse_connect"}[measuring.name]
    monkeypatch.setitem(sys.modules, module, None)
    problem = refusal(engine, Source("log", "ibis", ("x",), Path(), table="t"))
    assert (problem.code, problem.fix) == ("HF305", f"pip install 'holdfast[{measuring.name}]'")


def test_what_the_user_may_not_do_is_told_without_the_query(measuring: Place) -> None:
    wrong = {
        "postgres": "CREATE OR REPLACE VIEW broken AS SELECT 1 / (random() * 0)::int AS x",
        "clickhouse": "CREATE OR REPLACE VIEW broken AS"
        " SELECT throwIf(number = 0, 'no way') AS x FROM numbers(1)",
    }[measuring.name]
    measuring.command(wrong)
    source = replace(measuring.stored(RECORDS), table="broken")
    problem = refusal(measuring.engine, source, [ask.MomentsRequest("x")])
    assert problem.code == "HF332"
    assert "refused the query" in problem.message
    assert "SELECT" not in problem.message


def test_personal_data_and_schemas_are_looked_for_in_files_only(measuring: Place) -> None:
    source = measuring.stored(RECORDS)
    for asked in (lambda: measuring.engine.scan(source, ()), lambda: measuring.engine.keeps(source, ())):
        with pytest.raises(DataError, match="HF305"):
            asked()


@pytest.fixture
def both(measuring: Place, tmp_path: Path) -> Callable[[pa.Table], tuple[tuple[Place, Source], ...]]:
    """Return what stores records in the database and in a file."""
    files = in_files(tmp_path)
    return lambda table: ((measuring, measuring.stored(table)), (files, files.stored(table)))


def test_pairs_are_the_same_as_of_a_file(both) -> None:
    import test_conformance as conformance

    table = conformance.records(300).append_column(
        "id", pa.array([i % 140 if i % 7 else None for i in range(300)])
    )
    requests = [
        PairedCountsRequest(parse("flag"), parse("few > 0"), ("team",)), PairedValuesRequest("usual"),
        PairedCountsRequest(parse("flag"), None, (), "unit"),
    ]  # fmt: skip
    keyed, in_rows = [], []
    for place, source in both(table):
        arms = [replace(source, where=parse(f"usual {sign} 50")) for sign in ("<", ">=")]
        keyed.append(place.engine.paired(PairedSource(*arms, "id"), requests))
        other = replace(source, columns={"flag": "few"})
        in_rows.append(place.engine.paired(PairedSource(source, other, None), requests[:1]))
    for found, expected in (keyed, in_rows):
        assert found.pairing == expected.pairing
        for one, another in zip(found.states, expected.states, strict=True):
            assert list(one) == list(another)
            assert all(conformance.same(one[key], another[key]) for key in another)


def test_a_look_at_a_source_is_the_same_as_at_a_file(both) -> None:
    import test_conformance as conformance

    table = conformance.records()
    (place, source), (files, file) = both(table)
    for text in ("word", "x", "flag", "at", "few / 2", "price"):
        assert place.engine.values(source, parse(text)) == files.engine.values(file, parse(text)), text
    names = ["word", "unit", "x", "at"]
    assert place.engine.repeats(source, names) == files.engine.repeats(file, names)
    assert place.engine.describe(source) == files.engine.describe(file)


def test_a_sample_of_the_values_tells_whether_they_repeat(both) -> None:
    table = pa.table({"unit": [f"u{i // 3}" for i in range(3 * SAMPLED)]})
    for place, source in both(table):
        records, values = place.engine.repeats(source, ["unit"])["unit"]
        assert 0 < values < SAMPLED / 2
        assert records == 3 * values


def test_a_drift_may_have_its_reference_in_a_file(both, measuring: Place, tmp_path: Path) -> None:
    import test_conformance as conformance

    (place, source), (files, file) = both(conformance.records())
    engine = RoutedEngine(lambda: files.engine, lambda _: place.engine)
    measured = measure_pass(engine, [Item(Drift("usual", "psi", 20), source, (), file)])
    (state,) = measured[0].states.values()
    assert (state.current.counts == state.reference.counts).all()


def test_arms_in_different_places_are_not_paired(both) -> None:
    (place, source), (files, file) = both(RECORDS)
    engine = RoutedEngine(lambda: files.engine, lambda _: place.engine)
    with pytest.raises(DataError, match="HF310") as caught:
        engine.paired(PairedSource(source, file, "x"), [])
    assert "different places" in str(caught.value)


def test_numbers_that_are_hardly_any_have_a_mean(both) -> None:
    """As where somebody wrote the largest float for "no value"."""
    largest = 1.7976931348623157e308
    table = pa.table({"x": [largest, -largest, largest, 1.0, 2.0], "g": ["a", "a", "b", "c", "c"]})
    told = [
        place.engine.answer(source, [ask.MomentsRequest("x"), ask.MomentsRequest("x", ("g",))])
        for place, source in both(table)
    ]
    for found, expected in zip(*told, strict=True):
        for key, state in expected.items():
            assert (found[key].n, found[key].low, found[key].high) == (state.n, state.low, state.high)
            assert found[key].mean == pytest.approx(state.mean, rel=1e-12)
            assert found[key].m2 == state.m2 or not math.isfinite(state.m2)


OWN_TYPES = {
    "postgres": (
        "CREATE TYPE mood AS ENUM ('calm', 'cross')",
        "CREATE DOMAIN share AS numeric(6, 3) CHECK (VALUE >= 0)",
        """CREATE TABLE own (whole smallint, big bigint, real_ real, exact numeric(10, 2), share_ share,
             yes boolean, id uuid, mood mood, word varchar(9), letters char(4), at timestamptz,
             local timestamp(3), day date, doc jsonb, words text[], raw bytea, span interval)""",
        """INSERT INTO own VALUES (1, 9007199254740993, 0.5, 19.99, 0.125, true,
             '00000000-0000-0000-0000-000000000001', 'cross', 'w', 'ab', '2026-10-25 02:30:00+01',
             '2026-10-25 02:30:00', '2026-10-25', '{}', '{a}', '\\x00', '1 day')""",
    ),
    "clickhouse": (
        """CREATE TABLE own (whole UInt8, big Int64, real_ Float32, exact Decimal(10, 2), share_ UInt64,
             yes Bool, id UUID, mood Enum8('calm' = 1, 'cross' = 2), word LowCardinality(Nullable(String)),
             letters FixedString(4), at DateTime('Europe/Berlin'), local DateTime64(3, 'UTC'), day Date,
             doc JSON, words Array(String), raw Point, span IntervalDay) ENGINE = Memory""",
        """INSERT INTO own SELECT 1, 9007199254740993, 0.5, toDecimal64('19.99', 2), 1, true,
             '00000000-0000-0000-0000-000000000001', 'cross', 'w', 'ab', toDateTime(1792891800),
             toDateTime64('2026-10-25 02:30:00', 3, 'UTC'), '2026-10-25', '{}', ['a'], (1, 2),
             toIntervalDay(1)""",
    ),
}
"""A record in the types that are the engine's own: the same moment is half past one in UTC."""


def test_an_engines_own_types_come_as_what_they_are(measuring: Place) -> None:
    measuring.command("DROP TABLE IF EXISTS own")
    for statement in OWN_TYPES[measuring.name]:
        measuring.command(statement)
    source = Source("log", "ibis", ("x",), Path(), table="own")
    kinds = measuring.engine.describe(source)
    for kind, names in (
        ("number", ["whole", "big", "real_", "exact", "share_"]),
        ("text", ["id", "mood", "word", "letters"]),
        ("time", ["at", "local", "day"]),
        ("other", ["doc", "words", "raw", "span"]),
    ):
        assert [name for name, found in kinds.items() if found == kind] == names
    conditions = (
        "whole == 1", "big == 9007199254740993", "real_ == 0.5", "exact == 19.99", "share_ > 0.1", "yes",
        "id == '00000000-0000-0000-0000-000000000001'", "mood == 'cross'", "word == 'w'", "letters == 'ab'",
        "at == '2026-10-25T01:30:00Z'", "local == '2026-10-25T02:30:00'", "day == '2026-10-25'",
    )  # fmt: skip
    answers = measuring.engine.answer(source, [ask.CountsRequest(parse(text)) for text in conditions])
    assert [text for text, answer in zip(conditions, answers, strict=True) if answer[()].k != 1] == []
