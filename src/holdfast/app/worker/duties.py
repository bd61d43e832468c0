"""What each room has the worker do, in one literal table: here the flow can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application
    from holdfast.app.worker.duty import Duty
    from holdfast.app.worker.working import Worker


def make_worker(application: Application) -> Worker:
    """Return a worker that has all duties, not yet started."""
    from holdfast.app.worker.working import Worker

    return Worker(application.ledger, application.store, application.clock, duties(application))


def duties(application: Application) -> tuple[Duty, ...]:
    """Return what every room has the worker do."""
    return (_telling(application), _clocks(application), _proving(application))


def _telling(application: Application) -> Duty:
    """Return what tells others of incidents, by the routes of the plans."""
    from holdfast.app.worker.duty import Carrier, Duty
    from holdfast.store.work import Deliveries

    services = application.deliveries
    courier = services.courier
    carriers = {services.carried: Carrier(courier.send, courier.failed)}
    return Duty(services.policies(Deliveries(application.store).add), carriers=carriers)


def _clocks(application: Application) -> Duty:
    """Return what tells that something of an incident has come due."""
    from holdfast.app.worker.duty import Duty
    from holdfast.respond.wiring.working import ClockServices
    from holdfast.store.work import Timers

    services = ClockServices(application.respond.room, Timers(application.store))
    return Duty(services.policies(), services.timers())


def _proving(application: Application) -> Duty:
    """Return what keeps evidence by itself, and carries out what was decided to be taken away."""
    from holdfast.app.worker.duty import Duty
    from holdfast.evidence.wiring import vault_policies

    return Duty((*application.snapshots.policies(), *vault_policies(application.desk)))
