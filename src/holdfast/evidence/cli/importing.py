"""`holdfast evidence import`."""

from __future__ import annotations

from pathlib import Path

import click

from holdfast.evidence.cli.services import App
from holdfast.evidence.cli.words import json_option, plan_option, tell_json, text
from holdfast.evidence.commands import ImportFiles

LONGEST_BUNDLE = 200


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--tool",
    metavar="TOOL",
    help="Who wrote them: inspect, garak, promptfoo, deepeval, lm-eval, evidently or junit. Default: their"
    " content tells.",
)
@plan_option
@click.option(
    "--bundle",
    metavar="ID",
    help="The version of the system that was tried. Default: name@version of the plan's card.",
)
@json_option
@click.pass_obj
def import_(
    app: App, files: tuple[Path, ...], tool: str | None, plan: Path, bundle: str | None, as_json: bool
) -> int:
    """Record what other tools measured.

    FILES are what the tools wrote themselves (docs/importers.md).

    Every figure is recorded with its counts where the file has them. A file is recorded as a whole or not at
    all, and once: importing it again changes nothing. `holdfast check` does this by itself for the files that
    its gates name.

    Exit codes: 0 all are recorded, 3 one or more are refused, the others are recorded.
    """
    named = None if bundle is None else text(bundle, "--bundle", LONGEST_BUNDLE, lines=False)
    done = app.evidence.import_files(ImportFiles(files, tool, plan, named))
    if as_json:
        from holdfast.evidence.views.promise import import_json

        tell_json(import_json(done))
    else:
        from holdfast.evidence.views.acts import show_imports
        from holdfast.web.terminal import terminal

        show_imports(done, terminal())
    problems = [problem for file in done for problem in file.problems]
    for problem in problems:
        click.echo(problem.render(), err=True)
    return 3 if problems else 0
