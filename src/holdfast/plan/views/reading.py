"""Reading a plan from disk: one file with what it includes, or a folder of files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.kernel.errors import Place, PlanError, Problem, did_you_mean
from holdfast.plan.model.base import keys_of
from holdfast.plan.model.document import LARGEST_FILE, decode, parse_document, too_large
from holdfast.plan.model.loading import LoadedPlan, load
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.problems import in_order
from holdfast.plan.model.refusals import shown
from holdfast.plan.model.tree import ListNode, MapNode, Scalar

USUAL_NAME = "holdfast.yaml"
MOST_FILES = 500
SUFFIXES = (".yaml", ".yml")
_HEADER = re.compile(rb"^(?:\xef\xbb\xbf)?[\"']?holdfast[\"']?[ \t]*:", re.MULTILINE)
_TOP_KEY = re.compile(rb"^(?:\xef\xbb\xbf)?[\"']?([A-Za-z_][\w-]*)[\"']?[ \t]*:", re.MULTILINE)


def read_plan(path: Path | str = USUAL_NAME) -> LoadedPlan:
    """Return the plan in a file or a folder.

    A file is read with the files that its `include` names. Of a folder, every `*.yaml` and `*.yml` directly
    in it that has the key `holdfast` is read; other YAML is left alone, and so are the folders below. To name
    a `holdfast.yaml` is to name its folder: no part of a plan can be left out by how it is asked for.

    Raises
    ------
    PlanError
        With every problem that was found, sorted by place (HF2xx).
    """
    given = Path(path)
    try:
        is_folder, is_file = given.is_dir(), given.is_file()
    except (OSError, ValueError) as error:
        raise _unreadable(given, error, None) from error
    folder = given if is_folder else given.parent
    whole = is_folder or (is_file and given.name == USUAL_NAME)
    reading = _Reading(folder)
    for file in _members(folder) if whole else [given]:
        reading.read(file, ())
    if reading.problems:
        raise PlanError(in_order(reading.problems))
    return load(list(reading.trees.values()), reading.root)


def read_beside(root: Path, name: str, asked: Place | None = None) -> MapNode:
    """Return the document in a file that the plan names and that is no part of it, such as a runbook.

    Parameters and refusals are those of `text_beside`.

    Raises
    ------
    PlanError
        HF201, HF204 or HF209 for what is in it.
    """
    text, file = text_beside(root, name, asked)
    return parse_document(text, file)


def text_beside(root: Path, name: str, asked: Place | None = None) -> tuple[str, str]:
    """Return the text of a file that the plan names and that is no part of it, and the file as it is told.

    Parameters
    ----------
    root : Path
        The plan's folder, which the file may not leave.
    name : str
        Its path from there.
    asked : Place, optional
        Where the plan names it.

    Raises
    ------
    PlanError
        HF211 where it is not there or leaves the folder; HF209 or HF210 for what is in it.
    """
    file = root / name
    _within(root, file, asked)
    return _text(file, asked), str(file)


def read_text(file: Path) -> str:
    """Return the text of a file that is written like a plan and is none.

    Raises
    ------
    PlanError
        HF209, HF210 or HF211.
    """
    return _text(file, None)


def _within(root: Path, file: Path, asked: Place | None) -> None:
    if not _resolved(file, asked).is_relative_to(_resolved(root, asked)):
        message = f"{shown(file.name)} leaves the plan's folder"
        raise PlanError.of("HF211", message, place=asked, fix="keep what the plan names beside it")


def plan_in(folder: Path) -> Path | None:
    """Return a file of the plan that a folder has, also of one that is wrong; None where it has none.

    Raises
    ------
    OSError
        The folder or a file in it cannot be looked at.
    """
    if not folder.exists():
        return None
    usual = folder / USUAL_NAME
    if usual.exists() or usual.is_symlink():
        return usual
    for file in _yaml_in(folder):
        with file.open("rb") as stream:
            if _HEADER.search(stream.read(LARGEST_FILE)):
                return file
    return None


@dataclass
class _Reading:
    """One reading of a plan's files, each once."""

    root: Path
    trees: dict[Path, MapNode] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self, file: Path, way: tuple[Path, ...], asked: Place | None = None) -> None:
        """Read a file and what it includes; `way` is the chain of files that asked for it."""
        try:
            key = _resolved(file, asked)
        except PlanError as error:
            self.problems += error.problems
            return
        if asked is not None and not key.is_relative_to(_resolved(self.root, asked)):
            message = f"{shown(file.name)} leaves the plan's folder"
            self.problems.append(Problem("HF211", message, asked, "keep what the plan includes beside it"))
            return
        if key in way:
            chain = " -> ".join(step.name for step in (*way[way.index(key) :], key))
            message = f"files that include each other: {chain}"
            self.problems.append(Problem("HF208", message, asked, "remove one of the includes"))
            return
        if key in self.trees:
            return
        if len(self.trees) >= MOST_FILES:
            raise PlanError.of("HF209", f"more than {MOST_FILES} files in one plan", place=asked)
        try:
            tree = parse_document(_text(file, asked), str(file))
        except PlanError as error:
            self.problems += error.problems
            return
        self.trees[key] = tree
        for name, place in _includes(tree):
            self.read(file.parent / name, (*way, key), place)


def _resolved(file: Path, asked: Place | None) -> Path:
    try:
        return file.resolve()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle, up to Python 3.12
        raise _unreadable(file, error, asked) from error


def _includes(tree: MapNode) -> list[tuple[str, Place]]:
    entry = tree.entries.get("include")
    if entry is None or not isinstance(entry.value, ListNode):
        return []  # a wrong type is told by the schema
    items = [item for item in entry.value.items if isinstance(item, Scalar) and not item.is_null]
    return [(item.text, item.mark.place()) for item in items if not Path(item.text).is_absolute()]


def _text(file: Path, asked: Place | None) -> str:
    return decode(_bytes(file, asked), str(file))


def _bytes(file: Path, asked: Place | None = None) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
            if len(data) > LARGEST_FILE:
                raise too_large(str(file), file.stat().st_size)
    except FileNotFoundError as error:
        raise _not_found(file, asked) from error
    except IsADirectoryError as error:
        place = asked or Place(str(file))
        raise PlanError.of("HF211", f"`{file}` is a folder", place=place, fix="name a file") from error
    except (OSError, ValueError) as error:
        raise _unreadable(file, error, asked) from error
    return data


def _unreadable(file: Path, error: OSError | ValueError | RuntimeError, asked: Place | None) -> PlanError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    message = f"{shown(file)} cannot be read: {reason.lower()}"
    return PlanError([Problem("HF211", message, asked, "name a plan's file or folder that you may read")])


def _not_found(file: Path, asked: Place | None) -> PlanError:
    beside = [other.name for other in _yaml_in(file.parent)] if file.parent.is_dir() else []
    fix = did_you_mean(file.name, beside, otherwise="here are") if beside else "name a plan's file or folder"
    return PlanError([Problem("HF211", f"there is no file `{file}`", asked or Place(str(file)), fix)])


def _yaml_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES and file.is_file())


def _members(folder: Path) -> list[Path]:
    """Return the files of a folder's plan; refuse what looks like a part of it and does not say so."""
    try:
        candidates = _yaml_in(folder)
    except OSError as error:
        raise _unreadable(folder, error, None) from error
    known = set(keys_of(Plan))
    members, problems = [], []
    for file in candidates:
        head = _bytes(file) if file.name == USUAL_NAME or file.stat().st_size <= LARGEST_FILE else b""
        keys = {found.decode("ascii", "replace") for found in _TOP_KEY.findall(head)}
        if file.name == USUAL_NAME or _HEADER.search(head):
            members.append(file)
        elif keys and keys <= known:
            message = f"`{file.name}` looks like a part of the plan and does not say so"
            fix = "start it with `holdfast: 1`, or move it to a folder of its own"
            problems.append(Problem("HF213", message, Place(str(file)), fix))
    if problems:
        raise PlanError(problems)
    if not members:
        message = f"no plan in the folder `{folder}`"
        fix = f"a plan is `{USUAL_NAME}`, or files that start with `holdfast: 1`"
        raise PlanError.of("HF211", message, place=Place(str(folder)), fix=fix)
    members.sort(key=lambda file: (file.name != USUAL_NAME, file.name))
    return members
