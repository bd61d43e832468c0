"""What the acts of the room are called for people, and what their forms let choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holdfast.respond.model.closing import QUESTIONS
from holdfast.respond.model.failure_modes import FAILURE_MODES
from holdfast.respond.views.room.room import RoomView

Options = Sequence[tuple[str, str]]

TITLES: Mapping[str, str] = {
    "assess": "Fill in the impact checklist",
    "severity": "Raise or lower the severity",
    "escalate": "Escalate at once",
    "classify": "Say which bucket and failure mode",
    "role": "Take a role, or give it",
    "hand-over": "Hand a role over",
    "leave-role": "Leave a role",
    "acknowledge-double-role": "Say aloud why one person leads and debugs",
    "statement": "Say who, when and where",
    "hypothesis": "Propose a hypothesis",
    "judge-hypothesis": "Say what became of a hypothesis",
    "decide": "Decide",
    "action": "Agree on an action",
    "change-action": "An action is done, dropped or moved",
    "question": "Ask who finds something out",
    "answer": "Answer a question",
    "system": "Another system belongs to it",
    "note": "Write something down",
    "contain": "Move a lever",
    "safe-mode": "Enter safe mode",
    "confirm-lever": "Say whether a move is in force",
    "answer-move": "Consent to a move, or refuse it",
    "state": "Say how far it is",
    "freeze": "Freeze changes, or lift the freeze",
    "harm-test": "Put a minimal harm test together",
    "harm-test-result": "Record the result of a harm test",
    "check": "Answer a security or privacy question",
    "validate": "Say what a recovery step shows",
    "recover": "Say that it is recovered",
    "residual-risk": "Write down a risk that stays",
    "answer-risk": "Accept a risk that stays, or refuse it",
    "reconcile": "Reconcile what was left open",
    "close": "Close the incident",
    "reopen": "Reopen the incident",
}
"""The acts that have a form, in the order in which the palette offers them."""
UNKNOWN = ("", "Not known yet")
HARM: Options = (
    UNKNOWN,
    ("none", "None"),
    ("near_miss", "A near-miss: caught by a control"),
    ("annoying", "Annoying, recoverable"),
    ("serious", "Seriously wrong advice, or unfair treatment"),
    ("severe", "Physical or severe psychological harm is credible"),
    ("accusation", "A false accusation of a person"),
    ("discrimination", "Systematic discrimination"),
)
EXPOSURE: Options = (
    UNKNOWN,
    ("none", "Neither data nor actions are in the path"),
    ("none_seen", "Looked, and none seen so far"),
    ("attempt_blocked", "An attempt was blocked"),
    ("plausible", "Plausible"),
    ("disclosed", "Data of others was disclosed"),
    ("unauthorised_action", "An action was done without authority"),
)
LEGAL: Options = (
    UNKNOWN,
    ("none", "Nothing"),
    ("none_seen", "Looked, and nothing seen so far"),
    ("plausible", "A duty is plausible"),
    ("duty_likely", "A duty to notify is likely"),
)
REVERSIBLE: Options = (UNKNOWN, ("yes", "Yes"), ("partly", "Partly"), ("no", "No"))
YES_NO: Options = (UNKNOWN, ("yes", "Yes"), ("no", "No"))
BUCKETS: Options = (
    ("model", "Model: its behaviour, without a fault of input or platform"),
    ("data", "Data: pipeline, retrieval, labels"),
    ("platform", "Platform: serving, caching, a dependency"),
    ("policy", "Policy: prompt, filter, configuration, a promise"),
)
SEVERITIES: Options = (
    ("SEV-1", "SEV-1: severe harm, disclosure, unauthorised action, wide"),
    ("SEV-2", "SEV-2: serious harm, exposure plausible, more than 1 %"),
    ("SEV-3", "SEV-3: annoying, recoverable, few"),
    ("SEV-4", "SEV-4: near-miss, caught"),
)
OBJECTIVES: Options = (
    ("safety", "Safety"),
    ("compliance", "Compliance"),
    ("trust", "Customers' trust"),
    ("uptime", "Uptime"),
)
DUE_IN: Options = (
    ("15", "In a quarter of an hour"),
    ("30", "In half an hour"),
    ("60", "In an hour"),
    ("240", "In four hours"),
    ("1440", "By tomorrow"),
    ("10080", "In a week"),
)
REASONS: Options = (
    ("physical_harm", "Physical or severe psychological harm is credible"),
    ("disclosure", "A disclosure of data is suspected"),
    ("discrimination", "Systematic discrimination in a high-stakes decision"),
    ("wide_impact", "Wide impact, or a critical tenant"),
    ("not_contained", "No safe containment within 15 minutes"),
)
HOW: Options = (
    ("touched", "It fails, too"),
    ("upstream", "It feeds this one"),
    ("downstream", "It is fed by this one"),
    ("unrelated", "After all it does not"),
)


UNTIL_IN: Options = (
    ("60", "An hour"),
    ("120", "Two hours"),
    ("480", "Eight hours"),
    ("1440", "A day"),
    ("10080", "A week"),
)
ACCEPTED_IN: Options = (("10080", "A week"), ("43200", "30 days"), ("129600", "90 days"))
YES_OR_NO: Options = (("yes", "Yes"), ("no", "No"))
FIXED: Mapping[str, Options] = {
    "harm": HARM,
    "exposure": EXPOSURE,
    "legal": LEGAL,
    "reversible": REVERSIBLE,
    "yes_no": YES_NO,
    "yes_or_no": YES_OR_NO,
    "bucket": BUCKETS,
    "mode": (("", "Not known yet"), *((mode.id, mode.title) for mode in FAILURE_MODES)),
    "severity": SEVERITIES,
    "objectives": OBJECTIVES,
    "due_in": DUE_IN,
    "until_in": UNTIL_IN,
    "accepted_in": ACCEPTED_IN,
    "reason": REASONS,
    "how": HOW,
    "state_of_hypothesis": (("held", "It held"), ("refuted", "It is refuted"), ("open", "It is open")),
    "state_of_action": (("done", "Done"), ("dropped", "Dropped"), ("open", "Still open")),
    "consent": (("consented", "I consent"), ("refused", "I refuse")),
    "to": (("triaging", "Triaging"), ("contained", "Contained"), ("recovering", "Recovering")),
    "frozen": (("yes", "Frozen"), ("no", "No longer frozen")),
    "result": (("passed", "Passed"), ("failed", "Failed"), ("not_applicable", "It does not apply")),
    "score": tuple((str(n), f"{n}") for n in range(1, 6)),
    "accept": (("accepted", "Accepted"), ("refused", "Refused"), ("withdrawn", "Taken back by its author")),
    "reconciled": (
        ("settled", "Settled"),
        ("carried", "Carried on elsewhere"),
        ("not_applicable", "It does not apply"),
    ),
    "outcome": (("resolved", "Resolved"), ("false_alarm", "It was a false alarm")),
    "yes_na": (("yes", "Yes"), ("not_applicable", "It does not apply")),
    "closing": tuple(QUESTIONS.items()),
    "run": (("run", "Yes"), ("not_run", "No")),
    "check_answer": (("yes", "Yes"), ("no", "No"), ("unknown", "Nobody knows yet")),
}


def choices(room: RoomView) -> Mapping[str, Options]:
    """Return what the forms of a room let choose from, by field."""
    told = room.told
    roles = tuple(
        (role.role, f"{role.title} ({role.who})" if role.who else role.title) for role in room.roles
    )
    asked = [question for question in told.questions if not question.answered]
    return {
        **FIXED,
        "role": roles,
        "held_role": tuple((role.role, f"{role.title} ({role.who})") for role in room.roles if role.who),
        "owner": (("", "Choose"), *((f"role:{role}", words) for role, words in roles)),
        "hypothesis": tuple((each.id, f"{each.id}: {short(each.explains)}") for each in told.hypotheses),
        "action": tuple(
            (each.id, f"{each.id}: {short(each.what)}") for each in told.actions if each.state == "open"
        ),
        "question": tuple(
            (each.id, f"{each.id}: {short(each.asks)}") for each in asked if not each.id.startswith("impact-")
        ),
        "lever": tuple((lever.id, f"{lever.id} ({lever.kind})") for lever in room.levers),
        "move": tuple((each.move, f"{each.lever} to {each.position}") for each in told.levers),
        "asked_move": tuple(
            (each.move, f"{each.lever} to {each.position}") for each in told.moves_asked if not each.answer
        ),
        "step": tuple((each.step, each.title) for each in told.recovery),
        "risk": tuple((each.id, f"{each.id}: {short(each.what)}") for each in told.risks),
        "left_open": tuple((each.item, each.words) for each in told.left_open),
        "test": tuple((each.id, each.id) for each in told.harm_tests),
        "check": tuple((each.check, each.asks) for each in told.checks),
    }


def short(text: str | None) -> str:
    """Return a text in a line of a list.

    Examples
    --------
    >>> short(None), short("a" * 80)[-3:]
    ('erased', 'aa…')
    """
    if text is None:
        return "erased"
    line = " ".join(text.split())
    return line if len(line) <= 70 else line[:69] + "…"
