"""HF105: a decision about people that no metric looks at group by group."""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.plan.model.gates import ImportGate, MetricGate
from holdfast.plan.model.indicators import PlainIndicator, RuleIndicator, Watch
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.lint.wording import names
from holdfast.plan.model.metrics import DisparityMetric, EqualizedOddsMetric, Metric, RateMetric
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.refusals import shown
from holdfast.plan.model.tree import Path

_TECHNICAL = """
tenant tenant_id arm bundle model model_version version prompt prompt_version release hour day date week
month quarter year endpoint host server pod tool surface channel session session_id conversation client
api_key build commit
"""
TECHNICAL = frozenset(_TECHNICAL.split())
"""Columns that name no group of people."""
LIKELY = re.compile(
    r"(^|_)(sex|gender|race|ethnic\w*|age(_band|_group)?|language|lang|locale|country|region|nationality"
    r"|disab\w*|religion|accent|dialect|skin\w*|postcode|zip|income\w*|geschlecht|alter|sprache|sexe|langue)(_|$)",
    re.IGNORECASE,
)
"""Columns that usually do."""

_PEOPLE = re.compile(
    r"\b(patients?|applicants?|candidates|borrowers?|claimants?|students?|pupils?|defendants?|offenders?"
    r"|job.?seekers?|policy.?holders?|employees|workers|residents?|citizens?|refugees?|asylum seekers?"
    r"|job candidates?|applications from|people|persons?|loans?|mortgages?|credit|creditworthiness|hiring"
    r"|recruit\w*|cvs?|r[ée]sum[ée]s|parole|bail|welfare|benefits? claims?|insurance claims?|scholarships?"
    r"|admissions)\b",
    re.IGNORECASE,
)
_DECIDED = re.compile(
    r"\b(decid\w+|approv\w+|reject\w*|refus\w+|den(y|ies|ied|ying|ial|ials)|grants?|scor(es?|ing)"
    r"|rank(s|ing|ed)?|hir(e|es|ing)|eligib\w+|triag\w+|diagnos\w+|shortlist\w*|prioriti[sz]\w+|screen(s|ing)?"
    r"|underwrit\w+|predicts? (whether|if|who|which)|who (is|may|gets?))\b",
    re.IGNORECASE,
)


def unsliced_decisions(subject: Subject) -> Iterator[Found]:
    """Yield one finding where a plan decides about people and nothing is measured group by group.

    That it does is taken from what the plan itself says: a risk of category `bias`, high-risk segments on
    the card, or a purpose or a high-risk use in which people are approved, ranked, diagnosed and the like.
    """
    plan = subject.plan
    if any(_slices(plan, metric, by) for metric, by in judged(plan)):
        return
    found = next(_signs(plan), None)
    if found is None:
        return
    path, message = found
    idle = [name for name, metric in plan.metrics.items() if _slices(plan, name, metric.by)]
    fix = (
        f"judge {names(idle, 'or')} in a gate, or watch it"
        if idle
        else f"add {_by(subject)} to a metric that a gate judges, or a metric of kind `disparity`"
    )
    yield Found(
        path, f"{message}, and no metric is judged by group: an average hides who bears the harm", fix
    )


def _signs(plan: Plan) -> Iterator[tuple[Path, str]]:
    imported = {gate.id for gate in plan.gates if isinstance(gate, ImportGate)}
    for risk in plan.risks:
        if risk.category == "bias" and not imported.intersection(risk.gates):
            yield ("risks", risk.id, "category"), f"`{risk.id}` is a risk of bias"
    card = plan.system.card
    # a metric `among` a segment looks at it alone, which is a slice by other means
    alone = any(isinstance(metric, RateMetric) and metric.among for metric in plan.metrics.values())
    if card is not None and card.high_risk_segments and not alone:
        listed = shown(", ".join(card.high_risk_segments[:2]))
        yield ("system", "card", "high_risk_segments"), f"the card names segments at risk ({listed})"
    texts: list[tuple[Path, str]] = [
        (("system", "high_risk_uses", at), text) for at, text in enumerate(plan.system.high_risk_uses)
    ]
    if plan.system.purpose is not None:
        texts.insert(0, (("system", "purpose"), plan.system.purpose))
    for path, text in texts:
        for sentence in re.split(r"[.;]\s", text):
            who, what = _PEOPLE.search(sentence), _DECIDED.search(sentence)
            if who is not None and what is not None:
                yield path, f"the system decides about people (`{who[0]}`, `{what[0]}`)"


def judged(plan: Plan) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Yield every metric that a gate, an indicator or a review looks at, with the columns it names."""
    for gate in plan.gates:
        if isinstance(gate, MetricGate):
            yield gate.metric, gate.by
    for indicator in plan.indicators:
        if isinstance(indicator, PlainIndicator):
            yield indicator.watch.metric, indicator.watch.by
        if isinstance(indicator, RuleIndicator):
            for watch in (indicator.kri, *indicator.kci):
                if isinstance(watch, Watch):
                    yield watch.metric, watch.by
    for review in plan.reviews:
        yield from ((name, None) for name in review.of if name in plan.metrics)


def _slices(plan: Plan, name: str, by: tuple[str, ...] | None) -> bool:
    metric: Metric = plan.metrics[name]
    over = metric.over if isinstance(metric, DisparityMetric | EqualizedOddsMetric) else ()
    columns = (*over, *(metric.by if by is None else by))
    return any(column.casefold() not in TECHNICAL for column in columns)


def _by(subject: Subject) -> str:
    """Return the key to add, with a column of the data that looks like a group, where there is one."""
    for columns in subject.data.columns.values() if subject.data is not None else ():
        likely = [name for name in columns if LIKELY.search(name)]
        if likely:
            return f"`by: [{likely[0]}]`"
    return "`by:` with the columns of the groups"
