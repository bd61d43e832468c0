"""Four rates by two attributes with fairlearn: a `MetricFrame` for each, bootstrapped or not."""

from __future__ import annotations

from bench.peers.clock import Answers, Files, main
from bench.peers.scopes import DECISION, DRAWS, ENDS, GROUPS, LABEL, RATES


def work(files: Files) -> Answers:
    from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
    from sklearn.metrics import accuracy_score

    rates = (selection_rate, true_positive_rate, false_positive_rate, accuracy_score)
    metrics = dict(zip(RATES, rates, strict=True))
    intervals = files.scope == "fairlearn-bootstrap"
    more = {"n_boot": DRAWS, "ci_quantiles": list(ENDS), "random_state": 1} if intervals else {}
    frame = files.frame(files.log, (LABEL, DECISION, *GROUPS), GROUPS)
    frame[[LABEL, DECISION]] = frame[[LABEL, DECISION]].astype("int8")
    found: dict[str, float | None] = {}
    for group in GROUPS:
        told = MetricFrame(
            metrics=metrics,
            y_true=frame[LABEL],
            y_pred=frame[DECISION],
            sensitive_features=frame[group],
            **more,
        )
        gaps = told.difference()
        for rate in RATES:
            found[f"gap/{group}/{rate}"] = gaps[rate]
            for value, figure in told.by_group[rate].items():
                found[f"rate/{group}/{value}/{rate}"] = figure
                for place in range(len(ENDS) if intervals else 0):
                    found[f"end{place}/{group}/{value}/{rate}"] = told.by_group_ci[place][rate][value]
    return found


if __name__ == "__main__":
    main(("fairlearn.metrics", "sklearn.metrics", "pyarrow.parquet"), work)
