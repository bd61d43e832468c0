"""Drafts for the audiences, made from one set of facts; the same facts always make the same drafts. Pure.

Hypotheses are marked as such and never reach customers. What is not known is said to be not known.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from holdfast.kernel.clock import iso
from holdfast.respond.model.clocks import span_words
from holdfast.respond.model.updates.audiences import Audience, Style
from holdfast.respond.model.updates.facts import Facts, Guess
from holdfast.respond.model.updates.guidance import guidance_for
from holdfast.respond.model.updates.texts import NOT_TO_DO, NOT_TO_SAY, joined

Parts = list[tuple[str, list[str]]]
NOT_KNOWN = "not known yet"
DRILL = "THIS IS A DRILL. Nothing of this is real."
PHASES = {
    "declared": "Declared. Not contained yet.",
    "triaging": "Being looked into. Not contained yet.",
    "contained": "Contained: the harm is held back. The cause is not removed.",
    "recovering": "Recovering: a repair is being tried. It is not validated yet.",
    "recovered": "Recovered: the recovery was validated by evidence.",
    "closed": "Closed.",
    "false_alarm": "Closed: it turned out to be no incident.",
}
LOOKING = "We are looking into it."
REPAIRED = "We have repaired it and have checked that it works."
PUBLIC_PHASES = {
    "contained": "We have limited what can go wrong, and are working on a repair.",
    "recovering": "We are trying out a repair and watch it closely.",
    "recovered": REPAIRED,
    "closed": REPAIRED,
    "false_alarm": "We have looked into it, and found that the service works as it should.",
}


def draft(facts: Facts, audience: Audience) -> str:
    """Return the draft of an update to an audience."""
    parts: Parts = [("Drill", [DRILL])] if facts.drill else []
    last = "When we write again" if audience.style == "customers" else "Next update"
    return joined([*parts, *_STYLES[audience.style](facts), (last, [_next(facts, audience)])])


def _executives(facts: Facts) -> Parts:
    return [
        ("What happened", _happened(facts)),
        ("Impact", _impact(facts)),
        ("Blast radius", [facts.blast_radius or f"What else it can take with it is {NOT_KNOWN}."]),
        ("Status", _status(facts)),
        ("Confidence", [facts.confidence or "Low: nobody has said yet what this rests on."]),
        ("Next steps", _steps(facts)),
        ("What we need from you", list(facts.asks) or ["Nothing at the moment."]),
        ("Not known", _unknowns(facts)),
        ("Notification duties", list(facts.duties)),
    ]


def _support(facts: Facts) -> Parts:
    guidance = guidance_for(facts.mode)
    return [
        ("What happened", _happened(facts)),
        ("Impact", _impact(facts)),
        ("Status", _status(facts)),
        ("Say", [f"We know of a problem with {facts.system}. {guidance.seen}", _public(facts), guidance.do]),
        ("Texts approved in advance", [f"{name}: {text}" for name, text in sorted(facts.messages.items())]),
        (NOT_TO_SAY, prohibited(facts)),
        ("Ticket tags", [", ".join([*guidance.tags, facts.incident.lower()])]),
        (
            "Send on at once",
            ["Anybody who was harmed, saw another person's data, or speaks of law or press."],
        ),
        ("Next steps", _steps(facts)),
        ("Not known", _unknowns(facts)),
    ]


def _engineering(facts: Facts) -> Parts:
    return [
        ("What happened", _happened(facts)),
        ("Impact", _impact(facts)),
        ("Status", _status(facts)),
        ("Hypotheses", [_guess(guess) for guess in facts.guesses] or ["None yet."]),
        ("Logs and reproduction", [*_evidence(facts), *(f"Runbook {name}" for name in facts.runbooks)]),
        ("Roll back, or go back to safe mode, when", _rollback(facts)),
        (
            NOT_TO_DO,
            [
                "Edit a prompt in production without a version.",
                "Delete or clean up logs.",
                "Name a root cause outside before a hypothesis has held.",
            ],
        ),
        ("Next steps", _steps(facts)),
        ("Not known", _unknowns(facts)),
    ]


def _customers(facts: Facts) -> Parts:
    guidance = guidance_for(facts.mode)
    since = facts.onset or facts.declared_at
    return [
        ("What you may have seen", [guidance.seen, f"Since {_utc(since)}." if since is not None else ""]),
        ("What we are doing", [_public(facts)]),
        ("What you can do", [guidance.do]),
    ]


_STYLES: dict[Style, Callable[[Facts], Parts]] = {
    "executives": _executives,
    "support": _support,
    "engineering": _engineering,
    "customers": _customers,
}


def prohibited(facts: Facts) -> list[str]:
    """Return what support must not say as things stand, and until when."""
    found = []
    if not facts.recovered:
        found.append("That it is resolved or fixed: the recovery is not validated.")
    if not facts.data_checked:
        found.append("That no data was affected: the check is not done.")
    if not facts.cause_held:
        found.append("What the cause is: no hypothesis has held.")
    return [
        *found,
        "That it will never happen again, or when it will be over.",
        "Whose fault it is, or that we are liable: send such questions on.",
    ]


def _public(facts: Facts) -> str:
    """Return the status in words for people outside; nothing is called repaired that was not validated."""
    told = PUBLIC_PHASES.get(facts.phase, LOOKING)
    return PUBLIC_PHASES["recovering"] if told == REPAIRED and not facts.recovered else told


def _happened(facts: Facts) -> list[str]:
    onset = f"Since {_utc(facts.onset)} (earliest plausible onset)." if facts.onset else ""
    declared = f"Declared {_utc(facts.declared_at)}." if facts.declared_at else ""
    where = f"Where: {facts.where}" if facts.where else ""
    return [facts.what or facts.title, where, onset or f"The onset is {NOT_KNOWN}.", declared]


def _impact(facts: Facts) -> list[str]:
    who = f"Who: {facts.who}" if facts.who else ""
    severity = f"Severity {facts.severity}." if facts.severity else f"The severity is {NOT_KNOWN}."
    under = "" if facts.impact else "The impact is under investigation; the checklist is not filled in yet."
    return [severity, who, *facts.impact, under]


def _status(facts: Facts) -> list[str]:
    held = ""
    if facts.contained_at is not None:
        held = f"Contained since {_utc(facts.contained_at)} ({span_words(facts.at - facts.contained_at)})."
    left = f"Recovery is not validated: {'; '.join(facts.recovery_open)}." if facts.recovery_open else ""
    return [PHASES.get(facts.phase, PHASES["declared"]), held, *facts.levers, left]


def _steps(facts: Facts) -> list[str]:
    told = []
    for step in facts.steps:
        until = f"by {_utc(step.due)}" if step.due is not None else "no time set"
        told.append(f"{step.text.rstrip('.')} ({step.owner or 'nobody yet'}, {until})")
    return told or ["None is written down."]


def _unknowns(facts: Facts) -> list[str]:
    return [f"{each.text} ({each.owner or 'nobody asks yet'})" for each in facts.unknowns]


def _guess(guess: Guess) -> str:
    test = f" Next test: {guess.next_test}" if guess.next_test and guess.stands == "open" else ""
    return f"Hypothesis ({guess.stands}): {guess.text}{test}"


def _evidence(facts: Facts) -> list[str]:
    return [f"Evidence {each}" for each in facts.evidence] or ["No evidence is kept yet: add a trace."]


def _rollback(facts: Facts) -> list[str]:
    return [
        "The metric that should improve after the last move does not improve.",
        "Harm is seen outside the scope that was contained.",
        *(f"A recovery check fails: {check}" for check in facts.recovery_open),
    ]


def _next(facts: Facts, audience: Audience) -> str:
    due = facts.next_update.get(audience.id)
    return f"By {_utc(due)}." if due is not None else "As soon as something changes."


def _utc(moment: datetime) -> str:
    """Return a time as updates tell it: to the minute, in UTC."""
    return iso(moment)[:16].replace("T", " ") + " UTC"
