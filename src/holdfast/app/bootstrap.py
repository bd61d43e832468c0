"""The one place where engines are chosen and rooms are put together. Nothing is created at import."""

from __future__ import annotations

import os
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.settings import Settings
from holdfast.kernel.clock import Clock, SystemClock
from holdfast.kernel.events import EventTypes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from holdfast.access.model.principal import Principal
    from holdfast.access.wiring import AccessServices
    from holdfast.app.connecting import LinkMail, PlanChannels
    from holdfast.app.served import ServedPlans
    from holdfast.evidence.ports import Desk, Importer, ResultsReader, Vault
    from holdfast.evidence.wiring import EvidenceServices
    from holdfast.gate.wiring import GateServices
    from holdfast.kernel.addresses import Address
    from holdfast.ledger.ports import Ledger, LedgerEngine, NamedLedger, Projection
    from holdfast.ledger.sqlite.engine import SqliteEngine
    from holdfast.ledger.verify import Verified
    from holdfast.plan.model.loading import LoadedPlan
    from holdfast.plan.model.standing import Standing
    from holdfast.plan.wiring import PlanServices
    from holdfast.respond.ports.alerts import AlertSource
    from holdfast.respond.views.runbooks.desk import RunbookDesk
    from holdfast.respond.wiring.reports import ReportServices, SnapshotServices
    from holdfast.respond.wiring.room import RespondServices
    from holdfast.respond.wiring.working import DeliveryServices, RouteServices
    from holdfast.store.store import Store
    from holdfast.telemetry.ports import Engine
    from holdfast.telemetry.rollups.ports import NamedRollups
    from holdfast.telemetry.sources import Source
    from holdfast.telemetry.warehouses.warehouse import Warehouse
    from holdfast.watch.wiring import WatchServices

TOOLS = ("holdfast", "duckdb", "ibis-framework", "numpy", "scipy")
"""Whose versions are recorded: what a number depends on. The first one signs evidence and decisions."""


def event_types() -> EventTypes:
    """Return every kind of fact that this version reads and writes."""
    from holdfast.access import events as access
    from holdfast.evidence.events import every as evidence
    from holdfast.gate import events as gate
    from holdfast.respond.events import every as respond

    types = EventTypes()
    types.register_all(access.EVENTS)
    types.register_all(evidence.EVENTS)
    types.register_all(gate.EVENTS)
    types.register_all(respond.EVENTS)
    for kind, upcasters in gate.RESHAPED.items():
        types.register(kind, upcasters)
    return types


def importers() -> Mapping[str, Importer]:
    """Return what reads the files of other tools, by the tool's name in the plan."""
    from holdfast.integrations.deepeval import DeepEval
    from holdfast.integrations.evidently import Evidently
    from holdfast.integrations.garak import Garak
    from holdfast.integrations.inspect import Inspect
    from holdfast.integrations.junit import JUnit
    from holdfast.integrations.lm_eval import LmEval
    from holdfast.integrations.promptfoo import Promptfoo

    every: tuple[Importer, ...] = (
        Inspect(),
        Garak(),
        Promptfoo(),
        DeepEval(),
        LmEval(),
        Evidently(),
        JUnit(),
    )
    return {importer.tool: importer for importer in every}


class Application:
    """Holdfast, put together: what commands get as context. Rooms are made when they are asked for."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.plan_paths: tuple[Path, ...] = ()
        """The plans that a command named; none: the one of this folder, where there is one."""
        self.appended: list[Callable[[], None]] = []
        """Who wants to know at once that this process appended something to `ledger`."""

    @cached_property
    def gate(self) -> GateServices:
        """The gate room's services."""
        from holdfast.gate.wiring import GateServices

        return GateServices(
            ledger=self.named_ledger,
            engine=self.engine,
            read_results=lambda tool, path: self.read_results(tool, path),
            report_folder=self.settings.state_folder,
            clock=self.clock,
            actor=self.settings.actor,
            tools=self.tools,
            standing=self.standing,
            program=self.settings.program,
        )

    @cached_property
    def evidence(self) -> EvidenceServices:
        """The evidence room's services."""
        from holdfast.app.planned import EvidencePlan
        from holdfast.evidence.wiring import EvidenceServices

        return EvidenceServices(
            ledger=self.named_ledger,
            plan=lambda path: EvidencePlan.read(path, self.engine),
            read=self.read_results,
            clock=self.clock,
            actor=self.settings.actor,
            tool=lambda: " ".join(self.tools()[0]),
        )

    @cached_property
    def plan(self) -> PlanServices:
        """The plan room's services."""
        from holdfast.plan.wiring import PlanServices

        return PlanServices(engine=self.engine, facts=self, clock=self.clock)

    @cached_property
    def runbooks(self) -> RunbookDesk:
        """The runbooks that there are."""
        from holdfast.respond.wiring.runbooks import runbook_desk

        return runbook_desk(self.clock)

    @cached_property
    def watch(self) -> WatchServices:
        """The watch room's services."""
        from holdfast.app.settings import time_of
        from holdfast.watch.wiring import WatchServices

        return WatchServices(
            rollups=self.rollups,
            engine=self.engine,
            clock=self.clock,
            minutes_for=time_of("HOLDFAST_KEEP_MINUTES", self.settings.keep_minutes),
            hours_for=time_of("HOLDFAST_KEEP_HOURS", self.settings.keep_hours),
        )

    @cached_property
    def ledger(self) -> Ledger:
        """The workspace's ledger, opened once and shared: what a server and a worker stand on."""
        from holdfast.ledger.telling import TellingLedger

        where = self.where()
        if isinstance(where, Path):
            where.parent.mkdir(parents=True, exist_ok=True)
        opened = self.whole_ledger().open_ledger()
        return TellingLedger(opened, lambda: [tell() for tell in tuple(self.appended)])

    def names(self, actors: Collection[str]) -> Mapping[str, str]:
        """Return the names of the actors that have one; access knows them."""
        return self.access.names_of(actors)

    @cached_property
    def store(self) -> Store:
        """What changes and is no fact: `store.db` beside the ledger, or tables in its database."""
        return self.store_at(self.where())

    def store_at(self, where: Path | Address) -> Store:
        """Return the store of the ledger at a place, made where there is none yet."""
        from holdfast.store.opening import open_postgres, open_sqlite

        if isinstance(where, Path):
            return open_sqlite(where.with_name("store.db"))
        return open_postgres(where.sqlalchemy("postgresql+psycopg"), where.shown)

    @cached_property
    def vault(self) -> Vault:
        """The words that must not stand in facts."""
        from holdfast.evidence.wiring import store_vault

        key = self.secrets_folder() / "key"
        return store_vault(self.store, key, self.settings.vault_key, self.clock)

    @cached_property
    def access(self) -> AccessServices:
        """Who may what, and what opens the door."""
        from holdfast.access.model.rules import rules_from
        from holdfast.access.wiring import AccessServices
        from holdfast.app.settings import time_of

        idle, longest = (
            time_of(name, os.environ.get(name) or default)
            for name, default in (("HOLDFAST_SESSION_IDLE", "7d"), ("HOLDFAST_SESSION_LONGEST", "30d"))
        )
        rules = rules_from(os.environ, self.settings.server.url, idle, longest)
        return AccessServices(self.store, self.ledger, self.clock, rules, self._link_mail())

    def _link_mail(self) -> LinkMail | None:
        """Return what sends one-time links, where a mail server is set up."""
        if not os.environ.get("HOLDFAST_SMTP"):
            return None
        from holdfast.app.connecting import LinkMail, mail_server

        server = mail_server(os.environ)
        return LinkMail(server) if server is not None else None

    @property
    def address(self) -> str:
        """Where people reach the server; empty where nobody said."""
        return self.settings.server.url or ""

    @property
    def principal(self) -> Principal:
        """Who works on the command line: whoever can write the ledger."""
        from holdfast.access.model.principal import Principal

        return Principal.local(self.settings.actor)

    @cached_property
    def desk(self) -> Desk:
        """Where evidence is handed in and out of the vault."""
        from holdfast.evidence.wiring import vault_desk

        master = (self.secrets_folder() / "key", self.settings.vault_key)
        return vault_desk(self.ledger, self.store, master, self.clock, self.settings.upload_bytes)

    @cached_property
    def plans(self) -> ServedPlans:
        """The plans that are worked with: those named, else the one of this folder, else none."""
        from holdfast.app.served import ServedPlans

        return ServedPlans(self.plan_paths)

    @cached_property
    def respond(self) -> RespondServices:
        """The respond room's services, on the workspace's own ledger."""
        from holdfast.app.connecting import hook_secrets
        from holdfast.integrations.alertmanager import Alertmanager
        from holdfast.integrations.pagerduty.alerts import PagerDutyHooks
        from holdfast.respond.wiring.room import RespondServices, room_of

        room = room_of(self.ledger, self.vault, self.clock, self.plans, self.names)
        sources: tuple[AlertSource, ...] = (
            Alertmanager(),
            PagerDutyHooks(hook_secrets(os.environ), self.clock),
        )
        return RespondServices(room, {source.name: source for source in sources})

    @cached_property
    def deliveries(self) -> DeliveryServices:
        """What tells others of incidents."""
        from holdfast.respond.wiring.working import DeliveryServices

        return DeliveryServices(self.respond.room, self.channels, self.settings.server.url or "")

    @cached_property
    def routes(self) -> RouteServices:
        """The routes of a plan, to be tried out; no ledger is opened for it."""
        from holdfast.respond.wiring.working import RouteServices

        return RouteServices(self.channels.of, os.environ, self.clock)

    @cached_property
    def channels(self) -> PlanChannels:
        """The routes of the served plans."""
        from holdfast.app.connecting import PlanChannels, mail_server
        from holdfast.integrations.https import Https

        mail = mail_server(os.environ)
        return PlanChannels(self.plans, os.environ, Https(self.clock), self.clock, mail)

    @cached_property
    def snapshots(self) -> SnapshotServices:
        """Snapshots of systems into the vaults of their incidents."""
        from holdfast.app.snapshots import PlanSnapshots
        from holdfast.respond.wiring.reports import SnapshotServices

        taking = PlanSnapshots(self.plans, lambda: self.ledger)
        return SnapshotServices(self.respond, self.desk, taking)

    @cached_property
    def reports(self) -> ReportServices:
        """Incidents as reports, and whole as files that verify offline."""
        from holdfast.respond.wiring.reports import ReportServices

        return ReportServices(
            self.respond, self.ledger_engine(), self.secrets_folder(), self.desk, self.names
        )

    def rollups(self, beside: Path, system: str) -> NamedRollups:
        """Return where the states of a system are kept, for a plan that lives in `beside`."""
        from holdfast.telemetry.rollups.sqlite import named_rollups

        return named_rollups(self.settings.state_folder(beside) / "rollups" / f"{system}.db")

    def standing(self, loaded: LoadedPlan) -> Standing:
        """Return what the ledger knows of a plan's evidence; looking makes no ledger."""
        from holdfast.plan.model.standing import Standing

        named = self.named_ledger(loaded.root)
        if not named.exists:  # nothing is known, and what reads facts need not be loaded
            return Standing()
        from holdfast.app.standing import standing_of

        return standing_of(loaded, named)

    @cached_property
    def read_results(self) -> ResultsReader:
        """What reads a file of another tool: the named one, or the one that its content tells."""
        from holdfast.evidence.views.reading import results_reader

        return results_reader(importers())

    def tools(self) -> tuple[tuple[str, str], ...]:
        """Return the versions of what measures and decides."""
        return tuple((name, version(name)) for name in TOOLS)

    def engine(self) -> Engine:
        """Return the engine that measures each source where it is."""
        from holdfast.telemetry.files.duck import DuckEngine
        from holdfast.telemetry.routing import RoutedEngine

        return RoutedEngine(DuckEngine, self._table_engine)

    def _table_engine(self, source: Source) -> Engine:
        """Return the engine of a table's address, by its scheme; nothing is connected yet.

        Raises
        ------
        DataError
            HF305: a scheme that this version cannot measure.
        """
        from holdfast.telemetry.warehouses.addresses import parse_address
        from holdfast.telemetry.warehouses.warehouse import WarehouseEngine, no_such_scheme

        address, seconds = parse_address(source.locations[0], os.environ), self.settings.engine_seconds
        connect: Callable[[], Warehouse]
        match address.scheme:
            case "postgres":
                from holdfast.telemetry.warehouses.postgres import PostgresWarehouse

                dialect, connect = "postgres", lambda: PostgresWarehouse(address, seconds)
            case "clickhouse" | "clickhouses":
                from holdfast.telemetry.warehouses.clickhouse import ClickHouseWarehouse

                dialect, connect = "clickhouse", lambda: ClickHouseWarehouse(address, seconds)
            case "spark":
                from holdfast.telemetry.warehouses.spark import SparkWarehouse

                dialect, connect = "pyspark", lambda: SparkWarehouse(address, seconds)
            case _:
                raise no_such_scheme(source, address)
        said = self.settings.said
        return WarehouseEngine(connect, dialect, address.place, address.shown, seconds, said)

    def named_ledger(self, beside: Path) -> NamedLedger:
        """Return the ledger that was named, else the one beside the plan."""
        from holdfast.ledger.ports import NamedLedger
        from holdfast.ledger.sqlite.errors import refusing

        engine = self.ledger_engine(beside=beside)
        kept = self.settings.ledger is not None

        def opened() -> Ledger:
            if not kept:  # a state folder is made where it is said; a ledger's path may be misspelt
                folder = self.settings.state_folder(beside)
                with refusing(folder):
                    folder.mkdir(parents=True, exist_ok=True)
            return engine.open_ledger()

        return NamedLedger(opened, engine.exists(), engine.place, kept)

    def ledger_engine(
        self, url: str | None = None, *, beside: Path = Path(), projections: Sequence[Projection] = ()
    ) -> LedgerEngine:
        """Return the ledger that a URL names, else the one that was named, else the one in `beside`."""
        where = self.where(url, beside=beside)
        if not isinstance(where, Path):
            from holdfast.ledger.postgres.engine import PostgresEngine

            return PostgresEngine(where, clock=self.clock, types=event_types(), projections=projections)
        from holdfast.ledger.sqlite.engine import SqliteEngine

        return SqliteEngine(where, clock=self.clock, types=event_types(), projections=projections)

    def whole_ledger(self, url: str | None = None) -> LedgerEngine:
        """Return the ledger that a URL names, else the named one, with all tables that follow from facts."""
        from holdfast.respond.wiring.room import projections

        return self.ledger_engine(url, projections=projections())

    def where(self, url: str | None = None, *, beside: Path = Path()) -> Path | Address:
        """Return where a URL says that a ledger is, else the named one, else the one of `beside`."""
        told = url if url is not None else self.settings.ledger
        if told is None:
            return self.settings.state_folder(beside) / "ledger.db"
        from holdfast.ledger.urls import parse_ledger_url

        return parse_ledger_url(told, os.environ)

    def secrets_folder(self, url: str | None = None) -> Path:
        """Return the folder of the keys: beside the ledger's file, or the state folder."""
        where = self.where(url)
        return where.parent if isinstance(where, Path) else self.settings.state_folder(Path())

    def close(self) -> None:
        """Let go of what was opened for a server or a worker."""
        for name in ("ledger", "store"):
            opened = self.__dict__.pop(name, None)
            if opened is not None:
                opened.close()

    def open_ledger(self) -> Ledger:
        """Return the ledger that was named, else the one of this folder; made where there is none yet."""
        return self.ledger_engine().open_ledger()

    def verify_file(self, path: Path) -> Verified:
        """Verify a copied ledger or an export, recognised by its content."""
        return self._engine_of_file(path).verify_file(path)

    def move_rest(self, source: str, target: str) -> int:
        """Copy what is no fact from the place of one ledger's URL to that of another."""
        from holdfast.app.moving import move_rest

        folders = self.secrets_folder(source), self.secrets_folder(target)
        return move_rest(self.where(source), self.where(target), folders, self.store_at)

    def hashes_of_file(self, path: Path) -> AbstractContextManager[Iterator[bytes]]:
        """Return the hashes of the events in a copied ledger or an export, as they are stored."""
        return self._engine_of_file(path).hashes_of_file(path)

    def _engine_of_file(self, path: Path) -> SqliteEngine:
        from holdfast.ledger.sqlite.engine import SqliteEngine

        return SqliteEngine(path, clock=self.clock, types=event_types())
