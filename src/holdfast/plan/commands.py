"""What the plan's room can be asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ChosenRisk:
    """A category of harm that the plan starts with; None keeps what the template says."""

    category: str
    harm: str | None = None
    stakeholders: tuple[str, ...] | None = None
    severity: int | None = None
    likelihood: int | None = None


@dataclass(frozen=True)
class Subject:
    """What the plan is about: the answers that a template is filled with."""

    system: str
    name: str
    purpose: str
    owner: str
    approver: str
    risks: tuple[ChosenRisk, ...]


@dataclass(frozen=True)
class StartPlan:
    """Write a plan to start from.

    Attributes
    ----------
    folder : Path
        Where; made where it is not there.
    template : str
        The template's name.
    subject : Subject
        What the plan is about.
    sample : bool
        Whether made-up records are written as well.
    """

    folder: Path
    template: str
    subject: Subject
    sample: bool = False
