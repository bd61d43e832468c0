"""An export of an incident: what is in it, and what the verifier says of it, alone and changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cases import ANN, BEN, INCIDENT
from tampering import Files, changed, lines, put, read, write

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.app.cli import run
from holdfast.kernel.errors import HoldfastError
from holdfast.ledger.checkpoints.notes import SecretKey
from holdfast.respond.views.exported.primitives import ed25519_fits
from holdfast.respond.views.exported.verify import verify

EVENTS, TEXTS, FILES = "ledger/events.jsonl", "texts.jsonl", "files.jsonl"


def test_a_true_export_verifies_and_holds_what_may_be_seen(case) -> None:
    path = case.export()
    found = verify(str(path), case.key)
    assert found.problems == []
    assert (found.incident, found.files, found.key) == (INCIDENT, 2, case.key)
    files = read(path)
    assert files[f"files/{case.kept}/trace.bin"] == bytes(range(256)) * 5_000
    assert files[f"files/{case.covered}/call.txt"] == b"[redacted] rang"
    everything = b"".join(files.values())
    assert b"Anna" not in everything
    assert b"hunter" not in everything
    assert b"INC-2026-0002" not in everything


def test_without_a_key_from_elsewhere_it_is_told_who_signed(case) -> None:
    found = verify(str(case.export()))
    assert found.problems == []
    assert found.notes == [f"signed by {case.key}: compare it with the key that you got elsewhere"]


def test_the_verifier_inside_needs_nothing_but_python(case, tmp_path) -> None:
    path = case.export()
    script = tmp_path / "verify.py"
    script.write_bytes(read(path)["verify.py"])
    command = [sys.executable, "-I", "-S", str(script), str(path), "--key", case.key]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"PASS  {INCIDENT}: ")


def test_an_export_after_an_erasure_verifies_and_holds_no_word(case) -> None:
    case.application.desk.ask(INCIDENT, ANN, "lift", "over")
    case.application.desk.confirm(INCIDENT, BEN, "lift")
    case.application.desk.ask(INCIDENT, ANN, "erase", "retention ends")
    case.application.desk.confirm(INCIDENT, BEN, "erase")
    path = case.export()
    found = verify(str(path), case.key)
    assert found.problems == []
    states = [line["state"] for line in lines(read(path), TEXTS)]
    assert states.count("there") == 3, "the reasons of hold, lifting and erasure outlive it"
    assert found.files == 0


def test_the_export_is_a_fact_in_the_custody_of_each_piece(case) -> None:
    case.export()
    custody = case.application.desk.custody(INCIDENT)
    assert [step.what for step in custody.items[case.kept].trail] == ["added", "exported"]
    assert "exported" not in [step.what for step in custody.items[case.redacted].trail]


def test_who_may_not_read_may_not_export(case) -> None:
    viewer = Principal("p-v", Kind.PERSON, frozenset({Role.VIEWER}))
    with pytest.raises(HoldfastError, match="HF622"):
        case.application.reports.export(INCIDENT, viewer)


def test_an_incident_that_is_none_is_not_exported(case) -> None:
    with pytest.raises(HoldfastError, match="HF701"):
        case.application.reports.export("INC-2026-0009", ANN)


def test_a_text_that_was_changed_in_the_store_is_not_passed_off_as_right(case) -> None:
    from sqlalchemy import update

    from holdfast.store.tables.vault import vault_objects

    why = case.application.desk.custody(INCIDENT).items[case.kept].added.why.id
    with case.application.store.writing() as connection:
        connection.execute(update(vault_objects).where(vault_objects.c.id == why).values(sealed=b"x" * 50))
    problems = verify(str(case.export()), case.key).problems
    assert len(problems) == 1
    assert why in problems[0]
    assert "damaged" in problems[0]


# ten kinds of tampering, and more; each names the place, though everything is signed anew by another key


def edit_event(files: Files) -> str:
    entries = lines(files, EVENTS)
    entries[1]["body"] = entries[1]["body"].replace("p-ann", "p-ben")
    put(files, EVENTS, entries)
    return f"{EVENTS} line 2 (#"


def edit_event_and_its_hash(files: Files) -> str:
    entries = lines(files, EVENTS)
    entries[1]["body"] = entries[1]["body"].replace("p-ann", "p-ben")
    content = bytes.fromhex(entries[1]["prev"]) + entries[1]["body"].encode()
    entries[1]["hash"] = hashlib.sha256(content).hexdigest()
    put(files, EVENTS, entries)
    return f"{EVENTS} line 2 (#"


def remove_event(files: Files) -> str:
    entries = lines(files, EVENTS)
    del entries[2]
    put(files, EVENTS, entries)
    return f"{EVENTS} line 3 (#"


def cut_off_the_end(files: Files) -> str:
    put(files, EVENTS, lines(files, EVENTS)[:-1])
    return f"{EVENTS}: holds"


def add_event(files: Files) -> str:
    entries = lines(files, EVENTS)
    last = json.loads(entries[-1]["body"])
    body = json.dumps({**last, "seq": last["seq"] + 1, "version": last["version"] + 1}, sort_keys=True)
    made = hashlib.sha256(bytes.fromhex(entries[-1]["hash"]) + body.encode()).hexdigest()
    entries.append({"body": body, "hash": made, "prev": entries[-1]["hash"], "proof": entries[-1]["proof"]})
    put(files, EVENTS, entries)
    return f"{EVENTS} line {len(entries)} (#"


def swap_events(files: Files) -> str:
    entries = lines(files, EVENTS)
    entries[1], entries[2] = entries[2], entries[1]
    put(files, EVENTS, entries)
    return f"{EVENTS} line 3 (#"


def edit_text(files: Files) -> str:
    entries = lines(files, TEXTS)
    at = next(n for n, entry in enumerate(entries) if entry["state"] == "there")
    entries[at]["text"] += "!"
    put(files, TEXTS, entries)
    return f"{TEXTS} line {at + 1} ({entries[at]['id']}): was changed"


def swap_texts(files: Files) -> str:
    entries = lines(files, TEXTS)
    one, two = [entry for entry in entries if entry["state"] == "there"][:2]
    for name in ("text", "salt"):
        one[name], two[name] = two[name], one[name]
    put(files, TEXTS, entries)
    return f"({one['id']}): was changed"


def remove_text(files: Files) -> str:
    entries = lines(files, TEXTS)
    gone = entries.pop(0)
    put(files, TEXTS, entries)
    return f"commits to the text {gone['id']}, which is missing"


def add_text(files: Files) -> str:
    entries = lines(files, TEXTS)
    put(files, TEXTS, [*entries, {**entries[0], "id": "o-" + "0" * 32}])
    return f"{TEXTS} line {len(entries) + 1} (o-{'0' * 32}): no fact commits to it"


def call_a_text_redacted(files: Files) -> str:
    entries = lines(files, TEXTS)
    at = next(n for n, entry in enumerate(entries) if entry["state"] == "there")
    entries[at] = {key: entries[at][key] for key in ("id", "commitment")} | {"state": "redacted"}
    put(files, TEXTS, entries)
    return f"{TEXTS} line {at + 1} ({entries[at]['id']}): is said to be redacted, and no fact says so"


def call_a_text_erased(files: Files) -> str:
    entries = lines(files, TEXTS)
    entries[0] = {key: entries[0][key] for key in ("id", "commitment")} | {"state": "erased"}
    put(files, TEXTS, entries)
    return f"{TEXTS} line 1 ({entries[0]['id']}): is said to be erased, and no fact says so"


def cover_more(files: Files) -> str:
    entries = lines(files, FILES)
    at = next(n for n, entry in enumerate(entries) if entry["state"] == "covered")
    files[entries[at]["file"]] = b"[redacted]"
    return f"{entries[at]['file']} ({entries[at]['id']}): was changed"


def edit_evidence(files: Files) -> str:
    name = next(name for name in files if name.endswith("trace.bin"))
    files[name] = files[name][:-1] + b"!"
    return name


def remove_evidence(files: Files) -> str:
    name = next(name for name in files if name.endswith("trace.bin"))
    del files[name]
    return f"names {name}, which is not there"


def forget_evidence(files: Files) -> str:
    entries = lines(files, FILES)
    gone = entries.pop(0)
    put(files, FILES, entries)
    return f"added the file {gone['id']}, which is missing"


def another_checkpoint(files: Files) -> str:
    parts = files["ledger/checkpoint.txt"].decode().split("\n")
    parts[1] = str(int(parts[1]) + 1)
    files["ledger/checkpoint.txt"] = "\n".join(parts).encode()
    return "is not in the ledger that the checkpoint was made of"


DEEP = [
    edit_event, edit_event_and_its_hash, remove_event, cut_off_the_end, add_event, swap_events, edit_text,
    swap_texts, remove_text, add_text, call_a_text_redacted, call_a_text_erased, cover_more, edit_evidence,
    remove_evidence, forget_evidence, another_checkpoint,
]  # fmt: skip


@pytest.mark.parametrize("change", DEEP, ids=lambda change: change.__name__)
def test_tampering_is_found_where_it_is_though_all_is_signed_anew(case, change) -> None:
    places = []
    path = changed(case.export(), lambda files: places.append(change(files)), SecretKey.new("another"))
    found = verify(str(path))
    assert any(places[0] in problem for problem in found.problems), (places, found.problems)
    pinned = verify(str(path), case.key).problems
    assert "key.txt: is not the key that must have signed" in pinned


@pytest.mark.parametrize("change", DEEP, ids=lambda change: change.__name__)
def test_a_manifest_that_was_made_to_fit_does_not_hide_it(case, change) -> None:
    places = []
    path = changed(case.export(), lambda files: places.append(change(files)), anew=True)
    problems = verify(str(path), case.key).problems
    assert "manifest.json: is not the one that was signed" in problems
    assert any(places[0] in problem or "checkpoint.txt" in problem for problem in problems)


def edit_report(files: Files) -> str:
    files["README.txt"] += b"!"
    return "README.txt: is not the file that the manifest lists"


def add_file(files: Files) -> str:
    files["files/evil.exe"] = b"MZ"
    return "files/evil.exe: is not listed in the manifest: it was added"


def remove_file(files: Files) -> str:
    del files["README.txt"]
    return "README.txt: is listed in the manifest and missing"


def edit_manifest(files: Files) -> str:
    files["manifest.json"] = files["manifest.json"].replace(b"p-ann", b"p-ben")
    return "manifest.json: is not the one that was signed"


def edit_signature(files: Files) -> str:
    head, _, line = files["manifest.sig"].decode().rpartition(" ")
    files["manifest.sig"] = f"{head} {line[:20]}{'A' if line[20] != 'A' else 'B'}{line[21:]}".encode()
    return "manifest.sig: was changed after it was signed"


def no_manifest(files: Files) -> str:
    del files["manifest.json"]
    return "manifest.json: is missing"


def no_json(files: Files) -> str:
    files["manifest.json"] = b"\xff\xfe"
    return "manifest.json: is no UTF-8"


def bad_lines(files: Files) -> str:
    files[TEXTS] = b"[1]\n" + files[TEXTS]
    return f"{TEXTS} line 1: is no JSON"


@pytest.mark.parametrize(
    "change",
    [edit_report, add_file, remove_file, edit_manifest, edit_signature, no_manifest, no_json, bad_lines],
    ids=lambda change: change.__name__,
)
def test_a_file_that_was_changed_added_or_taken_away_is_named(case, change) -> None:
    places = []
    path = changed(case.export(), lambda files: places.append(change(files)))
    problems = verify(str(path), case.key).problems
    assert any(places[0] in problem for problem in problems), problems


def test_a_file_that_stands_twice_is_named(case) -> None:
    path = case.export()
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("texts.jsonl", b"")
    assert "texts.jsonl: stands in the zip file twice" in verify(str(path), case.key).problems


@pytest.mark.parametrize("share", [0.2, 0.6, 0.999])
def test_an_export_that_was_cut_off_is_told(case, share) -> None:
    path = case.export()
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert verify(str(path), case.key).problems[0].startswith("the file: is no whole zip file")


def test_no_byte_can_be_turned_unseen(case) -> None:
    path = case.export()
    content = bytearray(path.read_bytes())
    turned = path.with_name("turned.zip")
    unseen = []
    for at in range(0, len(content), max(1, len(content) // 150)):
        content[at] ^= 1
        turned.write_bytes(content)
        content[at] ^= 1
        if not verify(str(turned), case.key).problems and read(turned) != read(path):
            unseen.append(at)
    assert unseen == []


def test_the_signature_of_ed25519_is_that_of_the_library() -> None:
    key = SecretKey.new("test")
    note = key.sign("a text\n")
    import base64

    signature = base64.b64decode(note.split(" ")[-1])[4:]
    assert ed25519_fits(key.public.key, b"a text\n", signature)
    assert not ed25519_fits(key.public.key, b"a text!\n", signature)
    assert not ed25519_fits(key.public.key, b"a text\n", signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not ed25519_fits(bytes(32), b"a text\n", signature)
    assert not ed25519_fits(key.public.key, b"a text\n", signature[:32] + b"\xff" * 32)


def test_the_commands_write_and_verify(case, capsys, monkeypatch) -> None:
    monkeypatch.chdir(case.folder)
    monkeypatch.setenv("HOLDFAST_HOME", str(case.folder))
    monkeypatch.setenv("HOLDFAST_ACTOR", "p-ann")
    assert run(["incident", "export", INCIDENT]) == 0
    assert run(["incident", "export", INCIDENT]) == 3, "nothing takes the place of a file"
    assert run(["incident", "verify", f"{INCIDENT}.zip", "--key", case.key]) == 0
    assert f"PASS  {INCIDENT}: " in capsys.readouterr().out
    changed(Path(f"{INCIDENT}.zip"), lambda files: put(files, TEXTS, lines(files, TEXTS)[1:]))
    assert run(["incident", "verify", "changed.zip", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["fits"] is False
    assert run(["incident", "verify", "nothing.zip"]) == 3
    assert run(["incident", "export", "INC-2026-0009", "--to", "none.zip"]) == 3
    assert not Path("none.zip").exists()


def test_a_zip_that_is_no_export_is_told(tmp_path) -> None:
    path = write(tmp_path / "a.zip", {"a.txt": b"x"})
    assert any("manifest.json: is missing" in problem for problem in verify(str(path)).problems)
