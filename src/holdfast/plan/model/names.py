"""Names that refer to something else in the plan: each is checked where it stands, with the nearest name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from holdfast.kernel.errors import did_you_mean
from holdfast.plan.model.refusals import refuse, shown
from holdfast.plan.model.tree import ListNode, MapNode, Scalar
from holdfast.plan.model.values import text_of
from holdfast.plan.model.words import NAME, name

SECTIONS: dict[str, tuple[str, ...]] = {
    "person or group": ("people",),
    "right": ("authority",),
    "audience": ("audiences",),
    "route": ("routes",),
    "data source": ("data",),
    "metric": ("metrics",),
    "risk": ("risks",),
    "control": ("controls",),
    "gate": ("gates",),
    "indicator": ("indicators",),
    "lever": ("levers",),
    "message": ("messages",),
    "runbook": ("runbooks",),
    "person, group or audience": ("people", "audiences"),
    "metric or indicator": ("metrics", "indicators"),
    "gate or indicator": ("gates", "indicators"),
}
"""What a name may refer to -> the sections that define it."""
ANYONE = "anyone"
MOST_SUGGESTIONS = 100
"""Looking for the nearest name takes time: after so many, the names that there are must do."""
OUTSIDE = ("drill/", "attest/")
"""Evidence that the plan does not define: what a drill or a person records."""


@dataclass(frozen=True)
class Known:
    """The names that a plan defines, by section: the context in which its parts are validated."""

    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, tree: MapNode) -> Known:
        """Return the names that a tree defines, whether or not their definitions are right."""
        sections = {section for group in SECTIONS.values() for section in group}
        return cls(
            {section: frozenset(filter(NAME.fullmatch, _defined(tree, section))) for section in sections}
        )


def _defined(tree: MapNode, section: str) -> list[str]:
    entry = tree.entries.get(section)
    if entry is None:
        return []
    if isinstance(entry.value, MapNode):
        return list(entry.value.entries)
    if not isinstance(entry.value, ListNode):
        return []
    found = []
    for item in entry.value.items:
        id_entry = item.entries.get("id") if isinstance(item, MapNode) else None
        if id_entry is not None and isinstance(id_entry.value, Scalar):
            found.append(id_entry.value.text)
    return found


def refer(kind: str, text: str, info: ValidationInfo, extra: tuple[str, ...] = ()) -> str:
    """Return a name that the plan defines; without a plan around, any."""
    known = info.context
    if not isinstance(known, Known) or text in extra:
        return text
    sections = SECTIONS[kind]
    names = set().union(*(known.names.get(section, frozenset()) for section in sections))
    if text not in names:
        under = " or ".join(f"`{section}`" for section in sections)
        known.unknown.append(text)
        if not names:
            fix = f"define it under {under}"
        elif len(known.unknown) > MOST_SUGGESTIONS:
            fix = f"see what {under} has"
        else:
            fix = did_you_mean(text, names | set(extra), otherwise=f"{under} has")
        raise refuse("HF206", f"no {kind} is called `{text}`", fix)
    return text


@dataclass(frozen=True)
class _Referring:
    kind: str
    extra: tuple[str, ...] = ()

    def __call__(self, value: object, info: ValidationInfo) -> str:
        return refer(self.kind, name(value), info, self.extra)


def _evidence(value: object, info: ValidationInfo) -> str:
    text = text_of(value, "a name of evidence")
    for lead in OUTSIDE:
        if text.startswith(lead):
            name(text.removeprefix(lead))
            return text
    if "/" in text:
        raise refuse(
            "HF206", f"{shown(text)} is no evidence", did_you_mean(text, [lead + "..." for lead in OUTSIDE])
        )
    return refer("gate or indicator", name(text), info)


def _schema(kind: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "x-type": f"name of a {kind}"})


Party = Annotated[str, PlainValidator(_Referring("person or group")), _schema("person or group")]
Holder = Annotated[
    str, PlainValidator(_Referring("person or group", (ANYONE,))), _schema("person or group, or anyone")
]
Listener = Annotated[
    str, PlainValidator(_Referring("person, group or audience")), _schema("person, group or audience")
]
RightName = Annotated[str, PlainValidator(_Referring("right")), _schema("decision right")]
RouteName = Annotated[str, PlainValidator(_Referring("route")), _schema("route")]
DataName = Annotated[str, PlainValidator(_Referring("data source")), _schema("data source")]
MetricName = Annotated[str, PlainValidator(_Referring("metric")), _schema("metric")]
WatchedName = Annotated[
    str, PlainValidator(_Referring("metric or indicator")), _schema("metric or indicator")
]
RiskId = Annotated[str, PlainValidator(_Referring("risk")), _schema("risk")]
ControlName = Annotated[str, PlainValidator(_Referring("control")), _schema("control")]
GateId = Annotated[str, PlainValidator(_Referring("gate")), _schema("gate")]
IndicatorId = Annotated[str, PlainValidator(_Referring("indicator")), _schema("indicator")]
LeverName = Annotated[str, PlainValidator(_Referring("lever")), _schema("lever")]
MessageName = Annotated[str, PlainValidator(_Referring("message")), _schema("message")]
RunbookName = Annotated[str, PlainValidator(_Referring("runbook")), _schema("runbook")]
EvidenceName = Annotated[
    str,
    PlainValidator(_evidence),
    WithJsonSchema({"type": "string", "x-type": "name of a gate or indicator, drill/... or attest/..."}),
]
