"""Whether a text that looks like an identifier is one: check digits, ranges that are given out, samples.

Each function takes what a pattern of `holdfast.kernel.patterns` matched and says yes or no; none of them
keeps or reports the text.
"""

from __future__ import annotations

import base64
import binascii
import json
import re

_DIGITS = re.compile(r"[0-9]")
_FILE_ENDINGS = frozenset({"css", "gif", "html", "jpeg", "jpg", "js", "json", "png", "svg", "webp"})
_RESERVED_ENDINGS = ("example", "invalid", "localhost", "test")  # RFC 2606
_RESERVED_DOMAINS = ("example.com", "example.net", "example.org")
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
    "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28,
    "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25,
    "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
"""Country -> characters of an IBAN (SWIFT's IBAN registry, release 98)."""
_CARDS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (4, 4, (13, 16, 19)),  # Visa
    (51, 55, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (34, 34, (15,)),  # American Express
    (37, 37, (15,)),
    (6011, 6011, (16, 17, 18, 19)),  # Discover
    (644, 649, (16, 17, 18, 19)),
    (65, 65, (16, 17, 18, 19)),
    (300, 305, (14, 15, 16, 17, 18, 19)),  # Diners Club
    (3095, 3095, (14, 15, 16, 17, 18, 19)),
    (36, 36, (14, 15, 16, 17, 18, 19)),
    (38, 39, (14, 15, 16, 17, 18, 19)),
    (35, 35, (16, 17, 18, 19)),  # JCB has 3528 to 3589; nobody else has the rest
    (2131, 2131, (15,)),
    (1800, 1800, (15,)),
    (62, 62, (16, 17, 18, 19)),  # UnionPay
    (2200, 2204, (16, 17, 18, 19)),  # Mir
    (5018, 5018, (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    (5020, 5020, (12, 13, 14, 15, 16, 17, 18, 19)),
    (5038, 5038, (12, 13, 14, 15, 16, 17, 18, 19)),
    (6304, 6304, (12, 13, 14, 15, 16, 17, 18, 19)),
    (6759, 6763, (12, 13, 14, 15, 16, 17, 18, 19)),
)
"""First and last issuer prefix, and how long numbers under it are (ISO/IEC 7812, as the networks say)."""
_SAMPLE_SSNS = frozenset({"078051120", "219099999", "457555462", "123456789"})
"""Numbers that were printed in advertisements, and the one that everybody types."""


_LOOKALIKES = re.compile(
    r"(?:19|20)[0-9]{2}[-./ ](?:0[1-9]|1[0-2])[-./ ](?:0[1-9]|[12][0-9]|3[01])"  # a date, a time beside it
    r"|(?:0[1-9]|[12][0-9]|3[01])[-./ ](?:0[1-9]|1[0-2])[-./ ](?:19|20)[0-9]{2}"
    r"|(?:^|[^0-9./-])[0-9]{1,2}([-./])[0-9]{1,2}\1[0-9]{2,4}$"
    r"|^[0-9]{3}-[0-9]{2}-[0-9]{4}$"  # a social security number
)
"""What has a telephone number's digits and is none."""


def digits(text: str) -> str:
    """Return the ASCII digits of a text."""
    return "".join(_DIGITS.findall(text))


def luhn(number: str) -> bool:
    """Return whether a number's last digit is its check digit (ISO/IEC 7812-1, annex B).

    Examples
    --------
    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = sum(doubled[int(d)] if place % 2 else int(d) for place, d in enumerate(reversed(number)))
    return bool(number) and total % 10 == 0


def payment_card(text: str) -> bool:
    """Return whether a text is a payment card's number: an issuer's range, its length, its check digit.

    Examples
    --------
    >>> payment_card("4111 1111 1111 1111"), payment_card("9111 1111 1111 1111")
    (True, False)
    """
    number = digits(text)
    if len(set(number)) < 2 or not luhn(number):
        return False
    return any(
        len(number) in lengths and low <= int(number[: len(str(low))]) <= high
        for low, high, lengths in _CARDS
    )


def iban(text: str) -> bool:
    """Return whether a text begins with an IBAN: a country's length, remainder 1 by 97 (ISO 13616, ISO 7064).

    Words that follow it after a space do not matter.

    Examples
    --------
    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB82 WEST 1234 5698 7654 33")
    (True, False)
    >>> iban("gb82west12345698765432 is"), iban("gb82west12345698765432is")
    (True, False)
    """
    country = text[:2].upper()
    wanted = IBAN_LENGTHS.get(country, 0)
    taken = 0
    for place, sign in enumerate(text):
        taken += sign not in " -"
        if wanted and taken == wanted:
            rest = text[place + 1 :]
            number = re.sub(r"[ -]", "", text[: place + 1]).upper()
            whole = not rest or rest[0] in " -"
            return whole and int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1
    return False


def us_ssn(text: str) -> bool:
    """Return whether a text is a social security number that can have been given out (SSA, since 2011).

    Examples
    --------
    >>> us_ssn("460-89-9847"), us_ssn("666-89-9847"), us_ssn("ssn: 460 89 9847"), us_ssn("987-65-4321")
    (True, False, True, False)
    """
    number = digits(text)
    if len(number) != 9 or number in _SAMPLE_SSNS:
        return False
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def email(text: str) -> bool:
    """Return whether a text is somebody's address: no file's name, none that RFC 2606 keeps for examples.

    Examples
    --------
    >>> email("ada@lovelace.org"), email("logo@2x.png"), email("you@example.com"), email("a..b@c.de")
    (True, False, False, False)
    """
    local, _, domain = text.lower().rpartition("@")
    ending = domain.rpartition(".")[2]
    if ending in _FILE_ENDINGS or ending in _RESERVED_ENDINGS or domain.endswith(_RESERVED_DOMAINS):
        return False
    return 0 < len(local) <= 64 and len(domain) <= 253 and ".." not in local and not local.endswith(".")


def ip_address(text: str) -> bool:
    """Return whether a text is an address of the public internet; private and reserved ones lead to nobody.

    Examples
    --------
    >>> ip_address("106.31.73.20"), ip_address("192.168.0.1"), ip_address("300.1.1.1")
    (True, False, False)
    >>> ip_address("2a00:1450:4001:82a::200e"), ip_address("12:34:56"), ip_address("version 5.4.3.2")
    (True, False, False)
    """
    import ipaddress

    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    # IPv6: what is given out at all (2000::/3); `face::bad` is a name in some programming languages
    public = address.version == 4 or (int(address) >> 125 == 1 and text.count(":") >= 3)
    return public and address.is_global and not address.is_multicast


def phone(text: str) -> bool:
    """Return whether a text has as many digits as a telephone number, and is none of its look-alikes.

    Examples
    --------
    >>> phone("+41 (0)96 471 07 95"), phone("call me on 467 3395"), phone("000-000-0000"), phone("0490 75")
    (True, True, False, False)
    """
    body = re.sub(r"(?i) ?(?:x|ext\.?) ?[0-9]{1,6}$", "", text)
    number = digits(body)
    if not 7 <= len(number) <= 15 or len(set(number)) < 3:
        return False
    return not _LOOKALIKES.search(body)


def secret(text: str) -> bool:
    """Return whether a token looks random: letters and digits of many kinds, and no word that marks a sample.

    Examples
    --------
    >>> secret("sk-" + "9fK2mQx7LrT4vZ8aB3nC6dE1"), secret("sk-your-api-key-goes-here")
    (True, False)
    """
    body = text.rpartition("=")[2] if "=" in text.rstrip("=") else text
    if re.search(r"(?i)example|your|dummy|sample|placeholder|changeme|xxxx|\*\*\*|<|\$\{", body):
        return False
    kinds = sum(bool(re.search(kind, body)) for kind in (r"[0-9]", r"[A-Z]", r"[a-z]"))
    return kinds >= 2 and bool(re.search(r"[0-9]", body)) and len(set(body)) >= 10


def json_web_token(text: str) -> bool:
    """Return whether a text's first part is the header of a JSON Web Token (RFC 7519).

    Examples
    --------
    >>> json_web_token("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"), json_web_token("eyJx.eyJy.z")
    (True, False)
    """
    head = text.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, binascii.Error):
        return False
    return isinstance(header, dict) and "alg" in header


def date_of_birth(text: str) -> bool:
    """Return whether a date in a text can be one: a month and a day that there are, in 1900 to 2099.

    Examples
    --------
    >>> date_of_birth("born on 8/5/1989"), date_of_birth("DOB: 1989-13-45"), date_of_birth("born 3 May 1971")
    (True, False, True)
    """
    numbers = [int(number) for number in re.findall(r"[0-9]+", text)]
    if len(numbers) >= 3:
        year_first = numbers[0] > 31
        year, rest = (numbers[0], numbers[1:3]) if year_first else (numbers[2], numbers[:2])
        plausible = 1900 <= year <= 2099 or 0 <= year <= 99
        return plausible and 1 <= min(rest) <= 12 and 1 <= max(rest) <= 31
    return any(1900 <= number <= 2099 for number in numbers)
