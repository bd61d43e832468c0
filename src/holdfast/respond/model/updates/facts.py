"""What updates are made of: the incident's facts in plain words, as they stand at one moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

Held: TypeAlias = Literal["open", "held", "refuted"]
Tri: TypeAlias = bool | None
"""Yes, no, or nobody knows yet: which is treated as the worse of the two."""


SAID = {"contract": "a contract"}
"""How what an update touches is called in a sentence, where that is not its name."""


@dataclass(frozen=True)
class Guess:
    """A hypothesis: what is thought, how it stands, and what is tried next."""

    text: str
    stands: Held
    next_test: str = ""


@dataclass(frozen=True)
class Step:
    """Something that is done next: what, by whom, by when."""

    text: str
    owner: str = ""
    due: datetime | None = None


@dataclass(frozen=True)
class Open:
    """Something that is not known, and who finds out."""

    text: str
    owner: str = ""


@dataclass(frozen=True)
class Touches:
    """What an update may touch, so that somebody who knows must read it; None where nobody has said."""

    privacy: Tri = None
    discrimination: Tri = None
    contract: Tri = None

    def named(self) -> dict[str, bool]:
        """Return what is known, for the `when` of a decision right; what is not known is left out."""
        return {name: value for name, value in self._every() if value is not None}

    def reasons(self) -> list[str]:
        """Return why somebody of legal or privacy must read it; empty where nothing is touched.

        Examples
        --------
        >>> Touches(privacy=True, discrimination=False, contract=False).reasons()
        ['privacy is touched']
        >>> Touches(False, False, False).reasons()
        []
        """
        touched = [f"{SAID.get(name, name)} is touched" for name, value in self._every() if value]
        unknown = [SAID.get(name, name) for name, value in self._every() if value is None]
        if unknown:
            touched.append(f"nobody has said that it does not touch {_either(unknown)}")
        return touched

    def _every(self) -> tuple[tuple[str, Tri], ...]:
        return (
            ("privacy", self.privacy),
            ("discrimination", self.discrimination),
            ("contract", self.contract),
        )


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


@dataclass(frozen=True)
class Facts:
    """The facts that all drafts of one moment are made of. Every text in it is plain text.

    Attributes
    ----------
    version : int
        The number of the incident's last fact: what a draft was made from.
    what, who, where : str
        The statement; empty where nobody has made one.
    impact : tuple of str
        Lines of the impact checklist, figures with their bounds.
    blast_radius : str
        What a failure takes with it.
    confidence : str
        How sure is what is said, and what that rests on.
    contained_at : datetime or None
        Since when the harm is held back.
    levers : tuple of str
        What was done to hold it back, each with scope and end.
    recovered : bool
        Whether recovery was validated by evidence.
    recovery_open : tuple of str
        Checks of the recovery that are not done.
    data_checked : bool
        Whether somebody has found, and written down, that no data was disclosed.
    mode : str or None
        The failure mode.
    evidence : tuple of str
        Ids of evidence: traces, queries, snapshots.
    messages : mapping
        Texts of the plan that were approved in advance.
    """

    incident: str
    title: str
    system: str
    at: datetime
    version: int = 0
    severity: str = ""
    phase: str = "declared"
    drill: bool = False
    declared_at: datetime | None = None
    onset: datetime | None = None
    what: str = ""
    who: str = ""
    where: str = ""
    impact: tuple[str, ...] = ()
    blast_radius: str = ""
    confidence: str = ""
    contained_at: datetime | None = None
    levers: tuple[str, ...] = ()
    recovered: bool = False
    recovery_open: tuple[str, ...] = ()
    data_checked: bool = False
    mode: str | None = None
    guesses: tuple[Guess, ...] = ()
    steps: tuple[Step, ...] = ()
    unknowns: tuple[Open, ...] = ()
    asks: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    runbooks: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    messages: Mapping[str, str] = field(default_factory=dict)
    touches: Touches = field(default_factory=Touches)
    next_update: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def cause_held(self) -> bool:
        """Whether a hypothesis held."""
        return any(guess.stands == "held" for guess in self.guesses)
