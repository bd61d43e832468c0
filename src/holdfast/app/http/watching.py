"""`/healthz` for who asks whether the server lives, `/metrics` for Prometheus, `/health` for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from starlette.responses import JSONResponse, Response

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.principal import Principal
from holdfast.access.requests import principal_of, requires
from holdfast.app.http.health import HealthOf
from holdfast.app.http.metrics import registry
from holdfast.web.pages import framed, render

if TYPE_CHECKING:
    from prometheus_client import Metric

    from holdfast.app.http.health import Health
    from holdfast.app.http.mount import Mount
    from holdfast.web.live import Hub

Viewing = Annotated[Principal, Depends(requires(Permission.VIEW))]


def watching_pages(health: HealthOf, hub: Hub, mounted: Sequence[Mount]) -> APIRouter:
    """Return the routes by which the server is watched."""
    router = APIRouter()

    @router.get("/healthz")
    def healthz(request: Request) -> Response:
        """Say whether the server lives; what exactly is told to those who may see."""
        found = health()
        told = found.json()
        if not permitted(principal_of(request), Permission.VIEW):
            told = {"status": found.standing}
        return JSONResponse(told, 503 if found.standing == "fail" else 200)

    @router.get("/metrics")
    def metrics(_: Viewing) -> Response:
        """Return the figures of this process and of the workspace."""
        mine = CollectorRegistry()
        mine.register(Figures(health(), hub, mounted))
        text = generate_latest(registry()) + generate_latest(mine)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    @router.get("/health")
    def page(request: Request, _: Viewing) -> Response:
        """Show how the server does."""
        found = health()
        return render("holdfast.app.http", "health.html", framed(request, "Health"), health=found)

    return router


class Figures:
    """The figures of one moment, for one scrape."""

    def __init__(self, health: Health, hub: Hub, mounted: Sequence[Mount]) -> None:
        self._health = health
        self._hub = hub
        self._mounted = mounted

    def collect(self) -> Iterator[Metric]:
        """Return every figure with what it means."""
        health = self._health
        yield _gauge("up", "Whether facts can be read and written.", float(health.standing != "fail"))
        yield _gauge("ledger_head", "Number of the last fact.", health.head)
        yield _gauge("live_viewers", "Pages that are open and live.", self._hub.viewers)
        yield _gauge(
            "live_behind", "Facts not yet told to open pages.", max(0, health.head - self._hub.reached)
        )
        yield _gauge("workers", "Workers heard of in the last half minute.", len(health.workers))
        behind = min((each.behind for each in health.workers), default=0)
        yield _gauge("worker_behind", "Facts that the slowest policy has still to see.", behind)
        yield _gauge("policies_failing", "Policies that cannot go on.", len(health.failing))
        overdue = health.overdue.total_seconds()
        yield _gauge("timers_overdue_seconds", "Age of the oldest timer that should have fired.", overdue)
        deliveries = GaugeMetricFamily("holdfast_deliveries", "Deliveries by state.", labels=["state"])
        for state in ("waiting", "delivered", "failed"):
            deliveries.add_metric([state], health.deliveries.get(state, 0))
        yield deliveries
        for mount in self._mounted:
            for name, figure in (mount.gauges() if mount.gauges is not None else {}).items():
                yield _gauge(name, f"{name.replace('_', ' ').capitalize()}.", figure)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"holdfast_{name}", says, value=value)
