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


class TestCheckpoints:
    def test_a_checkpoint_goes_to_standard_output_and_the_key_does_not(self, workshop):
        workshop.made()
        _, note = workshop.told("checkpoint")
        lines = note.splitlines()
        assert lines[0].startswith("holdfast-ledger/")
        assert lines[1] == "12"
        assert lines[4].startswith(f"\N{EM DASH} {lines[0]} ")
        assert "key:" not in note

    def test_it_may_be_written_to_a_file_and_told_as_json(self, workshop):
        workshop.made()
        path = workshop.folder / "now.txt"
        _, output = workshop.told("checkpoint", "-o", str(path), "--json")
        told = json.loads(output)
        assert (told["size"], told["checkpoint"]) == (12, path.read_text())
        code, output = workshop.told("verify", "--checkpoint", str(path), "--key", told["key"])
        assert code == 0
        assert "checkpoint now.txt fits" in output

    def test_without_its_key_nobody_says_that_it_fits(self, workshop):
        workshop.made()
        path = workshop.folder / "now.txt"
        workshop.told("checkpoint", "-o", str(path))
        for key in workshop.secrets_folder().iterdir():
            key.unlink()
        with pytest.raises(UsageError, match="who signed the checkpoint is not known"):
            workshop.told("verify", "--checkpoint", str(path))

    def test_a_place_for_keys_that_cannot_be_written_says_so(self, workshop):
        workshop.made()
        workshop.secrets_folder().write_text("a file where the folder should be")
        with pytest.raises(UsageError, match="cannot be kept") as refused:
            workshop.told("checkpoint")
        assert refused.value.problems[0].code == "HF503"

    @pytest.mark.parametrize("words", [(), ("1", "--from", "x")])
    def test_what_is_to_be_proven_must_be_said(self, workshop, words):
        workshop.made()
        with pytest.raises(UsageError, match="what is to be proven is not said"):
            workshop.told("prove", *words)

    def test_an_event_that_came_later_is_not_in_an_older_checkpoint(self, workshop):
        workshop.made(events=3)
        path = workshop.folder / "now.txt"
        workshop.told("checkpoint", "-o", str(path))
        with workshop.engine().open_ledger() as ledger:
            ledger.append("door/0", [workshop.opened(door="x")], expected=None, actor="g")
        with pytest.raises(UsageError, match="event #4 is not in a checkpoint of 3 events"):
            workshop.told("prove", "4", "--checkpoint", str(path))
        with pytest.raises(UsageError, match="is not in a checkpoint of 4 events"):
            workshop.told("prove", "5")

    def test_an_older_checkpoint_does_not_continue_a_newer_one(self, workshop):
        old, new = workshop.folder / "old.txt", workshop.folder / "new.txt"
        workshop.made(events=3)
        workshop.told("checkpoint", "-o", str(old))
        with workshop.engine().open_ledger() as ledger:
            ledger.append("door/0", [workshop.opened(door="x")], expected=None, actor="g")
        workshop.told("checkpoint", "-o", str(new))
        with pytest.raises(UsageError, match="3 events cannot continue one of 4"):
            workshop.told("prove", "--from", str(new), "--checkpoint", str(old))
