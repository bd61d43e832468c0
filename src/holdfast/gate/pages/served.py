"""Gates on the server: may it ship, and what was decided when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.plan.views.page import GateEntry, plan_page
from holdfast.web.pages import framed, render, see_other

if TYPE_CHECKING:
    from holdfast.gate.views.history import Past
    from holdfast.ledger.ports import Ledger
    from holdfast.plan.model.loading import LoadedPlan
    from holdfast.plan.model.standing import Standing

PACKAGE = "holdfast.gate"
MOST = 100
Viewing = Annotated[Principal, Depends(requires(Permission.VIEW))]


@dataclass(frozen=True)
class GatesPage:
    """The gates of a system.

    Attributes
    ----------
    answer : str
        Whether it may ship, in a sentence.
    verdict : str
        The worst of the gates that block: pass, inconclusive or fail.
    gates : sequence of GateEntry
        Each with what shows it now.
    past : Past
        What was decided, newest first.
    """

    system: str
    name: str
    answer: str
    verdict: str
    gates: Sequence[GateEntry]
    past: Past


@dataclass(frozen=True)
class Sources:
    """Where the pages look."""

    plans: Callable[[], Mapping[str, LoadedPlan]]
    standing: Callable[[LoadedPlan], Standing]
    ledger: Ledger
    now: Callable[[], datetime]
    names: Callable[[Collection[str]], Mapping[str, str]]


def router(sources: Sources) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/gates")
    def listed(request: Request, _: Viewing) -> Response:
        """Show the gates of every system; where there is one, it is meant."""
        every = sources.plans()
        if len(every) == 1:
            return see_other(f"/plans/{next(iter(every))}/gates")
        pages = [_page(sources, loaded, 0) for _, loaded in sorted(every.items())]
        return render(PACKAGE, "gates-listed.html", framed(request, "Gates", "gates"), pages=pages)

    @routes.get("/plans/{system}/gates")
    def shown(request: Request, _: Viewing, system: str) -> Response:
        """Show the gates of a system, and what was decided."""
        loaded = sources.plans().get(system)
        if loaded is None:
            raise HTTPException(404, "no plan of this system is served")
        page = _page(sources, loaded, MOST)
        frame = framed(request, f"Gates of {page.name}", "gates")
        names = sources.names({entry.actor for entry in page.past.entries})
        return render(PACKAGE, "gates-framed.html", frame, page=page, names=names)

    return routes


def _page(sources: Sources, loaded: LoadedPlan, most: int) -> GatesPage:
    from holdfast.gate.views.history import past_of  # loads what measures: not before somebody looks

    plan = plan_page(loaded, sources.standing(loaded), sources.now())
    blocking = [gate for gate in plan.gates if gate.blocking]
    states = {gate.evidence.state for gate in blocking}
    if not blocking:
        answer, verdict = "No gate blocks a release: nothing decides.", "inconclusive"
    elif "failing" in states:
        answer, verdict = "It may not ship: a gate fails.", "fail"
    elif states == {"live"}:
        answer, verdict = "Every gate that blocks is met by what was shown last.", "pass"
    else:
        answer, verdict = "Not decided: some gates have no evidence that counts now.", "inconclusive"
    past = past_of(sources.ledger, loaded.plan, None, most or 1)
    return GatesPage(plan.system, plan.name, answer, verdict, plan.gates, past)
