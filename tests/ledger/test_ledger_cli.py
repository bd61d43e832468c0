"""`holdfast ledger ...`: what people and programs are told."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table

from holdfast.kernel.errors import LedgerError, UsageError
from holdfast.ledger.export import verify_export


class Names:
    """The doors that were opened."""

    name, shape, metadata = "names", 1, MetaData()
    table = Table("names", metadata, Column("seq", Integer), Column("door", String))

    def apply(self, connection, recorded):
        connection.execute(self.table.insert().values(seq=recorded.seq, door=recorded.event.door))


def test_the_verdict_comes_first(workshop):
    workshop.made()
    code, output = workshop.told("verify")
    assert code == 0
    assert output.startswith("verified: 12 events, head #12 ")


def test_what_does_not_fit_is_named_and_the_exit_code_says_fail(workshop):
    workshop.made()
    with workshop.unguarded() as connection:
        connection.execute("UPDATE events SET actor = 'h' WHERE seq = 5")
    code, output = workshop.told("verify")
    assert code == 1
    assert output.startswith("DOES NOT VERIFY: event #5: column `actor` says 'h' and the body says 'g'\n")
    assert "Do not write to the file" in output


def test_a_ledger_without_events_is_no_pass(workshop):
    workshop.made(events=0)
    assert workshop.told("verify") == (2, "nothing to verify: the ledger holds no event\n")


def test_the_json_of_verify_is_a_promise(workshop):
    workshop.made()
    code, output = workshop.told("verify", "--json")
    result = json.loads(output)
    assert code == 0
    assert result.keys() == {"verdict", "events", "head", "problems", "notes"}
    assert (result["verdict"], result["events"], result["head"]["seq"]) == ("pass", 12, 12)
    assert len(result["head"]["hash"]) == 64


def test_the_json_of_a_failure_lists_the_problems(workshop):
    workshop.made()
    with workshop.unguarded() as connection:
        connection.execute("DELETE FROM events WHERE seq = 12")
        connection.execute("DELETE FROM events WHERE seq = 5")
    code, output = workshop.told("verify", "--json")
    result = json.loads(output)
    assert (code, result["verdict"], result["events"]) == (1, "fail", 4)
    assert result["problems"][0] == {"seq": 5, "what": "it is missing; the next one is #6"}


def test_a_copy_and_an_export_are_verified_by_their_path(workshop):
    export = workshop.exported()
    assert workshop.told("verify", str(export))[0] == 0
    assert workshop.told("verify", str(workshop.folder / "ledger.db"))[0] == 0


def test_a_file_of_another_kind_is_refused(workshop):
    path = workshop.folder / "notes.txt"
    path.write_text("not a ledger, but long enough to have a header of a hundred bytes" * 3)
    with pytest.raises(LedgerError, match="HF401"):
        workshop.told("verify", str(path))


def test_an_export_goes_to_standard_output_byte_for_byte(workshop):
    workshop.made()
    code, output = workshop.run("export")
    assert code == 0
    assert output == workshop.export()


def test_an_export_appears_when_it_is_complete(workshop):
    workshop.made()
    path = workshop.folder / "out.jsonl"
    code, output = workshop.told("export", "--output", str(path))
    assert code == 0
    assert output.startswith(f"exported: 12 events to {path}, head #12 ")
    assert verify_export(path).problems == ()


def test_a_damaged_ledger_leaves_no_export_behind(workshop):
    workshop.made()
    with workshop.unguarded() as connection:
        connection.execute("DELETE FROM events WHERE seq = 5")
    with pytest.raises(LedgerError, match="event #5 does not fit"):
        workshop.told("export", "-o", str(workshop.folder / "out.jsonl"))
    assert [file.name for file in workshop.folder.iterdir()] == ["ledger.db"]


def test_an_export_that_cannot_be_written_says_so(workshop):
    workshop.made()
    with pytest.raises(UsageError, match="HF503"):
        workshop.told("export", "-o", str(workshop.folder / "nowhere" / "out.jsonl"))


def test_the_json_of_export_needs_a_file(workshop):
    workshop.made()
    with pytest.raises(UsageError, match="add --output FILE"):
        workshop.told("export", "--json")
    code, output = workshop.told("export", "--json", "-o", str(workshop.folder / "out.jsonl"))
    assert code == 0
    assert json.loads(output)["head"]["seq"] == 12


def test_rebuild_says_how_much_it_folded(workshop):
    workshop.made()
    assert workshop.told("rebuild")[1].startswith("nothing to rebuild")
    workshop.projections = (Names(),)
    assert workshop.told("rebuild") == (0, "rebuilt: all projections from 12 events\n")
    assert json.loads(workshop.told("rebuild", "--json")[1])["events"] == 12


@pytest.mark.parametrize("command", ["verify", "export", "rebuild"])
def test_a_ledger_that_is_not_there_is_not_made(workshop, command):
    with pytest.raises(LedgerError, match="there is no ledger"):
        workshop.told(command)
    assert list(workshop.folder.iterdir()) == []


@pytest.mark.parametrize("command", ["verify", "export", "checkpoint", "rebuild"])
def test_each_command_explains_itself(workshop, command):
    assert "--json" in workshop.told(command, "--help")[1]
