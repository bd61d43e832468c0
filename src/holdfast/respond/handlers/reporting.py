"""Reports come in, and somebody says what becomes of each."""

from __future__ import annotations

import base64
import secrets

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import iso
from holdfast.kernel.errors import ConflictError, UsageError
from holdfast.kernel.ids import derived
from holdfast.kernel.incidents import Source
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.signals import AnswerReport, ReceiveReport
from holdfast.respond.events.signals import ReportAnswered, ReportReceived, SignalAttached
from holdfast.respond.handlers.acting import Room, act
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.signals.alerts import UNASSIGNED
from holdfast.respond.model.signals.reports import Report, report_of, scope_of, stream_of

TITLE_SIGNS = 120


def receive(room: Room, command: ReceiveReport, principal: Principal) -> str:
    """Record a report and return its id; the same key twice is one report."""
    name = _name(command.key, principal)
    if room.ledger.version(stream_of(name)):
        return name
    scope = scope_of(name)
    event = ReportReceived(
        report=name,
        system=command.system,
        reporter=command.reporter,
        what=room.vault.seal(scope, command.what),
        contact=room.vault.seal(scope, command.contact) if command.contact else None,
        happened_at=iso(command.happened_at) if command.happened_at else None,
        attachments=command.attachments,
    )
    try:
        room.ledger.append(stream_of(name), [event], expected=0, actor=principal.actor)
    except ConflictError:
        if command.key is None:
            raise
        # the same report, sent twice at the same instant: the other one is recorded
    return name


def answer(room: Room, command: AnswerReport, principal: Principal) -> ReportAnswered:
    """Declare from a report, let it join an incident, or say why it is none; once.

    Raises
    ------
    UsageError
        HF701: there is no such incident; HF703: there is no such report, or it was answered otherwise.
    """
    if command.dismissed_because is not None and not command.dismissed_because.strip():
        raise UsageError.of("HF703", "a report is put aside with a reason", fix="say why it is no incident")
    report = find(room, command.report)
    if report.answer is not None:
        return _same(report.answer, command)
    if command.dismissed_because is not None:
        reason = room.vault.seal(scope_of(report.id), command.dismissed_because)
        made = ReportAnswered(report=report.id, answer="dismissed", incident=None, reason=reason)
    elif command.incident is not None:
        room.find(command.incident)
        made = ReportAnswered(report=report.id, answer="attached", incident=command.incident)
    else:
        made = ReportAnswered(report=report.id, answer="declared", incident=_declare(room, report, principal))
    if made.incident is not None:
        _attach(room, made.incident, report, principal)
    room.ledger.append(stream_of(report.id), [made], expected=report.version, actor=principal.actor)
    return made


def find(room: Room, report: str) -> Report:
    """Return a report as it stands.

    Raises
    ------
    UsageError
        HF703: there is none of this id.
    """
    found = report_of(room.ledger.read(stream_of(report)))
    if found is None:
        raise UsageError.of("HF703", f"there is no report {report[:40]!r}", fix="see the list of reports")
    return found


def _name(key: str | None, principal: Principal) -> str:
    """Return an id that nobody can guess; with a key the same for the same sender and key."""
    if key is not None:
        return "R-" + derived("report", principal.actor, key).replace("-", "")[:16]
    return "R-" + base64.b32encode(secrets.token_bytes(10)).decode().lower()


def _declare(room: Room, report: Report, principal: Principal) -> str:
    said = (room.vault.unseal([report.received.what])[0] or "A report that was erased").strip()
    line = " ".join(said.splitlines()[0].split())
    wish = DeclareIncident(
        system=report.received.system or UNASSIGNED,
        title=line if len(line) <= TITLE_SIGNS else line[: TITLE_SIGNS - 1] + "…",
        account=said,
        source=Source.REPORT,
        key=derived("declared-from", report.id),
        because=report.seq,
    )
    return declare(room, wish, principal).incident.id


def _attach(room: Room, incident: str, report: Report, principal: Principal) -> None:
    def decide(state: Incident) -> list[SignalAttached]:
        if state.signals.holds(report.id):
            return []
        origin = report.received.reporter
        return [SignalAttached(incident=incident, kind="report", signal=report.id, origin=origin)]

    act(room, incident, principal, decide, because=report.seq)


def _same(answered: ReportAnswered, command: AnswerReport) -> ReportAnswered:
    wished = "dismissed" if command.dismissed_because else "attached" if command.incident else "declared"
    if answered.answer == wished and command.incident in (None, answered.incident):
        return answered
    was = f"{answered.answer} {answered.incident or ''}".strip()
    raise UsageError.of("HF703", f"report {answered.report} is {was} already", fix="look at it again")
