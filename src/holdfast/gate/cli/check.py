"""`holdfast check`: the main job."""

from __future__ import annotations

import json
from pathlib import Path

import click

from holdfast.gate.cli.outputs import Outputs, ci_options
from holdfast.gate.cli.services import App
from holdfast.gate.cli.words import bundle_option, json_option
from holdfast.gate.commands import CheckRelease
from holdfast.gate.views.context import Report


@click.command()
@click.argument("plan", type=click.Path(path_type=Path), default=Path(), required=False)
@bundle_option
@click.option("--report", type=click.Path(path_type=Path), help="Where to write the HTML report.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the report as Markdown, too.")
@ci_options
@json_option
@click.pass_obj
def check(
    app: App,
    /,
    plan: Path,
    bundle: str | None,
    report: Path | None,
    markdown: Path | None,
    as_json: bool,
    **ci: object,
) -> int:
    """Measure every gate of PLAN, decide, record the facts and write the report.

    PLAN is a file or a folder; without one, the plan of this folder. The verdict is the worst of the blocking
    gates: pass (exit code 0), fail (1) or inconclusive (2), which says how many more records would decide.
    """
    from holdfast.web.files import from_here
    from holdfast.web.terminal import steps

    page = report or app.gate.report_path(plan)
    outputs = Outputs.asked(page, markdown, ci, as_json=as_json)
    with outputs.annotated(), steps(quiet=as_json) as say:
        told = app.gate.check(CheckRelease(plan, bundle), say)
        say("writing the report")
        outputs.write(told, app.gate.html(told), app.gate.markdown(told), _version(told))
    shown = from_here(page)
    if as_json:
        from holdfast.gate.views.promise import check_json

        click.echo(json.dumps(check_json(told, shown), indent=2, ensure_ascii=False))
    else:
        from holdfast.gate.views.terminal import show
        from holdfast.web.terminal import terminal

        show(told, terminal(), shown)
    outputs.annotate(told)
    return told.verdict.exit_code


def _version(report: Report) -> str:
    """Return the version that decided: the first of the tools is ours."""
    return report.provenance.tools[0][1]
