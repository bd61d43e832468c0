"""`holdfast rollup ...`: states of metrics by the minute, kept, so that only new records are read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from holdfast.watch.cli.services import App
from holdfast.watch.commands import CompactRollups, UpdateRollups

_PLAN = click.option(
    "--plan", type=click.Path(path_type=Path), default=Path(), help="The plan's file or folder."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON (docs/json.md).")


@click.group()
def rollup() -> None:
    """States of metrics by the minute, kept beside the plan: only new records are read."""


@rollup.command()
@click.argument("metrics", nargs=-1)
@_PLAN
@click.option("--data", help="The data source of the named metrics. Default: where the plan watches them.")
@click.option("--anew", is_flag=True, help="Set aside what is kept, and measure everything again.")
@click.option("--keep-vanished", is_flag=True, help="Files that are gone keep what they contributed.")
@click.option("--every-day", is_flag=True, help="Measure all days of a table again, not only the newest.")
@_JSON
@click.pass_obj
def update(
    app: App,
    metrics: tuple[str, ...],
    plan: Path,
    data: str | None,
    anew: bool,
    keep_vanished: bool,
    every_day: bool,
    as_json: bool,
) -> int:
    """Read what is new, restate what changed, and say both.

    Without METRICS: all that the plan's indicators watch. Exit code 2 when some of it was left out.
    """
    from holdfast.web.terminal import steps, terminal

    command = UpdateRollups(plan, metrics, data, anew, keep_vanished, every_day)
    with steps(quiet=as_json) as say:
        told = app.watch.update(command, say)
    if as_json:
        from holdfast.watch.views.promise import update_json

        click.echo(json.dumps(update_json(told), indent=2, ensure_ascii=False))
    else:
        from holdfast.watch.views.terminal import show_update

        show_update(told, terminal())
    return told.exit_code


@rollup.command()
@_PLAN
@_JSON
@click.pass_obj
def show(app: App, plan: Path, as_json: bool) -> int:
    """Tell what is kept: series, spans, sizes; how late labels are and how fresh records."""
    from holdfast.web.terminal import terminal

    kept = app.watch.kept(plan)
    if as_json:
        from holdfast.watch.views.promise import kept_json

        click.echo(json.dumps(kept_json(kept), indent=2, ensure_ascii=False))
    else:
        from holdfast.watch.views.terminal import show_kept

        show_kept(kept, terminal())
    return 0


@rollup.command()
@_PLAN
@click.option("--ended", is_flag=True, help="Take away what is asked for no more.")
@_JSON
@click.pass_obj
def compact(app: App, plan: Path, ended: bool, as_json: bool) -> int:
    """Make hours of old minutes and days of old hours, exactly, and give the room back.

    How long minutes and hours are kept is set by HOLDFAST_KEEP_MINUTES and HOLDFAST_KEEP_HOURS.
    """
    from holdfast.web.terminal import terminal

    told = app.watch.compact(CompactRollups(plan, ended))
    if as_json:
        from holdfast.watch.views.promise import compacted_json

        click.echo(json.dumps(compacted_json(told), indent=2, ensure_ascii=False))
    else:
        from holdfast.watch.views.terminal import show_compacted

        show_compacted(told, terminal())
    return 0
