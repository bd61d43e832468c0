"""The facts that updates are made of, gathered from the incident and the plan of its system. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.kernel.clock import iso, parse_iso
from holdfast.kernel.sealed import Sealed
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.severity import SeverityMatrix
from holdfast.respond.model.clocks import due_words
from holdfast.respond.model.grounds import NEVER, duties_of
from holdfast.respond.model.incident.contained import Move
from holdfast.respond.model.incident.going_on import missing_steps
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.severity.checklist import ASKED
from holdfast.respond.model.severity.matrix import EXPOSURE, HARM, LEGAL, REVERSIBLE
from holdfast.respond.model.updates.audiences import Audience, audiences_of
from holdfast.respond.model.updates.cadence import Rhythm
from holdfast.respond.model.updates.facts import Facts, Guess, Held, Open, Step, Touches, Tri

REDACTED = "(these words were redacted)"
Unseal = Callable[[Sequence[Sealed]], Sequence[str | None]]
Named = Callable[[str], str]


def audiences(plan: Plan | None) -> list[Audience]:
    """Return everybody who is told."""
    return audiences_of(plan.audiences if plan is not None else None)


def rhythm_of(incident: Incident, plan: Plan | None) -> Rhythm:
    """Return how an incident goes, as far as its rhythm of updates depends on it."""
    known, declared = incident.classified, incident.declared
    first: timedelta | None = None
    if plan is not None and isinstance(plan.severity, SeverityMatrix) and known.severity is not None:
        level = plan.severity.levels.get(known.severity.value)
        first = level.update_every.delta if level is not None and level.update_every is not None else None
    return Rhythm(
        since=known.severity_at or declared.at or NEVER,
        started=known.severity_seq or declared.seq,
        severity=known.severity.value if known.severity is not None else "",
        phase=incident.course.state,
        phase_since=incident.course.since,
        phase_seq=incident.course.seq,
        first=first,
    )


@dataclass(frozen=True)
class _Words:
    """Every text that the facts need, opened at once."""

    texts: Mapping[str, str]

    @classmethod
    def of(cls, wanted: Sequence[Sealed | None], unseal: Unseal) -> _Words:
        known = [each for each in wanted if each is not None]
        opened = unseal(known)
        return cls({k.id: REDACTED if o is None else o for k, o in zip(known, opened, strict=True)})

    def __call__(self, sealed: Sealed | None) -> str:
        return self.texts.get(sealed.id, REDACTED) if sealed is not None else ""


def facts_of(
    incident: Incident, plan: Plan | None, now: datetime, unseal: Unseal, named: Named = str
) -> Facts:
    """Return what can be told of an incident at one moment.

    Parameters
    ----------
    unseal : callable
        Opens what people wrote.
    named : callable
        Turns an actor's id into what readers know them by.
    """
    work, known, declared = incident.work, incident.classified, incident.declared
    statement, impact = work.statement, known.impact
    work_roles = incident.roles.held
    hypotheses, actions = list(work.hypotheses.values()), list(work.open_actions)
    words = _Words.of(
        [
            declared.title,
            *((statement.text, statement.who, statement.where) if statement else ()),
            impact.who if impact else None,
            *(each for h in hypotheses for each in (h.said.explains, h.said.next_test)),
            *(action.said.what for action in actions),
            *(question.said.text for question in work.open_questions),
        ],
        unseal,
    )

    def who(owner: str) -> str:
        """Return whoever has a role, or that nobody has it; else what readers know an owner by."""
        role = owner.removeprefix("role:")
        held = work_roles.get(role)
        if role == owner:
            return named(owner)
        return named(held.who) if held is not None else f"{role}, nobody yet"

    since = statement.since if statement is not None else None
    system = plan.system if plan is not None else None
    return Facts(
        incident=incident.id,
        title=words(declared.title),
        system=system.name if system is not None else declared.system,
        at=now,
        version=incident.version,
        severity=known.severity.value if known.severity is not None else "",
        phase=_phase(incident),
        drill=declared.drill is not None,
        declared_at=declared.at,
        onset=parse_iso(since) if since else declared.onset,
        what=words(statement.text) if statement else "",
        who=words(statement.who) if statement else words(impact.who if impact else None),
        where=words(statement.where) if statement else "",
        impact=tuple(_impact(incident)),
        blast_radius=(system.card.blast_radius or "") if system is not None and system.card else "",
        confidence=_confidence(incident),
        contained_at=incident.contained.first_at if incident.contained.narrowed else None,
        levers=tuple(_lever(move) for move in incident.contained.standing),
        recovered=_recovered(incident),
        recovery_open=tuple(step.title.lower() for step in missing_steps(incident.course, known.mode))
        if incident.course.state == "recovering"
        else (),
        data_checked=_data_checked(incident),
        mode=known.mode,
        guesses=tuple(
            Guess(words(h.said.explains), _held(h.state), words(h.said.next_test)) for h in hypotheses
        ),
        steps=tuple(Step(words(a.said.what), who(a.owner), a.due) for a in actions),
        unknowns=tuple(
            _open(q.said.asks, words(q.said.text), who(q.said.owner)) for q in work.open_questions
        ),
        asks=tuple(_asks(incident)),
        evidence=tuple(dict.fromkeys(e for h in hypotheses if h.judged for e in h.judged.evidence)),
        runbooks=tuple(sorted(plan.runbooks)) if plan is not None else (),
        duties=tuple(_duties(incident, plan, now)),
        messages=dict(plan.messages) if plan is not None else {},
        touches=touches_of(incident),
        next_update={a.id: now + a.every for a in audiences(plan) if a.every is not None},
    )


def touches_of(incident: Incident) -> Touches:
    """Return what an update about an incident may touch."""
    checklist = incident.classified.checklist
    return Touches(
        privacy=_any(
            _answered(incident, "personal_data"),
            None if checklist.data_kinds is None else bool(checklist.data_kinds),
            True if checklist.exposure in ("plausible", "disclosed") else None,
        ),
        discrimination=_any(
            _answered(incident, "discrimination"),
            None if checklist.harm is None else checklist.harm == "discrimination",
            True if incident.classified.mode == "bias-spike" else None,
        ),
        contract=_any(
            _answered(incident, "contract_promise"),
            True if incident.classified.impact is not None and incident.classified.impact.promises else None,
        ),
    )


def _any(*known: Tri) -> Tri:
    """Return yes where anything says yes, no where something says no and nothing yes."""
    said = [each for each in known if each is not None]
    return any(said) if said else None


def _answered(incident: Incident, question: str) -> Tri:
    found = incident.duties.answers.get(question)
    return None if found is None or found.answer == "unknown" else found.answer == "yes"


def _data_checked(incident: Incident) -> bool:
    """Return whether somebody found that no data was disclosed; that none was seen so far is not that."""
    if any(_answered(incident, each) is False for each in ("personal_data", "personal_data_breach")):
        return True
    if incident.checked.data_looked_at and not incident.checked.alarming:
        return True
    return incident.classified.checklist.exposure == "none"


def _phase(incident: Incident) -> str:
    closed = incident.course.closed
    if incident.course.state == "closed" and closed is not None and closed.outcome == "false_alarm":
        return "false_alarm"
    return incident.course.state


def _recovered(incident: Incident) -> bool:
    """Return whether recovery was validated, and is not taken back; a false alarm needs none."""
    closed = incident.course.closed
    return incident.course.state == "recovered" or (closed is not None and incident.course.state == "closed")


def _lever(move: Move) -> str:
    """Return a lever's position, with scope, end and whether anybody saw it in force."""
    scope = ", ".join(f"{name} {value}" for name, value in sorted(move.said.scope.items()))
    until = f", until {iso(move.until)[:16].replace('T', ' ')} UTC" if move.until is not None else ""
    seen = (
        "seen in force"
        if move.confirmed
        else "not in force"
        if move.confirmed is False
        else "not confirmed yet"
    )
    where = f" for {scope}" if scope else ""
    return f"Lever {move.said.lever} is {move.said.position}{where}{until} ({seen})."


def _held(state: str) -> Held:
    return "held" if state == "held" else "refuted" if state == "refuted" else "open"


def _open(asks: str | None, text: str, owner: str) -> Open:
    return Open(ASKED[asks].asks if asks in ASKED else text, owner)


def _impact(incident: Incident) -> list[str]:
    """Return the checklist as lines, figures with their bounds; what is unknown stands among the unknowns."""
    known = incident.classified.checklist
    told = []
    if known.people is not None:
        told.append(f"People affected: {_range(*known.people)}.")
    if known.share is not None:
        told.append(f"Share of users: {_range(*(round(each * 100, 2) for each in known.share))} %.")
    told += [
        f"{_sentence(table[value][1])}."
        for table, value in ((HARM, known.harm), (EXPOSURE, known.exposure), (LEGAL, known.legal))
        if value in table
    ]
    if known.data_kinds:
        told.append(f"Kinds of data: {', '.join(known.data_kinds)}.")
    if known.money is not None:
        told.append(f"Money: {_range(*known.money)} {known.currency}.")
    if known.reversible in REVERSIBLE:
        told.append(f"{_sentence(REVERSIBLE[known.reversible][1])}.")
    return told


def _range(low: float, high: float) -> str:
    return f"{low:,g}" if low == high else f"{low:,g} to {high:,g}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _confidence(incident: Incident) -> str:
    """Return how sure is what is said, from what it rests on."""
    signals = incident.signals.independent
    noun = "signal" if signals == 1 else "independent signals"
    if incident.work.held:
        return "High: a hypothesis held, by the evidence that is named with it."
    if signals >= 2 and incident.classified.impact is not None:
        return f"Medium: {signals} {noun}, and the impact is assessed. The cause is not known."
    if signals >= 1:
        return f"Low: {signals} {noun}. The cause is not known."
    return "Low: it rests on what one person saw. The cause is not known."


def _asks(incident: Incident) -> list[str]:
    """Return what only those above can give, as far as the facts say it."""
    asked = []
    if incident.roles.commander is None:
        asked.append("Name somebody who leads: nobody is commander.")
    if incident.roles.doubled is not None and incident.classified.pages:
        asked.append("Name a technical lead: one person leads and debugs at once.")
    return asked


def _duties(incident: Incident, plan: Plan | None, now: datetime) -> list[str]:
    return [
        f"{duty.regime.law} {duty.regime.article}: {each.stage.name} to {duty.regime.notify},"
        f" {due_words(each.due, now)}{'' if duty.decision else ' (proposed; nobody has decided yet)'}"
        for duty in duties_of(incident, plan)
        if duty.stands == "due"
        for each in duty.stages
        if each.stands == "due" and each.due is not None
    ]
