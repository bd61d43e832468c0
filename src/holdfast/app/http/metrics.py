"""Figures of the server for Prometheus."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


@cache
def registry() -> CollectorRegistry:
    """Return what holds this process's figures."""
    from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

    made = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=made)
    return made


@cache
def requests_total() -> Counter:
    """Return the count of answered requests."""
    from prometheus_client import Counter

    return Counter(
        "holdfast_requests_total", "Requests answered.", ["method", "route", "status"], registry=registry()
    )


@cache
def request_seconds() -> Histogram:
    """Return how long answers took to their first byte."""
    from prometheus_client import Histogram

    return Histogram(
        "holdfast_request_seconds",
        "Seconds from a request to the first byte of its answer.",
        ["method", "route"],
        buckets=BUCKETS,
        registry=registry(),
    )


def seen(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answer."""
    known = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
    requests_total().labels(known, route or "none", str(status)).inc()
    if route != "/live/{topic:path}":
        request_seconds().labels(known, route or "none").observe(seconds)
