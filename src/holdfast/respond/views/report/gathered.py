"""Everything that the report of an incident says, gathered at one moment; its JSON is a promise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from holdfast.kernel.clock import parse_iso
from holdfast.kernel.events import Recorded
from holdfast.ledger.ports import Ledger
from holdfast.respond.model.duties.regimes import all_regimes
from holdfast.respond.model.duties.state import DutiesState
from holdfast.respond.model.incident.naming import stream_of
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.updates.state import Update, UpdatesState
from holdfast.respond.views.texts import Texts
from holdfast.respond.views.told.facts import FactTold, facts_told
from holdfast.respond.views.told.models import IncidentTold, Told

if TYPE_CHECKING:  # what keeps evidence loads what measures
    from holdfast.evidence.ports import Desk, Vault

Names = Callable[[Collection[str]], Mapping[str, str]]


class ReleaseTold(Told):
    """An update went out."""

    at: datetime
    by: str
    channel: str | None
    """null: by hand."""


class UpdateTold(Told):
    """An update to one audience."""

    id: str
    audience: str
    version: int
    """Of its newest text."""
    text: str | None
    written_by: str
    written_at: datetime
    flags: tuple[str, ...]
    """Words in it that promise too much."""
    approved_by: tuple[str, ...]
    """Who approved the newest version."""
    sent: tuple[ReleaseTold, ...]
    dropped: bool


class NoticeTold(Told):
    """A notice that was sent."""

    stage: str
    sent_at: datetime
    due_at: datetime | None
    receipt: str | None
    by: str


class DutyTold(Told):
    """What was decided about a notification duty."""

    regime: str
    law: str
    decided: str
    proposed: str
    reason: str | None
    by: str
    at: datetime
    due_at: datetime | None
    sent: tuple[NoticeTold, ...]


class Report(Told):
    """An incident, whole, as it stood when the report was made."""

    format: int
    """Of this shape."""
    made_at: datetime
    incident: IncidentTold
    updates: tuple[UpdateTold, ...]
    duties: tuple[DutyTold, ...]
    evidence: dict[str, JsonValue]
    """The vault: see docs/vault.md."""
    timeline: tuple[FactTold, ...]
    """Every fact of the incident, its vault and its runbooks, in their order."""
    names: dict[str, str]
    """The names of actors, where they are known."""


def gather(
    told: IncidentTold,
    incident: Incident,
    ledger: Ledger,
    vault: Vault,
    desk: Desk,
    names: Names,
    now: datetime,
) -> Report:
    """Return the report of an incident."""
    from holdfast.evidence.views.vault.custody import shown
    from holdfast.evidence.views.vault.promise import vault_json

    facts = facts_of(ledger, incident.id)
    kept = shown(desk.custody(incident.id), vault)
    evidence: dict[str, Any] = vault_json(kept)
    return Report(
        format=1,
        made_at=now,
        incident=told,
        updates=_updates(incident.updates, vault),
        duties=_duties(incident.duties, vault),
        evidence=evidence,
        timeline=tuple(facts_told(facts, vault)),
        names=dict(names({fact.actor for fact in facts} | set(kept.actors) | _named(told))),
    )


def facts_of(ledger: Ledger, incident: str) -> Sequence[Recorded]:
    """Return every fact of an incident, its vault and its runbooks, in their order."""
    facts = [*ledger.read(stream_of(incident)), *ledger.read(f"vault/{incident}")]
    number = 1
    while run := ledger.read(f"runbook/{incident}/{number}"):
        facts += run
        number += 1
    return sorted(facts, key=lambda fact: fact.seq)


def _named(told: IncidentTold) -> set[str]:
    return {role.who for role in told.roles} | {action.owner for action in told.actions}


def _updates(state: UpdatesState, vault: Vault) -> tuple[UpdateTold, ...]:
    texts = Texts(vault)
    texts.want(*(update.last.text for update in state.all.values()))
    texts.open()
    return tuple(_update(update, texts) for update in state.all.values())


def _update(update: Update, texts: Texts) -> UpdateTold:
    approved = {who for people in update.consents().values() for who in people}
    return UpdateTold(
        id=update.id,
        audience=update.audience,
        version=update.last.number,
        text=texts(update.last.text),
        written_by=update.last.by,
        written_at=update.last.at,
        flags=update.last.flags,
        approved_by=tuple(sorted(approved)),
        sent=tuple(ReleaseTold(at=each.at, by=each.by, channel=each.channel) for each in update.sent),
        dropped=update.dropped,
    )


def _duties(state: DutiesState, vault: Vault) -> tuple[DutyTold, ...]:
    texts = Texts(vault)
    texts.want(*(each.reason for each in state.decisions.values()), *(each.receipt for each in state.sent))
    texts.open()
    laws = {each.id: each.law for each in all_regimes()}
    return tuple(
        DutyTold(
            regime=regime,
            law=laws.get(regime, regime),
            decided=decision.decided,
            proposed=decision.proposed,
            reason=texts(decision.reason),
            by=decision.by,
            at=decision.at,
            due_at=decision.due_at,
            sent=tuple(
                NoticeTold(
                    stage=sent.stage,
                    sent_at=sent.sent_at,
                    due_at=sent.due_at,
                    receipt=texts(sent.receipt),
                    by=sent.by,
                )
                for sent in state.sendings(regime)
            ),
        )
        for regime, decision in state.decisions.items()
    )


def moment(text: object) -> datetime | None:
    """Return a moment that a fact's field says; None where it says none."""
    if not isinstance(text, str) or len(text) < 20 or not text.endswith("Z"):
        return None
    try:
        return parse_iso(text)
    except ValueError:
        return None
