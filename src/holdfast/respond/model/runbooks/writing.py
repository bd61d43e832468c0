"""A runbook as data: the shape of its file, for its digest, for JSON and for YAML."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from holdfast.kernel.canonical import Json
from holdfast.kernel.ids import digest
from holdfast.plan.model.values import DURATION_PATTERN, Duration
from holdfast.respond.model.failure_modes import failure_mode
from holdfast.respond.model.runbooks.document import END
from holdfast.respond.model.runbooks.runbook import Call, Runbook, Shown, Step

WIDEST = 100
YAML_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What some reader takes for something else than text."""


def digest_of(runbook: Runbook) -> str:
    """Return the SHA-256 of a runbook's meaning: the same however it is written, as YAML or as CACAO."""
    return digest(form_of(runbook))


def form_of(runbook: Runbook) -> dict[str, Json]:
    """Return a runbook in the shape of its file; what a reader would assume is left out.

    Examples
    --------
    >>> from holdfast.respond.model.runbooks.loading import parse_runbook
    >>> form_of(parse_runbook("{runbook: r, title: t, steps: [{do: look}]}", "r.yaml").runbook)["steps"]
    [{'id': 'step-1', 'act': 'look'}]
    """
    mode = failure_mode(runbook.failure_mode or "")
    asks = runbook.question if mode is None or runbook.question != mode.question else None
    form: dict[str, Json] = {
        "runbook": runbook.id,
        "version": runbook.version,
        "title": runbook.title,
        "failure_mode": runbook.failure_mode,
        "owner": runbook.owner,
        "when": runbook.when,
        "detected_by": list(runbook.detected_by),
        "question": asks,
        "steps": _steps(runbook),
        "escalate": [_call(call, "to", call.who[0]) for call in runbook.escalate],
        "tell": [_call(call, "tell", list(call.who)) for call in runbook.tell],
        "recovery": [_shown(one) for one in runbook.recovery],
        "do_not": list(runbook.do_not),
        "learn": runbook.learn,
    }
    return _without_nothing(form)


def as_yaml(runbook: Runbook) -> str:
    """Return a runbook as the text of its file."""
    return yaml_of(form_of(runbook))


def yaml_of(form: Mapping[str, Any]) -> str:
    """Return a runbook's keys and values as the text of its file."""
    from ruamel.yaml import YAML

    writer: Any = YAML()  # ruamel is typed loosely
    writer.default_flow_style = False
    writer.width = WIDEST
    writer.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    writer.dump(_safe(dict(form)), out)
    return out.getvalue()


def step_form(step: Step, following: str, phase: str | None) -> dict[str, Json]:
    """Return a step in the shape of the file.

    Parameters
    ----------
    following : str
        The id of the step below, to which it leads where nothing is said.
    phase : str or None
        The phase of the step above.
    """
    move = step.move
    form: dict[str, Json] = {
        "id": step.id,
        "phase": step.phase if step.phase != phase else None,
        step.kind: step.says,
        "who": step.who,
        "within": _text(step.within),
        "note": step.note,
        "lever": move.lever if move else None,
        "kind": move.kind if move else None,
        "to": move.to if move and not move.safe_mode else None,
        "safe_mode": True if move and move.safe_mode else None,
        "scope": move.scope if move else None,
        "for": _text(move.lasts) if move else None,
        "contains": step.contains,
        "costs": step.costs,
        "undo": step.undo,
        "metric": step.metric,
        "audience": list(step.audience),
        "by": _text(step.by),
        "approval": step.approval,
        "branches": {
            way.name: _without_nothing({"when": way.when, "then": _elided(way.then, following)})
            for way in step.ways
        },
        "then": _elided(step.then, following),
        "otherwise": _elided(step.otherwise, following),
    }
    return _without_nothing(form)


def _steps(runbook: Runbook) -> list[Json]:
    following = [*(step.id for step in runbook.steps[1:]), END]
    above: list[str | None] = ["triage", *(step.phase for step in runbook.steps)]
    return [step_form(*one) for one in zip(runbook.steps, following, above, strict=False)]


def _elided(target: str | None, following: str) -> str | None:
    return target if target and target != following else None


def _call(call: Call, key: str, who: Json) -> Json:
    return _without_nothing({"when": call.when, key: who, "within": _text(call.within)})


def _shown(one: Shown) -> Json:
    return _without_nothing({"proof": one.proof, "metric": one.metric, "gate": one.gate})


def _text(length: Duration | None) -> str | None:
    return None if length is None else length.text


def _without_nothing(form: dict[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in form.items() if value is not None and value not in ([], {})}


def _safe(value: Json) -> Any:  # noqa: ANN401 -- for a writer that is typed loosely
    """Return data whose texts the house's own reader takes as they are: quoted wherever a doubt could be."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        return {key: _safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_safe(item) for item in value]
    if isinstance(value, str) and not _reads_the_same(value):
        return DoubleQuotedScalarString(value)
    return value


def _reads_the_same(text: str) -> bool:
    """Return whether text is read as text without quotes: words and plain signs, and no word of YAML."""
    if re.fullmatch(DURATION_PATTERN, text):
        return True
    plain = all(c.isalnum() or c in " -_./()%',;?!\"+" for c in text) and text[:1].isalpha()
    return plain and text == text.strip() and text.casefold() not in YAML_WORDS
