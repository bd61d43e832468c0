"""Runbooks for programs: which there are, and following one inside an incident."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.respond.commands.runbooks import AbandonRunbook, DoStep, SkipStep, StartRunbook, TakeBranch
from holdfast.respond.model.runbooks.writing import form_of
from holdfast.respond.ports.runbooks import Found
from holdfast.respond.views.runbooks.following import run_json
from holdfast.respond.views.runbooks.work import Following

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Responds = Annotated[Principal, Depends(requires(Permission.RESPOND))]
VIEWS = Depends(requires(Permission.VIEW))
Told = dict[str, Any]
"""What is told: `docs/json.md` describes it."""


class Work(Following, Protocol):
    """What these routes need of the room."""

    def as_cacao(self, found: Found) -> dict[str, Any]:
        """Return a runbook as a CACAO 2.0 playbook."""
        ...


class Body(BaseModel):
    """A body has no other keys than its own."""

    model_config = ConfigDict(extra="forbid")


class Start(Body):
    """Which runbook is followed."""

    runbook: Slug = Field(description="A name of the plan or of the library.", examples=["prompt-injection"])
    again: bool = Field(False, description="Start it also where it is being followed already.")


class Done(Body):
    """What was done."""

    note: Words | None = Field(None, description="What was seen or done.", examples=["trace 4711 is kept"])
    helped: bool | None = Field(None, description="Of a confirmation, and only of one: whether it helped.")
    lever: Slug | None = Field(None, description="Which lever, where the plan has several of the kind.")
    scope: dict[Slug, Annotated[str, StringConstraints(max_length=200)]] = Field(
        default_factory=dict,
        description="Whom it is moved for; empty for all.",
        examples=[{"tenant": "acme"}],
    )
    by_hand: bool = Field(False, description="A person moved it already: nothing is moved.")


class Reason(Body):
    """Why."""

    reason: Words = Field(examples=["the trace was kept before"])


class Choice(Body):
    """Which way a decision goes."""

    branch: Slug = Field(description="A branch of the step.", examples=["acted"])
    reason: Words | None = Field(None, description="Why.")


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["runbooks"])

    @routes.get("/runbooks", summary="Every runbook", dependencies=[VIEWS])
    def every(system: Slug | None = None) -> Told:
        """Return the runbooks of a system's plan and the built-in ones; the plan's come first and win."""
        return {"runbooks": [row.as_json() for row in work.shelf(system)]}

    @routes.get("/runbooks/{name}", summary="One runbook", dependencies=[VIEWS])
    def one(name: Slug, system: Slug | None = None) -> Told:
        """Return a runbook in the shape of its file, with its digest."""
        found = work.find(name, system)
        return {"origin": found.origin, "digest": found.digest, **form_of(found.loaded.runbook)}

    @routes.get("/runbooks/{name}/cacao", summary="One runbook as CACAO 2.0", dependencies=[VIEWS])
    def as_cacao(name: Slug, system: Slug | None = None) -> Told:
        """Return a runbook as an OASIS CACAO 2.0 playbook."""
        return work.as_cacao(work.find(name, system))

    @routes.get("/incidents/{incident}/runbooks", summary="Runs in an incident", dependencies=[VIEWS])
    def runs(incident: str) -> Told:
        """Return the runs of runbooks in an incident, open ones first."""
        return {
            "runs": [
                {
                    "run": row.number,
                    "runbook": row.runbook,
                    "digest": row.digest,
                    "state": row.state,
                    "present": row.present or None,
                    "steps_done": row.steps_done,
                }
                for row in work.rows(incident)
            ]
        }

    @routes.post("/incidents/{incident}/runbooks", status_code=201, summary="Follow a runbook")
    def start(incident: str, sent: Start, principal: Responds) -> Told:
        """Start to follow a runbook; 409 names who follows the very same already."""
        run = work.start(StartRunbook(incident, sent.runbook, again=sent.again), principal)
        return run_json(work.look(incident, run.number))

    @routes.get("/incidents/{incident}/runbooks/{run}", summary="A run", dependencies=[VIEWS])
    def look(incident: str, run: int) -> Told:
        """Return a run: the present step, what may follow, and what became of the others."""
        return run_json(work.look(incident, run))

    @routes.post("/incidents/{incident}/runbooks/{run}/steps/{step}/done", summary="A step is done")
    def done(incident: str, run: int, step: Slug, sent: Done, principal: Responds) -> Told:
        """Record that the present step is done, and move its lever. 409 names who was first."""
        command = DoStep(
            incident, run, step, sent.note, sent.helped, sent.lever, dict(sent.scope), by_hand=sent.by_hand
        )
        work.do_step(command, principal)
        return run_json(work.look(incident, run))

    @routes.post("/incidents/{incident}/runbooks/{run}/steps/{step}/skip", summary="A step is left out")
    def skip(incident: str, run: int, step: Slug, sent: Reason, principal: Responds) -> Told:
        """Leave the present step out, with the reason."""
        work.skip_step(SkipStep(incident, run, step, sent.reason), principal)
        return run_json(work.look(incident, run))

    @routes.post("/incidents/{incident}/runbooks/{run}/steps/{step}/branch", summary="A decision is taken")
    def branch(incident: str, run: int, step: Slug, sent: Choice, principal: Responds) -> Told:
        """Take one of the branches of the present decision."""
        work.take_branch(TakeBranch(incident, run, step, sent.branch, sent.reason), principal)
        return run_json(work.look(incident, run))

    @routes.post("/incidents/{incident}/runbooks/{run}/abandon", summary="A run is abandoned")
    def abandon(incident: str, run: int, sent: Reason, principal: Responds) -> Told:
        """Stop following a runbook, with the reason."""
        work.abandon(AbandonRunbook(incident, run, sent.reason), principal)
        return run_json(work.look(incident, run))

    return routes
