"""Facts about a plan's evidence, made up for the views."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.standing import Overridden, Shown, Standing

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def fact(verdict: Verdict = Verdict.PASS, *, until: datetime | None = None, seq: int = 7) -> Shown:
    return Shown(verdict, NOW - 10 * DAY, until, seq, f"it {verdict.value}es")


def stale() -> Shown:
    return fact(until=NOW - DAY)


def known(overrides: tuple[Overridden, ...] = (), **shown: Shown) -> Standing:
    """Return a standing; in the names of evidence `_` stands for `-` and `__` for `/`."""
    names = {name.replace("__", "/").replace("_", "-"): one for name, one in shown.items()}
    return Standing(names, overrides, known=True)
