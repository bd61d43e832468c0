"""The offline verifier accepts a true export and names the place of each kind of tampering.

Whoever tampers here knows the format: where it is possible at all, the rest of the file is made to fit. What
can be made to fit, a checkpoint finds.
"""

from __future__ import annotations

import hashlib
import json

import pytest

from holdfast.kernel.canonical import canonical
from holdfast.ledger.chain import GENESIS, link
from holdfast.ledger.checkpoints.checkpoint import Checkpoint
from holdfast.ledger.checkpoints.keeping import Signer
from holdfast.ledger.checkpoints.notes import Note, SecretKey
from holdfast.ledger.export import HEADER

EVENTS = 12


@pytest.fixture
def case(workshop):
    """An export, and a checkpoint that was signed when it was made."""
    return Case(workshop)


class Case:
    def __init__(self, workshop):
        self.workshop = workshop
        self.export = workshop.exported(EVENTS)
        note, self.checkpoint, self.key = Signer(workshop.secrets_folder()).sign(workshop.engine())
        self.note = workshop.folder / "checkpoint.txt"
        self.note.write_text(note)
        self.lines = self.export.read_bytes().splitlines(keepends=True)

    @property
    def bodies(self):
        return [json.loads(line)["body"] for line in self.lines[1:-1]]

    def write(self, *lines):
        self.export.write_bytes(b"".join(lines))

    def forge(self, bodies):
        """Write an export of other bodies in which everything fits."""
        head, content = GENESIS, HEADER
        for body in bodies:
            head = link(head, body.encode())
            content += canonical({"body": body, "hash": head.hex()}) + b"\n"
        footer = {"count": len(bodies), "head": head.hex(), "sha256": hashlib.sha256(content).hexdigest()}
        self.write(content, canonical(footer), b"\n")

    def verify(self, *more):
        return self.workshop.told(
            "verify",
            str(self.export),
            "--checkpoint",
            str(self.note),
            "--key",
            str(self.key),
            *more,
        )

    def refused(self, *words):
        code, output = self.verify()
        first = output.splitlines()[0]
        assert code == 1
        assert first.startswith("DOES NOT VERIFY: ")
        for word in words:
            assert word in first


def renumbered(bodies):
    """Return bodies that count 1, 2, 3 again, in all and in each stream."""
    versions, made = {}, []
    for seq, text in enumerate(bodies, start=1):
        body = json.loads(text)
        versions[body["stream"]] = body["version"] = versions.get(body["stream"], 0) + 1
        body["seq"], body["because"] = seq, seq - 1 or None
        made.append(canonical(body).decode())
    return made


def test_a_true_export_is_accepted(case):
    code, output = case.verify()
    assert code == 0
    assert output.startswith("verified: 12 events")
    assert "checkpoint checkpoint.txt fits: the first 12 events of holdfast-ledger/" in output


def test_a_changed_body(case):
    case.lines[7] = case.lines[7].replace("tür 6".encode(), "tür 9".encode())
    case.write(*case.lines)
    case.refused("event #7: its body or its hash was changed", "(line 8)")


def test_a_changed_hash(case):
    line = case.lines[4]
    case.lines[4] = line[:-5] + (b"0" if line[-5:-4] != b"0" else b"1") + line[-4:]
    case.write(*case.lines)
    case.refused("event #4: its body or its hash was changed", "(line 5)")


def test_a_removed_event(case):
    case.write(*case.lines[:5], *case.lines[6:])
    case.refused("event #5:", "(line 6)")


def test_an_inserted_event(case):
    case.write(*case.lines[:5], case.lines[3], *case.lines[5:])
    case.refused("event #5:", "(line 6)")


def test_events_in_another_order(case):
    case.write(*case.lines[:5], case.lines[6], case.lines[5], *case.lines[7:])
    case.refused("event #5:", "(line 6)")


def test_an_end_that_was_cut_off(case):
    case.write(*case.lines[:9])
    case.refused("line 10: the footer is missing: the end of the file was cut off")


def test_a_foreign_footer(case):
    other = dict(json.loads(case.lines[-1]), sha256="0" * 64)
    case.write(*case.lines[:-1], canonical(other), b"\n")
    case.refused("line 14: the footer does not fit")


def test_a_changed_header(case):
    case.write(case.lines[0].replace(b'"genesis":"0', b'"genesis":"1'), *case.lines[1:])
    case.refused("line 1: the header was changed")


def test_a_whole_new_chain_with_another_body(case):
    bodies = case.bodies
    bodies[6] = bodies[6].replace("tür 6", "tür 9")
    case.forge(bodies)
    case.refused("checkpoint checkpoint.txt: its root is not that of the first 12 events")


def test_a_whole_new_chain_without_an_event(case):
    case.forge(renumbered(case.bodies[:4] + case.bodies[5:]))
    case.refused("checkpoint checkpoint.txt: it was made at #12, and the ledger ends at #11")


def test_a_whole_new_chain_that_was_cut_off(case):
    case.forge(case.bodies[:9])
    case.refused("event #10: checkpoint checkpoint.txt: it was made at #12, and the ledger ends at #9")


def test_a_ledger_of_somebody_else(case):
    case.forge([body.replace("tür", "tor") for body in case.bodies])
    case.refused("checkpoint checkpoint.txt: it is of another ledger")


def test_a_checkpoint_with_another_root(case):
    text = Note.parse(case.note.read_text()).text
    other = Checkpoint(case.checkpoint.origin, 12, bytes(32)).text
    case.note.write_text(case.note.read_text().replace(text, other))
    case.refused("checkpoint checkpoint.txt: its signature does not fit its text")


def test_a_checkpoint_with_another_root_that_its_owner_signed(case):
    (path,) = case.workshop.secrets_folder().glob("*.key")
    key = SecretKey.parse(path.read_text())
    case.note.write_text(Checkpoint(case.checkpoint.origin, 12, bytes(32)).signed(key))
    case.refused("checkpoint checkpoint.txt: its root is not that of the first 12 events")


def test_a_checkpoint_signed_by_another_key(case):
    case.note.write_text(case.checkpoint.signed(SecretKey.new(case.checkpoint.origin)))
    case.refused("checkpoint checkpoint.txt: it was signed by another key")


def test_a_checkpoint_that_is_none(case):
    case.note.write_text("nothing\n")
    case.refused("checkpoint checkpoint.txt: it is not text, an empty line and signatures")


def test_with_json_every_place_is_told(case):
    bodies = case.bodies
    bodies[6] = bodies[6].replace("tür 6", "tür 9")
    case.forge(bodies)
    code, output = case.verify("--json")
    assert (code, json.loads(output)["verdict"]) == (1, "fail")
    assert "its root is not" in json.loads(output)["problems"][0]["what"]


class TestProofFiles:
    def test_an_event_and_a_continuation_are_verified_from_their_files(self, case):
        folder, engine = case.workshop.folder, case.workshop
        with engine.engine().open_ledger() as ledger:
            ledger.append("door/0", [engine.opened(door="x")], expected=None, actor="g")
        assert engine.told("prove", "7", "-o", str(folder / "seven.tlog-proof"))[0] == 0
        engine.told("prove", "--from", str(case.note), "-o", str(folder / "on.txt"))
        code, output = engine.told("verify", str(folder / "seven.tlog-proof"), "--key", str(case.key))
        assert (code, output.splitlines()[0][:37]) == (0, "verified: event #7 is one of the firs")
        assert "tür 6" in output
        code, output = engine.told(
            "verify", str(folder / "on.txt"), "--checkpoint", str(case.note), "--key", str(case.key)
        )
        assert code == 0
        assert "the checkpoint of 13 events continues that of 12" in output

    def test_a_changed_proof_shows_nothing(self, case):
        path = case.workshop.folder / "proof.txt"
        case.workshop.told("prove", "7", "-o", str(path))
        path.write_text(path.read_text().replace("index 6", "index 5"))
        code, output = case.workshop.told("verify", str(path))
        assert code == 1
        assert output.startswith("DOES NOT VERIFY: its event says that it is #7")
