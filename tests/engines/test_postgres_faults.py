"""A database server that is killed, and one that is full: what was acknowledged stays, and stays once."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from ledgers import Place, made_database
from servers import Postgres
from ticking import APPENDING, Ticked

from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import LedgerError
from holdfast.kernel.events import EventTypes

EVENTS, KILLS = 400, 4
START = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def types():
    types = EventTypes()
    types.register(Ticked)
    return types


@pytest.fixture
def mortal():
    """A server that may be killed, and that writes through to the disk."""
    postgres = Postgres(durable=True)
    yield postgres
    postgres.close()


def test_a_server_that_is_killed_loses_nothing_that_was_acknowledged_and_doubles_nothing(mortal, types):
    url = made_database(mortal.start())
    command = [sys.executable, "-c", APPENDING, url, "ticks", str(EVENTS), "", str(Path(__file__).parent)]
    draw = random.Random(4711)
    moments = sorted(draw.sample(range(5, EVENTS - 5), KILLS))
    acknowledged = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line.startswith("conflicts"):
                break
            acknowledged.append(int(line))
            if moments and len(acknowledged) == moments[0]:
                moments.pop(0)
                mortal.kill()
                mortal.start()
    assert process.returncode == 0
    assert not moments
    assert acknowledged == list(range(1, EVENTS + 1))
    place = Place(url, types, SetClock(START), mortal.server)
    assert place.access().verify_ledger().problems == ()
    with place.open() as ledger:
        assert [each.event.n for each in ledger.since(0, limit=EVENTS + 9)] == list(range(EVENTS))


def test_a_server_that_does_not_come_back_is_told_and_loses_nothing(mortal, types):
    url = made_database(mortal.start())
    place = Place(url, types, SetClock(START), mortal.server)
    with place.access(timedelta(seconds=0.2)).open_ledger() as ledger:
        ledger.append("a", [Ticked(n=0)], expected=0, actor="g")
        mortal.kill()
        with pytest.raises(LedgerError, match="cannot be reached") as refused:
            ledger.append("a", [Ticked(n=1)], expected=1, actor="g")
        assert refused.value.problems[0].code == "HF403"
        with pytest.raises(LedgerError, match="cannot be reached"):
            ledger.read("a")
        mortal.start()
        assert ledger.append("a", [Ticked(n=1)], expected=1, actor="g")[0].seq == 2


@pytest.mark.parametrize("when", ["NOT DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED"])
def test_a_disk_that_is_full_refuses_the_append_and_the_next_one_with_room_goes_on(postgres, types, when):
    url = made_database(postgres)
    place = Place(url, types, SetClock(START), postgres)
    with place.open() as ledger:
        with psycopg.connect(url) as connection:  # what the server says when its disk is full
            connection.execute(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
                " $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END$$"
            )
            connection.execute(
                # at the statement, or at the commit
                f"CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT ON events {when}"
                " FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
        with pytest.raises(LedgerError, match="could not extend file") as refused:
            ledger.append("a", [Ticked(n=0)], expected=0, actor="g")
        assert refused.value.problems[0].code == "HF405"
        with psycopg.connect(url) as connection:
            connection.execute("DROP TRIGGER full_disk ON events")
        assert ledger.append("a", [Ticked(n=0)], expected=0, actor="g")[0].seq == 1
