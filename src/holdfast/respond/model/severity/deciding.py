"""From the checklist to a severity, with the cells that decided it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.kernel.incidents import Severity
from holdfast.respond.model.severity.checklist import Checklist
from holdfast.respond.model.severity.matrix import (
    DEFAULT,
    DISCRIMINATES,
    EXPOSURE,
    HARM,
    LEGAL,
    REVERSIBLE,
    Matrix,
)


@dataclass(frozen=True)
class Reason:
    """One cell of the matrix that the checklist lies in."""

    dimension: str
    severity: Severity
    words: str

    def __str__(self) -> str:
        return f"{self.dimension.replace('_', ' ')}: {self.words}"


@dataclass(frozen=True)
class Judged:
    """What the rules say.

    Attributes
    ----------
    severity : Severity or None
        The worst dimension's; None where nothing is known.
    cells : tuple of Reason
        Every dimension of which something is known.
    """

    severity: Severity | None
    cells: tuple[Reason, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The cells that decided it."""
        return tuple(cell for cell in self.cells if cell.severity is self.severity)


def judge(checklist: Checklist, matrix: Matrix = DEFAULT) -> Judged:
    """Return the severity that the rules give a checklist.

    Examples
    --------
    >>> judged = judge(Checklist(harm="annoying", exposure="plausible", money=(0, 10_000)))
    >>> judged.severity.value, [str(reason) for reason in judged.reasons]
    ('SEV-2', ['privacy: exposure is plausible'])
    >>> judge(Checklist()).severity is None
    True
    """
    cells = tuple(_cells(checklist, matrix))
    worst = min((cell.severity for cell in cells), key=lambda severity: severity.rank, default=None)
    return Judged(worst, cells)


def _cells(checklist: Checklist, matrix: Matrix) -> Iterator[Reason]:
    for dimension, severity in checklist.judged.items():
        said = matrix.words.get(dimension, {}).get(severity, "chosen by a person")
        yield Reason(dimension, severity, said)
    if checklist.harm == "discrimination" and checklist.high_stakes is not False:
        yield Reason("user_harm", *DISCRIMINATES)
    elif checklist.harm is not None:
        yield Reason("user_harm", *HARM[checklist.harm])
    if checklist.exposure is not None:
        yield Reason("privacy", *EXPOSURE[checklist.exposure])
    yield from _people(checklist, matrix)
    if checklist.legal is not None:
        yield Reason("legal", *LEGAL[checklist.legal])
    if checklist.money is not None:
        severity, above = _row(checklist.money[1], matrix.money_above)
        said = "no loss" if above is None else _more(f"{above:,.0f} {checklist.currency}", above)
        yield Reason("money", severity, said)
    if checklist.reversible is not None:
        yield Reason("reversible", *REVERSIBLE[checklist.reversible])


def _people(checklist: Checklist, matrix: Matrix) -> Iterator[Reason]:
    if checklist.critical_tenant:
        yield Reason("people", Severity.SEV1, "a critical tenant is affected")
    if checklist.share is not None:
        severity, above = _row(checklist.share[1], matrix.share_above)
        said = "nobody is affected" if above is None else _more(f"{above:.4g}", above, share=True)
        yield Reason("people", severity, said)
    if checklist.people is not None:
        severity, above = _row(checklist.people[1], matrix.people_above)
        said = "nobody is affected" if above is None else _more(f"{above:,.0f} people", above)
        yield Reason("people", severity, said)


def _more(written: str, above: float, *, share: bool = False) -> str:
    if above == 0:
        return "some"
    return f"more than {above * 100:.4g} % of users" if share else f"more than {written}"


def _row(value: float, above: Mapping[Severity, float]) -> tuple[Severity, float | None]:
    """Return the worst row whose level a value exceeds, and the level; SEV-4 where it exceeds none."""
    for severity in sorted(above, key=lambda each: each.rank):
        if value > above[severity]:
            return severity, above[severity]
    return Severity.SEV4, None
