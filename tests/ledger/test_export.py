"""The export: exact, the same every time, and no changed byte is overlooked."""

from __future__ import annotations

import hashlib
import json
import random

import pytest

from holdfast.kernel.canonical import canonical
from holdfast.kernel.errors import LedgerError
from holdfast.ledger.chain import GENESIS, link
from holdfast.ledger.export import HEADER, verify_export
from holdfast.ledger.verify import Verified


def test_an_export_verifies_and_names_its_head(workshop):
    path = workshop.exported()
    found = verify_export(path)
    with workshop.engine().open_ledger() as ledger:
        assert found == Verified(12, ledger.head())


def test_an_empty_ledger_gives_header_and_footer(workshop):
    assert workshop.exported(events=0).read_bytes().count(b"\n") == 2
    assert verify_export(workshop.folder / "export.jsonl").events == 0


def test_the_same_ledger_always_gives_the_same_bytes(workshop):
    workshop.made()
    assert workshop.export() == workshop.export()


def test_a_line_holds_the_exact_bytes_that_were_hashed(workshop):
    lines = workshop.exported().read_bytes().splitlines()
    prev = GENESIS
    for line in lines[1:-1]:
        fields = json.loads(line)
        prev = link(prev, fields["body"].encode())
        assert fields["hash"] == prev.hex()
        assert line == canonical(fields)


def test_the_footer_seals_everything_before_it(workshop):
    content = workshop.exported().read_bytes()
    *_, last = content.splitlines(keepends=True)
    assert json.loads(last)["sha256"] == hashlib.sha256(content.removesuffix(last)).hexdigest()


def test_every_changed_byte_is_found_and_named(workshop):
    path = workshop.exported(events=3)
    content = path.read_bytes()
    draw = random.Random(1)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << draw.randrange(8)
        path.write_bytes(changed)
        line = content[:place].count(b"\n")
        found = workshop.refused(path)
        assert found, place
        if line == 0:
            assert str(found[0]).startswith(("HF401", "HF402", "line 1:")), place
        elif line <= 3 and content[place] != 0x0A:
            assert found[0].seq == line, place


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.999])
def test_a_shortened_export_is_found(workshop, keep):
    path = workshop.exported()
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    assert verify_export(path).problems


def test_whole_lines_that_are_missing_are_found(workshop):
    path = workshop.exported()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert "footer is missing" in str(verify_export(path).problems[0])
    path.write_bytes(b"".join(lines[:5] + lines[6:]))
    assert verify_export(path).problems[0].seq == 5


def test_what_stands_after_the_footer_is_found(workshop):
    path = workshop.exported()
    path.write_bytes(path.read_bytes() + b"\n")
    assert "after the footer" in str(verify_export(path).problems[0])


def forged(*bodies):
    """Return an export whose hashes fit whatever its bodies say."""
    head, content = GENESIS, HEADER
    for body in bodies:
        text = canonical(body)
        head = link(head, text)
        content += canonical({"body": text.decode(), "hash": head.hex()}) + b"\n"
    footer = {"count": len(bodies), "head": head.hex(), "sha256": hashlib.sha256(content).hexdigest()}
    return content + canonical(footer) + b"\n"


GOOD = {
    "actor": "g", "at": "2026-11-21T12:00:00.000000Z", "because": None, "data": {}, "schema": 1, "seq": 1,
    "stream": "s", "type": "T", "version": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seq": 2}, "it is event #2"),
        ({"version": 2}, "version 2 of stream `s`, which is at 0"),
        ({"because": 1}, "its cause #1 is no earlier event"),
        ({"stream": {}}, "`stream` of the body is {}"),
        ({"more": 1}, "the body is not an object with the keys"),
    ],
)
def test_a_chain_that_fits_is_not_enough(tmp_path, change, said):
    path = tmp_path / "export.jsonl"
    path.write_bytes(forged(GOOD))
    assert verify_export(path).problems == ()
    path.write_bytes(forged({**GOOD, **change}))
    (found,) = verify_export(path).problems
    assert (found.seq, said in found.what) == (1, True), found


def test_a_newer_format_is_refused(tmp_path):
    path = tmp_path / "export.jsonl"
    path.write_bytes(canonical({**json.loads(HEADER), "format": 2}) + b"\n")
    with pytest.raises(LedgerError, match="format 2") as refused:
        verify_export(path)
    assert refused.value.problems[0].code == "HF402"


def test_a_ledger_that_does_not_verify_is_not_exported(workshop):
    workshop.made()
    with workshop.unguarded() as connection:
        connection.execute("UPDATE events SET body = CAST(replace(body, 'tür 4', 'tür 5') AS BLOB)")
    with pytest.raises(LedgerError, match="event #5 does not fit") as refused:
        workshop.export()
    assert refused.value.problems[0].code == "HF406"
