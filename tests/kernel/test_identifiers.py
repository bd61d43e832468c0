"""Identifiers with check digits: what is one passes, what one slip of the hand makes of it does not."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from holdfast.kernel import identifiers


def with_luhn(body: str) -> str:
    return next(body + digit for digit in string.digits if identifiers.luhn(body + digit))


def make_iban(country: str, account: str) -> str:
    number = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(number) % 97:02d}{account}"


cards = st.one_of(
    st.from_regex(r"4[0-9]{14}", fullmatch=True, alphabet=string.digits),
    st.from_regex(r"5[1-5][0-9]{13}", fullmatch=True, alphabet=string.digits),
    st.from_regex(r"3[47][0-9]{12}", fullmatch=True, alphabet=string.digits),
    st.from_regex(r"6011[0-9]{11}", fullmatch=True, alphabet=string.digits),
).map(with_luhn)
ibans = st.sampled_from(sorted(identifiers.IBAN_LENGTHS)).flatmap(
    lambda country: st.text(
        string.digits + string.ascii_uppercase,
        min_size=identifiers.IBAN_LENGTHS[country] - 4,
        max_size=identifiers.IBAN_LENGTHS[country] - 4,
    ).map(lambda account: make_iban(country, account))
)


@given(cards)
def test_a_made_card_is_one_however_it_is_grouped(number):
    assume(len(set(number)) > 1)
    assert identifiers.payment_card(number)
    if len(number) == 16:
        for between in " -":
            assert identifiers.payment_card(between.join(number[i : i + 4] for i in range(0, 16, 4)))


@given(cards, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_makes_it_none(number, place, step):
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not identifiers.luhn(wrong)
    assert not identifiers.payment_card(wrong)


@given(st.text(string.digits, min_size=1, max_size=30))
def test_there_is_exactly_one_check_digit(body):
    assert sum(identifiers.luhn(body + digit) for digit in string.digits) == 1


@given(ibans)
def test_a_made_iban_is_one_however_it_is_written(number):
    assert identifiers.iban(number)
    assert identifiers.iban(number.lower())
    assert identifiers.iban(" ".join(number[i : i + 4] for i in range(0, len(number), 4)))
    assert identifiers.iban(f"{number} and")
    assert not identifiers.iban(f"{number}and")
    assert not identifiers.iban(number[:-1])


@given(ibans, st.integers(2, 33), st.integers(1, 35))
def test_one_wrong_sign_makes_it_none(number, place, step):
    place = 4 + place % (len(number) - 4)
    signs = string.digits + string.ascii_uppercase
    wrong = signs[(signs.index(number[place]) + step) % 36]
    # ISO 7064 finds every wrong sign of one width; a letter for a digit moves what follows
    assume(wrong.isdigit() == number[place].isdigit())
    assert not identifiers.iban(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("460-89-9847", True),
        ("000-12-3456", False),
        ("666-12-3456", False),
        ("900-12-3456", False),
        ("123-00-4567", False),
        ("123-45-0000", False),
        ("078-05-1120", False),
        ("123-45-6789", False),
        ("12-345", False),
    ],
)
def test_social_security_numbers_that_can_have_been_given_out(text, holds):
    assert identifiers.us_ssn(text) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("8.8.8.8", True),
        ("10.1.2.3", False),
        ("127.0.0.1", False),
        ("192.168.1.1", False),
        ("203.0.113.7", False),
        ("255.255.255.255", False),
        ("1.2.3.04", False),
        ("2a00:1450:4001:82a::200e", True),
        ("2001:db8::1", False),
        ("fe80::1", False),
        ("face::bad", False),
        ("12:34:56", False),
        ("::", False),
    ],
)
def test_addresses_that_lead_to_somebody(text, holds):
    assert identifiers.ip_address(text) is holds


@given(st.text(max_size=60))
def test_no_text_makes_a_validator_stumble(text):
    for judge in (
        identifiers.email, identifiers.phone, identifiers.payment_card, identifiers.iban, identifiers.us_ssn,
        identifiers.ip_address, identifiers.secret, identifiers.json_web_token, identifiers.date_of_birth,
    ):  # fmt: skip
        assert judge(text) in {True, False}
