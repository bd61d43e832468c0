"""A plan to start from: written whole into a folder that has none, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from holdfast.kernel.errors import UsageError
from holdfast.plan.commands import StartPlan
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import load
from holdfast.plan.model.starting.template import (
    DATA,
    PLAN,
    RUNBOOK,
    SAMPLE,
    YOURS,
    plan_text,
    runbook_text,
    sample_text,
)
from holdfast.plan.views.columns import columns_of
from holdfast.plan.views.reading import plan_in
from holdfast.plan.views.started import Started

IGNORE = ".gitignore"
STATE = ".holdfast/"


def start_plan(command: StartPlan, today: date) -> Started:
    """Write a plan, its runbook and, where it is asked for, made-up records.

    Raises
    ------
    UsageError
        HF503: there is a plan or another of the files already, or the folder cannot be written. Nothing was
        written then, or what was written is taken away again.
    """
    refuse_where_one_is(command.folder)
    text = plan_text(command.template, command.subject, today, sample=command.sample)
    # what is written loads: a template that does not is our mistake, found before anything is written
    loaded = load([parse_document(text, PLAN)], command.folder)
    files = {PLAN: text, RUNBOOK: runbook_text(command.subject)}
    if command.sample:
        files[SAMPLE] = sample_text(command.template)
    _written(command.folder, files)
    told = _told_git(command.folder)
    return Started(
        folder=command.folder,
        name=command.subject.name,
        files=(*files, *((IGNORE,) if told else ())),
        risks=len(loaded.plan.risks),
        yours=text.count(YOURS),
        data=SAMPLE if command.sample else DATA,
        columns=columns_of(loaded.plan, "eval"),
        ignored=told is not False,
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
            raise _refused(folder, "it is a file", "name a folder")
        there = plan_in(folder)
    except (OSError, ValueError) as error:
        raise _refused(folder, _reason(error)) from error
    if there is not None:
        fix = "a plan is never overwritten: edit it, or name another folder"
        raise UsageError.of("HF503", f"there is a plan already: `{there}`", fix=fix)


def _written(folder: Path, files: Mapping[str, str]) -> None:
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
            raise _refused(folder, _reason(error)) from error
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


def _reason(error: OSError | ValueError) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return said.lower()


def _refused(folder: Path, reason: str, fix: str = "give another folder or make room") -> UsageError:
    return UsageError.of("HF503", f"cannot write a plan into `{folder}`: {reason}", fix=fix)
