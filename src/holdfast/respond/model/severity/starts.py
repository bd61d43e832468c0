"""What a severity starts, and what does not wait: data that policies, clocks and pages read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from holdfast.kernel.incidents import Severity
from holdfast.respond.model.severity.checklist import Checklist
from holdfast.respond.model.severity.deciding import judge
from holdfast.respond.model.severity.matrix import DEFAULT, Matrix


@dataclass(frozen=True)
class Starts:
    """What begins when an incident reaches a severity.

    Attributes
    ----------
    page : bool
        Whether somebody is woken.
    room : bool
        Whether channel and bridge are opened.
    asks : tuple of str
        The roles that are asked at once.
    separate : bool
        Whether one person should not be both commander and technical lead.
    """

    page: bool
    room: bool
    asks: tuple[str, ...] = ()
    separate: bool = False


STARTS: dict[Severity, Starts] = {
    Severity.SEV1: Starts(page=True, room=True, asks=("privacy", "legal"), separate=True),
    Severity.SEV2: Starts(page=True, room=True, asks=("privacy", "legal"), separate=True),
    Severity.SEV3: Starts(page=False, room=False),
    Severity.SEV4: Starts(page=False, room=False),
}
CONTAINED_WITHIN = timedelta(minutes=15)
"""Without a safe containment after so long, it is escalated."""
AT_ONCE: dict[str, str] = {
    "physical_harm": "physical or severe psychological harm is credible",
    "disclosure": "a disclosure of data is suspected",
    "discrimination": "systematic discrimination in a high-stakes decision",
    "wide_impact": "wide impact, or a critical tenant",
    "not_contained": "no safe containment within 15 minutes",
}
"""What is escalated at once, with its words."""


def at_once(checklist: Checklist, matrix: Matrix = DEFAULT) -> tuple[str, ...]:
    """Return what in a checklist does not wait.

    Examples
    --------
    >>> at_once(Checklist(harm="severe", exposure="plausible"))
    ('physical_harm', 'disclosure')
    """
    wide = Checklist(
        people=checklist.people, share=checklist.share, critical_tenant=checklist.critical_tenant
    )
    found = {
        "physical_harm": checklist.harm == "severe",
        "disclosure": checklist.exposure in ("plausible", "disclosed"),
        "discrimination": checklist.harm == "discrimination" and checklist.high_stakes is not False,
        "wide_impact": judge(wide, matrix).severity is Severity.SEV1,
    }
    return tuple(reason for reason, holds in found.items() if holds)
