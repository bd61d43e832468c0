"""Canonical JSON: the same bytes as the thorough implementation of RFC 8785, whatever the value."""

from __future__ import annotations

import math

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.canonical import canonical, portable

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
)


@given(values)
def test_every_value_is_written_as_rfc_8785_asks(value):
    assert canonical(value) == rfc8785.dumps(portable(value))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_written_as_rfc_8785_asks(number):
    assert canonical([number]) == rfc8785.dumps([number])


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, b"1"), (-0.0, b"0"), (0.1, b"0.1"), (1e-4, b"0.0001"), (1e-5, b"0.00001"), (1e-7, b"1e-7"),
        (1e15, b"1000000000000000"), (123456789012345.6, b"123456789012345.6"), (1e21, b"1e+21"),
        (2**53 - 1, b"9007199254740991"), (2**53, b'"9007199254740992"'), (True, b"true"),
        ("\x7f\u2028", b'"\x7f\xe2\x80\xa8"'),
        ("\x00\x1f\b\f\n\r\t\"\\/", rb'"\u0000\u001f\b\f\n\r\t\"\\/"'),
        ({"b": 1, "a": (1, 2)}, b'{"a":[1,2],"b":1}'),
    ],
)  # fmt: skip
def test_known_answers(value, written):
    assert canonical(value) == written


def test_keys_are_ordered_by_utf_16():
    assert canonical({"\ue000": 1, "\U00010000": 2}) == '{"\U00010000":2,"\ue000":1}'.encode()


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, "\ud800", {"\ud800": 1}, {1: 2}, [[math.nan]]]
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError, match="canonical"):
        canonical(value)
