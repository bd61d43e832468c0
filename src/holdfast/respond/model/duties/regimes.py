"""The notification duties that are known, read once from the TOML files beside this one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from holdfast.respond.model.duties.terms import CONTRACT, UNDUE, Term, parse_term

Status: TypeAlias = Literal["in force", "voluntary", "national", "repealed", "bill"]
Checked: TypeAlias = Literal["text", "secondary", "memory", "bill", "own"]

VERIFIED: dict[Checked, str] = {
    "text": "verified in the text, or a copy or quotation of it",
    "secondary": "verified in a secondary source",
    "memory": "FROM MEMORY, not verified",
    "bill": "a BILL: its signature is not verified",
    "own": "no law: Holdfast's own reminder",
}
NOT_ADVICE = "Not legal advice; have counsel check."
AS_OF = date(2026, 11, 21)
"""The day on which the facts of the data file were gathered."""

STARTS: dict[str, str] = {
    "awareness": "when the organisation became aware of it",
    "discovery": "when it was discovered, or should have been",
    "determination": "when it was determined that such an incident occurred",
    "reasonable_belief": "when facts first gave reason to believe it",
    "classification": "when it was classified as major",
    "materiality": "when it was determined to be material",
    "model_involvement": "when it was known that the model was involved",
    "payment": "when the payment was made",
    "decision": "when the adverse decision was made",
    "fix_available": "when a corrective measure was available",
    "resolved": "when the incident was resolved",
}
"""Every fact that may start a clock and that a person records, each with the time at which it happened."""
ASSUMED = ("awareness", "discovery")
"""Those that are assumed to lie at the declaration until somebody records when they were."""


@dataclass(frozen=True)
class Stage:
    """One thing that must be sent.

    Attributes
    ----------
    within : Term or None
        How long there is; None where no figure is named (`says` has the words).
    says : str
        The time as words.
    starts : tuple of str
        What starts the clock, the earliest of them: a key of STARTS, `year_end`, or `sent <stage or regime>`
        (its first sending), `latest <regime>` (its last).
    every : Term or None
        It is due again and again, this long after the last one.
    until : str or None
        Which fact ends the repetition.
    at_once : str
        When it is due earlier than that, in words.
    only : str or None
        The question that must be yes for this stage.
    """

    name: str
    within: Term | None
    says: str
    starts: tuple[str, ...]
    every: Term | None = None
    until: str | None = None
    at_once: str = ""
    only: str | None = None


@dataclass(frozen=True)
class Regime:
    """One row of the list of notification duties; the data file says what each field means."""

    id: str
    law: str
    trigger: str
    notify: str
    article: str
    status: Status
    checked: Checked
    source: str
    stages: tuple[Stage, ...]
    when: tuple[tuple[str, ...], ...]
    where: tuple[str, ...] = ()
    start: date | None = None
    applies: str = "Now."
    zone: str | None = None
    note: str = ""
    partly: str = ""

    @property
    def verified(self) -> str:
        """How well its figures were verified, in words."""
        return VERIFIED[self.checked] + (f"; {self.partly}" if self.partly else "")

    def stage(self, name: str) -> Stage | None:
        """Return a stage by its name."""
        return next((stage for stage in self.stages if stage.name == name), None)


@dataclass(frozen=True)
class Question:
    """One thing that the decision tree asks."""

    id: str
    about: str
    asks: str
    helps: str = ""


@cache
def all_regimes() -> tuple[Regime, ...]:
    """Return every duty, as the file has them."""
    return tuple(_regime(key, told) for key, told in _data("regimes").items())


@cache
def all_questions() -> dict[str, Question]:
    """Return every question by its id, in the order in which they are asked."""
    return {key: Question(id=key, **told) for key, told in _data("questions").items()}


@cache
def _by_id() -> dict[str, Regime]:
    return {regime.id: regime for regime in all_regimes()}


def find_regime(key: str) -> Regime | None:
    """Return a duty by its id.

    Examples
    --------
    >>> str(find_regime("GDPR-33").stages[0].within)
    '72 hours'
    """
    return _by_id().get(key)


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))


def _regime(key: str, told: dict[str, Any]) -> Regime:
    plain = {name: value for name, value in told.items() if name not in ("stages", "when", "where", "from")}
    return Regime(
        **plain,
        id=key,
        stages=tuple(_stage(stage) for stage in told["stages"]),
        when=tuple((each,) if isinstance(each, str) else tuple(each) for each in told["when"]),
        where=tuple(told.get("where", ())),
        start=told.get("from"),
    )


def _stage(told: dict[str, Any]) -> Stage:
    every = parse_term(told["every"]) if "every" in told else None
    says = told.get("within", f"every {every}")
    return Stage(
        name=told["name"],
        within=every or (None if says in (UNDUE, CONTRACT) else parse_term(says)),
        says=says,
        starts=tuple(told["starts"]),
        every=every,
        until=told.get("until"),
        at_once=told.get("at_once", ""),
        only=told.get("only"),
    )
