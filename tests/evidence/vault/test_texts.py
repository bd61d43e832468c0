"""Texts in the vault: kept under the key of a scope, opened by whoever has the master key, found changed."""

from __future__ import annotations

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from houses import ANN, SCOPE
from sqlalchemy import select, update

from holdfast.evidence.handlers.vault.cache import OVERHEAD, OpenedTexts
from holdfast.evidence.model.opened import Condition
from holdfast.evidence.wiring import store_vault
from holdfast.kernel.clock import SystemClock
from holdfast.kernel.errors import LedgerError, UsageError
from holdfast.kernel.sealed import Sealed
from holdfast.store.tables.vault import vault_keys, vault_objects

TEXT = "Kunde Müller: \u202eрассказ\x00 \U0001f525 <script>alert(1)</script>"


def test_what_is_sealed_is_opened_again_also_by_another_process(house) -> None:
    sealed = house.vault.seal("INC-2026-0001", TEXT)
    assert house.vault.unseal([sealed]) == [TEXT]
    assert house.again().vault.unseal([sealed]) == [TEXT]


def test_texts_come_in_the_order_asked_also_twice_and_of_several_scopes(house) -> None:
    first = house.vault.seal_all("INC-2026-0001", [f"a{n}" for n in range(1_200)])
    other = house.vault.seal("report/R-1", "b")
    asked = [other, *reversed(first), other]
    assert house.again().vault.unseal(asked) == ["b", *(f"a{n}" for n in reversed(range(1_200))), "b"]


def test_nothing_of_a_text_lies_in_the_store_or_in_what_a_fact_holds(house) -> None:
    sealed = house.vault.seal("INC-2026-0001", "the secret word")
    again = house.vault.seal("INC-2026-0001", "the secret word")
    with house.store.reading() as connection:
        rows = connection.execute(select(vault_objects.c.sealed)).scalars().all()
    assert all(b"secret" not in row for row in rows)
    assert sealed.commitment != again.commitment, "the same words must not be recognised"


@pytest.mark.parametrize("column", ["sealed", "scope", "id"])
def test_a_text_that_was_changed_or_put_elsewhere_is_refused(house, column) -> None:
    mine, other = house.vault.seal("INC-2026-0001", "mine"), house.vault.seal("INC-2026-0002", "other")
    with house.store.writing() as connection:
        rows = {row.id: row for row in connection.execute(select(vault_objects))}
        if column == "id":  # two that change places
            for one, two in ((mine, other), (other, mine)):
                statement = update(vault_objects).where(vault_objects.c.id == one.id)
                connection.execute(statement.values(sealed=rows[two.id].sealed))
        else:
            value = {"sealed": rows[mine.id].sealed[:-1] + b"!", "scope": "INC-2026-0002"}[column]
            statement = update(vault_objects).where(vault_objects.c.id == mine.id)
            connection.execute(statement.values({column: value}))
    vault = house.again().vault
    with pytest.raises(LedgerError, match="HF771"):
        vault.unseal([mine])
    assert vault.read([mine])[0].condition is Condition.DAMAGED


def test_a_text_is_only_opened_for_the_commitment_that_the_fact_holds(house) -> None:
    one, two = house.vault.seal_all("INC-2026-0001", ["one", "two"])
    crossed = Sealed(id=one.id, commitment=two.commitment)
    house.vault.unseal([one])
    for vault in (house.vault, house.again().vault):  # from its memory, and from the store
        assert vault.read([crossed])[0].condition is Condition.DAMAGED


def test_a_text_that_the_store_never_had_is_missing(house) -> None:
    elsewhere = Sealed(id="o-" + "0" * 32, commitment="sha256:" + "0" * 64)
    assert house.vault.read([elsewhere])[0].condition is Condition.MISSING
    with pytest.raises(LedgerError, match="HF771"):
        house.vault.unseal([elsewhere])


def test_nothing_is_sealed_into_a_scope_whose_key_was_erased(house) -> None:
    sealed = house.vault.seal("INC-2026-0001", "gone")
    with house.store.writing() as connection:
        connection.execute(update(vault_keys).values(wrapped=None, erased_at="now"))
    with pytest.raises(UsageError, match="HF770"):
        house.vault.seal("INC-2026-0001", "more")
    assert house.again().vault.unseal([sealed]) == [None]


def test_the_master_key_is_made_once_and_for_its_owner_only(house) -> None:
    house.vault.seal("workspace", "first")
    before = house.key.read_bytes()
    house.again().vault.seal("workspace", "second")
    assert house.key.read_bytes() == before
    assert stat.S_IMODE(house.key.stat().st_mode) == 0o600


def test_a_master_key_that_others_may_read_is_refused(house) -> None:
    house.vault.seal("workspace", "first")
    house.key.chmod(0o644)
    with pytest.raises(LedgerError, match="HF772"):
        house.again().vault.seal("INC-2026-0001", "second")


def test_a_lost_master_key_is_told_and_no_other_one_takes_its_place(house) -> None:
    sealed = house.vault.seal("workspace", "first")
    house.key.unlink()
    vault = house.again().vault
    for act in (lambda: vault.unseal([sealed]), lambda: vault.seal("INC-2026-0001", "second")):
        with pytest.raises(LedgerError, match="HF772"):
            act()
    assert not house.key.exists()


@pytest.mark.parametrize("content", ["", "no key", base64.b64encode(b"short").decode(), "\xe4"])
def test_a_file_that_holds_no_key_is_told(house, content) -> None:
    house.vault.seal("workspace", "first")
    house.key.write_text(content, encoding="utf-8")
    with pytest.raises(LedgerError, match="HF772"):
        house.again().vault.seal("INC-2026-0001", "second")


def test_the_key_of_the_environment_wins_and_another_one_opens_nothing(house) -> None:
    given, wrong = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    clock = SystemClock()
    sealed = store_vault(house.store, house.key, given, clock).seal("workspace", "first")
    assert not house.key.exists()
    assert store_vault(house.store, house.key, f"{wrong},{given}", clock).unseal([sealed]) == ["first"]
    with pytest.raises(LedgerError, match="HF772") as refused:
        store_vault(house.store, house.key, wrong, clock).unseal([sealed])
    assert wrong not in str(refused.value)


def test_many_processes_that_seal_into_a_new_scope_at_once_share_one_key(house) -> None:
    vaults = [house.again().vault for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        sealed = list(pool.map(lambda vault: vault.seal("INC-2026-0009", "at once"), vaults))
    assert house.again().vault.unseal(sealed) == ["at once"] * 6
    with house.store.reading() as connection:
        keys = connection.execute(select(vault_keys.c.scope)).scalars().all()
    assert keys == ["INC-2026-0009"]
    assert len(house.key.read_text().split()) == 1


def test_a_master_key_is_changed_while_others_seal_and_nothing_is_lost(house) -> None:
    house.vault.seal(SCOPE, "first")
    others = [house.again() for _ in range(3)]

    def seal(number: int) -> list[Sealed]:
        return [others[number].vault.seal(f"INC-2026-1{number}{n:02}", "kept") for n in range(8)]

    with ThreadPoolExecutor(4) as pool:
        sealing = [pool.submit(seal, number) for number in range(3)]
        for _ in range(3):
            house.desk.change_master(ANN)
        sealed = [text for each in sealing for text in each.result()]
    assert house.again().vault.unseal(sealed) == ["kept"] * len(sealed)


def test_a_text_of_more_than_a_million_characters_is_refused(house) -> None:
    with pytest.raises(UsageError, match="HF773"):
        house.vault.seal("workspace", "x" * 1_000_001)


def test_half_a_surrogate_pair_is_kept_as_a_question_mark(house) -> None:
    assert house.vault.unseal([house.vault.seal("workspace", "a\ud800b")]) == ["a?b"]


def test_the_memory_of_opened_texts_is_bounded_and_the_least_recent_goes() -> None:
    cache = OpenedTexts(limit=3 * (OVERHEAD + 10))
    cache.among([], 1)
    for name in "abc":
        cache.keep({name: ("c", name * 10)}, 1)
    cache.among(["a"], 1)
    cache.keep({"d": ("c", "d" * 10)}, 1)
    assert sorted(cache.among("abcd", 1)) == ["a", "c", "d"]
    assert cache.held <= 3 * (OVERHEAD + 10)


def test_the_memory_forgets_with_each_generation_and_keeps_nothing_of_an_older_one() -> None:
    cache = OpenedTexts()
    cache.among([], 1)
    cache.keep({"a": ("c", "text")}, 1)
    assert cache.among("a", 2) == {}
    cache.keep({"a": ("c", "text")}, 1)
    assert cache.among("a", 2) == {}
    assert cache.held == 0
