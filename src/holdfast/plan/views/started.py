"""What `holdfast init` wrote, and what comes next."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.plan.views.columns import NeededColumn


@dataclass(frozen=True)
class Started:
    """A plan that was started.

    Attributes
    ----------
    folder : Path
        Where, as the user gave it.
    name : str
        The system's name for people.
    files : tuple of str
        What was written, from the folder, the plan first.
    risks : int
        How many risks the plan starts with.
    yours : int
        How many places of the plan are marked as what only the user knows.
    data : str
        The file of records that the gates measure.
    columns : tuple of NeededColumn
        The columns that this file must have.
    ignored : bool
        Whether git leaves the state folder alone.
    sample : bool
        Whether the records are made up.
    """

    folder: Path
    name: str
    files: tuple[str, ...]
    risks: int
    yours: int
    data: str
    columns: tuple[NeededColumn, ...]
    ignored: bool
    sample: bool

    @property
    def next(self) -> tuple[tuple[str, str], ...]:
        """The next three commands, each with what it does."""
        where = "" if self.folder == Path() else " " + shlex.quote(str(self.folder))
        return (
            (f"holdfast lint{where}", "what the plan does not say yet"),
            (f"holdfast plan show{where}", "the risks, what holds them, and the gates"),
            (f"holdfast check{where}", "measures the gates and decides"),
        )

    def as_json(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "holdfast": 1,
            "folder": str(self.folder),
            "files": list(self.files),
            "risks": self.risks,
            "yours": self.yours,
            "sample": self.sample,
            "data": self.data,
            "columns": [
                {"name": column.name, "type": column.type, "gates": list(column.gates)}
                for column in self.columns
            ],
            "next": [command for command, _ in self.next],
        }
