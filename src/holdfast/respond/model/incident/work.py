"""Deciding what the room's work makes of facts: pure, state and command in, facts out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from holdfast.kernel.clock import iso
from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Event
from holdfast.respond.commands.working import (
    AddNote,
    AgreeAction,
    AnswerQuestion,
    AskQuestion,
    ChangeAction,
    JudgeHypothesis,
    MakeDecision,
    MakeStatement,
    ProposeHypothesis,
    RelateSystem,
)
from holdfast.respond.events.working import (
    ActionAgreed,
    ActionChanged,
    DecisionMade,
    HypothesisJudged,
    HypothesisProposed,
    NoteAdded,
    QuestionAnswered,
    QuestionAsked,
    StatementMade,
    SystemRelated,
)
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.incident.refusing import needs_reason, no_such
from holdfast.respond.model.incident.working import Working


def numbered(letter: str, known: Collection[str]) -> str:
    """Return the next id: `a3` after `a1` and `a2`.

    Examples
    --------
    >>> numbered("a", ["a1", "a2"])
    'a3'
    """
    return f"{letter}{len(known) + 1}"


def make_statement(work: Working, command: MakeStatement, asking: Asking) -> Sequence[Event]:
    """Return the fact of a statement."""
    return [
        StatementMade(
            number=work.statements + 1,
            text=asking.seal(command.text),
            who=asking.sealed(command.who),
            where=asking.sealed(command.where),
            since=iso(command.since) if command.since else None,
            until=iso(command.until) if command.until else None,
            key=asking.key,
        )
    ]


def propose_hypothesis(work: Working, command: ProposeHypothesis, asking: Asking) -> Sequence[Event]:
    """Return the fact of a hypothesis."""
    return [
        HypothesisProposed(
            hypothesis=numbered("h", work.hypotheses),
            observation=asking.seal(command.observation),
            explains=asking.seal(command.explains),
            next_test=asking.sealed(command.next_test),
            containment=asking.sealed(command.containment),
            key=asking.key,
        )
    ]


def judge_hypothesis(work: Working, command: JudgeHypothesis, asking: Asking) -> Sequence[Event]:
    """Return the fact of what became of a hypothesis.

    Raises
    ------
    UsageError
        HF706: there is no such one. HF707: it is said to hold, or not, on no ground.
    """
    if command.hypothesis not in work.hypotheses:
        raise no_such("hypothesis", command.hypothesis, work.hypotheses)
    if command.state == "held" and not command.evidence:
        raise UsageError.of(
            "HF707",
            "a hypothesis that holds needs evidence",
            fix="name what shows it: `seq:41`, an id of the vault",
        )
    if command.state == "refuted" and not (command.evidence or command.because):
        raise needs_reason("a refuted hypothesis")
    return [
        HypothesisJudged(
            hypothesis=command.hypothesis,
            state=command.state,
            evidence=list(command.evidence),
            because=asking.sealed(command.because),
            key=asking.key,
        )
    ]


def make_decision(work: Working, command: MakeDecision, asking: Asking) -> Sequence[Event]:
    """Return the fact of a decision.

    Raises
    ------
    UsageError
        HF706: it replaces one that does not exist. HF793: it was made in the future.
    """
    if command.replaces is not None and command.replaces not in work.decisions:
        raise no_such("decision", command.replaces, work.decisions)
    return [
        DecisionMade(
            decision=numbered("d", work.decisions),
            what=asking.seal(command.what),
            why=asking.seal(command.why),
            alternatives=asking.sealed(command.alternatives),
            risk=asking.sealed(command.risk),
            evidence=list(command.evidence),
            favours=list(command.favours),
            over=list(command.over),
            replaces=command.replaces,
            happened_at=asking.happened(command.happened_at),
            key=asking.key,
        )
    ]


def agree_action(work: Working, command: AgreeAction, asking: Asking) -> Sequence[Event]:
    """Return the fact of an action."""
    return [
        ActionAgreed(
            action=numbered("a", work.actions),
            what=asking.seal(command.what),
            owner=command.owner,
            due=iso(command.due),
            key=asking.key,
        )
    ]


def change_action(work: Working, command: ChangeAction, asking: Asking) -> Sequence[Event]:
    """Return the fact of what became of an action; none where nothing changes.

    Raises
    ------
    UsageError
        HF706: there is no such one. HF707: it is dropped without a note.
    """
    known = work.actions.get(command.action)
    if known is None:
        raise no_such("action", command.action, work.actions)
    state = command.state or known.state
    if state == "dropped" and known.state != "dropped" and command.note is None:
        raise needs_reason("dropping an action")
    owner, due = command.owner or known.owner, command.due or known.due
    if (state, owner, due) == (known.state, known.owner, known.due) and command.note is None:
        return []
    return [
        ActionChanged.model_validate(
            {
                "action": command.action,
                "state": state,
                "owner": owner,
                "due": iso(due),
                "note": asking.sealed(command.note),
                "evidence": list(command.evidence),
                "key": asking.key,
            }
        )
    ]


def ask_question(work: Working, command: AskQuestion, asking: Asking) -> Sequence[Event]:
    """Return the fact of a question."""
    mine = [each for each in work.questions if each.startswith("q")]
    return [
        QuestionAsked(
            question=numbered("q", mine),
            text=asking.seal(command.text),
            owner=command.owner,
            key=asking.key,
        )
    ]


def answer_question(work: Working, command: AnswerQuestion, asking: Asking) -> Sequence[Event]:
    """Return the fact of an answer.

    Raises
    ------
    UsageError
        HF706: there is no such question, or the checklist answers it.
    """
    known = work.questions.get(command.question)
    if known is None:
        raise no_such("question", command.question, work.questions)
    if known.said.asks is not None:
        raise UsageError.of(
            "HF706", f"{command.question} is answered by the checklist", fix="fill the impact checklist in"
        )
    return [
        QuestionAnswered(
            question=command.question,
            answer=asking.seal(command.answer),
            evidence=list(command.evidence),
            key=asking.key,
        )
    ]


def relate_system(work: Working, command: RelateSystem, asking: Asking) -> Sequence[Event]:
    """Return the fact that a system belongs to the incident; none where that is known."""
    if work.systems.get(command.system, "unrelated") == command.how:
        return []
    return [
        SystemRelated(
            system=command.system,
            how=command.how,
            because=asking.sealed(command.because),
            key=asking.key,
        )
    ]


def add_note(command: AddNote, asking: Asking) -> Sequence[Event]:
    """Return the fact of a note."""
    return [
        NoteAdded(
            text=asking.seal(command.text),
            happened_at=asking.happened(command.happened_at),
            evidence=list(command.evidence),
            key=asking.key,
        )
    ]
