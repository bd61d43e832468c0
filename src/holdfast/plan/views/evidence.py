"""How evidence that a plan names stands: shown and still counting, gone stale, or never shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import OwnControl
from holdfast.plan.model.standing import Overridden, Standing

State: TypeAlias = Literal["live", "open", "stale", "bare", "failing"]
STATES: tuple[State, ...] = ("live", "open", "stale", "bare", "failing")
"""From what supports to what contradicts; several pieces of evidence are as good as the worst of them."""
SAYS: dict[State, str] = {
    "live": "shown, and it counts",
    "open": "measured, and it cannot tell yet",
    "stale": "shown once, and it counts no longer",
    "bare": "nothing shows it",
    "failing": "what was measured speaks against it",
}
"""What each state means, for legends."""
NOT_YET = {
    "gate": "not decided yet",
    "indicator": "not watched yet",
    "drill": "not rehearsed yet",
    "attestation": "not signed yet",
}
"""Kind of evidence -> what is said of one that there is no fact about."""


@dataclass(frozen=True)
class Evidence:
    """One name of evidence and how it stands.

    Attributes
    ----------
    kind : str
        gate, indicator, drill or attestation.
    says : str
        One line: what was shown, or what is missing.
    at, until : datetime or None
        When it was recorded and when it goes stale; None without a fact, and where nothing says so.
    seq : int or None
        The fact's number in the ledger.
    overridden : datetime or None
        The end of an override of this gate that is in force.
    """

    name: str
    kind: str
    state: State
    says: str
    at: datetime | None = None
    until: datetime | None = None
    seq: int | None = None
    overridden: datetime | None = None


@dataclass(frozen=True)
class Proofs:
    """The plan's names of evidence against what the ledger knows at a moment."""

    plan: Plan
    standing: Standing
    now: datetime

    def of(self, name: str, within: timedelta | None = None) -> Evidence:
        """Return how one name stands; what was shown longer ago than `within` is stale."""
        kind = self._kind(name)
        shown = self.standing.shown.get(name)
        if shown is None:
            return Evidence(name, kind, "bare", NOT_YET[kind])
        override = next((one for one in self.standing.overrides if self._counts(one, name)), None)
        says = shown.says
        if override is not None:
            says += f"; overridden until {override.until.date().isoformat()} because {override.because}"
        old = within is not None and self.now - shown.at > within
        state = _state(shown.verdict, stale=shown.stale(self.now) or old)
        end = None if override is None else override.until
        return Evidence(name, kind, state, says, shown.at, shown.until, shown.seq, end)

    def of_all(self, names: Iterable[str]) -> tuple[Evidence, ...]:
        """Return how several names stand, each once."""
        return tuple(self.of(name) for name in dict.fromkeys(names))

    def of_control(self, name: str, control: OwnControl) -> tuple[Evidence, ...]:
        """Return how the evidence for a control stands; a rehearsal counts as long as the control says."""
        within = None if control.rehearsed_within is None else control.rehearsed_within.delta
        return tuple(
            self.of(proof, within if proof.startswith("drill/") else None)
            for proof in proofs_of(name, control)
        )

    def _counts(self, override: Overridden, name: str) -> bool:
        return override.gate == name and override.until > self.now

    def _kind(self, name: str) -> str:
        if name.startswith("drill/"):
            return "drill"
        if name.startswith("attest/"):
            return "attestation"
        return "gate" if any(gate.id == name for gate in self.plan.gates) else "indicator"


def proofs_of(name: str, control: OwnControl) -> tuple[str, ...]:
    """Return the names of evidence for a control: those that it names, and those that its rhythm asks for.

    A control that is `attested` by somebody and names no `attest/...` is shown by `attest/<control>`; one
    that is rehearsed and names no `drill/...`, by `drill/<control>`.
    """
    names = list(control.evidence)
    if control.attested is not None and not any(other.startswith("attest/") for other in names):
        names.append(f"attest/{name}")
    if control.rehearsed_within is not None and not any(other.startswith("drill/") for other in names):
        names.append(f"drill/{name}")
    return tuple(dict.fromkeys(names))


def worst_of(evidence: Iterable[Evidence]) -> State:
    """Return the state of several pieces of evidence together; of none, bare."""
    return max((piece.state for piece in evidence), key=STATES.index, default="bare")


def _state(verdict: Verdict, *, stale: bool) -> State:
    states: dict[Verdict, State] = {
        Verdict.PASS: "live",
        Verdict.INCONCLUSIVE: "open",
        Verdict.FAIL: "failing",
    }
    return "stale" if stale else states[verdict]
