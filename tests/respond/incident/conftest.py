"""Incidents to act on, and people who act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import load
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.views.index import LedgerIndex

PLAN = """\
holdfast: 1
system:
  id: support
  name: Support
  owners: {approver: exec}
people:
  on-call: {members: [p-call]}
  exec: {members: [p-exec]}
  board: {members: [p-board]}
  safety: {members: [p-safe, p-call]}
authority:
  move_to_safe: [anyone]
  disable: [on-call]
  widen: {who: on-call, and: safety}
  accept_residual: {below_12: exec, from_12: board}
levers:
  tools: {kind: allowlist, normal: [search, refund], safe: [search]}
  guardrails: {kind: tier, normal: A, safe: C, tiers: {A: {log: [x]}, B: {redact: [x]}, C: {block: [x]}}}
  enabled: {kind: switch, safe: disabled}
safe_mode: {tools: safe, guardrails: C}
"""


@pytest.fixture
def incident(room: Room, ana: Principal) -> str:
    return declare(room, DeclareIncident("support", "Refunds nobody asked for"), ana).incident.id


@pytest.fixture
def declared(room: Room, ana: Principal) -> Callable[[], str]:
    """Declare an incident when it is called."""
    return lambda: declare(room, DeclareIncident("support", "It is wrong"), ana).incident.id


@pytest.fixture
def planned(room: Room) -> Room:
    """The same room, with a plan for the system."""
    room.systems.plans["support"] = load([parse_document(PLAN, "holdfast.yaml")], Path())
    return room


@pytest.fixture
def person() -> Callable[..., Principal]:
    def made(actor: str, *roles: Role) -> Principal:
        return Principal(actor, Kind.PERSON, frozenset(roles or (Role.RESPONDER,)))

    return made


@pytest.fixture
def kinds(ledger: Ledger) -> Callable[[str], list[str]]:
    """Return the kinds of an incident's facts."""
    return lambda incident: [each.event.type_name() for each in ledger.read(f"incident/{incident}")]


@pytest.fixture
def index(ledger: Ledger) -> LedgerIndex:
    return LedgerIndex(ledger)
