"""What the gates say together: the verdict of a release, in one sentence, and what to do next. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from holdfast.gate.model.decision import Decision
from holdfast.gate.model.overriding import Override
from holdfast.gate.model.typed import Typed
from holdfast.kernel.figures import count, plural
from holdfast.kernel.ids import short
from holdfast.kernel.verdict import Verdict, worst


def release(decisions: Sequence[Decision]) -> Verdict:
    """Return the worst verdict of the blocking gates; without any, inconclusive: nothing says yes.

    A gate that is overridden is left out. Where all are, people have decided what no gate says: a pass, which
    is nowhere shown without its overrides.
    """
    blocking = [decision for decision in decisions if decision.criterion.blocking]
    counted = [decision.verdict for decision in blocking if decision.override is None]
    return worst(counted) if counted or not blocking else Verdict.PASS


def overrides_of(decisions: Sequence[Decision]) -> list[Override]:
    """Return the overrides that the release rests on: of blocking gates, and in force."""
    held = [decision.override for decision in decisions if decision.criterion.blocking]
    return [override for override in held if override is not None]


def headline(name: str, decisions: Sequence[Decision]) -> str:
    """Return the verdict of a release in one sentence."""
    blocking = [decision for decision in decisions if decision.criterion.blocking]
    total = len(blocking)
    counted = [decision for decision in blocking if decision.override is None]
    failed = [decision for decision in counted if decision.verdict is Verdict.FAIL]
    undecided = [decision for decision in counted if decision.verdict is Verdict.INCONCLUSIVE]
    overrides = overrides_of(decisions)
    beside = f"; {_overridden(overrides)}" if overrides else ""
    if not blocking:
        return f"{name} has no blocking gate: nothing says that it may ship."
    if failed:
        return f"{name} must not ship: {_of(failed, total)} {_verb(failed, 'fails', 'fail')}{beside}."
    if undecided:
        return f"{name} may not ship yet: {_of(undecided, total)} cannot be decided{beside}."
    if overrides:
        under = f"{plural(len(overrides), 'override')} until {_first(overrides)}"
        rest = f"{_of(counted, total)} {_verb(counted, 'passes', 'pass')}" if counted else "no gate passes"
        return f"{name} may ship under {under}: {rest}."
    some = {1: "the one blocking gate passes", 2: "both blocking gates pass"}
    gates = some.get(total, f"all {total} blocking gates pass")
    return f"{name} may ship: {gates}."


def _first(overrides: Sequence[Override]) -> date:
    """Return the first day on which one of the overrides ends: the release's."""
    return min(override.until for override in overrides)


def _overridden(overrides: Sequence[Override]) -> str:
    one = len(overrides) == 1
    return f"{count(len(overrides))} {'is' if one else 'are'} overridden until {_first(overrides)}"


def _of(some: Sequence[Decision], total: int) -> str:
    if total == 1:
        return "its one blocking gate"
    return f"{count(len(some))} of {total} blocking gates"


def _verb(some: Sequence[Decision], one: str, many: str) -> str:
    return one if len(some) == 1 else many


def next_step(decisions: Sequence[Decision], typed: Typed) -> str:
    """Return what to do now, in one sentence with the command where there is one: the most pressing first."""
    blocking = [decision for decision in decisions if decision.criterion.blocking]
    counted = [decision for decision in blocking if decision.override is None]
    failed = [decision for decision in counted if decision.verdict is Verdict.FAIL]
    undecided = [decision for decision in counted if decision.verdict is Verdict.INCONCLUSIVE]
    asked = _asked([*failed, *undecided], typed)
    if asked:
        return asked
    if failed:
        gates = _names([decision.criterion.gate for decision in failed])
        return f"Fix what {gates} found, or change the system; then check again."
    waiting = [decision for decision in undecided if decision.judgement and decision.judgement.needs]
    if waiting:
        most = max(waiting, key=lambda decision: _needs(decision))
        also = f" ({len(waiting)} gates wait for records; this one for the most)" if len(waiting) > 1 else ""
        return f"For `{most.criterion.gate}`, bring {_records(most)}{also}."
    unsigned = [decision for decision in undecided if decision.missing]
    others = [decision.criterion.gate for decision in undecided if not decision.missing]
    if others:
        return f"See why {_names(others)} cannot be decided."
    if unsigned:
        return _sign(unsigned[0], typed)
    overrides = overrides_of(decisions)
    if overrides:
        first = min(overrides, key=lambda each: each.until)
        gates = _names([override.gate for override in overrides])
        must = "must pass by itself" if len(overrides) == 1 else "must pass by themselves"
        return f"It may ship until {first.until}: by then, {gates} {must}."
    warned = [
        d.criterion.gate for d in decisions if not d.criterion.blocking and d.verdict is not Verdict.PASS
    ]
    if warned:
        return f"It may ship; look at {_names(warned)}, which only {'warns' if len(warned) == 1 else 'warn'}."
    if not blocking:
        return "Give the plan a gate that a release must pass."
    return "Ship, and keep watching."


def sign_command(decision: Decision, typed: Typed) -> str:
    """Return how the first missing signature of a sign-off is given; empty where none is missing."""
    if not decision.missing:
        return ""
    return typed.command("gate", "sign", decision.criterion.gate, "--as", decision.missing[0])


def _sign(decision: Decision, typed: Typed) -> str:
    role, many = decision.missing[0], len(decision.missing)
    signs = "signs" if many == 1 else f"is the first of {many} to sign"
    return f"{role} {signs}: `{sign_command(decision, typed)}`."


def approve_command(override: Override, role: str, typed: Typed) -> str:
    """Return how an override is approved for a role."""
    plan = Typed(typed.program, typed.plan)
    return plan.command("gate", "override", "--approve", short(override.id), "--as", role)


def _asked(decisions: Sequence[Decision], typed: Typed) -> str:
    """Return who approves an override that somebody has asked for; empty where nobody has."""
    for decision in decisions:
        for each in decision.overrides:
            if each.status == "asked" and each.lacking.groups:
                command = approve_command(each.override, each.lacking.roles[0], typed)
                gate = decision.criterion.gate
                return f"An override of `{gate}` waits for {each.lacking.words}: `{command}`."
    return ""


def _needs(decision: Decision) -> int:
    return (decision.judgement.needs or 0) if decision.judgement is not None else 0


def _records(decision: Decision) -> str:
    """Return what a gate waits for: records that it counts, and how many that makes in all."""
    needs, judgement, evidence = _needs(decision), decision.judgement, decision.evidence
    if decision.criterion.foreign is not None:
        return f"a run of {decision.criterion.foreign.tool} with {plural(needs, 'more trial')}"
    if judgement is None or evidence is None or len(judgement.slices) != 1:
        return plural(needs, "more record")
    if not 0 < judgement.n < evidence.rows:
        return plural(needs, "more record")
    in_all = math.ceil(needs * evidence.rows / judgement.n)
    share = f"{count(judgement.n)} of {count(evidence.rows)} here"
    return f"{count(needs)} more of the records that it counts ({share}), about {count(in_all)} in all"


def _names(gates: Sequence[str]) -> str:
    quoted = [f"`{gate}`" for gate in gates[:3]]
    rest = len(gates) - len(quoted)
    return ", ".join(quoted) + (f" and {rest} more" if rest else "")
