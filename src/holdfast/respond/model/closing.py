"""What stands against closing an incident: what is open and nobody reconciled. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from holdfast.plan.model.plan import Plan
from holdfast.respond.model.grounds import duties_of
from holdfast.respond.model.incident.state import Incident

QUESTIONS: dict[str, str] = {
    "alerts": "Are alerts that were suppressed on again?",
    "guardrails": "Are guardrails that were changed back, or kept on purpose?",
    "people": "Were the people affected answered?",
}
"""What only people know, asked when it is closed: yes, or does not apply."""


@dataclass(frozen=True)
class Open:
    """Something that is open.

    Attributes
    ----------
    item : str
        What `reconcile` calls it: `action/a1`.
    words : str
        What it is, without what anybody typed.
    """

    item: str
    words: str


Finding = Callable[[Incident, Plan | None], Iterator[Open]]


def _levers(incident: Incident, _: Plan | None) -> Iterator[Open]:
    for move in incident.contained.temporary:
        yield Open(f"lever/{move.id}", f"lever {move.said.lever} is {move.said.position} for a time")
    for asked in incident.contained.waiting:
        yield Open(f"move/{asked.id}", f"lever {asked.said.lever} waits for a second person")


def _freeze(incident: Incident, _: Plan | None) -> Iterator[Open]:
    if incident.course.freeze is not None:
        yield Open("freeze", "changes are frozen")


def _actions(incident: Incident, _: Plan | None) -> Iterator[Open]:
    for action in incident.work.open_actions:
        yield Open(f"action/{action.id}", f"action {action.id} is open")


def _questions(incident: Incident, _: Plan | None) -> Iterator[Open]:
    for question in incident.work.open_questions:
        yield Open(f"question/{question.id}", f"question {question.id} is open")


def _risks(incident: Incident, _: Plan | None) -> Iterator[Open]:
    for risk in incident.course.risks.values():
        if risk.answer == "proposed":
            yield Open(f"risk/{risk.id}", f"residual risk {risk.id} waits for its acceptance")


def _duties(incident: Incident, plan: Plan | None) -> Iterator[Open]:
    left = [duty for duty in duties_of(incident, plan) if not duty.settled]
    first = [duty.regime.id for duty in left if duty.stands == "due"] or [duty.regime.id for duty in left]
    if left:  # one item: most of them are decided together, for one reason
        more = f" and {len(left) - 3} more" if len(left) > 3 else ""
        yield Open("duties", f"notification duties are not settled: {', '.join(first[:3])}{more}")


def _updates(incident: Incident, _: Plan | None) -> Iterator[Open]:
    for update in incident.updates.all.values():
        if update.open:
            yield Open(
                f"update/{update.id}", f"update {update.id} to {update.audience} is neither sent nor dropped"
            )


FINDINGS: list[Finding] = [_levers, _freeze, _actions, _questions, _risks, _duties, _updates]
"""Each subject says what of it is open; one more subject is one more line."""


def left_open(incident: Incident, plan: Plan | None) -> list[Open]:
    """Return what is open and was not reconciled."""
    found = (each for finding in FINDINGS for each in finding(incident, plan))
    return [each for each in found if each.item not in incident.course.reconciled]
