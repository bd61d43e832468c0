"""Typed scalars: what `5%`, `10m`, `2027-05-31` and `<= 1%` mean, and what is refused.

Every type is text in the file and a value here. Its canonical form (what the digest covers) is the value, so
`5%` and `0.05` are one plan, while `1.10` where text is expected stays `1.10`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from holdfast.plan.model.refusals import refuse, shown

Sign: TypeAlias = Literal["<", "<=", ">", ">="]

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_LEADING_ZERO = re.compile(r"[-+]?0\d")
NUMBER_PATTERN = r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?"
PERCENT_PATTERN = rf"^{NUMBER_PATTERN} ?%?$"
_UNITS = {
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
    "w": Decimal(604800),
}
DURATION_PATTERN = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d|w))+$"
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])")
LONGEST_DURATION = 100 * 366 * 86400
"""Seconds."""


@dataclass(frozen=True)
class Duration:
    """A length of time, as written and in seconds."""

    seconds: float
    text: str = field(compare=False)

    def __str__(self) -> str:
        return self.text

    @property
    def delta(self) -> timedelta:
        """The length as a timedelta."""
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class Level:
    """A level of a metric, as written and as a number: `0.2%` is 0.002."""

    value: float
    text: str = field(compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Bound:
    """A requirement on a metric: a sign and a threshold, as written and as a number."""

    sign: Sign
    threshold: float
    text: str = field(compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Budget:
    """How often something may happen: `1 per 90d`."""

    count: int
    per: Duration
    text: str = field(compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Pace:
    """So many in a time for each of something: `60/min per tenant`."""

    count: int
    seconds: float
    per: str | None
    text: str = field(compare=False)

    def __str__(self) -> str:
        return self.text


def text_of(value: object, expected: str) -> str:
    """Return a scalar's text; refuse lists and mappings."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float):
        return str(value)
    raise refuse("HF203", f"expected {expected}, got {shown(value)}")


def number(value: object, expected: str = "a number") -> float:
    """Return a number.

    Examples
    --------
    >>> number("1.0e-6"), number("-.5")
    (1e-06, -0.5)
    """
    return float(_decimal(text_of(value, expected), expected))


def _decimal(text: str, expected: str) -> Decimal:
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        fix = "write the number without separators" if re.fullmatch(r"[-+\d.,_' ]+", text) else None
        raise refuse("HF203", f"expected {expected}, got {shown(text)}", fix)
    if _LEADING_ZERO.match(text):
        raise refuse(
            "HF203", f"{shown(text)} starts with a zero, which some readers take for octal", "drop the zero"
        )
    exact = Decimal(text)
    if exact and not Decimal("1e-300") < abs(exact) < Decimal("1e300"):
        raise refuse("HF203", f"{shown(text)} is beyond every real quantity")
    return exact


def whole(value: object, expected: str = "a whole number") -> int:
    """Return a whole number that is not negative."""
    text = text_of(value, expected)
    if not re.fullmatch(r"\d{1,15}", text):
        raise refuse("HF203", f"expected {expected}, got {shown(text)}")
    if _LEADING_ZERO.match(text):
        raise refuse(
            "HF203", f"{shown(text)} starts with a zero, which some readers take for octal", "drop the zero"
        )
    return int(text)


def count(value: object) -> int:
    """Return a whole number from 1 on."""
    found = whole(value, "a whole number from 1 on")
    if found < 1:
        raise refuse("HF203", "expected a whole number from 1 on, got `0`")
    return found


def rank(value: object) -> int:
    """Return a whole number from 1 to 5."""
    text = text_of(value, "a whole number from 1 to 5")
    if text not in {"1", "2", "3", "4", "5"}:
        raise refuse("HF203", f"expected a whole number from 1 to 5, got {shown(text)}")
    return int(text)


def boolean(value: object) -> bool:
    """Return true or false, which YAML 1.2 writes in no other way."""
    text = text_of(value, "true or false")
    known = {"true": True, "false": False}
    if text.casefold() in known:
        return known[text.casefold()]
    meant = {
        "yes": "true",
        "y": "true",
        "on": "true",
        "1": "true",
        "no": "false",
        "n": "false",
        "off": "false",
    }
    word = {**meant, "0": "false"}.get(text.casefold())
    raise refuse(
        "HF203", f"expected true or false, got {shown(text)}", f"did you mean `{word}`?" if word else None
    )


def share(value: object) -> float:
    """Return a share in [0, 1], from `5%` or `0.05`.

    Examples
    --------
    >>> share("0.5%"), share("0.05")
    (0.005, 0.05)
    """
    expected = "a share such as 5% or 0.05"
    text = text_of(value, expected)
    exact = _amount(text, expected)
    if not 0 <= exact <= 1:
        percent = f"{text}%" if not text.endswith("%") and 1 < exact <= 100 else None
        fix = f"did you mean `{percent}`?" if percent else "a share lies between 0 and 1, or 0% and 100%"
        raise refuse("HF207", f"{shown(text)} is no share", fix)
    return float(exact)


def confidence(value: object) -> float:
    """Return a confidence: a share of at least one half and less than one."""
    found = share(value)
    if not 0.5 <= found < 1:
        raise refuse(
            "HF207", f"{shown(value)} is no confidence", "at least 50% and less than 100%, such as 95%"
        )
    return found


def inner_share(value: object) -> float:
    """Return a share that is neither 0 nor 1."""
    found = share(value)
    if not 0 < found < 1:
        raise refuse("HF207", f"{shown(value)} is at the edge", "more than 0 and less than 1, such as 0.95")
    return found


def _amount(text: str, expected: str) -> Decimal:
    if text.endswith("%"):
        return _decimal(text[:-1].rstrip(" "), expected) / 100
    return _decimal(text, expected)


def level(value: object) -> Level:
    """Return a level: a number, or a percentage.

    Examples
    --------
    >>> level("0.2%")
    Level(value=0.002, text='0.2%')
    """
    expected = "a level such as 0.2% or 800"
    text = text_of(value, expected)
    return Level(float(_amount(text, expected)), text)


def bound(value: object) -> Bound:
    """Return a requirement.

    Examples
    --------
    >>> bound("<= 5%")
    Bound(sign='<=', threshold=0.05, text='<= 5%')
    """
    expected = 'a requirement such as "<= 5%"'
    text = text_of(value, expected).strip()
    found = re.fullmatch(r"(<=|>=|<|>)\s*(.*)", text)
    if found is None:
        sign = {"≤": "<=", "≥": ">=", "=": "<=", "!": None}.get(text[:1])
        fix = f"did you mean `{sign} {text[1:].strip(' =<>')}`?" if sign else "start with <, <=, > or >="
        raise refuse("HF203", f"expected {expected}, got {shown(text)}", fix)
    sign_text, rest = found[1], found[2]
    amount = _amount(rest, f"a number or percentage after `{sign_text}`")
    signs: dict[str, Sign] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
    return Bound(signs[sign_text], float(amount), f"{sign_text} {rest}")


def duration(value: object) -> Duration:
    """Return a length of time.

    Examples
    --------
    >>> duration("1h30m").seconds
    5400.0
    """
    expected = "a duration such as 30s, 10m, 24h or 90d"
    text = text_of(value, expected)
    if re.fullmatch(r"\d+(\.\d+)?", text):
        raise refuse(
            "HF207",
            f"{shown(text)} is a duration without its unit",
            f"one of {text}s, {text}m, {text}h, {text}d",
        )
    parts = _DURATION_PART.findall(text)
    if not parts or "".join(n + unit for n, unit in parts) != text:
        raise refuse("HF207", f"expected {expected}, got {shown(text)}")
    order = [list(_UNITS).index(unit) for _, unit in parts]
    if order != sorted(set(order), reverse=True):
        raise refuse(
            "HF207", f"{shown(text)} names its units out of order", "the largest first, each once: 1h30m"
        )
    if any(len(n) > 12 for n, _ in parts):
        raise refuse("HF207", f"{shown(text)} is longer than a century")
    seconds = sum(Decimal(n) * _UNITS[unit] for n, unit in parts)
    if not 0 < seconds <= LONGEST_DURATION:
        raise refuse(
            "HF207", f"{shown(text)} is no length of time", "more than nothing and less than a century"
        )
    return Duration(float(seconds), text)


def day(value: object) -> date:
    """Return a day of the calendar."""
    text = text_of(value, "a date such as 2027-05-31")
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    if found is None:
        raise refuse("HF207", f"expected a date such as 2027-05-31, got {shown(text)}")
    year, month, of_month = (int(part) for part in found.groups())
    if not 1900 <= year <= 2200 or not 1 <= month <= 12:
        raise refuse(
            "HF207", f"{shown(text)} is no day of the calendar", "year-month-day, such as 2027-05-31"
        )
    last = calendar.monthrange(year, month)[1]
    if not 1 <= of_month <= last:
        fix = f"{calendar.month_name[month]} {year} has {last} days"
        raise refuse("HF207", f"{shown(text)} is no day of the calendar", fix)
    return date(year, month, of_month)


def budget(value: object) -> Budget:
    """Return how often something may happen."""
    expected = "a budget such as `1 per 90d`"
    text = text_of(value, expected)
    found = re.fullmatch(r"(\d{1,9}) per (\S+)", text)
    if found is None:
        raise refuse("HF203", f"expected {expected}, got {shown(text)}")
    return Budget(count(found[1]), duration(found[2]), text)


def pace(value: object) -> Pace:
    """Return a rate limit."""
    expected = "a rate limit such as `60/min per tenant`"
    text = text_of(value, expected)
    found = re.fullmatch(r"(\d{1,12})/(s|sec|min|h|hour|d|day)(?: per ([A-Za-z][\w-]*))?", text)
    if found is None:
        raise refuse("HF203", f"expected {expected}, got {shown(text)}")
    seconds = {"s": 1, "sec": 1, "min": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400}[found[2]]
    return Pace(whole(found[1]), float(seconds), found[3], text)


def _numbers(pattern: str, what: str) -> dict[str, Any]:
    return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": pattern}], "x-type": what}


def _texts(pattern: str, what: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, "x-type": what}


Number = Annotated[float, PlainValidator(number), WithJsonSchema({"type": "number", "x-type": "number"})]
Whole = Annotated[
    int, PlainValidator(whole), WithJsonSchema({"type": "integer", "minimum": 0, "x-type": "whole number"})
]
Count = Annotated[
    int, PlainValidator(count), WithJsonSchema({"type": "integer", "minimum": 1, "x-type": "count, from 1"})
]
Rank = Annotated[
    int,
    PlainValidator(rank),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 5, "x-type": "1 to 5"}),
]
YesNo = Annotated[
    bool, PlainValidator(boolean), WithJsonSchema({"type": "boolean", "x-type": "true or false"})
]
Share = Annotated[float, PlainValidator(share), WithJsonSchema(_numbers(PERCENT_PATTERN, "share"))]
InnerShare = Annotated[float, PlainValidator(inner_share), WithJsonSchema(_numbers(PERCENT_PATTERN, "share"))]
Confidence = Annotated[float, PlainValidator(confidence), WithJsonSchema(_numbers(PERCENT_PATTERN, "share"))]
Day = Annotated[
    date,
    PlainValidator(day),
    PlainSerializer(lambda d: d.isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date", "x-type": "date"}),
]
LevelOf = Annotated[
    Level,
    PlainValidator(level),
    PlainSerializer(lambda v: v.value, return_type=float),
    WithJsonSchema(_numbers(PERCENT_PATTERN, "level")),
]
Requirement = Annotated[
    Bound,
    PlainValidator(bound),
    PlainSerializer(lambda b: f"{b.sign} {b.threshold!r}", return_type=str),
    WithJsonSchema(_texts(rf"^(<=|>=|<|>) ?{NUMBER_PATTERN} ?%?$", "requirement")),
]
Span = Annotated[
    Duration,
    PlainValidator(duration),
    PlainSerializer(lambda d: d.seconds, return_type=float),
    WithJsonSchema(_texts(DURATION_PATTERN, "duration")),
]
FalseAlarms = Annotated[
    Budget,
    PlainValidator(budget),
    PlainSerializer(lambda b: [b.count, b.per.seconds], return_type=list[float]),
    WithJsonSchema(_texts(r"^[0-9]+ per [0-9.]+(ms|s|m|h|d|w)", "budget")),
]
RateOf = Annotated[
    Pace,
    PlainValidator(pace),
    PlainSerializer(lambda p: [p.count, p.seconds, p.per], return_type=list[Any]),
    WithJsonSchema(_texts(r"^[0-9]+/(s|sec|min|h|hour|d|day)( per [A-Za-z][A-Za-z0-9_-]*)?$", "rate limit")),
]
