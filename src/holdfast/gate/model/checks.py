"""A check of records, decided: zero tolerance over all of them. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from holdfast.evidence.model.measured import Evidence
from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.decision import Decision
from holdfast.gate.model.looks import History
from holdfast.kernel.figures import count, plural
from holdfast.kernel.verdict import Verdict
from holdfast.measure.zero_tolerance import judge_zero_tolerance

FOUND = "found: "
"""How a note begins that tells what was found; the first one is part of the reason."""


def decide_check(
    criterion: Criterion, evidence: Evidence, history: History, bundle: str, now: datetime
) -> Decision:
    """Return the decision of a gate that checks records.

    One record fails it, no records at all are inconclusive. The check is of these records: what an earlier
    look found in others is noted and decides nothing, for cleaning a data set makes another of it.
    """
    judgement = judge_zero_tolerance(evidence.states, 0, 1, criterion.confidence)
    verdict, k, n = judgement.verdict, int(judgement.k or 0), int(judgement.n)
    found = [note for note in evidence.notes if note.startswith(FOUND)]
    personal = criterion.checked is not None and criterion.checked.schema is None
    what = "hold personal data or secrets" if personal else "break the schema"
    if verdict is Verdict.FAIL:
        first = f": {found[0].removeprefix(FOUND)}" if found else ""
        more = f"; {plural(len(found) - 1, 'finding')} more" if len(found) > 1 else ""
        reason = f"{count(k)} of {plural(n, 'record')} {_form(what, k)}{first}{more}"
    elif n == 0:
        reason = "there are no records to check"
    else:
        limit = ", as far as the detectors see" if personal else ""
        reason = f"none of {plural(n, 'record')} {_form(what, 1)}{limit}"
    if verdict is Verdict.PASS and evidence.stale(now, criterion.fresh_for):
        verdict = Verdict.INCONCLUSIVE
        days = (now - evidence.measured_at).days
        reason = f"the evidence is {plural(days, 'day')} old and stale: check newer records ({reason})"
    earlier = history.worst_hits(bundle, evidence.data_digest)
    since = (
        (f"an earlier look at this bundle found {plural(earlier, 'record')} in other data",)
        if earlier
        else ()
    )
    return Decision(
        criterion,
        verdict,
        reason,
        # how many records there ought to be, nobody has said
        replace(judgement, verdict=verdict, reason=reason, needs=None),
        evidence,
        history.look_at(bundle, evidence.data_digest),
        history.tried(bundle),
        None,
        (*evidence.notes, *since),
    )


def _form(what: str, n: int) -> str:
    """Return a verb with its object, in the form that the number asks for."""
    verb, _, rest = what.partition(" ")
    return f"{verb}s {rest}" if n == 1 else what
