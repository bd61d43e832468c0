"""What the detectors find and what they leave alone, the same in Python and in the engine."""

from __future__ import annotations

import base64
import json
import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.patterns import DETECTORS, compiled, find


def token(*parts: str) -> str:
    """Return a made-up secret; written in parts, so that nobody's scanner takes this file for a leak."""
    return "".join(parts)


def jwt() -> str:
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': 'someone'})}.c2lnbmF0dXJlLWhlcmU"


FOUND = {
    "email": ["ada@lovelace.org", "Write to x.y+z@mail.co.uk!", "<o'neill@firm-9.de>", "A@B.IO"],
    "phone": [
        "+41 (0)96 471 07 95", "+447700677662", "001-518-640-0854", "(579)888-3058", "541-714-1388 x12",
        "930.167.3943", "0490 75 40 81", "01.84.17.61.18", "(08) 8747 6301", "0961-7596216",
        "Phone:\n467 3395", "please call me on 9472 7916", "Tel. 5403926876", "416 60 039 office",
        "my number is 72 128 827",
    ],
    "payment_card": ["4111111111111111", "5500-0000-0000-0004", "3782 822463 10005", "pay 6011000990139424"],
    "iban": ["GB82 WEST 1234 5698 7654 32", "de89370400440532013000", "to NO9386011117947 please"],
    "us_ssn": ["460-89-9847", "My SSN is 460 89 9847", "social security number: 460899847"],
    "ip_address": ["from 106.31.73.20.", "2a00:1450:4001:82a::200e"],
    "date_of_birth": [
        "She was born on 8/5/1989", "DOB: 1970-06-06", '"dob": "1990-04-05"', "date of birth. It's 2/16/1942",
        "born 3 May 1971", "Birthday: May 3rd, 1971",
    ],
    "postal_address": ["90 Whitchurch Road", "PO Box 149", "PSC 6293, Box 8158\nAPO AP 04336", "5 N. Elm St"],
    "private_key": ["-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----"],
    "cloud_key": [token("AKIA", "J7QXW4M2PZ6RT8VK"), token("AIza", "SyD3fK9mQx7LrT4vZ8aB3nC6dE1gH5jK2wP")],
    "api_token": [
        token("ghp_", "9fK2mQx7LrT4vZ8aB3nC6dE1gH5jK2wP0sYu"), token("sk-proj-", "9fK2mQx7LrT4vZ8aB3nC6dE1"),
        token("xoxb-", "2148375934-9fK2mQx7LrT4vZ8a"), token("glpat-", "9fK2mQx7LrT4vZ8aB3nC"),
    ],
    "json_web_token": [jwt(), f"Bearer {jwt()}"],
    "assigned_secret": [
        token("api_key = '", "9fK2mQx7LrT4vZ8aB3nC'"), token("password: ", "Qx7LrT4vZ8aB3nC6dE"),
    ],
}  # fmt: skip
LEFT_ALONE = [
    "logo@2x.png", "you@example.com", "user@localhost", "@home", "a@b", "3 at 4",
    "2015-12-22 04:34:22", "02/24/2023", "4/11/2018", "Text: On 4/11/2018", "version 1.2.3.4", "v10.20.30.40",
    "1234567890", "12345678901234567890", "1700000000000", "1.234.567,89", "10 000 000", "0.1234567890123456",
    "4111111111111112", "0000000000000000", "GB82 WEST 1234 5698 7654 33", "000-12-3456", "192.168.0.1",
    "12:34:56", "std::vector::size", "face::bad", "born in the USA", "a new service was born", "12 angry men",
    "sk-your-api-key-goes-here-please", "password: ****************", "api_key=$" + "{API_KEY_FROM_VAULT}",
    "eyJ.not.ajwt", "-----BEGIN PUBLIC KEY-----", "ISBN 978-3-16-148410-0", "AKIAIOSFODNN7EXAMPLE",
    "call 911", "dial 0", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "sha256:9f86d081884c7d659a2feaa0c55ad015",
]  # fmt: skip


def names(text: str) -> set[str]:
    return {found.detector for found in find(text)}


@pytest.mark.parametrize(
    ("detector", "text"), [(name, text) for name, texts in FOUND.items() for text in texts]
)
def test_it_is_found(detector, text):
    assert detector in names(text)
    assert detector in names(f"Well, {text} it was.")


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_it_is_left_alone(text):
    assert names(text) == set()
    assert names(f"So {text} it is.") == set()


def test_every_detector_has_examples_here():
    assert set(FOUND) == {detector.name for detector in DETECTORS}


def test_a_finding_says_where_it_is():
    text = "Write to ada@lovelace.org today"
    (found,) = find(text)
    assert text[found.start : found.end] == "ada@lovelace.org"


snippets = st.sampled_from([*(text for texts in FOUND.values() for text in texts), *LEFT_ALONE])
texts = st.lists(snippets | st.text(max_size=12), max_size=6).map(" ".join)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
@given(st.data())
def test_the_engine_finds_the_same_candidates_as_python(connection, detector, data):
    text = data.draw(texts)
    asked = "SELECT regexp_extract_all(?, ?)"
    [(engine,)] = connection.execute(asked, [text, detector.pattern]).fetchall()
    assert engine == [match.group() for match in compiled(detector.pattern).finditer(text)]


@pytest.mark.parametrize(
    "text",
    ["a" * 50_000, "1" * 50_000, "1 " * 25_000, "a.a." * 12_000, "call " * 10_000, "(+1" * 17_000,
     "A1 " * 17_000, "eyJa" * 12_000, "born " * 10_000, "-" * 50_000, "1:" * 25_000, "a@a." * 12_000],
    ids=lambda text: re.sub(r"(.{1,6}).*", r"\1", text),
)  # fmt: skip
def test_a_long_hostile_text_comes_to_an_end(text):
    assert list(find(text)) is not None
