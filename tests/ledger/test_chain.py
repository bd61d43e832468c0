"""The chain: what a body says, and what is read from it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest

from holdfast.kernel.errors import LedgerError
from holdfast.kernel.events import Event, EventTypes
from holdfast.ledger.chain import GENESIS, Stored, disagreement, link, read_body, recorded, store

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Measured(Event):
    """Something was measured."""

    value: float = 0.5
    count: int = 0


def stored(event: Event | None = None, **change: object) -> Stored:
    told = {"seq": 1, "stream": "s", "version": 1, "at": AT, "actor": "g", "because": None, "prev": GENESIS}
    return store(event or Measured(), **{**told, **change})


def test_a_body_is_canonical_json_with_everything_that_is_known():
    assert stored(because=None).body == (
        b'{"actor":"g","at":"2026-11-21T12:00:00.000000Z","because":null,"data":{"count":0,"value":0.5},'
        b'"schema":1,"seq":1,"stream":"s","type":"Measured","version":1}'
    )


def test_the_hash_is_sha256_of_the_previous_hash_and_the_body():
    one = stored(prev=b"\x07" * 32)
    assert one.hash == hashlib.sha256(b"\x07" * 32 + one.body).digest() == link(one.prev, one.body)


def test_an_integer_beyond_2_to_the_53_comes_back_to_the_last_digit():
    one = stored(Measured(count=2**60 + 1))
    assert json.loads(one.body)["data"]["count"] == str(2**60 + 1)
    types = EventTypes()
    types.register(Measured)
    assert recorded(one, types, "ledger.db").event == Measured(count=2**60 + 1)


def test_what_the_body_says_counts():
    types = EventTypes()
    types.register(Measured)
    assert recorded(stored()._replace(actor="other"), types, "ledger.db").actor == "g"


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 2}, {"stream": "t"}, {"version": 2}, {"type": "T"}, {"at": "x"}, {"actor": "h"},
        {"because": 1}, {"seq": 1.0}, {"stream": b"s"}, {"body": b"{}"}, {"body": b"\xff"}, {"body": None},
    ],
)  # fmt: skip
def test_a_column_that_says_something_else_is_named(change):
    found = disagreement(stored()._replace(**change))
    assert found is not None
    assert "body" in found or "`" in found


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"{}", b"{", b"\xff\xfe"])
def test_bytes_that_are_no_body_are_refused(body):
    with pytest.raises(ValueError, match=r".+"):
        read_body(body)


@pytest.mark.parametrize(
    "change", [{"hash": bytes(32)}, {"prev": b"x" * 32}, {"body": b"{}"}, {"body": "text"}]
)
def test_an_event_whose_hash_does_not_fit_is_not_read(change):
    types = EventTypes()
    types.register(Measured)
    with pytest.raises(LedgerError, match="event #1 was changed") as refused:
        recorded(stored()._replace(**change), types, "ledger.db")
    assert refused.value.problems[0].code == "HF406"


def test_a_shape_that_does_not_fit_its_class_is_a_newer_version():
    types = EventTypes()
    types.register(type("Measured", (Event,), {"__doc__": "Other fields.", "__module__": __name__}))
    with pytest.raises(LedgerError, match="shape 1, which this version cannot read") as refused:
        recorded(stored(), types, "ledger.db")
    assert refused.value.problems[0].code == "HF402"
