"""`holdfast compare`: two variants through the same gates."""

from __future__ import annotations

import json
from pathlib import Path

import click

from holdfast.gate.cli.services import App
from holdfast.gate.commands import CompareArms
from holdfast.kernel.errors import UsageError


@click.command()
@click.argument("plan", type=click.Path(path_type=Path), default=Path(), required=False)
@click.option(
    "--arms",
    required=True,
    metavar="A,B",
    help="Two names of the plan's `arms`. Differences are B against A.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Where to write the HTML report.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the comparison as Markdown, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON (docs/json.md).")
@click.pass_obj
def compare(
    app: App, plan: Path, arms: str, report: Path | None, markdown: Path | None, as_json: bool
) -> int:
    """Put two arms of PLAN through its gates, side by side, and say which to choose and why.

    Each arm is measured and decided as `holdfast check` would. The difference on every gate comes with its
    interval, pair by pair where the records pair. Exit codes: 0 an arm is chosen, 2 the data cannot say,
    1 both arms fail a blocking gate.
    """
    from holdfast.web.files import from_here, prepared, write
    from holdfast.web.terminal import steps

    names = tuple(name.strip() for name in arms.split(",") if name.strip())
    page = report or app.gate.report_path(plan, "comparison.html")
    if markdown is not None and markdown.absolute() == page.absolute():
        raise UsageError.of("HF503", f"`{page}` is named for both reports", fix="give each its own file")
    for path in (page, markdown):
        if path is not None:
            prepared(path)
    with steps(quiet=as_json) as say:
        told = app.gate.compare(CompareArms(plan, names), say)
        say("writing the report")
        write(page, app.gate.comparison_html(told))
        if markdown is not None:
            write(markdown, app.gate.comparison_markdown(told))
    shown = from_here(page)
    if as_json:
        from holdfast.gate.views.comparison_promise import compare_json

        click.echo(json.dumps(compare_json(told, shown), indent=2, ensure_ascii=False))
    else:
        from holdfast.gate.views.comparison_terminal import show_comparison
        from holdfast.web.terminal import terminal

        show_comparison(told, terminal(), shown)
    return told.exit_code
