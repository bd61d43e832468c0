"""What the app mounts of the watch room: its work put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.kernel.clock import Clock
from holdfast.plan.views.reading import read_plan

if TYPE_CHECKING:  # loaded by what needs it
    from holdfast.telemetry.ports import Engine
    from holdfast.telemetry.rollups.compacting import Compacted
    from holdfast.telemetry.rollups.ports import NamedRollups
    from holdfast.watch.commands import CompactRollups, UpdateRollups
    from holdfast.watch.views.kept import Kept
    from holdfast.watch.views.told import Told


@dataclass(frozen=True)
class WatchServices:
    """The watch room's work; the app says how its outside is opened.

    Attributes
    ----------
    rollups : callable
        Takes the plan's folder and the system's id; returns where its states are kept.
    minutes_for, hours_for : timedelta
        How long minutes are kept, and hours.
    """

    rollups: Callable[[Path, str], NamedRollups]
    engine: Callable[[], Engine]
    clock: Clock
    minutes_for: timedelta
    hours_for: timedelta

    def update(self, command: UpdateRollups, say: Callable[[str], None]) -> Told:
        """Bring kept states up to date."""
        from holdfast.watch.handlers.rolling import update_sources
        from holdfast.watch.model.watched import named, watched_of
        from holdfast.watch.views.told import Told

        say("reading the plan")
        loaded = read_plan(command.plan)
        plan = loaded.plan
        watched = named(plan, command.metrics, command.data) if command.metrics else watched_of(plan)
        kept = self.rollups(loaded.root, plan.system.id)
        aside = kept.set_aside(self.clock.now()) if command.anew else None
        with kept.opened() as store:
            found = update_sources(self.engine(), store, loaded, watched, command, self.clock.now(), say)
            bytes_ = store.size()
        return Told(plan.system.id, kept.place, bytes_, tuple(found[0]), tuple(found[1]), aside)

    def kept(self, plan: Path) -> Kept:
        """Return what is kept; looking makes no file."""
        from holdfast.watch.views.kept import Kept, kept_of

        loaded, now = read_plan(plan), self.clock.now()
        kept = self.rollups(loaded.root, loaded.plan.system.id)
        if not kept.exists:
            return Kept(loaded.plan.system.id, kept.place, 0, 0, 0, (), now)
        with kept.opened() as store:
            return kept_of(store, loaded, now)

    def compact(self, command: CompactRollups) -> Compacted:
        """Roll up what is old; where nothing is kept, that is said by zeros."""
        from holdfast.telemetry.rollups.compacting import compact

        loaded = read_plan(command.plan)
        with self.rollups(loaded.root, loaded.plan.system.id).opened() as store:
            return compact(
                store,
                now=self.clock.now(),
                minutes_for=self.minutes_for,
                hours_for=self.hours_for,
                ended=command.ended,
            )
