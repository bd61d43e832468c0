"""What is PostgreSQL's own: its errors, its migrations, its triggers, its sessions that end."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from ledgers import Place, made_database
from servers import PASSWORD

from holdfast.kernel.addresses import parse_address
from holdfast.kernel.clock import SetClock
from holdfast.kernel.codes import CODES
from holdfast.kernel.errors import LedgerError, UsageError
from holdfast.kernel.events import Event, EventTypes
from holdfast.ledger.postgres import schema
from holdfast.ledger.postgres.errors import CLASSES, STATES, meaning, refusal
from holdfast.ledger.postgres.server import READERS, Server


class DoorOpened(Event):
    """Somebody opened a door."""

    door: str


@pytest.fixture
def place(postgres):
    types = EventTypes()
    types.register(DoorOpened)
    return Place(made_database(postgres), types, SetClock(datetime(2026, 11, 21, tzinfo=UTC)), postgres)


def opened(*doors):
    return [DoorOpened(door=door) for door in doors]


def code_of(action) -> str:
    with pytest.raises(LedgerError) as refused:
        action()
    (problem,) = refused.value.problems
    assert problem.place is not None
    assert problem.fix
    assert PASSWORD not in str(refused.value)
    return problem.code


class TestMeanings:
    def test_every_state_that_the_driver_knows_has_a_meaning(self):
        known = (getattr(kind, "sqlstate", None) for kind in vars(psycopg.errors).values())
        states = {state for state in known if isinstance(state, str)}
        assert len(states) > 200
        assert {state[:2] for state in states} <= set(CLASSES)

    def test_every_meaning_is_documented_and_says_what_to_do(self):
        for meant in (*CLASSES.values(), *STATES.values()):
            assert meant.code in CODES
            assert "HF403" <= meant.code <= "HF407"
            assert meant.fix

    @pytest.mark.parametrize(
        ("kind", "code"),
        [
            (psycopg.errors.DiskFull, "HF405"),
            (psycopg.errors.LockNotAvailable, "HF404"),
            (psycopg.errors.ReadOnlySqlTransaction, "HF403"),
            (psycopg.errors.InsufficientPrivilege, "HF403"),
            (psycopg.errors.TooManyConnections, "HF403"),
            (psycopg.errors.UniqueViolation, "HF407"),
            (psycopg.errors.DataCorrupted, "HF406"),
            (psycopg.errors.UndefinedTable, "HF406"),
        ],
    )
    def test_the_usual_ones(self, kind, code):
        assert meaning(kind("it failed")).code == code

    def test_no_refusal_repeats_a_password(self):
        address = parse_address("postgresql://ann:s3cret@db.example/facts", {})
        assert "s3cret" not in str(refusal(psycopg.OperationalError("no, s3cret is wrong"), address))


class TestRefused:
    def test_another_password(self, place):
        wrong = place.url.replace(PASSWORD, "wrong-0815")
        place = type(place)(wrong, place.types, place.clock, place.server)
        assert code_of(place.open) == "HF403"

    def test_a_database_that_is_not_there(self, place):
        place = type(place)(place.url + "_gone", place.types, place.clock, place.server)
        with pytest.raises(LedgerError, match="is not there"):
            place.open()

    def test_a_table_of_another_program(self, place):
        with psycopg.connect(place.url) as connection:
            connection.execute("CREATE TABLE events (id int)")
        assert code_of(place.open) == "HF401"
        assert code_of(place.access().verify_ledger) == "HF401"

    def test_a_ledger_that_is_not_there_is_not_made_by_looking(self, place):
        assert not place.access().exists()
        assert code_of(place.access().verify_ledger) == "HF401"
        assert not place.access().exists()

    def test_a_newer_version(self, place):
        place.open().close()
        with psycopg.connect(place.url) as connection:
            connection.execute("UPDATE ledger_version SET version_num = '0099'")
        assert code_of(place.open) == "HF402"

    def test_a_user_who_may_only_read(self, place):
        place.open().close()
        with psycopg.connect(place.url) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"CREATE ROLE reader_{id(place)} LOGIN PASSWORD '{PASSWORD}'")
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{id(place)}")
        reading = place.url.replace("//ann:", f"//reader_{id(place)}:")
        reader = type(place)(reading, place.types, place.clock, place.server)
        with reader.open() as ledger:
            assert code_of(lambda: ledger.append("a", opened("x"), expected=0, actor="g")) == "HF403"
        with psycopg.connect(place.url) as connection:
            connection.execute(f"DROP OWNED BY reader_{id(place)}; DROP ROLE reader_{id(place)}")

    def test_a_lock_that_nobody_lets_go(self, place):
        with place.access(timedelta(seconds=0.05)).open_ledger() as ledger:
            with psycopg.connect(place.url) as other:
                other.execute(f"SELECT pg_advisory_xact_lock({schema.LOCK})")
                assert code_of(lambda: ledger.append("a", opened("x"), expected=0, actor="g")) == "HF404"
            assert ledger.append("a", opened("x"), expected=0, actor="g")[0].seq == 1

    def test_without_its_driver_it_says_what_to_install(self, place, monkeypatch):
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(UsageError, match=r"holdfast\[postgres\]"):
            place.open()


class TestFacts:
    @pytest.mark.parametrize(
        "statement", ["UPDATE events SET actor = 'x'", "DELETE FROM events", "TRUNCATE events"]
    )
    def test_facts_are_never_changed_or_deleted(self, place, statement):
        with place.open() as ledger:
            ledger.append("a", opened("x"), expected=0, actor="g")
        with (
            psycopg.connect(place.url) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="never changed or deleted"),
        ):
            connection.execute(statement)

    @pytest.mark.parametrize(
        ("statement", "told"),
        [
            ("UPDATE events SET actor = 'x' WHERE seq = 2", "event #2: column `actor` says 'x'"),
            ("UPDATE events SET at = '2026' WHERE seq = 3", "event #3: column `at` says '2026'"),
            ("DELETE FROM events WHERE seq = 2", "event #2: it is missing; the next one is #3"),
            ("UPDATE events SET hash = sha256('x') WHERE seq = 2", "event #2: its body or its hash"),
            ("UPDATE events SET body = 'x' WHERE seq = 3", "event #3: its body or its hash"),
            ("DROP TRIGGER facts_stay ON events", "`events facts_stay "),
            ("ALTER TABLE events ALTER version TYPE int", "`events.version bigint not null`"),
        ],
    )
    def test_verifying_names_the_place(self, place, statement, told):
        with place.open() as ledger:
            ledger.append("a", opened("x", "y", "z"), expected=0, actor="g")
        place.tamper(statement)
        assert str(place.access().verify_ledger().problems[0]).startswith(told)

    def test_a_trigger_of_somebody_else_is_told(self, place):
        place.open().close()
        place.tamper("CREATE TRIGGER mine BEFORE INSERT ON events EXECUTE FUNCTION facts_stay()")
        assert "`events mine" in str(place.access().verify_ledger().problems[0])


class TestMigrations:
    def test_every_released_version_is_brought_to_the_present_one(self, place):
        with place.open() as ledger:
            ledger.append("a", opened("x"), expected=0, actor="g")
        with psycopg.connect(place.url) as connection:  # as version 1 had it
            connection.execute("DROP INDEX events_by_cause")
            connection.execute("UPDATE ledger_version SET version_num = '0001'")
        assert place.access().verify_ledger().problems == ()
        with place.open() as ledger:
            assert ledger.append("a", opened("y"), expected=1, actor="g", because=1)[0].seq == 2
        with psycopg.connect(place.url) as connection:
            indices = connection.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'events'")
            assert ("events_by_cause",) in indices.fetchall()
            assert schema.version_of(connection, "here") == schema.SCHEMA_VERSION

    def test_two_that_open_at_once_make_one(self, place):
        opened = []

        def work():
            opened.append(place.open())

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for each, ledger in enumerate(opened):
            ledger.append("a", [DoorOpened(door="x")], expected=each, actor="g")
            ledger.close()
        assert place.access().verify_ledger().events == 3


def end_sessions(place):
    with psycopg.connect(place.url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_many_readers_share_a_few_connections(place):
    with place.open() as ledger:
        ledger.append("a", opened("x"), expected=0, actor="g")
        threads = [threading.Thread(target=ledger.read, args=("a",)) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with psycopg.connect(place.url) as connection:
            count = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            ).fetchone()[0]
        assert count <= READERS + 2  # the writer, and who counts


class TestLostConnections:
    @pytest.mark.parametrize(
        ("said", "waits"), [("the database system is starting up", True), ("refused", False)]
    )
    def test_who_opens_waits_for_a_server_that_is_about_to_come_and_for_no_other(
        self, place, monkeypatch, said, waits
    ):
        connect, first = Server.connect, [said]

        def starting(server):
            if first:
                with server.refusing(None):
                    raise psycopg.OperationalError(first.pop())
            return connect(server)

        monkeypatch.setattr(Server, "connect", starting)
        if waits:
            place.open().close()
        else:
            assert code_of(place.open) == "HF403"

    def test_reading_and_appending_go_on_with_another_connection(self, place):
        with place.open() as ledger:
            ledger.append("a", opened("x"), expected=0, actor="g")
            assert len(ledger.read("a")) == 1
            end_sessions(place)
            assert len(ledger.read("a")) == 1
            end_sessions(place)
            ledger.append("a", opened("y"), expected=1, actor="g")
            end_sessions(place)
            ledger.advance("mail", 2, expected=0)
            assert [recorded.seq for recorded in ledger.since(0, limit=9)] == [1, 2]

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_an_append_whose_answer_was_lost_is_looked_up_and_never_doubled(self, place, monkeypatch, when):
        with place.open() as ledger:
            ledger.append("a", opened("x"), expected=0, actor="g")
            raw = ledger._writer._raw
            run, lost = raw.execute, []

            def execute(statement, *values):
                if statement == "COMMIT" and not lost:
                    lost.append(when)
                    if when == "after":
                        run(statement)
                    raw.close()
                    raise psycopg.OperationalError("server closed the connection unexpectedly")
                return run(statement, *values)

            monkeypatch.setattr(raw, "execute", execute)
            (made,) = ledger.append("a", opened("y"), expected=1, actor="g")
            assert lost == [when]
            assert (made.seq, made.version) == (2, 2)
            assert [(each.seq, each.event.door, each.hash) for each in ledger.read("a", after=1)] == [
                (2, "y", made.hash)
            ]
        assert place.access().verify_ledger().problems == ()

    def test_where_the_server_does_not_come_back_it_says_that_the_outcome_is_not_known(
        self, place, monkeypatch
    ):
        with place.access(timedelta(seconds=0.05)).open_ledger() as ledger:
            raw = ledger._writer._raw
            run = raw.execute

            def execute(statement, *values):
                if statement == "COMMIT":
                    monkeypatch.setattr(Server, "connect", refuse)
                    raw.close()
                    raise psycopg.OperationalError("server closed the connection unexpectedly")
                return run(statement, *values)

            def refuse(server):
                with server.refusing(None):
                    raise psycopg.OperationalError("connection refused")

            monkeypatch.setattr(raw, "execute", execute)
            with pytest.raises(LedgerError, match="whether it was recorded is not known") as refused:
                ledger.append("a", opened("y"), expected=0, actor="g")
            assert refused.value.problems[0].code == "HF403"
