"""A plan to start from: written whole into a folder that has none, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from holdfast.kernel.errors import UsageError
from holdfast.plan.commands import StartPlan
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import load
from holdfast.plan.model.starting.template import PLAN, RUNBOOK, SAMPLE, plan_text, runbook_text, sample_text

IGNORE = ".gitignore"
STATE = ".holdfast/"


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes
    ----------
    text : str
        The plan's text.
    files : tuple of str
        From the folder, the plan first.
    ignored : bool
        Whether git leaves the state folder alone.
    """

    text: str
    files: tuple[str, ...]
    ignored: bool


def start_plan(command: StartPlan, today: date) -> Written:
    """Write a plan, its runbook and, where it is asked for, made-up records.

    Raises
    ------
    UsageError
        HF503: one of the files is there already, or the folder cannot be written. Nothing was written then,
        or what was written is taken away again.
    """
    text = plan_text(command.template, command.subject, today, sample=command.sample)
    # what is written loads: a template that does not is our mistake, found before anything is written
    load([parse_document(text, PLAN)], command.folder)
    files = {PLAN: text, RUNBOOK: runbook_text(command.subject)}
    if command.sample:
        files[SAMPLE] = sample_text(command.template)
    _write(command.folder, files)
    told = _told_git(command.folder)
    return Written(text, (*files, *((IGNORE,) if told else ())), told is not False)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Write new files, all of them or none: what was written is taken away when something goes wrong."""
    made: list[Path] = []
    try:
        for name, text in reversed(list(files.items())):  # the plan last: with it, all is there
            path = folder / name
            _make(path.parent, made)
            try:
                with path.open("x", encoding="utf-8") as file:
                    made.append(path)
                    file.write(text)
            except FileExistsError as error:
                fix = "it is never overwritten: move it, or name another folder"
                raise UsageError.of("HF503", f"there is a file already: `{path}`", fix=fix) from error
    except BaseException as error:  # also when it is stopped from the keyboard
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        if isinstance(error, OSError):
            raise _refused(folder, error) from error
        raise


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it that are missing, and note each."""
    if folder.exists():
        return
    _make(folder.parent, made)
    folder.mkdir()
    made.append(folder)


def _told_git(folder: Path) -> bool | None:
    """Tell git to leave the state folder alone: True where told now, None where it was, False where not."""
    path = folder / IGNORE
    try:
        held = path.read_text("utf-8") if path.exists() else ""
        if STATE.rstrip("/") in {line.strip().strip("/") for line in held.splitlines()}:
            return None
        gap = "" if not held or held.endswith("\n") else "\n"
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{gap}{STATE}\n")
    except (OSError, ValueError):
        return False
    return True


def _refused(folder: Path, error: OSError) -> UsageError:
    reason = (error.strerror or str(error)).lower()
    message = f"cannot write a plan into `{folder}`: {reason}"
    return UsageError.of("HF503", message, fix="give another folder or make room")
