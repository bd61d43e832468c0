"""What all channels have in common."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused
from holdfast.respond.ports.sending import Answer, Call


def test_a_call_shows_neither_its_address_nor_its_headers() -> None:
    call = Call("POST", "https://hooks.example/s3cret", headers={"Authorization": "s3cret"})
    assert "s3cret" not in f"{call} {call!r}"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"errors": [{"message": "no"}]}', "no"),
        (b'{"errors": []}', ""),
        (b'{"errors": [{"message": 3}]}', ""),
        (b"[" * 100_000, ""),
        (b"<html>", ""),
        (b"\xff", ""),
    ],
)
def test_text_of_an_answer_is_empty_where_the_answer_has_another_shape(body: bytes, found: str) -> None:
    assert Answer(400, {}, body).text("errors", 0, "message") == found


def test_a_delay_says_how_long_and_what_was_said() -> None:
    delayed = DeliveryDelayed("too many", after=timedelta(seconds=7), said="slow down", status=429)
    assert (delayed.after, str(delayed)) == (timedelta(seconds=7), "too many: slow down")
    assert str(DeliveryRefused("there is no such route")) == "there is no such route"
