"""`holdfast lint`: the mistakes that plans make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from holdfast.plan.views.linting import LintReport


class Linting(Protocol):
    """What linting needs of the plan room's services."""

    def lint(self, plan: Path, *, look: bool) -> LintReport:
        """Return what lint finds in a plan; `look` also at its data."""
        ...


class App(Protocol):
    """What the app hands to this command."""

    @property
    def plan(self) -> Linting:
        """The plan room's services."""
        ...


@click.command()
@click.argument("plan", type=click.Path(path_type=Path), default=Path("holdfast.yaml"), required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How findings are written: for people, docs/json.md, code scanning, or GitHub annotations.",
)
@click.option("--no-data", is_flag=True, help="Do not look at the records: fast, for a pre-commit hook.")
@click.pass_obj
def lint(app: App, plan: Path, form: str, no_data: bool) -> int:
    """Look for the mistakes that plans make: vague risks, controls without evidence, and the like.

    PLAN is a file or a folder; without one, `holdfast.yaml` here. What is meant to be so says so with its
    reason, on the line or above it: `# holdfast: ignore[HF103] because ...`. Exit codes: 0 nothing found,
    1 findings, 3 the plan cannot be read.
    """
    report = app.plan.lint(plan, look=not no_data)
    click.echo(_written(report, form), nl=False)
    return report.exit_code


def _written(report: LintReport, form: str) -> str:
    from holdfast.plan.views.linting import as_text, lint_json

    if form == "json":
        return json.dumps(lint_json(report), indent=2, ensure_ascii=False) + "\n"
    if form == "sarif":
        from importlib.metadata import version

        from holdfast.web.ci.sarif import sarif

        return json.dumps(sarif(report.findings, version("holdfast")), indent=2, ensure_ascii=False) + "\n"
    if form == "github":
        from holdfast.web.ci.github import workflow_commands

        return workflow_commands(report.findings)
    from holdfast.web.terminal import coloured

    return "".join(f"{coloured(level, text)}\n" for level, text in as_text(report))
