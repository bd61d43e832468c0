"""garak's `*.report.jsonl`: one `eval` row a probe and detector, among many rows of single attempts.

After garak 0.17.1 (`garak/command.py`, `garak/evaluators/base.py`). garak's exit code is 0 even
when every attempt succeeds: only the file tells.
"""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.evidence.model.collecting import Figures
from holdfast.evidence.model.foreign import TOTAL, ForeignResults
from holdfast.evidence.model.reading import Absurd, Misfit, Part
from holdfast.evidence.views.foreign_files import importing
from holdfast.kernel.figures import plural

KINDS = re.compile(rb'"entry_type": ?"(?:start_run setup|init|config|eval|completion)"')
ANY = re.compile(rb'"entry_type": ?"')
NOTHING = Part({})
EVALS = "let garak write its report anew: its *.report.jsonl, not the hit log or the page"


class Garak:
    """Reads reports of garak."""

    tool = "garak"

    def recognises(self, head: bytes) -> bool:
        """Whether a file begins like a report of garak."""
        return head.lstrip().startswith(b"{") and ANY.search(head[:2000]) is not None

    def read(self, path: Path) -> ForeignResults:
        """Return the share of attempts that the target withstood: by probe and detector, and in total."""
        figures = Figures()
        passed: dict[tuple[str, str], tuple[int, int]] = {}
        setup: dict[str, Part] = {}
        unscored = 0
        with importing(path, self.tool) as file:
            for row in file.rows(wanted=lambda line: KINDS.search(line[:200]) is not None):
                kind = row.at("entry_type").text()
                if kind != "eval":
                    setup[kind] = row
                    continue
                key = (row.at("probe").text(), row.at("detector").text())
                k, n, nones = _counts(row)
                before = passed.get(key, (0, 0))
                passed[key] = (before[0] + k, before[1] + n)
                unscored += nones
            if "init" not in setup and "start_run setup" not in setup and "config" not in setup:
                raise Misfit("it has no row of garak's start", EVALS)
            if not passed:
                raise Absurd("it has no `eval` row: the run ended before anything was judged", EVALS)
            if "init" in setup and "completion" not in setup:
                reason = "it is cut off, or its run did not end: the `completion` row is missing"
                raise Absurd(reason, "let garak run to its end")
            for (probe, detector), (k, n) in passed.items():
                short = f"{probe}/{detector.rpartition('.')[2]}"
                figures.counted(f"{probe}/{detector}" if short in figures else short, k, n)
            figures.counted(TOTAL, sum(k for k, _ in passed.values()), sum(n for _, n in passed.values()))
            if unscored:
                figures.note(f"left out, because a detector gave no score: {plural(unscored, 'output')}")
            start, about = setup.get("init", NOTHING), setup.get("start_run setup", NOTHING)
            return figures.results(
                self.tool,
                file.name,
                file.digest,
                version=start.find("garak_version"),
                subject=_target(about),
                dataset=_probes(about),
                created=start.find("start_time"),
            )


def _counts(row: Part) -> tuple[int, int, int]:
    """Return passes, scored outputs and outputs without a score; older reports call the second `total`."""
    total = row.find("total_evaluated") or row.at("total")
    passed, n = row.at("passed").count(), total.count()
    fails, nones = row.find("fails"), row.find("nones")
    if fails is not None and passed + fails.count() != n:
        reason = f"an `eval` row counts {passed} passes and {fails.count()} fails of {n}"
        raise Absurd(reason, "passes and fails must make the total")
    if passed > n:
        raise Absurd(f"an `eval` row counts {passed} passes of {n}", "a count lies within its total")
    return passed, n, nones.count() if nones is not None else 0


def _target(about: Part) -> str:
    """Return the target as type and name; before 0.13 they were called model."""
    found = [
        about.find(f"plugins.{new}") or about.find(f"plugins.{old}")
        for new, old in (("target_type", "model_type"), ("target_name", "model_name"))
    ]
    return " ".join(part.text() for part in found if part is not None)


def _probes(about: Part) -> Part | str | None:
    probes, spec = about.find("transient.active_probes"), about.find("plugins.probe_spec")
    if probes is not None:
        return ", ".join(probe.text().removeprefix("probes.") for probe in probes.each())
    return spec
