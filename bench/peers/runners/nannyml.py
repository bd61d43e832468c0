"""Drift of 13 columns with NannyML: its univariate calculator, Jensen-Shannon, the log as one chunk."""

# mypy: disable-error-code="import-not-found"
# the peer lives in an environment of its own

from __future__ import annotations

from bench.peers.clock import Answers, Files, main
from bench.peers.scopes import COLUMNS, LABELS


def work(files: Files) -> Answers:
    import nannyml

    calculator = nannyml.UnivariateDriftCalculator(
        column_names=list(COLUMNS),
        continuous_methods=["jensen_shannon"],
        categorical_methods=["jensen_shannon"],
        chunk_number=1,
    )
    calculator.fit(files.frame(files.reference, COLUMNS, LABELS))
    found = calculator.calculate(files.frame(files.log, COLUMNS, LABELS)).filter(period="analysis").to_df()
    return {name: found[(name, "jensen_shannon", "value")].iloc[0] for name in COLUMNS}


if __name__ == "__main__":
    main(("nannyml", "pyarrow.parquet"), work)
