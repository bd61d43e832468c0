"""A workspace is moved between engines, backed up while in use, and restored: verified each time."""

from __future__ import annotations

import json
import threading
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from ledgers import made_database
from servers import PASSWORD

from holdfast.app.bootstrap import Application
from holdfast.app.cli import run
from holdfast.app.keeping.backups import Backup
from holdfast.app.keeping.making import make_backup
from holdfast.app.keeping.restoring import restore
from holdfast.app.settings import read_settings
from holdfast.gate.events import SignatureWithdrawn  # one kind of fact will do
from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import LedgerError, UsageError
from holdfast.ledger import moving
from holdfast.ledger.export import export_lines
from holdfast.store import copying

SAID = "what Ada wrote at two in the morning"


def fact(n=0):
    return SignatureWithdrawn(signature_id=f"s{n}", system="triage", gate="recall", role="privacy")


class Office:
    """Workspaces, each in a folder of its own, whichever engine keeps its facts."""

    def __init__(self, folder, server):
        self.folder = folder
        self.home = folder / "home"
        self.server = server
        self.opened = []

    def app(self, name, engine="sqlite"):
        home = self.folder / name if engine == "sqlite" else self.home
        home.mkdir(exist_ok=True)
        url = str(home / "ledger.db") if engine == "sqlite" else made_database(self.server)
        settings = read_settings({"HOLDFAST_HOME": str(self.home), "HOLDFAST_ACTOR": "p-1"}, url)
        made = Application(settings, SetClock(datetime(2026, 11, 21, 12, 0, tzinfo=UTC)))
        self.opened.append(made)
        return made

    def filled(self, name, engine="sqlite", facts=7):
        """Return a workspace with facts, a subscription and a sealed text."""
        app = self.app(name, engine)
        with app.open_ledger() as ledger:
            for n in range(facts):
                ledger.append(f"s/{n % 3}", [fact(n)], expected=None, actor="p-1", because=n or None)
            ledger.advance("mail", 3, expected=0)
        self.sealed = app.vault.seal("workspace", SAID)
        return app

    def close(self):
        for app in self.opened:
            if "store" in vars(app):
                app.store.close()


@pytest.fixture
def office(tmp_path, postgres, monkeypatch):
    made = Office(tmp_path, postgres)
    monkeypatch.setenv("HOLDFAST_HOME", str(made.home))
    yield made
    made.close()


def exported(app):
    with app.ledger_engine().stored_events() as events:
        return b"".join(export_lines(events))


def rows(app):
    return copying.digest_of(app.store)


PAIRS = [("sqlite", "postgres"), ("postgres", "sqlite"), ("sqlite", "sqlite"), ("postgres", "postgres")]


class TestMoving:
    @pytest.mark.parametrize(("here", "there"), PAIRS)
    def test_facts_subscriptions_and_store_arrive_as_they_were(self, office, capsys, here, there):
        source, target = office.filled("from", here), office.app("to", there)
        before = exported(source)
        assert run(["ledger", "move", source.settings.ledger, target.settings.ledger]) == 0
        output = capsys.readouterr().out
        assert output.startswith("moved: 7 events to ")
        assert PASSWORD not in output
        assert exported(target) == before == exported(source)
        assert rows(target) == rows(source)
        with target.open_ledger() as ledger:
            assert ledger.position("mail") == 3
            assert ledger.append("s/0", [fact(7)], expected=3, actor="p-1")[0].seq == 8
        assert target.vault.unseal([office.sealed]) == [SAID]

    def test_moving_again_writes_nothing(self, office, capsys):
        source, target = office.filled("from"), office.app("to", "postgres")
        command = ["ledger", "move", source.settings.ledger, target.settings.ledger, "--json"]
        assert run(command) == 0
        assert json.loads(capsys.readouterr().out)["written"] == 7
        assert run(command) == 0
        assert json.loads(capsys.readouterr().out)["written"] == 0

    @pytest.mark.parametrize("there", ["sqlite", "postgres"])
    def test_a_move_that_was_stopped_goes_on_from_there(self, office, monkeypatch, there):
        source, target = office.filled("from"), office.app("to", there)
        monkeypatch.setattr(moving, "BATCH", 2)
        engine = source.ledger_engine()

        def stop(seq):
            if seq == 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            moving.take_over(engine.stored_events, engine.positions, target.ledger_engine(), stop)
        assert target.ledger_engine().verify_ledger().events == 4
        taken = moving.take_over(engine.stored_events, engine.positions, target.ledger_engine())
        assert (taken.events, taken.head.seq) == (3, 7)
        assert exported(target) == exported(source)

    def test_what_is_written_meanwhile_is_taken_over_too(self, office):
        source, target = office.filled("from", "postgres"), office.app("to")
        engine, more = source.ledger_engine(), [fact(8)]

        def write_once(seq):
            if more:
                with source.open_ledger() as ledger:
                    ledger.append("s/9", [more.pop()], expected=0, actor="p-1")

        taken = moving.take_over(engine.stored_events, engine.positions, target.ledger_engine(), write_once)
        assert taken.head.seq == 8
        assert exported(target) == exported(source)

    @pytest.mark.parametrize("facts", [5, 9])
    def test_a_target_with_other_facts_is_refused_and_left_alone(self, office, capsys, facts):
        source, target = office.filled("from"), office.app("to", "postgres")
        with target.open_ledger() as ledger:
            for n in range(facts):
                ledger.append("other", [fact(n)], expected=n, actor="p-2")
        before = exported(target)
        assert run(["ledger", "move", source.settings.ledger, target.settings.ledger]) == 3
        assert "error[HF407]: there are other facts already" in capsys.readouterr().err
        assert exported(target) == before
        assert rows(target)[1] == rows(office.app("empty"))[1]

    def test_a_target_whose_store_holds_other_rows_is_refused(self, office, capsys):
        source, target = office.filled("from"), office.app("to")
        target.vault.seal("workspace", "other words")
        assert run(["ledger", "move", source.settings.ledger, target.settings.ledger]) == 3
        assert "error[HF501]: there is another key already" in capsys.readouterr().err
        (target.secrets_folder() / "key").unlink()
        assert run(["ledger", "move", source.settings.ledger, target.settings.ledger]) == 3
        assert "error[HF501]: the store is not empty" in capsys.readouterr().err

    def test_a_source_that_is_not_there_makes_no_target(self, office, capsys):
        target = office.folder / "to.db"
        assert run(["ledger", "move", str(office.folder / "none.db"), str(target)]) == 3
        assert "error[HF401]: there is no ledger" in capsys.readouterr().err
        assert list(office.folder.iterdir()) == []

    def test_a_source_that_does_not_verify_is_not_moved(self, office):
        source, target = office.filled("from"), office.app("to", "postgres")
        with source.ledger_engine().stored_events() as events:
            stored = list(events)
        stored[4] = stored[4]._replace(body=stored[4].body.replace(b"s4", b"s9"))
        with pytest.raises(LedgerError, match="event #5 does not fit") as refused:
            moving.take_over(lambda: nullcontext(iter(stored)), dict, target.ledger_engine())
        assert refused.value.problems[0].code == "HF406"


class TestBackups:
    @pytest.mark.parametrize(("here", "there"), PAIRS)
    def test_a_backup_becomes_the_same_workspace(self, office, here, there):
        source, target = office.filled("from", here), office.app("to", there)
        made = make_backup(source, office.folder / "backup", keys=True)
        assert (made.head[0], len(made.keys)) == (7, 1)
        restored, taken = restore(target, office.folder / "backup")
        assert (restored.head, taken.events) == (made.head, 7)
        assert exported(target) == exported(source)
        assert rows(target) == rows(source)
        assert target.vault.unseal([office.sealed]) == [SAID]
        with target.open_ledger() as ledger:
            assert ledger.position("mail") == 3

    @pytest.mark.parametrize("engine", ["sqlite", "postgres"])
    def test_others_write_meanwhile_and_the_backup_is_of_one_moment(self, office, engine):
        source = office.filled("from", engine)
        stop, written = threading.Event(), []

        def work():
            with source.open_ledger() as ledger:
                while not stop.is_set():
                    written.extend(ledger.append("w", [fact(9)], expected=None, actor="p-1"))

        writer = threading.Thread(target=work)
        writer.start()
        try:
            made = [make_backup(source, office.folder / f"b{n}", keys=False) for n in range(3)]
        finally:
            stop.set()
            writer.join()
        assert [each.head[0] for each in made] == sorted(each.head[0] for each in made)
        _, taken = restore(office.app("to"), office.folder / "b2")
        assert taken.head.seq == made[2].head[0] <= written[-1].seq
        assert source.ledger_engine().verify_ledger().problems == ()

    def test_a_backup_holds_no_key_and_no_word_unless_asked(self, office):
        source = office.filled("from")
        make_backup(source, office.folder / "backup", keys=False)
        key = (source.secrets_folder() / "key").read_text().strip()
        for path in (office.folder / "backup").iterdir():
            content = path.read_text()
            assert SAID not in content
            assert key not in content

    def test_a_backup_never_overwrites(self, office):
        source = office.filled("from")
        (office.folder / "backup").mkdir()
        with pytest.raises(UsageError, match="never overwrites"):
            make_backup(source, office.folder / "backup", keys=False)
        assert sorted(path.name for path in office.folder.iterdir()) == ["backup", "from"]

    @pytest.mark.parametrize("name", ["facts.jsonl", "rows.jsonl"])
    def test_a_changed_backup_is_not_restored(self, office, name):
        source, target = office.filled("from"), office.app("to")
        make_backup(source, office.folder / "backup", keys=False)
        path = office.folder / "backup" / name
        path.write_bytes(path.read_bytes().replace(b"triage", b"truage").replace(b"workspace", b"warkspace"))
        with pytest.raises(LedgerError, match=f"`{name}` of the backup was changed") as refused:
            restore(target, office.folder / "backup")
        assert refused.value.problems[0].code == "HF406"
        assert list((office.folder / "to").iterdir()) == []

    def test_what_is_no_backup_is_refused(self, office):
        with pytest.raises(UsageError, match="is no backup"):
            Backup.read(office.folder)

    def test_a_newer_format_is_refused(self, office):
        make_backup(office.filled("from"), office.folder / "backup", keys=False)
        path = office.folder / "backup" / "backup.json"
        path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
        with pytest.raises(LedgerError, match="format 2"):
            Backup.read(office.folder / "backup")

    def test_a_workspace_that_is_there_is_not_overwritten(self, office):
        source, target = office.filled("from"), office.app("to")
        make_backup(source, office.folder / "backup", keys=True)
        with target.open_ledger() as ledger:
            ledger.append("other", [fact()], expected=0, actor="p-2")
        before = exported(target)
        with pytest.raises(LedgerError, match="there are other facts already") as refused:
            restore(target, office.folder / "backup")
        assert refused.value.problems[0].code == "HF407"
        assert exported(target) == before
        assert not (office.folder / "to" / "key").exists()

    def test_another_key_is_not_overwritten(self, office):
        make_backup(office.filled("from"), office.folder / "backup", keys=True)
        target = office.app("to")
        (office.folder / "to" / "key").write_text("another")
        with pytest.raises(UsageError, match="another key already"):
            restore(target, office.folder / "backup")
        assert [path.name for path in (office.folder / "to").iterdir()] == ["key"]

    def test_a_restore_that_was_stopped_is_completed(self, office, monkeypatch):
        source, target = office.filled("from"), office.app("to")
        make_backup(source, office.folder / "backup", keys=True)

        def stop(*given):
            raise KeyboardInterrupt

        monkeypatch.setattr("holdfast.app.keeping.restoring.take_over", stop)
        with pytest.raises(KeyboardInterrupt):
            restore(target, office.folder / "backup")
        monkeypatch.undo()
        _, taken = restore(target, office.folder / "backup")
        assert taken.events == 7
        assert exported(target) == exported(source)

    def test_the_commands_say_what_they_did(self, office, capsys):
        source, target = office.filled("from"), office.app("to", "postgres")
        folder = str(office.folder / "backup")
        assert run(["--ledger", source.settings.ledger, "backup", folder]) == 0
        assert capsys.readouterr().out.startswith("backed up: 7 events, head #7 ")
        assert run(["--ledger", target.settings.ledger, "restore", folder]) == 0
        output = capsys.readouterr().out
        assert output.startswith("restored: 7 events, head #7 ")
        assert PASSWORD not in output
        assert run(["--ledger", target.settings.ledger, "ledger", "verify"]) == 0
