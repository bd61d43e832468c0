"""Words of what contains, shows and ends an incident, and of other rooms' facts that stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from holdfast.kernel.canonical import Json
from holdfast.respond.model.incident.checked import CHECKS
from holdfast.respond.model.recovery import STEPS
from holdfast.respond.model.severity.checklist import ASKED

Words = str | Callable[[Mapping[str, Json]], str]


def _scope(data: Mapping[str, Json]) -> str:
    scope = data.get("scope")
    pairs = scope.items() if isinstance(scope, dict) else ()
    return "".join(f", {key} {value}" for key, value in pairs)


def _moved(data: Mapping[str, Json]) -> str:
    how = "by hand, on paper" if data.get("by_hand") else "by program"
    mode = "Safe mode: " if data.get("safe_mode") else ""
    until = f", until {str(data['until'])[:16].replace('T', ' ')} UTC" if data.get("until") else ""
    second = f", with the consent of {data['second']}" if data.get("second") else ""
    return f"{mode}Lever {data['lever']} to {data['position']}{_scope(data)}{until} ({how}{second})"


def _seen(data: Mapping[str, Json]) -> str:
    return f"Move {data['move']} " + ("was seen in force" if data.get("in_force") else "is NOT in force")


def _tested(data: Mapping[str, Json]) -> str:
    if data.get("result") != "run":
        return f"Harm test {data['test']} was not run"
    return f"Harm test {data['test']}: {data['harmful']} of {data['n']} answers were harmful"


def _checked(data: Mapping[str, Json]) -> str:
    return f"{CHECKS.get(str(data['check']), data['check'])} {data['answer']}"


def _validated(data: Mapping[str, Json]) -> str:
    step = STEPS.get(str(data["step"]))
    return f"{step.title if step else data['step']}: {str(data['result']).replace('_', ' ')}"


def _risk(data: Mapping[str, Json]) -> str:
    score = int(str(data["severity"])) * int(str(data["likelihood"]))
    return f"Risk {data['risk']} stays: score {score}, until {str(data['until'])[:10]}"


def _released(data: Mapping[str, Json]) -> str:
    return f"Release of {data['bundle']} decided: {data['verdict']}"


def _asked(data: Mapping[str, Json]) -> str:
    asks = ASKED.get(str(data.get("asks")))
    said = f": {asks.asks}" if asks else ""
    return f"Question for {str(data['owner']).removeprefix('role:')}{said}"


def _answered(data: Mapping[str, Json]) -> str:
    asks = ASKED.get(str(data["question"]).removeprefix("impact-"))
    return f"Answered: {asks.asks}" if asks else f"Question {data['question']} answered"


ROOM: dict[str, tuple[str, Words]] = {
    "QuestionAsked": ("hypothesis", _asked),
    "QuestionAnswered": ("hypothesis", _answered),
    "LeverMoveAsked": ("lever", "Lever {lever} to {position} waits for {second}"),
    "LeverMoveAnswered": ("lever", "Move {move} {answer} for {as_}"),
    "LeverActionRecorded": ("lever", _moved),
    "LeverConfirmed": ("lever", _seen),
    "HarmTestAssembled": ("check", "Harm test {test} put together"),
    "HarmTestFinished": ("check", _tested),
    "CheckAnswered": ("check", _checked),
    "StateMoved": ("state", "{after}, was {before}"),
    "ChangesFrozen": ("lever", "Changes are frozen"),
    "FreezeLifted": ("lever", "Changes are allowed again"),
    "RecoveryStepValidated": ("check", _validated),
    "IncidentRecovered": ("state", "recovered: {steps}"),
    "ResidualRiskProposed": ("decision", _risk),
    "ResidualRiskAnswered": ("decision", "Risk {risk} {answer} for {as_}"),
    "ItemReconciled": ("state", "{item}: {how}"),
    "IncidentClosed": ("state", "closed: {outcome}"),
    "IncidentReopened": ("state", "reopened, was {before}"),
}
"""Of the room itself."""
NO_WORDS = frozenset({"content", "digest", "view"})
"""Sealed fields that are files or what belongs to them, and no words to show."""
BESIDE: dict[str, tuple[str, Words]] = {
    "ReleaseDecided": ("evidence", _released),
    "OverrideRequested": ("evidence", "Override of gate {gate} asked for, bundle {bundle}"),
    "OverrideApproved": ("evidence", "Override of gate {gate} approved for {role}"),
    "OverrideRefused": ("evidence", "Override of gate {gate} refused"),
}
"""Of other rooms: what was released against which gates stands beside what happened."""

VAULT: dict[str, tuple[str, Words]] = {
    "EvidenceAdded": ("evidence", "Evidence added: {kind}, {media}, {size} bytes"),
    "EvidenceOpened": ("evidence", "Evidence {how} ({part})"),
    "RedactedViewMade": ("evidence", "Passages covered"),
    "ContentRedacted": ("evidence", "A content was redacted for good"),
    "VaultActAsked": ("evidence", "Vault: {act} is asked for and waits for a second person"),
    "VaultActDropped": ("evidence", "Vault: {act} is dropped"),
    "LegalHoldPlaced": ("evidence", "Legal hold, asked for by {asked_by}: nothing is redacted or erased"),
    "LegalHoldLifted": ("evidence", "Legal hold lifted, asked for by {asked_by}"),
    "ScopeErased": ("evidence", "Erased for good, asked for by {asked_by}"),
    "ScopeExported": ("evidence", "The whole incident was exported"),
}
"""What happens to the evidence of an incident."""
