"""What the app mounts of the gate room: its facts, and its work put together."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from holdfast.kernel.clock import Clock
from holdfast.ledger.ports import NamedLedger
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.reading import read_plan

if TYPE_CHECKING:  # what measures is loaded by the methods that do: a server shows gates and measures none
    from datetime import datetime

    from fastapi import APIRouter

    from holdfast.evidence.ports import ResultsReader
    from holdfast.gate.commands import (
        AnswerOverride,
        CheckRelease,
        CompareArms,
        DecideGates,
        FindSegments,
        MeasureMetric,
        MeasureOverTime,
        RequestOverride,
        SignFor,
    )
    from holdfast.gate.handlers.concluding import Room
    from holdfast.gate.handlers.gathering import Find, Gathered
    from holdfast.gate.handlers.signing import Acting
    from holdfast.gate.model.outcome import CheckOutcome
    from holdfast.gate.model.reading import Criteria
    from holdfast.gate.model.typed import Typed
    from holdfast.gate.views.acts import Told
    from holdfast.gate.views.comparison import Comparison
    from holdfast.gate.views.context import Measurement, Report
    from holdfast.gate.views.history import Past
    from holdfast.gate.views.report import Made
    from holdfast.gate.views.segments import SegmentsTold
    from holdfast.gate.views.timeline import Timeline
    from holdfast.ledger.ports import Ledger
    from holdfast.telemetry.ports import Engine

M = TypeVar("M")
R = TypeVar("R")


def _unknown(_: LoadedPlan) -> Standing:
    """Know nothing: there is no ledger."""
    return Standing()


@dataclass(frozen=True)
class GateServices:
    """The gate room's work; the app says how its outside is opened.

    Attributes
    ----------
    ledger : callable
        Takes the plan's folder.
    engine : callable
        Returns the engine that measures files.
    read_results : callable
        Reads a file of another tool.
    report_folder : callable
        Takes the plan's folder; returns where reports are written.
    standing : callable
        Returns what the ledger knows of a plan's evidence, for lint.
    program : tuple of str
        The program as it was called, with its own options, for commands that are told.
    """

    ledger: Callable[[Path], NamedLedger]
    engine: Callable[[], Engine]
    read_results: ResultsReader
    report_folder: Callable[[Path], Path]
    clock: Clock
    actor: str
    tools: Callable[[], tuple[tuple[str, str], ...]]
    standing: Callable[[LoadedPlan], Standing] = _unknown
    program: tuple[str, ...] = ("holdfast",)

    def check(self, command: CheckRelease, say: Callable[[str], None]) -> Report:
        """Measure every gate, decide, record; return what is to be told."""
        from holdfast.gate.handlers.concluding import conclude
        from holdfast.gate.views.linted import lint_of
        from holdfast.gate.views.report import report_of

        say("reading the plan")
        loaded = read_plan(command.plan)
        typed = self._typed(command.plan, command.bundle)

        def concluded(room: Room, gathered: Gathered) -> CheckOutcome:
            return conclude(room, loaded, gathered, say, typed)

        outcome, made = self._decided(loaded, command.bundle, say, None, concluded)
        return report_of(outcome, made, lint_of(outcome, self.standing(loaded)))

    def decide(self, command: DecideGates, say: Callable[[str], None]) -> Report:
        """Measure some gates, decide and record them; return what is to be told."""
        from holdfast.gate.handlers.concluding import decide_gates
        from holdfast.gate.model.choosing import chosen
        from holdfast.gate.views.report import gates_report_of

        say("reading the plan")
        loaded = read_plan(command.plan)
        criteria = chosen(loaded.plan, command.gates, command.stage)
        typed = self._typed(command.plan, command.bundle)

        def concluded(room: Room, gathered: Gathered) -> CheckOutcome:
            return decide_gates(room, loaded, gathered, say, typed)

        return gates_report_of(*self._decided(loaded, command.bundle, say, criteria, concluded))

    def compare(self, command: CompareArms, say: Callable[[str], None]) -> Comparison:
        """Put two arms through the same gates, record that; return what is to be told."""
        from holdfast.gate.handlers.comparing import conclude_comparison, two_arms, weigh
        from holdfast.gate.views.comparison_of import comparison_of

        say("reading the plan")
        loaded = read_plan(command.plan)
        names, typed = two_arms(loaded, command.arms), self._typed(command.plan, None)
        return comparison_of(
            *self._recorded(
                loaded,
                lambda engine, find: weigh(engine, self.read_results, find, loaded, names, say),
                lambda room, weighed: conclude_comparison(room, weighed, say, typed),
            )
        )

    def _decided(
        self,
        loaded: LoadedPlan,
        bundle: str | None,
        say: Callable[[str], None],
        criteria: Criteria | None,
        concluded: Callable[[Room, Gathered], CheckOutcome],
    ) -> tuple[CheckOutcome, Made]:
        """Measure a plan's gates, and conclude in its ledger."""
        from holdfast.gate.handlers.gathering import gather

        return self._recorded(
            loaded,
            lambda engine, find: gather(engine, self.read_results, find, loaded, bundle, say, criteria),
            concluded,
        )

    def _recorded(
        self, loaded: LoadedPlan, measured: Callable[[Engine, Find], M], concluded: Callable[[Room, M], R]
    ) -> tuple[R, Made]:
        """Measure, and conclude in the plan's ledger."""
        from holdfast.evidence.wiring import evidence_book
        from holdfast.gate.handlers.concluding import Room
        from holdfast.gate.views.report import Made

        tools = self.tools()
        tool = " ".join(tools[0])
        named, engine = self.ledger(loaded.root), self.engine()
        with ExitStack() as stack:
            find: Find = _nothing
            if named.exists:
                ledger = stack.enter_context(named.open())
                find = evidence_book(ledger, tool).find
            found = measured(engine, find)
            if not named.exists:
                # a new ledger is made when there is something to record: wrong input leaves no trace
                ledger = stack.enter_context(named.open())
            room = Room(
                book=evidence_book(ledger, tool),
                ledger=ledger,
                clock=self.clock,
                actor=self.actor,
                tool=tool,
                looks_known=named.kept,
            )
            outcome = concluded(room, found)
            head = ledger.head()
        return outcome, Made(named.kept, named.place, head.seq, head.hash, self.actor, tools)

    def sign(self, command: SignFor) -> Told:
        """Sign a gate for a role."""
        from holdfast.gate.handlers import signing
        from holdfast.gate.views.acts import told_signature

        loaded = read_plan(command.plan)
        with self._acting(loaded) as acting:
            done = signing.sign(acting, loaded, command)
        return told_signature(done, self._typed(command.plan, command.bundle), withdrawn=False)

    def withdraw(self, command: SignFor) -> Told:
        """Take a role's signature back."""
        from holdfast.gate.handlers import signing
        from holdfast.gate.views.acts import told_signature

        loaded = read_plan(command.plan)
        with self._acting(loaded) as acting:
            done = signing.withdraw(acting, loaded, command)
        return told_signature(done, self._typed(command.plan, command.bundle), withdrawn=True)

    def request_override(self, command: RequestOverride) -> Told:
        """Ask for an override."""
        from holdfast.gate.handlers import overriding
        from holdfast.gate.views.acts import told_override

        loaded = read_plan(command.plan)
        with self._acting(loaded) as acting:
            done = overriding.request(acting, loaded, command)
        return told_override(done, self._typed(command.plan, command.bundle))

    def answer_override(self, command: AnswerOverride) -> Told:
        """Approve or refuse an override."""
        from holdfast.gate.handlers import overriding
        from holdfast.gate.views.acts import told_override

        loaded = read_plan(command.plan)
        with self._acting(loaded) as acting:
            done = overriding.answer(acting, loaded, command)
        return told_override(done, self._typed(command.plan, None))

    def history(self, plan: Path, gate: str | None, limit: int) -> Past:
        """Return what was decided about a plan's gates, newest first; looking makes no ledger."""
        from holdfast.gate.views.history import past_of

        loaded = read_plan(plan)
        with self._acting(loaded) as acting:
            return past_of(acting.ledger, loaded.plan, gate, limit)

    @contextmanager
    def _acting(self, loaded: LoadedPlan) -> Iterator[Acting]:
        """Open the plan's ledger for somebody who acts; where there is none, none is made."""
        from holdfast.gate.handlers.signing import Acting

        named = self.ledger(loaded.root)
        with ExitStack() as stack:
            ledger = stack.enter_context(named.open()) if named.exists else None
            yield Acting(ledger, named.place, self.clock, self.actor, named.kept)

    def _typed(self, plan: Path, bundle: str | None) -> Typed:
        from holdfast.gate.model.typed import Typed

        return Typed(self.program, "" if plan == Path() else str(plan), bundle or "")

    def measure(self, command: MeasureMetric, say: Callable[[str], None]) -> Measurement:
        """Measure one metric; record nothing."""
        from holdfast.gate.views.measurement import asked, measurement_of

        say("reading the plan")
        loaded = read_plan(command.plan)
        measured = asked(loaded, command.metric, command.data, command.by)
        say(f"measuring {command.metric}")
        return measurement_of(
            self.engine(),
            loaded,
            measured,
            confidence=command.confidence,
            at=self.clock.now(),
            tools=self.tools(),
        )

    def segments(self, command: FindSegments, say: Callable[[str], None]) -> SegmentsTold:
        """Look for segments that differ; record nothing."""
        from holdfast.gate.views.segments import segments_of

        say("reading the plan")
        loaded = read_plan(command.plan)
        say(f"looking for segments of {command.metric}")
        return segments_of(self.engine(), loaded, command, at=self.clock.now(), tools=self.tools())

    def measure_over_time(self, command: MeasureOverTime, say: Callable[[str], None]) -> Timeline:
        """Measure one metric window by window; record nothing."""
        from holdfast.gate.views.measurement import asked
        from holdfast.gate.views.timeline import timeline_of

        say("reading the plan")
        loaded = read_plan(command.plan)
        measured = asked(loaded, command.metric, command.data, command.by)
        say(f"measuring {command.metric}")
        return timeline_of(self.engine(), loaded, measured, command, at=self.clock.now(), tools=self.tools())

    def html(self, report: Report) -> str:
        """Return a report as one self-contained page."""
        from holdfast.gate.pages.html import render_html

        return render_html(report)

    def markdown(self, report: Report) -> str:
        """Return a report as Markdown."""
        from holdfast.gate.pages.markdown import render_markdown

        return render_markdown(report)

    def embedded(self, told: Report | Measurement | Comparison) -> str:
        """Return a check, a measurement or a comparison as a piece of somebody else's page."""
        from holdfast.gate.pages.embedded import embed_check, embed_comparison, embed_measurement
        from holdfast.gate.views.comparison import Comparison
        from holdfast.gate.views.context import Report

        if isinstance(told, Comparison):
            return embed_comparison(told)
        return embed_check(told) if isinstance(told, Report) else embed_measurement(told)

    def comparison_html(self, comparison: Comparison) -> str:
        """Return a comparison as one self-contained page."""
        from holdfast.gate.pages.comparison import render_comparison

        return render_comparison(comparison)

    def comparison_markdown(self, comparison: Comparison) -> str:
        """Return a comparison as Markdown."""
        from holdfast.gate.pages.comparison_markdown import render_comparison_markdown

        return render_comparison_markdown(comparison)

    def report_path(self, plan: Path, name: str = "report.html") -> Path:
        """Return where a plan's HTML report is written unless told otherwise."""
        folder = plan if os.path.isdir(plan) else plan.parent  # noqa: PTH112 -- never raises
        return self.report_folder(folder) / name


def _nothing(_: str) -> None:
    """Find no evidence: there is no ledger yet."""


def gate_routes(
    plans: Callable[[], Mapping[str, LoadedPlan]],
    standing: Callable[[LoadedPlan], Standing],
    ledger: Ledger,
    now: Callable[[], datetime],
    names: Callable[[Collection[str]], Mapping[str, str]],
) -> APIRouter:
    """Return the room's pages on the server."""
    from holdfast.gate.pages.served import Sources, router

    return router(Sources(plans, standing, ledger, now, names))
