"""The plans that a server or a command works with: read when asked for, and again when they change."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from holdfast.kernel.errors import HoldfastError, UsageError
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.reading import plan_in, read_plan

log = logging.getLogger("holdfast.plans")


class ServedPlans:
    """Systems by their plans; fulfils `holdfast.respond.ports.systems.Systems`. Safe to use from threads.

    A plan that was changed and cannot be read any more does not take the room away from those who work in it:
    the last good one stays, and `problems` says why.

    Parameters
    ----------
    paths : sequence of Path
        Files or folders; the plan of the present folder where none is named and one is there.

    Raises
    ------
    HoldfastError
        On the first reading: a plan that cannot be read, or two plans of one system.
    """

    def __init__(self, paths: Sequence[Path] = ()) -> None:
        self._paths = tuple(paths) or ((Path(),) if plan_in(Path()) is not None else ())
        self._lock = threading.Lock()
        self._stamps: dict[Path, object] = {}
        self._plans: dict[Path, LoadedPlan] = {}
        self.problems: dict[Path, str] = {}
        for path in self._paths:
            self._plans[path] = read_plan(path)
            self._stamps[path] = _stamp(path)
        self._check_distinct()

    def every(self) -> Mapping[str, LoadedPlan]:
        """Return all plans by the ids of their systems."""
        with self._lock:
            for path in self._paths:
                self._read_again(path)
            return {plan.plan.system.id: plan for plan in self._plans.values()}

    def find(self, system: str) -> LoadedPlan | None:
        """Return the plan of a system by its id, as it is now; None where no plan names it."""
        return self.every().get(system)

    def _read_again(self, path: Path) -> None:
        stamp = _stamp(path)
        if stamp == self._stamps[path]:
            return
        self._stamps[path] = stamp
        try:
            self._plans[path] = read_plan(path)
            self.problems.pop(path, None)
        except HoldfastError as error:
            self.problems[path] = str(error)
            log.warning("a plan cannot be read; the last good one stays", extra={"told": {"plan": str(path)}})

    def _check_distinct(self) -> None:
        seen: dict[str, Path] = {}
        for path, plan in self._plans.items():
            system = plan.plan.system.id
            if system in seen:
                raise UsageError.of(
                    "HF501",
                    f"{seen[system]} and {path} are both plans of `{system}`",
                    fix="serve one of them, or give the other system an id of its own",
                )
            seen[system] = path


def _stamp(path: Path) -> object:
    """Return what changes when a plan's files do."""
    try:
        files = sorted(path.glob("*.y*ml")) if path.is_dir() else [path]
        return tuple((str(each), each.stat().st_mtime_ns, each.stat().st_size) for each in files)
    except OSError:
        return None
