"""Gates: what evidence must meet before a release."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, Tag, model_validator

from holdfast.plan.model.base import ByKey, Part
from holdfast.plan.model.metrics import By
from holdfast.plan.model.names import DataName, MetricName, Party
from holdfast.plan.model.refusals import refuse
from holdfast.plan.model.system import Stage
from holdfast.plan.model.values import Confidence, Count, LevelOf, Requirement, Share, Span, Whole, YesNo
from holdfast.plan.model.words import DataPath, Keyed, Label, Name, Prose, RelativePath, Some

Judge: TypeAlias = Literal["interval", "point"]
Tool: TypeAlias = Literal["inspect", "garak", "promptfoo", "deepeval", "lm-eval", "evidently", "junit"]


class GatePart(Part):
    """What every gate may say."""

    id: Name = Field(description="The gate's name.")
    blocking: YesNo = Field(True, description="Whether a release waits for it.")
    stage: Stage | None = Field(
        None, description="The stage that it guards; every release, where it is not said."
    )
    fresh_for: Span | None = Field(None, description="How long its evidence counts.")
    describes: Prose | None = Field(None, description="What it is for, for the report.")


class MetricGate(GatePart):
    """A metric measured on data, against a requirement or against zero tolerance."""

    metric: MetricName = Field(description="The metric.")
    data: DataName = Field(description="The records that it is measured on.")
    require: Requirement | None = Field(
        None, description="What the whole one-sided interval must meet: <, <=, > or >= and a threshold."
    )
    allow: Whole | None = Field(
        None, description="Zero tolerance: how many hits are allowed; one more fails."
    )
    trials: Count | None = Field(None, description="Zero tolerance: how many records must be tried at least.")
    confidence: Confidence = Field(0.95, description="The confidence of the one-sided interval.")
    by: By | None = Field(
        None,
        description="Columns to judge by; `[]` judges the whole. Default: the metric's own `by`.",
    )
    major: Share = Field(0.0, description="Slices below this share of the records are listed, not judged.")
    minimum: Count = Field(1, description="A judged slice with fewer records is inconclusive.")
    judge: Judge = Field(
        "interval", description="`point` compares the bare value; the report shows that it did."
    )
    margin: LevelOf | None = Field(
        None,
        description="How much worse than the other arm a chosen arm may be, in the metric's own unit:"
        " `holdfast compare` then wants it shown. Default: an arm must not be shown to be worse.",
    )

    @model_validator(mode="after")
    def _one_criterion(self) -> MetricGate:
        if self.require is not None and (self.allow is not None or self.trials is not None):
            raise refuse(
                "HF203",
                "a gate has `require`, or `allow` and `trials`, not both",
                "write two gates",
                into="allow",
            )
        if self.require is None and self.allow is None and self.trials is None:
            raise refuse(
                "HF213",
                "the gate says no requirement",
                'add `require: "<= 1%"`, or `allow: 0` and `trials: 1000`',
            )
        if self.require is None and (self.allow is None or self.trials is None):
            missing = "allow" if self.allow is None else "trials"
            raise refuse(
                "HF213",
                f"zero tolerance needs `allow` and `trials`: `{missing}` is missing",
                f"add `{missing}`",
            )
        return self


class Import(Part):
    """A figure in another tool's file."""

    tool: Tool = Field(description="The tool that wrote it.")
    path: DataPath = Field(description="A path or a pattern, from the plan's folder; the newest file counts.")
    metric: Label | None = Field(None, description="The figure's name there.")


class ImportGate(GatePart):
    """A figure that another tool measured."""

    import_: Annotated[Import, Keyed] = Field(alias="import", description="Where the figure is.")
    require: Requirement = Field(description="What it must meet.")
    confidence: Confidence = Field(0.95, description="The confidence of the one-sided interval.")
    judge: Judge = Field(
        "interval", description="`point` compares the bare value; the report shows that it did."
    )


class SchemaCheck(Part):
    """Records keep to a JSON Schema."""

    schema_: RelativePath = Field(alias="schema", description="The schema's file, from the plan's folder.")
    data: DataName = Field(description="The records.")


class PiiCheck(Part):
    """Records hold no personal data."""

    pii: Literal["none"] = Field(description="What is tolerated: none.")
    data: DataName = Field(description="The records.")


Check: TypeAlias = Annotated[
    Annotated[SchemaCheck, Tag("@schema")] | Annotated[PiiCheck, Tag("@pii")],
    ByKey("a check", "schema", "pii"),
]


class CheckGate(GatePart):
    """A check of records that passes or fails as a whole."""

    check: Check = Field(description="What is checked.")


class SignGate(GatePart):
    """Signatures of people."""

    sign: Annotated[tuple[Party, ...], Some] = Field(description="Who must sign; all of them.")


Gate: TypeAlias = Annotated[
    Annotated[MetricGate, Tag("@metric")]
    | Annotated[ImportGate, Tag("@import")]
    | Annotated[CheckGate, Tag("@check")]
    | Annotated[SignGate, Tag("@sign")],
    ByKey("a gate", "metric", "import", "check", "sign"),
]
