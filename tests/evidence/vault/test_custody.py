"""The chain of custody: who added, opened, covered, held, redacted, erased; and who may not."""

from __future__ import annotations

import pytest
from houses import ANN, AUDITOR, BEN, NOW, RESPONDER, SCOPE, VIEWER, ScopeOpened, add, content_of
from sqlalchemy import select, update

from holdfast.app.bootstrap import event_types
from holdfast.evidence.model.opened import Condition
from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import HoldfastError, UsageError
from holdfast.ledger.sqlite.engine import SqliteEngine
from holdfast.store.tables.vault import vault_chunks, vault_keys, vault_objects


def trail(house, item: str) -> list[tuple[str, str]]:
    return [(step.what, step.actor) for step in house.desk.custody(SCOPE).items[item].trail]


def test_every_access_is_a_fact_before_the_first_byte(house) -> None:
    item = add(house, b"x")
    house.desk.open(SCOPE, ANN, item.id, how="viewed", original=False)
    content_of(house, item.id, AUDITOR)
    assert trail(house, item.id) == [("added", "p-res"), ("viewed", "p-ann"), ("downloaded", "p-aud")]


def test_a_hold_takes_two_persons_and_holds_from_the_asking_on(house) -> None:
    item = add(house, b"x")
    house.desk.ask(SCOPE, ANN, "hold", "counsel asked")
    with pytest.raises(UsageError, match="HF775"):
        house.desk.redact(SCOPE, BEN, item.id, "not wanted")
    with pytest.raises(UsageError, match="HF605"):
        house.desk.confirm(SCOPE, ANN, "hold")
    assert house.desk.confirm(SCOPE, BEN, "hold").held


@pytest.mark.parametrize("act", ["redact", "erase"])
def test_a_hold_keeps_everything_until_two_persons_lift_it(house, act) -> None:
    item = add(house, b"x")
    house.desk.ask(SCOPE, ANN, "hold", "counsel asked")
    house.desk.confirm(SCOPE, BEN, "hold")

    def take_away() -> None:
        if act == "redact":
            house.desk.redact(SCOPE, ANN, item.id, "personal")
        else:
            house.desk.ask(SCOPE, ANN, "erase", "retention ends")

    with pytest.raises(UsageError, match="HF775"):
        take_away()
    house.desk.ask(SCOPE, BEN, "lift", "the case is closed")
    with pytest.raises(UsageError, match="HF775"):
        house.desk.redact(SCOPE, ANN, item.id, "personal")
    house.desk.confirm(SCOPE, ANN, "lift")
    take_away()


def test_an_erasure_that_waits_ends_where_a_hold_comes_first(house) -> None:
    add(house, b"x")
    house.desk.ask(SCOPE, ANN, "erase", "retention ends")
    with pytest.raises(UsageError, match="HF777"):
        house.desk.ask(SCOPE, BEN, "hold", "counsel asked")
    house.desk.drop(SCOPE, BEN, "erase")
    house.desk.ask(SCOPE, BEN, "hold", "counsel asked")
    with pytest.raises(UsageError, match="HF777"):
        house.desk.confirm(SCOPE, ANN, "erase")


@pytest.mark.parametrize("act", ["hold", "lift", "erase"])
def test_what_nobody_asked_for_cannot_be_confirmed_or_dropped(house, act) -> None:
    for doing in (house.desk.confirm, house.desk.drop):
        with pytest.raises(UsageError, match="HF777"):
            doing(SCOPE, BEN, act)


def test_a_hold_is_not_asked_for_twice_nor_lifted_where_there_is_none(house) -> None:
    with pytest.raises(UsageError, match="HF777"):
        house.desk.ask(SCOPE, ANN, "lift", "why")
    house.desk.ask(SCOPE, ANN, "hold", "why")
    house.desk.confirm(SCOPE, BEN, "hold")
    with pytest.raises(UsageError, match="HF777"):
        house.desk.ask(SCOPE, ANN, "hold", "why")


def test_only_who_administers_holds_redacts_and_erases(house) -> None:
    item = add(house, b"x")
    acts = (
        lambda: house.desk.ask(SCOPE, RESPONDER, "hold", "why"),
        lambda: house.desk.confirm(SCOPE, RESPONDER, "hold"),
        lambda: house.desk.drop(SCOPE, RESPONDER, "hold"),
        lambda: house.desk.redact(SCOPE, RESPONDER, item.id, "why"),
        lambda: house.desk.change_master(RESPONDER),
        lambda: house.desk.cover(SCOPE, VIEWER, item.id, ["x"], "why"),
    )
    for act in acts:
        with pytest.raises(HoldfastError, match="HF622"):
            act()


def test_a_redacted_file_is_gone_with_its_digest_and_its_fact_stays(house) -> None:
    item = add(house, b"x" * 2_000_000)
    house.desk.redact(SCOPE, ANN, item.id, "personal data")
    for desk in (house, house.again()):
        with pytest.raises(UsageError, match="HF778"):
            content_of(desk, item.id)
    assert house.again().vault.unseal([item.added.digest, item.added.name]) == [None, "trace.json"]
    assert trail(house, item.id)[-1] == ("redacted", "p-ann")
    assert house.desk.verify() == []
    with house.store.reading() as connection:
        assert connection.execute(select(vault_chunks)).all() == []


def test_a_covered_text_is_shown_covered_everywhere_and_the_original_only_to_those_who_audit(house) -> None:
    item = add(house, b"Anna Smith rang; ANNA SMITH paid.", name="call.txt")
    house.desk.cover(SCOPE, RESPONDER, item.id, ["Anna Smith"], "a customer's name")
    assert content_of(house.again(), item.id) == b"[redacted] rang; [redacted] paid."
    assert content_of(house, item.id, AUDITOR, original=True) == b"Anna Smith rang; ANNA SMITH paid."
    with pytest.raises(HoldfastError, match="HF622"):
        content_of(house, item.id, RESPONDER, original=True)
    assert trail(house, item.id)[1:] == [
        ("covered", "p-res"),
        ("downloaded (redacted view)", "p-res"),
        ("downloaded", "p-aud"),
    ]


def test_a_redacted_original_leaves_its_redacted_view(house) -> None:
    item = add(house, b"Anna rang.", name="call.txt")
    house.desk.cover(SCOPE, ANN, item.id, ["Anna"], "a name")
    house.desk.redact(SCOPE, ANN, item.id, "a name")
    assert content_of(house.again(), item.id) == b"[redacted] rang."
    with pytest.raises(UsageError, match="HF778"):
        content_of(house, item.id, AUDITOR, original=True)


def test_a_text_of_a_fact_is_covered_in_every_process_at_once(house) -> None:
    sealed = house.vault.seal(SCOPE, "Anna Smith lost money")
    other = house.again()
    assert other.vault.unseal([sealed]) == ["Anna Smith lost money"]
    house.desk.cover(SCOPE, RESPONDER, sealed.id, ["anna smith"], "a name")
    for vault in (house.vault, other.vault, house.again().vault):
        assert vault.unseal([sealed]) == ["[redacted] lost money"]
        assert vault.read([sealed])[0].condition is Condition.COVERED


def test_a_text_is_covered_again_from_its_original(house) -> None:
    sealed = house.vault.seal(SCOPE, "Anna met Ben")
    house.desk.cover(SCOPE, ANN, sealed.id, ["Anna"], "a name")
    house.desk.cover(SCOPE, ANN, sealed.id, ["Anna", "Ben"], "two names")
    assert house.vault.unseal([sealed]) == ["[redacted] met [redacted]"]
    assert house.desk.verify() == []


def test_a_view_is_opened_by_its_own_id_until_a_later_one_takes_its_place(house) -> None:
    sealed = house.vault.seal(SCOPE, "Anna met Ben")
    house.desk.cover(SCOPE, ANN, sealed.id, ["Anna"], "a name")
    after = house.desk.cover(SCOPE, ANN, sealed.id, ["Ben"], "another name")
    second = after.texts[sealed.id]
    first = second.model_copy(update={"id": second.id.replace("-v2", "-v1")})
    assert house.vault.unseal([first, second]) == [None, "Anna met [redacted]"]


def test_a_file_is_no_text(house) -> None:
    item = add(house, b"x")
    assert house.vault.read([item.added.content])[0].condition is Condition.FILE
    assert house.vault.unseal([item.added.content]) == [None]


def test_a_redacted_text_is_forgotten_by_every_process(house) -> None:
    sealed = house.vault.seal(SCOPE, "Anna")
    other = house.again()
    other.vault.unseal([sealed])
    house.desk.redact(SCOPE, ANN, sealed.id, "a name")
    assert other.vault.unseal([sealed]) == [None]


def test_a_view_cannot_be_put_over_another_text(house) -> None:
    one, two = house.vault.seal_all(SCOPE, ["pay 1", "pay 2"])
    house.desk.cover(SCOPE, ANN, one.id, ["1"], "why")
    with house.store.writing() as connection:
        objects = vault_objects
        view = connection.execute(select(objects.c.view).where(objects.c.id == one.id)).scalar()
        connection.execute(update(objects).where(objects.c.id == two.id).values(view=view, view_number=1))
    assert house.vault.read([two])[0].condition is Condition.DAMAGED


@pytest.mark.parametrize(
    ("content", "passages", "code"),
    [
        (b"Anna rang.", ["Berta"], "HF774"),
        (b"Anna rang.", [], "HF774"),
        (b"Anna rang.", ["  "], "HF774"),
        (b"\x89PNG\r\n\x1a\n", ["PNG"], "HF774"),
    ],
)
def test_a_passage_that_is_not_there_is_refused(house, content, passages, code) -> None:
    item = add(house, content)
    with pytest.raises(UsageError, match=code):
        house.desk.cover(SCOPE, ANN, item.id, passages, "why")


@pytest.mark.parametrize("target", ["o-" + "0" * 32, "../x", ""])
def test_what_is_not_in_the_scope_is_not_found(house, target) -> None:
    elsewhere = house.vault.seal("INC-2026-0002", "theirs")
    for wanted in (target, elsewhere.id):
        for act in (house.desk.redact, lambda *a: house.desk.cover(a[0], a[1], a[2], ["t"], a[3])):
            with pytest.raises(UsageError, match="HF776"):
                act(SCOPE, ANN, wanted, "why")


def test_erasure_takes_two_persons_and_leaves_a_chain_that_verifies(house) -> None:
    item = add(house, b"x" * 2_000_000)
    text, kept = house.vault.seal(SCOPE, "a statement"), house.vault.seal("INC-2026-0002", "stays")
    house.desk.ask(SCOPE, ANN, "erase", "retention ends")
    with pytest.raises(UsageError, match="HF605"):
        house.desk.confirm(SCOPE, ANN, "erase")
    house.desk.confirm(SCOPE, BEN, "erase")
    for other in (house, house.again()):
        assert other.vault.unseal([text, item.added.name, kept]) == [None, None, "stays"]
        with pytest.raises(UsageError, match="HF778"):
            content_of(other, item.id)
    with house.store.reading() as connection:
        keys = {row.scope: row.wrapped for row in connection.execute(select(vault_keys))}
        assert keys[SCOPE] is None
        assert connection.execute(select(vault_chunks)).all() == []
    assert house.desk.verify() == []
    house.ledger.close()
    types = event_types()
    types.register(ScopeOpened)

    verified = SqliteEngine(house.folder / "ledger.db", SetClock(NOW), types).verify_ledger()
    assert verified.problems == ()


def test_the_reason_of_an_erasure_outlives_it(house) -> None:
    add(house, b"x")
    house.desk.ask(SCOPE, ANN, "erase", "retention ends")
    after = house.desk.confirm(SCOPE, BEN, "erase")
    assert house.vault.unseal([after.trail[0].why]) == ["retention ends"]


def test_nothing_is_added_held_or_erased_after_an_erasure(house) -> None:
    house.desk.ask(SCOPE, ANN, "erase", "why")
    house.desk.confirm(SCOPE, BEN, "erase")
    acts = (
        lambda: add(house, b"x"),
        lambda: house.vault.seal(SCOPE, "x"),
        lambda: house.desk.ask(SCOPE, ANN, "hold", "why"),
        lambda: house.desk.ask(SCOPE, ANN, "erase", "why"),
    )
    for act in acts:
        with pytest.raises(UsageError, match="HF770"):
            act()


@pytest.mark.parametrize("act", ["redact", "erase"])
def test_what_a_process_decided_and_did_not_carry_out_is_carried_out_by_the_next(
    house, act, monkeypatch
) -> None:
    item = add(house, b"x")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"holdfast.evidence.handlers.vault.forgetting.Forgetting.{act}", die)
    if act == "erase":
        house.desk.ask(SCOPE, ANN, "erase", "why")
    with pytest.raises(KeyboardInterrupt):
        house.desk.confirm(SCOPE, BEN, "erase") if act == "erase" else house.desk.redact(
            SCOPE, BEN, item.id, "why"
        )
    monkeypatch.undo()
    other = house.again()
    assert [finding.repaired for finding in other.desk.verify()] == [True]
    assert other.vault.unseal([item.added.digest]) == [None]
    assert other.desk.verify() == []


def test_verifying_names_what_was_changed_behind_the_vaults_back(house) -> None:
    item = add(house, b"x")
    with house.store.writing() as connection:
        box = connection.execute(
            select(vault_objects.c.sealed).where(vault_objects.c.id == item.added.why.id)
        ).scalar()
        changed = update(vault_objects).where(vault_objects.c.id == item.added.why.id)
        connection.execute(changed.values(sealed=box[:-1] + bytes([box[-1] ^ 1])))
        gone = update(vault_objects).where(vault_objects.c.id == item.added.name.id)
        connection.execute(gone.values(sealed=None, state="redacted"))
    found = {finding.object: finding.what for finding in house.again().desk.verify()}
    assert found == {
        item.added.why.id: "is damaged",
        item.added.name.id: "is redacted, and no fact says so",
    }


def test_a_new_master_key_opens_everything_and_the_old_one_nothing(house) -> None:
    sealed = house.vault.seal(SCOPE, "kept")
    before, other = house.key.read_bytes(), house.again()
    assert other.vault.unseal([sealed]) == ["kept"]
    assert house.desk.change_master(ANN) >= 1
    assert house.key.read_bytes() != before
    assert other.vault.unseal([sealed]) == ["kept"]
    new = other.vault.seal("INC-2026-0003", "by a process that knew the old key")
    assert house.again().vault.unseal([sealed, new]) == ["kept", "by a process that knew the old key"]
    house.key.write_bytes(before)
    with pytest.raises(HoldfastError, match="HF772"):
        house.again().vault.unseal([sealed])


def test_a_change_of_the_master_key_that_dies_half_way_loses_nothing(house, monkeypatch) -> None:
    sealed = house.vault.seal(SCOPE, "kept")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("holdfast.evidence.handlers.vault.forgetting.next_generation", die)
    with pytest.raises(KeyboardInterrupt):
        house.desk.change_master(ANN)
    monkeypatch.undo()
    assert house.again().vault.unseal([sealed]) == ["kept"]
    house.desk.change_master(ANN)
    assert len(house.key.read_text().split()) == 1
    assert house.again().vault.unseal([sealed]) == ["kept"]
