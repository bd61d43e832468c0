"""HF110: indicators that cry without saying why, or to do what."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.plan.model.indicators import RuleIndicator
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.lint.wording import words


def silent_indicators(subject: Subject) -> Iterator[Found]:
    """Yield every indicator that leaves the one who is woken alone with it."""
    for indicator in subject.plan.indicators:
        rule = isinstance(indicator, RuleIndicator)
        actions = indicator.when_unmet if isinstance(indicator, RuleIndicator) else indicator.act
        missing = [
            (what, key)
            for what, key, there in (
                ("no reason for its threshold", "why: ...", indicator.why),
                ("no first move", "first_move: ...", indicator.first_move),
                ("nothing that is done", f"{'when_unmet' if rule else 'act'}: [{{page: ...}}]", actions),
            )
            if not there
        ]
        if missing:
            yield Found(
                ("indicators", indicator.id, "id"),
                f"`{indicator.id}` has {words([what for what, _ in missing])}: nobody can act on it",
                f"add `{', '.join(key for _, key in missing)}`",
            )
        if isinstance(indicator, RuleIndicator) and not indicator.kci:
            yield Found(
                ("indicators", indicator.id, "kri"),
                f"`{indicator.id}` has a KRI and no KCI: nothing says what must hold when it crosses",
                "add `kci:` (a metric, a lever's position, a drill), or make it a plain `watch:` with `act:`",
            )
