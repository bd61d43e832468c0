"""What personal data and secrets look like: one table of detectors, for data sets and for guards alike.

Every pattern is in the common part of RE2 and Python's `re` (with `re.ASCII`), so that an engine and a
process find the same: it looks neither ahead nor behind and refers to no group. What a pattern matches is a
candidate; where there is a validator, it decides.

How well they find is measured (`bench/pii_detectors.py`) and stands in `holdfast.kernel.detection`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from holdfast.kernel import identifiers


@dataclass(frozen=True)
class Detector:
    """One kind of personal data or secret.

    Attributes
    ----------
    name : str
        Short, for facts and JSON: `iban`.
    finds : str
        For people, in the singular: "IBAN".
    pattern : str
        RE2; the whole match is the candidate.
    valid : callable or None
        Whether a candidate is one; None where the pattern is enough.
    """

    name: str
    finds: str
    pattern: str
    valid: Callable[[str], bool] | None = None


def _any(*alternatives: str) -> str:
    return "|".join(f"(?:{alternative})" for alternative in alternatives)


_PHONE_WORD = (
    r"\b(?i:phone|tel|telephone|mobile|cell|fax|desk|whatsapp|sms|hotline|landline|"
    r"(?:phone|mobile|cell|contact|registered|my|his|her|their|our|your) (?:number|no\.?|nr\.?)|"
    r"(?:call|dial|ring|text|phone|reach|contact|messages?|answering|answer)"
    r"(?: (?:me|us|him|her|them|you|back))?(?: (?:on|at|to|under))?)"
)
_TRAILING_WORD = r"[ \t-]{1,3}(?i:office|fax|mobile|cell|home|work|desk|tel|phone)\b"
_EXTENSION = r"(?: ?(?:x|ext\.?) ?[0-9]{1,6})?"
_LOOSE = rf"[(+]?[0-9][0-9 ()./-]{{5,20}}[0-9]{_EXTENSION}"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = _any(
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}",
    r"[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:[0-9]{4}|[0-9]{2})",
    rf"[0-9]{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{_MONTH},? [0-9]{{4}}",
    rf"{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}",
)
_STREET = (
    r"(?:street|str|st|road|rd|avenue|ave|av|boulevard|blvd|lane|ln|drive|dr|court|ct|square|sq|terrace|place|pl|"
    r"way|close|crescent|highway|hwy|parkway|pkwy)"
)

REVISION = 1
"""Raised when a validator changes its mind: what was scanned before is scanned again."""
DETECTORS: tuple[Detector, ...] = (
    Detector(
        "email",
        "e-mail address",
        r"\b[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24}\b",
        identifiers.email,
    ),
    Detector(
        "phone",
        "telephone number",
        _any(
            # international: +41 (0)96 471 07 95, 001-518-640-0854
            rf"(?:\+[1-9]|\b00[1-9][0-9]{{0,2}}[ ./-])[0-9 ()./-]{{6,20}}[0-9]{_EXTENSION}\b",
            # North America: 541-714-1388, (579)888-3058x12, 930.167.3943
            r"(?:\b1[ .-])?(?:\([2-9][0-9]{2}\) ?|\b[2-9][0-9]{2}[.-])"
            rf"[0-9]{{3}}[.-][0-9]{{4}}{_EXTENSION}\b",
            # a trunk zero and groups: 0490 75 40 81, 083 564 9312, 01.84.17.61.18, (08) 8747 6301
            r"\b0[1-9][0-9]{0,3}(?:[ ./-][0-9]{2,4}){2,4}\b",
            r"(?:\b0[1-9][0-9]{1,3}[/-]|\(0[1-9][0-9]{0,3}\) ?)[0-9]{3,5}[ -]?[0-9]{3,5}\b",
            # anything long enough beside a word that says what it is
            rf"{_PHONE_WORD}[ \t:.#=*'\"-]{{0,6}}(?:(?i:is|at|on|no\.?|number)[ \t:.]{{1,3}})?\n?{_LOOSE}\b",
            rf"\b{_LOOSE}{_TRAILING_WORD}",
        ),
        identifiers.phone,
    ),
    Detector(
        "payment_card",
        "payment card number",
        _any(
            r"\b[0-9]{12,19}\b",
            r"\b[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?\b",
            r"\b[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5}\b",
        ),
        identifiers.payment_card,
    ),
    Detector(
        "iban",
        "IBAN",
        r"\b[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b",
        identifiers.iban,
    ),
    Detector(
        "us_ssn",
        "US social security number",
        _any(
            r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
            r"\b(?i:ssn|social security)(?i: number| no\.?)?[ :#=]{0,3}(?i:is |was )?"
            r"[0-9]{3} ?[0-9]{2} ?[0-9]{4}\b",
        ),
        identifiers.us_ssn,
    ),
    Detector(
        "ip_address",
        "public IP address",
        _any(
            r"(?:\b(?i:version|release|ver\.?) )?\b(?:[0-9]{1,3}\.){3,}[0-9]{1,3}\b",
            r"\b[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7}\b",
        ),
        identifiers.ip_address,
    ),
    Detector(
        "date_of_birth",
        "date of birth",
        r"\b(?i:(?:date of birth|birth ?date|birthday|d\.?o\.?b\.?|born)"
        rf"(?:[ \t,.:='\"()-]|\b(?:is|was|on|it's|in)\b){{1,8}}(?:{_DATE}))\b",
        identifiers.date_of_birth,
    ),
    Detector(
        "postal_address",
        "postal address",
        _any(
            rf"\b[0-9]{{1,5}}[A-Za-z]?(?: (?:[NSEW]\.?|[A-Z][A-Za-z'-]*)){{1,4}} (?i:{_STREET})\b",
            r"\b(?i:p\.? ?o\.? ?box) [0-9]{1,6}\b",
            r"\b(?i:(?:psc|unit|cmr|uss) [0-9a-z]{2,12},?\s+(?:box [0-9]{1,5}\s+)?"
            r"(?:apo|fpo|dpo) a[aep] [0-9]{5})\b",
        ),
    ),
    Detector(
        "private_key",
        "private key",
        r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----",
    ),
    Detector(
        "cloud_key",
        "cloud access key",
        _any(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", r"\bAIza[0-9A-Za-z_-]{35}", r"\bLTAI[0-9A-Za-z]{16,20}\b"),
        identifiers.secret,
    ),
    Detector(
        "api_token",
        "API token",
        _any(
            r"\bgh[pousr]_[A-Za-z0-9]{36}",
            r"\bgithub_pat_[A-Za-z0-9_]{60}",
            r"\bglpat-[A-Za-z0-9_-]{20}",
            r"\bsk-(?:[A-Za-z0-9]{1,12}-){0,3}[A-Za-z0-9_-]{20,200}",
            r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16}",
            r"\bxox[abeoprs]-[A-Za-z0-9-]{10,200}",
            r"\bhf_[A-Za-z0-9]{30}",
            r"\bnpm_[A-Za-z0-9]{36}",
            r"\bpypi-[A-Za-z0-9_-]{50}",
        ),
        identifiers.secret,
    ),
    Detector(
        "json_web_token",
        "JSON Web Token",
        r"\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}",
        identifiers.json_web_token,
    ),
    Detector(
        "assigned_secret",
        "secret beside its name",
        r"\b(?i:api[_-]?key|apikey|secret(?:[_-]?(?:access)?[_-]?key)?|access[_-]?token|auth[_-]?token|passw(?:or)?d)"
        r"['\"]?[ \t]{0,2}[:=][ \t]{0,2}['\"]?[A-Za-z0-9/+_.=-]{16,200}",
        identifiers.secret,
    ),
)
"""Every detector, in the order in which findings are told."""


@dataclass(frozen=True)
class Found:
    """One finding in a text: which detector, and from where to where; the text itself is not kept."""

    detector: str
    start: int
    end: int


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a detector's pattern as Python runs it."""
    return re.compile(pattern, re.ASCII)


def find(text: str, detectors: Sequence[Detector] = DETECTORS) -> Iterator[Found]:
    """Yield what the detectors find in a text, detector by detector.

    Examples
    --------
    >>> [found.detector for found in find("Write to ada@lovelace.org or call +44 20 7946 0958.")]
    ['email', 'phone']
    """
    for detector in detectors:
        for match in compiled(detector.pattern).finditer(text):
            if detector.valid is None or detector.valid(match.group()):
                yield Found(detector.name, *match.span())
