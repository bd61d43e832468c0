"""What is measured: the same columns, rates and groups for a peer and for ours.

Loaded by every runner, in environments of different ages: nothing but the standard library.
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = tuple(f"n{place}" for place in range(10))
LABELS = ("c0", "c1", "c2")
COLUMNS = (*NUMBERS, *LABELS)
LABEL, DECISION = "label", "decision"
GROUPS = ("sex", "age_band")
RATES = ("selection_rate", "recall", "fpr", "accuracy")
QUANTILES = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
DRAWS = 100
ENDS = (0.025, 0.975)


@dataclass(frozen=True)
class Scope:
    """One comparison: which peer, what it does, and what ours does beside it.

    Attributes
    ----------
    name : str
        Also what the peer's runner is asked for; words.toml says what that is.
    peer : str
        A table of peers.toml.
    ours : str
        What runners/holdfast.py is asked for.
    beside : bool
        Whether the log is compared with a reference.
    rows : int or None
        Of the log, where the peer cannot take as many as the others.
    promised : bool
        Whether the figures (20 x, 3 x) are promised of it.
    """

    name: str
    peer: str
    ours: str
    beside: bool = False
    rows: int | None = None
    promised: bool = True


SCOPES = (
    Scope("evidently", "evidently", "psi", beside=True),
    Scope("nannyml", "nannyml", "js", beside=True),
    Scope("whylogs", "whylogs", "profile"),
    Scope("fairlearn", "fairlearn", "fairness"),
    Scope("fairlearn-bootstrap", "fairlearn", "fairness", rows=50_000),
    Scope("alibi-detect", "alibi-detect", "ks-chi2", beside=True, promised=False),
)
