"""The hidden field is found however a body is cut, and the body stays whole."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from holdfast.access.middleware.forms import PEEK, Peeked, field_of

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=cut"


def multipart(*fields: tuple[str, bytes]) -> bytes:
    said = [
        b'--cut\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n.encode(), v)
        for n, v in fields
    ]
    return b"".join(said) + b"--cut--\r\n"


def read(kind: str, chunks: list[bytes]) -> tuple[str, bytes]:
    """Return the field, and the body as the application reads it afterwards."""
    messages = [
        {"type": "http.request", "body": each, "more_body": n < len(chunks) - 1}
        for n, each in enumerate(chunks)
    ]

    async def receive():
        return messages.pop(0)

    async def both() -> tuple[str, bytes]:
        peeked = Peeked(receive)
        found, body, more = await peeked.field(kind), b"", True
        while more:
            message = await peeked.receive()
            body += message["body"]
            more = message["more_body"]
        return found, body

    return asyncio.run(both())


def cut(body: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({0, len(body), *(place % (len(body) + 1) for place in places)})
    return [body[start:end] for start, end in pairwise(ends)]


@given(st.lists(st.integers(0, 10_000), max_size=8), st.binary(max_size=200))
def test_a_body_cut_anywhere_gives_the_same_field_and_the_same_body(places: list[int], rest: bytes) -> None:
    for kind, body in (
        (FORM, b"csrf=abc123&text=" + rest.hex().encode()),
        (PARTS, multipart(("csrf", b"abc123"), ("text", rest))),
    ):
        assert read(kind, cut(body, places)) == ("abc123", body)


@given(st.binary(max_size=300))
def test_no_body_is_a_fault(body: bytes) -> None:
    for kind in (FORM, PARTS, "multipart/form-data", "application/json", ""):
        for whole in (True, False):
            assert isinstance(field_of(kind, body, whole=whole), str)


def test_a_field_after_a_large_file_is_not_looked_for() -> None:
    body = multipart(("text", b"x" * PEEK), ("csrf", b"abc123"))
    assert read(PARTS, [body]) == ("", body)


def test_the_first_field_of_the_name_is_the_one() -> None:
    body = multipart(("csrf", b"first"), ("csrf", b"second"))
    assert read(PARTS, [body])[0] == "first"
