"""HF110: indicators that cry without saying why, or to do what, or never cry."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.plan.model.data import RecordsSource
from holdfast.plan.model.indicators import Indicator, PlainIndicator, RuleIndicator, Watch
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.lint.wording import words
from holdfast.plan.model.tree import Path


def silent_indicators(subject: Subject) -> Iterator[Found]:
    """Yield every indicator that leaves the one who is woken alone with it."""
    for indicator in subject.plan.indicators:
        yield from _blind(subject, indicator)
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


def _blind(subject: Subject, indicator: Indicator) -> Iterator[Found]:
    """Yield what an indicator watches on records that do not say when they happened."""
    for path, watch in _watches(indicator):
        source = subject.plan.data.get(watch.data)
        if source is None or isinstance(source, RecordsSource) or source.time is not None:
            continue
        yield Found(
            (*path, "data"),
            f"`{indicator.id}` watches data `{watch.data}`, which does not say when its records happened:"
            " it will never alarm",
            f"say in `{watch.data}` which column holds the time: `time: COLUMN`",
        )


def _watches(indicator: Indicator) -> Iterator[tuple[Path, Watch]]:
    root: Path = ("indicators", indicator.id)
    if isinstance(indicator, PlainIndicator):
        yield (*root, "watch"), indicator.watch
    elif isinstance(indicator, RuleIndicator):
        yield (*root, "kri"), indicator.kri
        for place, condition in enumerate(indicator.kci):
            if isinstance(condition, Watch):
                yield (*root, "kci", place), condition
