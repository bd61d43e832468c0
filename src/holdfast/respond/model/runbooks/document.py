"""A runbook's file: what may be written, and what each key means."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import Field, PlainValidator, Tag, WithJsonSchema, model_validator

from holdfast.kernel.errors import did_you_mean
from holdfast.plan.model.base import ByKey, Part
from holdfast.plan.model.levers import KINDS as LEVER_KINDS
from holdfast.plan.model.refusals import refuse, shown
from holdfast.plan.model.system import Texts
from holdfast.plan.model.values import Span, YesNo, text_of
from holdfast.plan.model.words import FreeValue, Keyed, Label, Name, Prose, Several, Some
from holdfast.respond.model.failure_modes import FAILURE_MODES

Phase: TypeAlias = Literal["triage", "contain", "understand", "tell", "recover"]
PHASES: tuple[Phase, ...] = get_args(Phase)
"""In the order of an incident."""
Reach: TypeAlias = Literal["fast", "wider", "last"]
STEP_KINDS = ("observe", "decide", "act", "confirm", "communicate")
END = "end"
"""Where a step leads that is the last one of its way."""


def _failure_mode(value: object) -> str:
    text = text_of(value, "a failure mode")
    known = [mode.id for mode in FAILURE_MODES]
    if text not in known:
        raise refuse("HF206", f"no failure mode is called {shown(text)}", did_you_mean(text, known))
    return text


def _lever_kind(value: object) -> str:
    text = text_of(value, "a kind of lever")
    if text not in LEVER_KINDS:
        raise refuse("HF203", f"{shown(text)} is no kind of lever", did_you_mean(text, LEVER_KINDS))
    return text


FailureModeId = Annotated[
    str,
    PlainValidator(_failure_mode),
    WithJsonSchema({"enum": [mode.id for mode in FAILURE_MODES], "x-type": "failure mode"}),
]
LeverKind = Annotated[
    str, PlainValidator(_lever_kind), WithJsonSchema({"enum": list(LEVER_KINDS), "x-type": "kind of lever"})
]


class StepPart(Part):
    """What every step may say."""

    id: Name | None = Field(None, description="The step's name; `step-3` where it has none.")
    phase: Phase | None = Field(None, description="Where in the incident it belongs; that of the step above.")
    who: Label | None = Field(None, description="The role or group that does it.")
    within: Span | None = Field(None, description="How soon it should be done.")
    note: Prose | None = Field(None, description="How, or why, in one line.")
    then: Name | None = Field(
        None, description="The step that follows, or `end`; the next one where it is not said."
    )


class ObserveStep(StepPart):
    """Look at something, and keep what is seen."""

    observe: Prose = Field(description="What is looked at.")


class Branch(Part):
    """One way on from a decision."""

    when: Prose = Field(description="What makes it this one.")
    then: Name | None = Field(
        None, description="The step that follows, or `end`; the next one where it is not said."
    )


class DecideStep(StepPart):
    """Choose between named ways on."""

    decide: Prose = Field(description="The question.")
    branches: Annotated[dict[Name, Annotated[Branch, Keyed]], Keyed] = Field(
        description="Name -> when it is chosen, and the step that follows."
    )

    @model_validator(mode="after")
    def _leads_by_branches(self) -> DecideStep:
        if self.then is not None:
            raise refuse("HF203", "a decision leads on by its branches", "move `then` into them", into="then")
        return self


class ActStep(StepPart):
    """Change something: a lever of the plan, the safe mode, or something by hand."""

    act: Prose = Field(description="What is done.")
    lever: Name | None = Field(None, description="The plan's lever that is moved, also one that is a hook.")
    kind: LeverKind | None = Field(
        None, description="The kind of lever that is moved, where the plan has no lever of that name."
    )
    to: FreeValue | None = Field(None, description="The position: `safe` where it is not said.")
    scope: Label | None = Field(None, description="What it is narrowed to, if it can be: tenant, region, ...")
    for_: Span | None = Field(None, alias="for", description="When somebody must renew or lift it.")
    safe_mode: YesNo = Field(False, description="Move every lever of the plan's safe mode.")
    contains: Reach | None = Field(
        None,
        description="A containment option: the `fast` one first, `wider` where it was not enough, `last`.",
    )
    costs: Prose | None = Field(None, description="What users lose while it lasts.")
    undo: Prose | None = Field(None, description="How it is taken back.")

    @model_validator(mode="after")
    def _one_way(self) -> ActStep:
        if self.safe_mode and (self.lever is not None or self.kind is not None):
            raise refuse(
                "HF203",
                "one step moves one thing",
                "a lever, or the safe mode: write two steps",
                into="safe_mode",
            )
        if self.to is not None and self.lever is None and self.kind is None:
            raise refuse("HF213", "a position without its lever", "add `lever:` or `kind:`", into="to")
        return self


class DoStep(StepPart):
    """The short form of an act by hand."""

    do: Prose = Field(description="What is done.")


class ConfirmStep(StepPart):
    """See whether what was done helped."""

    confirm: Prose = Field(description="What shows that it helped.")
    metric: Name | None = Field(None, description="The plan's metric that shows it.")
    otherwise: Name | None = Field(
        None, description="The step that follows where it did not help, or `end`; the next one, else."
    )


class CommunicateStep(StepPart):
    """Tell somebody."""

    communicate: Prose = Field(description="What is said.")
    audience: Texts = Field((), description="Who is told.")
    by: Span | None = Field(None, description="How long after the declaration they are told at the latest.")
    approval: Name | None = Field(None, description="The decision right of the plan that it needs first.")


AnyStep: TypeAlias = Annotated[
    Annotated[ObserveStep, Tag("@observe")]
    | Annotated[DecideStep, Tag("@decide")]
    | Annotated[ActStep, Tag("@act")]
    | Annotated[ConfirmStep, Tag("@confirm")]
    | Annotated[CommunicateStep, Tag("@communicate")]
    | Annotated[DoStep, Tag("@do")],
    ByKey("a step of a runbook", *STEP_KINDS, "do"),
]


class Escalation(Part):
    """When somebody above is called."""

    when: Prose = Field(description="What makes it so.")
    to: Label = Field(description="Who is called.")
    within: Span | None = Field(None, description="How soon.")


class Trigger(Part):
    """When somebody must be told."""

    when: Prose = Field(description="What makes it so.")
    tell: Texts = Field(description="Who is told.")
    within: Span | None = Field(None, description="How soon.")


class Proof(Part):
    """What shows that the system has recovered."""

    proof: Prose = Field(description="What must be shown.")
    metric: Name | None = Field(None, description="The plan's metric that shows it.")
    gate: Name | None = Field(None, description="The plan's gate that must pass.")


class RunbookDocument(Part):
    """A runbook's file."""

    runbook: Name = Field(description="Its name, as incidents and plans call it.")
    version: Label = Field("1", description="Its version, for people; the digest tells versions apart.")
    title: Prose = Field(description="What goes wrong, in a few words.")
    failure_mode: FailureModeId | None = Field(None, description="The failure mode that it answers.")
    owner: Label | None = Field(None, description="Who keeps it useful.")
    when: Prose | None = Field(None, description="When to take it out.")
    detected_by: Texts = Field((), description="The signals that it is noticed by.")
    question: Prose | None = Field(
        None, description="The one diagnostic question; that of the failure mode where it is not said."
    )
    steps: Annotated[tuple[AnyStep, ...], Some] = Field(description="What is done, from top to bottom.")
    escalate: Annotated[tuple[Annotated[Escalation, Keyed], ...], Several] = Field(
        (), description="When somebody above is called."
    )
    tell: Annotated[tuple[Annotated[Trigger, Keyed], ...], Several] = Field(
        (), description="When somebody must be told."
    )
    recovery: Annotated[tuple[Annotated[Proof, Keyed], ...], Several] = Field(
        (), description="What shows that the system has recovered."
    )
    recovered_when: Prose | None = Field(None, description="The short form of a single proof of recovery.")
    do_not: Texts = Field((), description="What makes it worse.")
    learn: Prose | None = Field(None, description="What is looked at afterwards.")
