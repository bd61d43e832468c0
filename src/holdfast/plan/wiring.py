"""What the app mounts of the plan's room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.kernel.clock import Clock
from holdfast.plan.commands import StartPlan
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.pages.embedded import embed_lint, embed_register
from holdfast.plan.pages.html import render_plan, render_sheet
from holdfast.plan.pages.markdown import render_brief
from holdfast.plan.ports import Facts
from holdfast.plan.views.brief import Brief, brief
from holdfast.plan.views.page import plan_page
from holdfast.plan.views.questions import Questions, questions
from holdfast.plan.views.reading import read_plan
from holdfast.plan.views.register import register
from holdfast.plan.views.seen import Seen, ViewName, look

if TYPE_CHECKING:
    from fastapi import APIRouter

    from holdfast.plan.views.linting import LintReport
    from holdfast.plan.views.started import Started
    from holdfast.telemetry.ports import Engine


@dataclass(frozen=True)
class PlanServices:
    """The plan room's work; the app says how its outside is opened.

    Attributes
    ----------
    engine : callable
        Returns the engine that looks at files: their columns and how many records they hold.
    facts : Facts
        What the ledger knows of a plan's evidence.
    """

    engine: Callable[[], Engine]
    facts: Facts
    clock: Clock

    def look(self, path: Path, view: ViewName) -> Seen:
        """Return one view of the plan in a file or a folder."""
        loaded = read_plan(path)
        return look(view, loaded, self.facts.standing(loaded), self.clock.now())

    def html(self, path: Path) -> str:
        """Return the whole plan in a file or a folder as one self-contained page."""
        loaded = read_plan(path)
        return render_plan(plan_page(loaded, self.facts.standing(loaded), self.clock.now()))

    def ask(self, path: Path) -> Questions:
        """Return the three questions of a launch, answered from the plan in a file or a folder."""
        loaded = read_plan(path)
        return questions(loaded, self.facts.standing(loaded), self.clock.now())

    def brief(self, path: Path) -> Brief:
        """Return the plan in a file or a folder, on one page."""
        loaded = read_plan(path)
        return brief(loaded, self.facts.standing(loaded), self.clock.now())

    def brief_markdown(self, page: Brief) -> str:
        """Return that page as Markdown."""
        return render_brief(page)

    def brief_html(self, page: Brief) -> str:
        """Return that page as HTML that prints on one sheet."""
        return render_sheet(page)

    def lint(self, plan: Path, *, look: bool) -> LintReport:
        """Return what lint finds in the plan of a file or a folder; `look` also at its data."""
        from holdfast.plan.views.linting import lint_report

        loaded = read_plan(plan)
        data = None
        if look:
            from holdfast.plan.views.looking import look as look_at

            data = look_at(self.engine(), loaded)
        return lint_report(loaded, self.clock.now(), self.facts.standing(loaded), data)

    def embedded(self, told: LoadedPlan | LintReport) -> str:
        """Return a plan's register, or what lint found in it, as a piece of somebody else's page."""
        return embed_register(register(told)) if isinstance(told, LoadedPlan) else embed_lint(told)

    def refuse_where_one_is(self, folder: Path) -> None:
        """Refuse a folder that has a plan, before anything is asked."""
        from holdfast.plan.views.started import refuse_where_one_is

        refuse_where_one_is(folder)

    def start(self, command: StartPlan) -> Started:
        """Write a plan to start from into a folder that has none."""
        # what measures is loaded with it, and a lint without data needs nothing of that
        from holdfast.plan.handlers.starting import start_plan
        from holdfast.plan.views.started import refuse_where_one_is, started

        refuse_where_one_is(command.folder)
        written = start_plan(command, self.clock.now().date())
        return started(command, written.text, written.files, ignored=written.ignored)


def plan_routes(
    plans: Callable[[], Mapping[str, LoadedPlan]], facts: Facts, now: Callable[[], datetime]
) -> APIRouter:
    """Return the room's pages on the server."""
    from holdfast.plan.pages.served import router

    return router(plans, facts, now)
