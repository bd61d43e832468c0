"""Updates, duties and clocks as JSON: what the API and `--json` tell. docs/json.md describes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso
from holdfast.respond.model.clocks import Clock
from holdfast.respond.model.duties.standing import StageStanding
from holdfast.respond.views.composing import Composer, Panel
from holdfast.respond.views.duties import DutiesPage, DutyTold


def updates_json(page: Composer) -> dict[str, Json]:
    """Return the updates of an incident, one entry an audience."""
    return {
        "incident": page.incident,
        "version": page.version,
        "touched": list(page.touched),
        "audiences": [_panel(panel) for panel in page.panels],
    }


def _panel(panel: Panel) -> dict[str, Json]:
    update = panel.update
    return {
        "audience": panel.audience.id,
        "external": panel.audience.external,
        "channel": panel.audience.channel,
        "due": iso(panel.clock.due) if panel.clock is not None else None,
        "draft": panel.fresh,
        "update": update.id if update is not None else None,
        "version": panel.number,
        "text": panel.text if update is not None else None,
        "written_by": update.last.by if update is not None else None,
        "flags": [
            {
                "start": each.start,
                "end": each.end,
                "rule": each.rule,
                "words": each.words,
                "reason": each.reason,
                "instead": each.instead,
                "needs_reason": each.stops,
            }
            for each in panel.flags
        ],
        "approvals": [
            {
                "need": each.need.id,
                "why": each.need.why,
                "given_by": list(each.given),
                "missing": each.missing,
            }
            for each in panel.needs
        ],
        "set_aside": [
            {"by": each.by, "at": iso(each.at), "based_on": each.based_on, "text": each.text}
            for each in panel.asides
        ],
        "last_sent": _when(panel.last.at if panel.last is not None else None),
        "sent": panel.sent,
    }


def duties_json(page: DutiesPage) -> dict[str, Json]:
    """Return the notification duties of an incident."""
    every = (*page.due, *page.open, *page.to_confirm, *page.settled)
    return {
        "incident": page.incident,
        "version": page.version,
        "not_legal_advice": page.not_advice,
        "as_of": page.as_of,
        "places": list(page.places),
        "places_without_a_duty": list(page.unnamed),
        "zone": page.days.zone,
        "holidays": None
        if page.days.holidays is None
        else [day.isoformat() for day in sorted(page.days.holidays)],
        "duties": [_duty(told) for told in every],
        "questions": [
            {
                "question": each.question.id,
                "asks": each.question.asks,
                "answer": each.answer or None,
                "owner": each.answered.owner if each.answered is not None else None,
                "hanging": each.hanging,
            }
            for each in (*page.questions, *page.answered)
        ],
        "starts": [
            {
                "start": each.id,
                "what": each.what,
                "happened_at": _when(each.started.happened_at if each.started is not None else None),
                "for": list(each.regimes),
            }
            for each in page.starts
        ],
    }


def _duty(told: DutyTold) -> dict[str, Json]:
    duty, regime, decision = told.duty, told.regime, told.decision
    return {
        "duty": regime.id,
        "law": regime.law,
        "article": regime.article,
        "trigger": regime.trigger,
        "notify": regime.notify,
        "applies": regime.applies,
        "verified": regime.verified,
        "source": regime.source,
        "note": regime.note or None,
        "stands": duty.stands,
        "proposed": duty.proposal.says,
        "because": [each.said for each in duty.proposal.because],
        "decided": decision.decided if decision is not None else None,
        "decided_by": decision.by if decision is not None else None,
        "reason": told.reason or None,
        "owner": decision.owner if decision is not None else None,
        "changed_since_decided": duty.changed,
        "due": _when(duty.due),
        "notices": [_stage(each) for each in duty.stages if each.stands != "none"],
        "sent": [
            {
                "notice": each.sent.stage,
                "sent_at": iso(each.sent.sent_at),
                "by": each.sent.by,
                "due": _when(each.sent.due_at),
                "receipt": each.receipt,
            }
            for each in told.sent
        ],
    }


def _stage(each: StageStanding) -> dict[str, Json]:
    return {
        "notice": each.stage.name,
        "within": each.stage.says,
        "stands": each.stands,
        "due": _when(each.due),
        "counted_from": _when(each.start.at if each.start is not None else None),
        "counted_from_what": each.start.what if each.start is not None else None,
        "start_recorded": each.start.sure if each.start is not None else None,
        "reminder_of_ours": each.reminder,
        "holidays_unnamed": each.unnamed_holidays,
    }


def clocks_json(clocks: Iterable[Clock], now: datetime) -> list[Json]:
    """Return clocks, what is due first at the front."""
    return [
        {
            "clock": each.id,
            "kind": each.kind,
            "subject": each.subject,
            "title": each.title,
            "due": iso(each.due),
            "since": iso(each.since),
            "stands": each.standing(now),
            "words": each.words(now),
            "start_recorded": each.sure,
        }
        for each in clocks
    ]


def _when(moment: datetime | None) -> str | None:
    return iso(moment) if moment is not None else None
