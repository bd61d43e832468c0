"""What each room gives to the server, in one literal table: here the flow can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application
    from holdfast.app.http.mount import Mount


def mounts(application: Application) -> tuple[Mount, ...]:
    """Return what every room gives; the rail has their order."""
    from holdfast.app.http.access import access_mount
    from holdfast.app.http.vault import report_mount, vault_mount

    return (
        door(application),
        _home(application),
        _respond(application),
        _plans(application),
        _facts(application),
        vault_mount(application),
        report_mount(application),
        access_mount(application),
    )


def door(application: Application) -> Mount:
    """Return what stands before every request and finds out who asks."""
    from holdfast.app.http.access import door_mount

    return door_mount(application)


def _home(application: Application) -> Mount:
    from holdfast.app.home.pages import clocks, gauges, home_pages, teller
    from holdfast.app.home.views import Sources
    from holdfast.app.http.mount import Mount
    from holdfast.web.pages import RailEntry

    plans = application.plans
    sources = Sources(
        respond=application.respond,
        plans=plans.every,
        problems=lambda: {str(path): why for path, why in plans.problems.items()},
        standing=application.standing,
        head=lambda: application.ledger.head().seq,
        names=application.names,
    )
    return Mount(
        "home",
        pages=home_pages(sources, application.clock.now),
        tellers=(teller,),
        rail=(RailEntry("home", "/", "Home"),),
        clocks=clocks(sources),
        gauges=gauges(sources, application.clock.now),
    )


def _respond(application: Application) -> Mount:
    from holdfast.app.http.mount import Mount
    from holdfast.respond.views.runbooks.telling import runbook_teller
    from holdfast.respond.wiring.live import room_teller
    from holdfast.respond.wiring.room import respond_api, respond_pages
    from holdfast.web.pages import RailEntry

    services = application.respond
    return Mount(
        "respond",
        api=respond_api(services),
        pages=respond_pages(services, application.names),
        tellers=(room_teller(application.vault, application.names), runbook_teller),
        rail=(
            RailEntry("incidents", "/incidents", "Incidents"),
            RailEntry("runbooks", "/runbooks", "Runbooks"),
        ),
        larger={"/api/hooks/": 4_000_000},
    )


def _plans(application: Application) -> Mount:
    from fastapi import APIRouter

    from holdfast.app.http.mount import Mount
    from holdfast.gate.wiring import gate_routes
    from holdfast.plan.wiring import plan_routes
    from holdfast.web.pages import RailEntry

    plans, now = application.plans.every, application.clock.now
    pages = APIRouter()
    pages.include_router(plan_routes(plans, application, now))
    pages.include_router(gate_routes(plans, application.standing, application.ledger, now, application.names))
    rail = (RailEntry("plans", "/plans", "Plan"), RailEntry("gates", "/gates", "Gates"))
    return Mount("plan", pages=pages, rail=rail)


def _facts(application: Application) -> Mount:
    from holdfast.app.facts.pages import Books, ledger_pages, teller
    from holdfast.app.http.mount import Mount
    from holdfast.web.pages import RailEntry

    engine = application.ledger_engine()
    books = Books(application.ledger, engine.verify_ledger, engine.stored_events, application.names)
    return Mount(
        "facts",
        pages=ledger_pages(books),
        tellers=(teller,),
        rail=(RailEntry("ledger", "/ledger", "Ledger", "audit"),),
    )
