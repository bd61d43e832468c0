"""What comes in from outside: reports of people, webhooks of monitoring systems."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

from fastapi import APIRouter, Depends, Header, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from starlette.concurrency import run_in_threadpool

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Kind, Principal
from holdfast.access.requests import check_permitted, principal_of, requires
from holdfast.kernel.errors import UsageError
from holdfast.respond.commands.signals import AnswerReport, ReceiveReport
from holdfast.respond.events.signals import ReportAnswered
from holdfast.respond.model.signals.alerts import Taken
from holdfast.respond.ports.alerts import AlertSource

MOST_BYTES = 4_000_000
"""Of a webhook: five thousand alerts are less."""
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


class TakenIn(BaseModel):
    """What became of a webhook."""

    model_config = ConfigDict(from_attributes=True)
    new: int = Field(description="How many facts it added; 0 where all of it was known.", examples=[1])
    incidents: tuple[str, ...] = Field(
        description="Which incidents have its alerts.", examples=[["INC-2026-0001"]]
    )
    declared: bool = Field(description="Whether one was declared because of it.")


class NewReport(BaseModel):
    """What somebody saw an AI system do."""

    model_config = ConfigDict(extra="forbid")
    what: Words = Field(
        description="What was seen, in the reporter's words.",
        examples=["The assistant sent me another customer's address."],
    )
    reporter: Literal["customer", "employee", "partner", "other"] = Field("other", examples=["customer"])
    system: Slug | None = Field(None, description="Id of the system.", examples=["support-assistant"])
    contact: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        None, description="How the reporter can be answered."
    )
    happened_at: AwareDatetime | None = Field(None, description="When it happened, with its time zone.")
    attachments: Annotated[tuple[str, ...], Field(max_length=20)] = Field(
        (), description="Ids of files that were uploaded before."
    )


class ReportId(BaseModel):
    """The receipt for a report."""

    report: str = Field(description="Keep it: it is how you can ask again.", examples=["R-k3v9q2m7x4c8b1nz"])


class Answer(BaseModel):
    """What becomes of a report: declare an incident, let it join one, or dismiss it with a reason."""

    model_config = ConfigDict(extra="forbid")
    incident: str | None = Field(
        None, description="The incident that it joins; without one, and without a reason, one is declared."
    )
    dismissed_because: Words | None = Field(None, description="Why it is no incident.")


class Answered(BaseModel):
    """What became of a report."""

    report: str
    answer: Literal["declared", "attached", "dismissed"]
    incident: str | None


class Work(Protocol):
    """What these routes need of the room."""

    def take_alerts(self, source: str, headers: dict[str, str], body: bytes, principal: Principal) -> Taken:
        """Record and route the alerts of a webhook."""
        ...

    def alert_source(self, name: str) -> AlertSource | None:
        """Return a monitoring system by its name."""
        ...

    def receive(self, command: ReceiveReport, principal: Principal) -> str:
        """Record a report."""
        ...

    def answer(self, command: AnswerReport, principal: Principal) -> ReportAnswered:
        """Say what becomes of a report."""
        ...


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["signals"])

    @routes.post("/hooks/{source}", summary="Alerts of a monitoring system")
    async def hook(source: str, request: Request) -> TakenIn:
        """Take alerts in: recorded before the answer; the same again adds nothing."""
        known = work.alert_source(source)
        if known is None:
            raise UsageError.of("HF702", f"no monitoring system is called {source[:40]!r}")
        principal = principal_of(request)
        if known.signed:
            # its signature is checked on reading; a token it has none
            principal = Principal(f"hook:{known.name}", Kind.MACHINE, scopes=frozenset({"report"}))
        else:
            check_permitted(principal, Permission.REPORT)
        body = await _body(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        taken = await run_in_threadpool(work.take_alerts, source, headers, body, principal)
        return TakenIn.model_validate(taken)

    @routes.post("/reports", status_code=201, summary="A person's report")
    def report(
        sent: NewReport,
        principal: Annotated[Principal, Depends(requires(Permission.REPORT))],
        key: Key = None,
    ) -> ReportId:
        """Take a report in; with an Idempotency-Key, sent twice it is received once."""
        command = ReceiveReport(
            what=sent.what,
            reporter=sent.reporter,
            system=sent.system,
            contact=sent.contact,
            happened_at=sent.happened_at,
            attachments=sent.attachments,
            key=key,
        )
        return ReportId(report=work.receive(command, principal))

    @routes.post("/reports/{report}/answer", summary="What becomes of a report")
    def answer(
        report: str,
        sent: Answer,
        principal: Annotated[Principal, Depends(requires(Permission.DECLARE))],
    ) -> Answered:
        """Declare an incident from it, let it join one, or say why it is none."""
        made = work.answer(AnswerReport(report, sent.incident, sent.dismissed_because), principal)
        return Answered(report=made.report, answer=made.answer, incident=made.incident)

    return routes


async def _body(request: Request) -> bytes:
    """Return the body, as long as it is not too long; what is longer is not read to its end."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise UsageError.of("HF702", f"the body is longer than {MOST_BYTES:,} bytes")
        parts.append(part)
    return b"".join(parts)
