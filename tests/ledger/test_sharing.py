"""Large ledgers and exports are verified in shares at once, and no share overlooks what one would name."""

from __future__ import annotations

import random

import pytest

from holdfast.ledger import chain, export, sharing
from holdfast.ledger.export import verify_export
from holdfast.ledger.sqlite import files


@pytest.fixture
def shared(monkeypatch):
    """Take three events for many, and two processors for all there are."""
    monkeypatch.setattr(sharing, "LEAST", 3)
    monkeypatch.setattr(sharing, "shares", lambda events: 2 if events > 3 else 1)


@pytest.fixture
def alone(monkeypatch):
    """Take three events for many, with one processor."""
    monkeypatch.setattr(sharing, "LEAST", 3)
    monkeypatch.setattr(sharing, "shares", lambda events: 1)


def test_two_shares_find_an_export_whole(workshop, shared, monkeypatch):
    path = workshop.exported(events=25)
    monkeypatch.setattr(export, "_LineCheck", None)  # what verifies in order
    found = verify_export(path)
    with workshop.engine().open_ledger() as ledger:
        assert (found.head, found.problems) == (ledger.head(), ())


@pytest.mark.parametrize("in_use", [False, True])
def test_two_shares_find_a_ledger_whole(workshop, shared, monkeypatch, in_use):
    workshop.made(events=25)
    monkeypatch.setattr(files, "follow", None)  # what verifies in order
    if in_use:
        with workshop.engine().open_ledger() as ledger:
            ledger.append("door/0", [workshop.opened(door="x")], expected=None, actor="g")
            assert workshop.engine().verify_ledger().events == 26
    else:
        assert workshop.engine().verify_ledger().events == 25


def test_every_changed_byte_of_an_export_is_found_and_named_all_the_same(workshop, alone):
    path = workshop.exported(events=4)
    content = path.read_bytes()
    draw = random.Random(2)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << draw.randrange(8)
        path.write_bytes(changed)
        line = content[:place].count(b"\n")
        found = workshop.refused(path)
        assert found, place
        if 1 <= line <= 4 and content[place] != 0x0A:
            assert found[0].seq == line, place


@pytest.mark.parametrize("seq", [2, 13, 14, 25])
def test_the_first_event_that_does_not_fit_is_named_in_whichever_share(workshop, shared, seq):
    workshop.made(events=25)
    with workshop.unguarded() as connection:
        connection.execute("UPDATE events SET actor = 'x' WHERE seq = ?", (seq,))
    assert str(workshop.engine().verify_ledger().problems[0]).startswith(f"event #{seq}: column `actor`")


@pytest.mark.parametrize("change", ["swap", "remove", "double", "cut"])
def test_lines_at_the_border_of_two_shares_are_not_trusted(workshop, shared, change):
    path = workshop.exported(events=24)
    lines = path.read_bytes().splitlines(keepends=True)
    for place in range(11, 15):
        changed = list(lines)
        if change == "swap":
            changed[place], changed[place + 1] = changed[place + 1], changed[place]
        elif change == "remove":
            del changed[place]
        elif change == "double":
            changed.insert(place, changed[place])
        else:
            changed[place] = changed[place][:-30] + b"\n"
        path.write_bytes(b"".join(changed))
        assert verify_export(path).problems[0].seq is not None


def test_a_share_whose_process_dies_proves_nothing(workshop, shared, monkeypatch):
    path = workshop.exported(events=25)
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert verify_export(path).events == 25  # in order, here


def test_a_module_beside_the_export_is_not_run(workshop, shared, monkeypatch):
    path = workshop.exported(events=25)
    monkeypatch.chdir(workshop.folder)
    for name in ("json.py", "hashlib.py", "holdfast.py"):
        (workshop.folder / name).write_text("open('was-run', 'w').close()\n")
    monkeypatch.setattr(export, "_LineCheck", None)  # what verifies in order
    assert verify_export(path).events == 25
    assert not (workshop.folder / "was-run").exists()


def test_shares_follow_the_processors_and_the_size():
    assert sharing.shares(0) == sharing.shares(sharing.LEAST) == 1
    assert 1 <= sharing.shares(10**9) <= sharing.MOST


def test_a_share_knows_bodies_as_the_chain_does():
    assert (sharing.BODY_KEYS, sharing.BODY_TYPES) == (chain.BODY_KEYS, chain.KINDS)
