"""What the app has the worker do for incidents: clocks, levers, deliveries; and routes tried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.access.model.principal import Principal
    from holdfast.kernel.clock import Clock
    from holdfast.ledger.reacting import Policy
    from holdfast.plan.model.routes import Route
    from holdfast.respond.handlers.acting import Room
    from holdfast.respond.handlers.ticking import Timer, Timers
    from holdfast.respond.policies.telling import Add
    from holdfast.respond.ports.channels import Channel, Channels
    from holdfast.respond.views.delivered import DeliveriesPage
    from holdfast.respond.views.routes import RouteRow, Trial


class DeliveryServices:
    """What tells others of incidents: the worker has it do so, and people try routes out."""

    def __init__(self, room: Room, channels: Channels, url: str) -> None:
        from holdfast.respond.handlers.composing import Composer
        from holdfast.respond.handlers.delivering import Courier
        from holdfast.respond.policies.telling import CARRIED

        self.room, self.carried = room, CARRIED
        self.courier = Courier(room, channels, Composer(room, url))

    def policies(self, add: Add) -> tuple[Policy, ...]:
        """Return what makes deliveries of facts; `add` puts one on its way."""
        from holdfast.respond.handlers.telling import ask_to_tell
        from holdfast.respond.model.telling import TRIGGERS
        from holdfast.respond.policies.telling import telling_policies

        return telling_policies(TRIGGERS, lambda recorded: ask_to_tell(self.room, recorded), add)


class ToldServices:
    """Who was told of an incident, as its page shows it."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def deliveries_page(self, incident: str) -> DeliveriesPage:
        """Return the page's context."""
        from holdfast.respond.views.delivered import deliveries_page

        return deliveries_page(self._room.find(incident), self._room.vault.unseal)

    def tell_again(self, incident: str, delivery: str, principal: Principal) -> None:
        """Ask for a delivery anew."""
        from holdfast.respond.handlers.telling import tell_again

        tell_again(self._room, incident, delivery, principal)


class ClockServices:
    """What sees to it that what comes due in incidents is told once."""

    def __init__(self, room: Room, timers: Timers) -> None:
        self._room, self._timers = room, timers

    def policies(self) -> tuple[Policy, ...]:
        """Return what keeps timers in step with the clocks of incidents, and moves what is to be moved."""
        from holdfast.respond.handlers.moving import carry_out
        from holdfast.respond.handlers.ticking import follow_clocks
        from holdfast.respond.policies.clocks import clock_policies, lever_policies

        return (
            *clock_policies(lambda recorded: follow_clocks(self._room, self._timers, recorded)),
            *lever_policies(lambda recorded: carry_out(self._room, recorded)),
        )

    def timers(self) -> Mapping[str, Callable[[Timer], None]]:
        """Return what fires the timers: kind -> what takes one that is due."""
        from holdfast.respond.handlers.ticking import KIND, fire_clock

        return {KIND: lambda timer: fire_clock(self._room, timer)}


class RouteServices:
    """The routes of a plan, as people try them out. Nothing is recorded."""

    def __init__(self, of: Callable[[Route], Channel], environment: Mapping[str, str], clock: Clock) -> None:
        self._of, self._environment, self._clock = of, environment, clock

    def rows(self, plan: Path) -> Sequence[RouteRow]:
        """Return all routes."""
        from holdfast.plan.views.reading import read_plan
        from holdfast.respond.views.routes import rows_of

        return rows_of(read_plan(plan).plan, self._environment)

    def test(self, plan: Path, names: Sequence[str]) -> Sequence[Trial]:
        """Try routes out; none named: all of them.

        Raises
        ------
        UsageError
            HF750: the plan has no route of a name.
        """
        from holdfast.kernel.errors import UsageError, did_you_mean
        from holdfast.plan.views.reading import read_plan
        from holdfast.respond.views.routes import try_out

        read = read_plan(plan).plan
        for name in names:
            if name not in read.routes:
                fix = did_you_mean(name, read.routes)
                raise UsageError.of("HF750", f"the plan has no route `{name[:80]}`", fix=fix)
        return [
            try_out(read, name, self._of, self._clock.now()) for name in dict.fromkeys(names or read.routes)
        ]
