"""Checkpoints: signed as C2SP's notes, kept to, and proofs that need no ledger."""

from __future__ import annotations

import base64
import stat

import pytest

from holdfast.kernel.errors import LedgerError, UsageError
from holdfast.ledger.checkpoints.checkpoint import Checkpoint, read
from holdfast.ledger.checkpoints.keeping import Signer, given_keys
from holdfast.ledger.checkpoints.notes import Note, NoteError, PublicKey, SecretKey
from holdfast.ledger.checkpoints.proofs import prove_consistency, prove_inclusion, verify_proof

# the examples of c2sp.org/signed-note and c2sp.org/tlog-checkpoint
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore"
    " NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa"
    " Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
# the key of Go's sumdb, and a note that it signed (golang.org/x/mod/sumdb/note's documentation)
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann"
    " x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def signed(key, size=3, root=bytes(32)):
    return Checkpoint(key.name, size, root).signed(key)


class TestNotes:
    def test_the_examples_of_the_specification_are_read(self):
        poem, sofa = Note.parse(POEM), Note.parse(SOFA)
        assert poem.text.endswith("\n\ned è subito sera.\n")
        assert [name for name, _, _ in poem.signatures] == ["quasimodo.example/salvatore"]
        assert Checkpoint.parse(sofa.text).size == 20852163

    def test_a_note_of_go_is_verified(self):
        key = PublicKey.parse(PETER)
        assert str(key) == PETER
        assert key.verify(Note.parse(NEUMANN))
        with pytest.raises(NoteError, match="does not fit its text"):
            key.verify(Note.parse(NEUMANN.replace("answer", "question")))

    def test_what_is_signed_is_read_back(self):
        key = SecretKey.new("holdfast-ledger/ab")
        note = signed(key)
        assert read(note, [key.public]) == Checkpoint(key.name, 3, bytes(32))
        assert SecretKey.parse(key.text) == key
        assert PublicKey.parse(str(key.public)) == key.public
        assert base64.b64encode(key.seed).decode() not in f"{key} {key!r}"

    def test_a_further_signature_of_somebody_else_is_passed_over(self):
        key, witness = SecretKey.new("ours"), SecretKey.new("witness")
        note = signed(key)
        text = Note.parse(note).text
        both = note + witness.sign(text).rpartition("\n\n")[2]
        assert read(both, [key.public]).size == 3
        assert read(both, [witness.public]).size == 3

    def test_another_key_of_the_same_name_is_told(self):
        ours, theirs = SecretKey.new("ledger"), SecretKey.new("ledger")
        with pytest.raises(NoteError, match="signed by another key"):
            read(signed(theirs), [ours.public])

    @pytest.mark.parametrize(
        "note",
        ["", "text\n", "text\n\n", "text\n\nno signature\n", "text\n\n— name\n", "text\n\n— name !!!\n",
         "te\x07xt\n\n— name AAAAAAAA\n", "text\n\n— na+me AAAAAAAA\n", "text\n\n— name AAAAAAAA"],
    )  # fmt: skip
    def test_what_is_no_note_is_refused(self, note):
        with pytest.raises(NoteError):
            Note.parse(note)

    @pytest.mark.parametrize(
        "text", ["a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n", "\n1\nAAAA\n"]
    )
    def test_what_is_no_checkpoint_is_refused(self, text):
        with pytest.raises(NoteError):
            Checkpoint.parse(text)

    @pytest.mark.parametrize("text", ["", "a+b", "a+b+c+d", PETER[:-2], PETER.replace("c74f", "c74e")])
    def test_what_is_no_key_is_refused(self, text):
        with pytest.raises(NoteError):
            PublicKey.parse(text)


class TestSigning:
    def test_the_key_is_made_once_and_nobody_else_may_read_it(self, workshop):
        workshop.made()
        signer = Signer(workshop.secrets_folder())
        _, _, one = signer.sign(workshop.engine())
        _, _, two = signer.sign(workshop.engine())
        assert one == two == signer.public_keys()[0]
        (key,) = workshop.secrets_folder().glob("*.key")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600

    def test_each_ledger_has_its_own_origin_and_key(self, workshop):
        workshop.made("one.db", 2)
        with workshop.engine("two.db").open_ledger() as ledger:
            ledger.append("other", [workshop.opened(door="x")], expected=0, actor="g")
        signer = Signer(workshop.secrets_folder())
        one, two = (signer.sign(workshop.engine(name))[1].origin for name in ("one.db", "two.db"))
        assert one != two
        assert len(signer.public_keys()) == 2

    def test_a_ledger_that_grew_continues_its_last_checkpoint(self, workshop):
        workshop.made(events=5)
        signer = Signer(workshop.secrets_folder())
        signer.sign(workshop.engine())
        with workshop.engine().open_ledger() as ledger:
            ledger.append("door/0", [workshop.opened(door="x")], expected=None, actor="g")
        assert signer.sign(workshop.engine())[1].size == 6

    def test_a_ledger_that_was_made_anew_is_not_signed(self, workshop):
        workshop.made(events=5)
        signer = Signer(workshop.secrets_folder())
        signer.sign(workshop.engine())
        (workshop.folder / "ledger.db").unlink()
        workshop.made(events=4)  # the same first events, and the end is missing
        with pytest.raises(LedgerError, match="does not continue the checkpoint of 5 events") as refused:
            signer.sign(workshop.engine())
        assert refused.value.problems[0].code == "HF406"

    def test_a_ledger_that_does_not_verify_is_not_signed(self, workshop):
        workshop.made()
        with workshop.unguarded() as connection:
            connection.execute("UPDATE events SET actor = 'x' WHERE seq = 3")
        with pytest.raises(LedgerError, match="event #3"):
            Signer(workshop.secrets_folder()).sign(workshop.engine())

    def test_a_ledger_without_events_is_not_signed(self, workshop):
        workshop.made(events=0)
        with pytest.raises(UsageError, match="holds no event"):
            Signer(workshop.secrets_folder()).sign(workshop.engine())

    def test_a_last_checkpoint_that_was_changed_is_not_passed_over(self, workshop):
        workshop.made()
        signer = Signer(workshop.secrets_folder())
        signer.sign(workshop.engine())
        (last,) = workshop.secrets_folder().glob("*.last")
        last.write_text(last.read_text().replace("\n12\n", "\n11\n"))
        with pytest.raises(LedgerError, match="cannot be trusted"):
            signer.sign(workshop.engine())

    def test_a_key_is_given_as_text_or_file(self, workshop):
        (workshop.folder / "key.txt").write_text(PETER + "\n")
        keys = given_keys([PETER, str(workshop.folder / "key.txt")], Signer(workshop.secrets_folder()))
        assert [str(key) for key in keys] == [PETER, PETER]

    @pytest.mark.parametrize("told", [["no/such/file"], ["a+b+c"], []])
    def test_no_key_is_told(self, workshop, told):
        with pytest.raises(UsageError) as refused:
            given_keys(told, Signer(workshop.secrets_folder()))
        assert refused.value.problems[0].code == "HF501"


class TestProofs:
    @pytest.fixture
    def ledger(self, workshop):
        workshop.made(events=13)
        return workshop.engine()

    @pytest.fixture
    def key(self):
        return SecretKey.new("holdfast-ledger/ab")

    def leaves(self, ledger):
        with ledger.hashes() as hashes:
            return list(hashes)

    def checkpoint(self, ledger, key, size):
        from holdfast.ledger.checkpoints import merkle

        roots, _ = merkle.roots(self.leaves(ledger), [size])
        return Checkpoint(key.name, size, roots[size])

    @pytest.mark.parametrize("seq", [1, 8, 13])
    def test_an_event_is_proven_without_the_ledger(self, ledger, key, seq):
        note = self.checkpoint(ledger, key, 13).signed(key)
        with ledger.stored_events() as events:
            stored = list(events)[seq - 1]
        proof = prove_inclusion(stored.prev, stored.body, 13, self.leaves(ledger), note)
        assert proof.startswith("c2sp.org/tlog-proof@v1\nextra ")
        assert verify_proof(proof, [key.public]).body == stored.body
        changed = stored.body.replace("tür".encode(), b"tor")
        forged = prove_inclusion(stored.prev, changed, 13, self.leaves(ledger), note)
        with pytest.raises(NoteError, match=f"event #{seq} is not the one"):
            verify_proof(forged, [key.public])

    def test_a_continuation_is_proven_without_the_ledger(self, ledger, key):
        old, new = (self.checkpoint(ledger, key, size) for size in (6, 13))
        proof = prove_consistency(6, 13, self.leaves(ledger), new.signed(key))
        assert verify_proof(proof, [key.public], [old]).old == 6
        with pytest.raises(NoteError, match="does not continue"):
            verify_proof(proof, [key.public], [Checkpoint(key.name, 6, bytes(32))])
        with pytest.raises(NoteError, match="was not given"):
            verify_proof(proof, [key.public])

    def test_a_proof_by_another_key_shows_nothing(self, ledger, key):
        note = self.checkpoint(ledger, key, 13).signed(key)
        with ledger.stored_events() as events:
            stored = next(events)
        proof = prove_inclusion(stored.prev, stored.body, 13, self.leaves(ledger), note)
        with pytest.raises(NoteError, match="another key"):
            verify_proof(proof, [SecretKey.new(key.name).public])
