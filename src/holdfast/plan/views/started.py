"""What `holdfast init` wrote, and what comes next."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.kernel.errors import UsageError
from holdfast.plan.commands import StartPlan
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import load
from holdfast.plan.model.starting.template import DATA, PLAN, SAMPLE, YOURS
from holdfast.plan.views.columns import NeededColumn, columns_of
from holdfast.plan.views.reading import plan_in


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


def started(command: StartPlan, text: str, files: tuple[str, ...], *, ignored: bool) -> Started:
    """Return what is told of a plan that was written.

    Parameters
    ----------
    text : str
        The plan's text.
    files : tuple of str
        What was written.
    ignored : bool
        Whether git leaves the state folder alone.
    """
    plan = load([parse_document(text, PLAN)], command.folder).plan
    return Started(
        folder=command.folder,
        name=command.subject.name,
        files=files,
        risks=len(plan.risks),
        yours=text.count(YOURS),
        data=SAMPLE if command.sample else DATA,
        columns=columns_of(plan, "eval"),
        ignored=ignored,
        sample=command.sample,
    )


def refuse_where_one_is(folder: Path) -> None:
    """Refuse a folder that has a plan: it is never overwritten.

    Raises
    ------
    UsageError
        HF503, with the file that is there.
    """
    try:
        if folder.exists() and not folder.is_dir():
            message = f"cannot write a plan into `{folder}`: it is a file"
            raise UsageError.of("HF503", message, fix="name a folder")
        there = plan_in(folder)
    except (OSError, ValueError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        message = f"cannot write a plan into `{folder}`: {reason.lower()}"
        raise UsageError.of("HF503", message, fix="name a folder that you may read and write") from error
    if there is not None:
        fix = "a plan is never overwritten: edit it, or name another folder"
        raise UsageError.of("HF503", f"there is a plan already: `{there}`", fix=fix)
