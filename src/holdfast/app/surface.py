"""The whole command line in one table, in the order in which `holdfast --help` shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CommandEntry:
    """One command of the command line.

    Attributes
    ----------
    name : str
        As it is typed: `check`.
    target : str
        Where the command is defined, as `package.module:attribute`; loaded when it is called.
    summary : str
        The line that `holdfast --help` shows.
    """

    name: str
    target: str
    summary: str


COMMANDS: tuple[CommandEntry, ...] = (
    CommandEntry("init", "holdfast.plan.cli.init:init", "A plan to start from, by asking or by flags."),
    CommandEntry(
        "lint", "holdfast.plan.cli.linting:lint", "The mistakes that plans make, and what to do about each."
    ),
    CommandEntry(
        "check",
        "holdfast.gate.cli.check:check",
        "The main job: measure every gate, decide, report, exit code.",
    ),
    CommandEntry(
        "compare",
        "holdfast.gate.cli.compare:compare",
        "Two variants through the same gates, and which to choose.",
    ),
    CommandEntry(
        "measure", "holdfast.gate.cli.measure:measure", "One metric of the plan on one of its data sources."
    ),
    CommandEntry(
        "rollup",
        "holdfast.watch.cli.rollup:rollup",
        "States by the minute, kept: only new records are read.",
    ),
    CommandEntry(
        "evidence",
        "holdfast.evidence.cli.group:evidence",
        "Evidence: import other tools' results, attest, list, show.",
    ),
    CommandEntry(
        "gate",
        "holdfast.gate.cli.group:gate",
        "Gates one by one: decide, sign, override, look back.",
    ),
    CommandEntry(
        "plan", "holdfast.plan.cli.showing:plan", "The plan: `plan show`, its register, controls and gates."
    ),
    CommandEntry("schema", "holdfast.plan.cli.schema:schema", "The plan's JSON Schema, for editors."),
    CommandEntry(
        "controls",
        "holdfast.plan.cli.controls:controls",
        "The control library: what holds which risk, and what shows it.",
    ),
    CommandEntry(
        "incident",
        "holdfast.respond.cli.incident.group:incident",
        "Incidents: declare, contain, decide, recover, close.",
    ),
    CommandEntry(
        "runbook",
        "holdfast.respond.cli.runbook:runbook",
        "Runbooks: list, show, lint, and follow them in an incident.",
    ),
    CommandEntry(
        "routes",
        "holdfast.respond.cli.routes:routes",
        "Routes: whom the plan reaches, and a test message to each.",
    ),
    CommandEntry(
        "serve",
        "holdfast.app.http.cli:serve",
        "The server: pages, API, live incident rooms; one process.",
    ),
    CommandEntry(
        "ledger",
        "holdfast.ledger.cli.group:ledger",
        "Facts: verify, export, checkpoint, prove, rebuild, move.",
    ),
    CommandEntry(
        "people",
        "holdfast.access.cli.people:people",
        "People: list, invite, roles, deactivate, forget.",
    ),
    CommandEntry("token", "holdfast.access.cli.token:token", "Tokens for machines: issue, list, revoke."),
    CommandEntry(
        "worker", "holdfast.app.worker.cli:worker", "Policies, timers and deliveries, without pages."
    ),
    CommandEntry(
        "vault",
        "holdfast.evidence.cli.vault:vault",
        "Evidence of incidents: add, open, hold, redact, erase, verify.",
    ),
    CommandEntry(
        "backup", "holdfast.app.keeping.cli:backup", "Facts, store and vault into a folder, while in use."
    ),
    CommandEntry("restore", "holdfast.app.keeping.cli:restore", "A workspace of a backup, verified."),
)
