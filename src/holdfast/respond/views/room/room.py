"""An incident as its page shows it: as programs are told of it, with what is next and the time line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, takewhile

from holdfast.evidence.ports import Vault
from holdfast.kernel.incidents import Severity
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.loading import LoadedPlan
from holdfast.respond.model.clocks import Clock
from holdfast.respond.model.deliveries.state import Deliveries
from holdfast.respond.model.failure_modes import FAILURE_MODES, FailureMode
from holdfast.respond.model.incident.naming import stream_of
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.recovery import DO_NOT
from holdfast.respond.model.roles import CHARTERS
from holdfast.respond.model.runbooks.run import run_stream
from holdfast.respond.model.severity.starts import AT_ONCE
from holdfast.respond.views.room.next import Step, is_contained, next_steps
from holdfast.respond.views.room.offered import LeverOffered, RightHeld, levers_offered, rights_held
from holdfast.respond.views.timeline import Around, Row, latest, rows_of
from holdfast.respond.views.told.incident import onset_of
from holdfast.respond.views.told.models import IncidentTold

SHOWN_ROWS = 120
"""Rows of the time line on the page; the ones before are a page away."""


@dataclass(frozen=True)
class RoleShown:
    """A role and who has it; `who` is empty where nobody has."""

    role: str
    title: str
    charter: str
    who: str
    since: datetime | None
    needed: bool


@dataclass(frozen=True)
class RoomView:
    """The context of the room's page.

    Attributes
    ----------
    told : IncidentTold
        The incident, whole.
    seq : int
        The last fact of the ledger that the page knows.
    system : str
        The system's name, or its id.
    severity : Severity or None
        None before anybody assessed it.
    contained : bool
        Whether something is recorded that contains it.
    signals : int
        How many independent signals it rests on.
    steps : sequence of Step
        What is next, the nearest first.
    levers : sequence of LeverOffered
        What the plan has to contain it with.
    rights : sequence of RightHeld
        Who may do what.
    upstream : sequence of (str, sequence of str)
        The systems that this one depends on, each with its open incidents.
    failed : sequence of str
        Routes on which telling others has failed.
    rows : sequence of Row
        The newest of the time line, newest first; `earlier` is where the ones before begin.
    shown : callable
        Takes an actor's id; returns how they are shown.
    """

    told: IncidentTold
    seq: int
    now: datetime
    system: str
    planned: bool
    severity: Severity | None
    mode: FailureMode | None
    contained: bool
    escalated: Sequence[str]
    signals: int
    roles: Sequence[RoleShown]
    steps: Sequence[Step]
    levers: Sequence[LeverOffered]
    rights: Sequence[RightHeld]
    upstream: Sequence[tuple[str, Sequence[str]]]
    failed: Sequence[str]
    rows: Sequence[Row]
    earlier: int | None
    shown: Callable[[str], str]

    @property
    def id(self) -> str:
        """The incident's id."""
        return self.told.id

    @property
    def title(self) -> str:
        """What happens, in a line."""
        return self.told.title if self.told.title is not None else "(title erased)"

    @property
    def version(self) -> int:
        """What the page was made from: a form sends it back, and a stale one is found out."""
        return self.told.version

    @property
    def state(self) -> str:
        """How far it is."""
        return self.told.state

    @property
    def since(self) -> datetime | None:
        """The earliest plausible onset."""
        said = self.told.statement.since if self.told.statement else None
        return said or self.told.onset

    @property
    def donts(self) -> Sequence[str]:
        """What must not be done in this state."""
        state = self.told.state
        if state in ("recovering", "recovered"):
            return DO_NOT["recover" if state == "recovering" else "close"]
        return DO_NOT["contain" if not self.contained else "evidence"]

    @property
    def commander(self) -> RoleShown:
        """Who leads."""
        return next(role for role in self.roles if role.role == "commander")


def room_view(
    incident: Incident,
    told: IncidentTold,
    ledger: Ledger,
    vault: Vault,
    plan: LoadedPlan | None,
    clocks: Sequence[Clock],
    now: datetime,
    shown: Callable[[str], str] = str,
    open_of: Callable[[str], Sequence[str]] = lambda _: (),
) -> RoomView:
    """Return what the page of an incident shows.

    Parameters
    ----------
    clocks : sequence of Clock
        All that run, of every subject.
    shown : callable
        Takes an actor's id; returns how they are shown.
    open_of : callable
        Takes a system; returns its open incidents.
    """
    streams, around = streams_of(ledger, incident.id), around_of(incident, now)
    facts = latest(ledger, streams, before=None, limit=SHOWN_ROWS + 1, around=around)
    kind = incident.classified
    return RoomView(
        told=told,
        seq=ledger.head().seq,
        now=now,
        system=_system(incident.declared.system, plan),
        planned=plan is not None,
        severity=kind.severity,
        mode=next((each for each in FAILURE_MODES if each.id == kind.mode), None),
        contained=is_contained(incident),
        escalated=[AT_ONCE.get(reason, reason) for reason, _ in kind.escalated],
        signals=incident.signals.independent,
        roles=_roles(incident, shown),
        steps=next_steps(incident, clocks, now),
        levers=levers_offered(plan, told),
        rights=rights_held(plan.plan if plan is not None else None),
        upstream=[(system, open_of(system)) for system in (plan.plan.system.depends_on if plan else ())],
        failed=_failed(incident.deliveries),
        rows=rows_of(facts[:SHOWN_ROWS], vault, shown),
        earlier=facts[SHOWN_ROWS - 1].seq if len(facts) > SHOWN_ROWS else None,
        shown=shown,
    )


def streams_of(ledger: Ledger, incident: str) -> tuple[str, ...]:
    """Return the streams whose facts stand on an incident's time line: its own, its vault's, its runs'."""
    followed = takewhile(ledger.version, (run_stream(incident, run) for run in count(1)))
    return (stream_of(incident), f"vault/{incident}", *followed)


def around_of(incident: Incident, now: datetime) -> Around:
    """Return what stands beside an incident: what was released of its systems, from a day before it began."""
    began = min(each for each in (onset_of(incident), incident.declared.at, now) if each is not None)
    systems = frozenset({incident.declared.system, *incident.work.systems})
    return Around(systems, began - timedelta(days=1))


def _system(named: str, plan: LoadedPlan | None) -> str:
    if plan is not None and plan.plan.system.name:
        return plan.plan.system.name
    return "system not said" if named == "unassigned" else named


def _roles(incident: Incident, shown: Callable[[str], str]) -> list[RoleShown]:
    held, wanted = incident.roles.held, incident.classified.pages
    return [
        RoleShown(
            charter.role,
            charter.title.split(" (")[0],
            charter.charter,
            shown(held[charter.role].who) if charter.role in held else "",
            held[charter.role].since if charter.role in held else None,
            charter.role == "commander" or (charter.always and wanted),
        )
        for charter in CHARTERS
    ]


def _failed(deliveries: Deliveries) -> list[str]:
    return sorted({each.asked.route for each in deliveries.by_id.values() if each.state == "failed"})
