"""Coverage-guided fuzzing of the plan's loader: `python tests/plan/fuzz_plan.py [-max_total_time=60]`.

Needs the dependency group `fuzz`. It ends at the first input that neither a plan nor a refusal answers.
"""

from __future__ import annotations

import sys
from pathlib import Path

HEAD = b"holdfast: 1\nsystem: {id: a, name: b}\n"


def main() -> None:
    """Fuzz until told to stop."""
    # imported here, so that tests can be collected without it
    import atheris

    with atheris.instrument_imports(include=["holdfast.plan", "holdfast.kernel", "ruamel.yaml"]):
        from holdfast.kernel.errors import PlanError
        from holdfast.plan.model.document import decode, parse_document
        from holdfast.plan.model.loading import load

    def one_input(data: bytes) -> None:
        try:
            load([parse_document(decode(HEAD + data, "holdfast.yaml"), "holdfast.yaml")], Path())
        except PlanError as refusal:
            if not refusal.problems:
                msg = "a refusal without a reason"
                raise AssertionError(msg) from refusal

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
