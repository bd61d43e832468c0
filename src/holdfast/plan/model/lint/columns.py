"""HF113: columns that the plan names and the data does not have."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.plan.model.lint.subject import Found, Subject


def wrong_columns(subject: Subject) -> Iterator[Found]:
    """Yield every column that is not there or of the wrong type, where the data was looked at."""
    for problem in subject.data.wrong if subject.data is not None else ():
        yield Found(
            ("metrics",), problem.message, problem.fix or "name a column that is there", problem.place
        )
