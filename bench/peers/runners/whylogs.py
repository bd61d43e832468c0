"""Profiles of 13 columns with whylogs: `why.log`, and the table of its view."""

# mypy: disable-error-code="import-not-found"
# the peer lives in an environment of its own

from __future__ import annotations

from bench.peers.clock import Answers, Files, main
from bench.peers.scopes import COLUMNS, LABELS, NUMBERS, QUANTILES


def work(files: Files) -> Answers:
    import whylogs

    table = whylogs.log(files.frame(files.log, COLUMNS, LABELS)).view().to_pandas()
    found: dict[str, float | None] = {}
    for name in NUMBERS:
        row = table.loc[name]
        found[f"{name}/n"] = row["counts/n"] - row["counts/null"]
        found[f"{name}/null"] = row["counts/null"]
        for what in ("mean", "stddev", "min", "max"):
            found[f"{name}/{what}"] = row[f"distribution/{what}"]
        for q in QUANTILES:
            kept = "median" if q == 0.5 else f"q_{round(100 * q):02d}"
            found[f"{name}/q{q}"] = row[f"distribution/{kept}"]
    for name in LABELS:
        for item in table.loc[name]["frequent_items/frequent_strings"]:
            found[f"{name}/{item.value}"] = item.est
    return found


if __name__ == "__main__":
    main(("whylogs", "pyarrow.parquet"), work)
