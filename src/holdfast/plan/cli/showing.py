"""`holdfast plan ...`: the plan as people look at it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from holdfast.plan.cli.asking import ask
from holdfast.plan.cli.services import VIEWS, App, ViewName

PLAN = click.Path(path_type=Path)
USUAL = Path("holdfast.yaml")


@click.group(invoke_without_command=True)
@click.pass_context
def plan(context: click.Context) -> None:
    """Look at a plan: its risks, controls, gates and indicators."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@plan.command()
@click.argument("path", metavar="[PLAN]", type=PLAN, default=USUAL)
@click.option("--view", type=click.Choice(VIEWS), default="register", show_default=True, help="What to see.")
@click.option("--json", "as_json", is_flag=True, help="Print the view as JSON (docs/json.md).")
@click.option("--html", type=PLAN, metavar="FILE", help="Write all views to FILE as one page.")
@click.pass_obj
def show(app: App, path: Path, view: ViewName, as_json: bool, html: Path | None) -> None:
    """Show the risk register of PLAN, or another view of it.

    PLAN is a file or a folder; without one, `holdfast.yaml` here. The views:

    \b
    register    risks by R = S x L, their controls, the gates, the indicators
    coverage    each risk by layer: prevent, detect, respond; what shows that it works
    indicators  from a tolerance over its risks to what is watched, and what is done
    rights      who may do what, with whom, and who can be reached
    argument    what is claimed, why, what shows it, what is assumed
    crosswalk   NIST AI RMF, ISO/IEC 42001, OWASP, MITRE ATLAS: what the plan addresses

    With --html all of them are written to a file that needs no network and no script.

    Exit codes: 0 done, 3 the plan is wrong.
    """  # noqa: D301 -- \b is how click is told to keep lines
    from holdfast.plan.views.terminal.seen import write_view
    from holdfast.web.files import prepared, write

    if html is not None:
        prepared(html)
        write(html, app.plan.html(path))
        if not as_json:
            click.echo(f"wrote {html}: all views of the plan on one page")
            return
    seen = app.plan.look(path, view)
    if as_json:
        click.echo(json.dumps(seen.as_json(), indent=2, ensure_ascii=False))
    else:
        write_view(seen, sys.stdout)


@plan.command()
@click.argument("path", metavar="[PLAN]", type=PLAN, default=USUAL)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it to FILE: as HTML if it ends in .html.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON (docs/json.md).")
@click.pass_obj
def brief(app: App, path: Path, out: Path | None, as_json: bool) -> None:
    """Put PLAN on one page, as Markdown or HTML.

    PLAN is a file or a folder; without one, `holdfast.yaml` here. The page has the top three risks with a
    control in every layer, the gates, the live alerts and who is woken, the first three steps of the runbook,
    and who answers. What the plan does not say is said to be missing, never made up.

    Exit codes: 0 done, 3 the plan is wrong.
    """
    from holdfast.web.files import prepared, write

    if out is not None:
        prepared(out)
    page = app.plan.brief(path)
    if as_json:
        text = json.dumps(page.as_json(), indent=2, ensure_ascii=False) + "\n"
    elif out is not None and out.suffix.lower() in (".html", ".htm"):
        text = app.plan.brief_html(page)
    else:
        text = app.plan.brief_markdown(page)
    if out is None:
        click.echo(text, nl=False)
        return
    write(out, text)
    lacks = len(page.missing)
    click.echo(f"wrote {out}: " + (f"{lacks} missing: {', '.join(page.missing)}" if lacks else "complete"))


plan.add_command(ask)


@plan.command(hidden=True)
def reference() -> None:
    """Write the reference page of the plan's format, in Markdown."""
    from holdfast.plan.views.reference import reference_page

    click.echo(reference_page(), nl=False)
