"""`holdfast measure`: one metric, with its interval, recorded nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import click

from holdfast.gate.cli.over_time import Asked, asks_over_time, measure_over_time, over_time_options
from holdfast.gate.cli.services import App
from holdfast.gate.commands import FindSegments, MeasureMetric
from holdfast.kernel.errors import UsageError


@click.command()
@click.argument("metric")
@click.option("--data", help="The plan's data source. Default: that of the gates which judge the metric.")
@click.option("--plan", type=click.Path(path_type=Path), default=Path(), help="The plan's file or folder.")
@click.option("--by", multiple=True, metavar="COLUMN", help="Slice by a column; several are crossed.")
@click.option("--whole", is_flag=True, help="Do not slice, whatever the metric says.")
@click.option(
    "--confidence", type=float, default=0.95, show_default=True, help="Of the intervals, as a share."
)
@click.option("--segments", is_flag=True, help="Look for the segments that differ most from the rest.")
@click.option(
    "--segments-over",
    "over",
    multiple=True,
    metavar="COLUMN",
    help="Columns to look for segments in. Default: all with few values.",
)
@click.option(
    "--minimum",
    type=click.IntRange(min=2),
    default=30,
    show_default=True,
    help="With segments: fewest records of one.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="With segments: how many to show.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON (docs/json.md).")
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw it: .html, .svg, .png, .pdf, or .json for Vega-Lite.",
)
@over_time_options
@click.pass_obj
def measure(
    app: App,
    /,
    metric: str,
    data: str | None,
    plan: Path,
    by: tuple[str, ...],
    whole: bool,
    confidence: float,
    segments: bool,
    over: tuple[str, ...],
    minimum: int,
    top: int,
    as_json: bool,
    picture: Path | None,
    **over_time: str | None,
) -> int:
    """Measure METRIC of the plan on one of its data sources; nothing is recorded or judged.

    With --segments: which values of the columns, singly and in pairs, differ most from the rest, corrected
    for having looked at many (docs/segments.md).

    With --every (or an indicator of the plan that watches METRIC on this data, and any of the options
    about time) it is measured window by window, and a detector tells when it crossed the level.
    """
    from holdfast.web.files import from_here
    from holdfast.web.terminal import steps, terminal

    if by and whole:
        raise UsageError.of("HF501", "`--by` and `--whole` exclude each other", fix="give one of them")
    if not 0 < confidence < 1:
        raise UsageError.of("HF501", f"a confidence of {confidence:g}", fix="give a share such as 0.95")
    if segments or over:
        from holdfast.gate.cli.segments import find

        if by or whole:
            raise UsageError.of("HF501", "segments slice by themselves", fix="leave out `--by` and `--whole`")
        if asks_over_time(over_time):
            fix = "leave out the options about time"
            raise UsageError.of("HF501", "segments are looked for in all records", fix=fix)
        wanted = FindSegments(plan, metric, data, over, confidence, minimum)
        return find(app, wanted, top, picture=picture, as_json=as_json)
    slices = () if whole else (by or None)
    if asks_over_time(over_time):
        asked = Asked(plan, metric, data, slices, confidence)
        return measure_over_time(app, asked, over_time, picture=picture, as_json=as_json)
    with steps(quiet=as_json) as say:
        measured = app.gate.measure(MeasureMetric(plan, metric, data, slices, confidence), say)
    drawn = None
    if picture is not None:
        from holdfast.gate.views.drawing import measurement_picture

        drawn = measurement_picture(measured).write(picture)
    if as_json:
        from holdfast.gate.views.promise import measure_json

        click.echo(json.dumps(measure_json(measured), indent=2, ensure_ascii=False))
    else:
        from holdfast.gate.views.terminal import show_measurement

        console = terminal()
        show_measurement(measured, console)
        if drawn is not None:
            console.print(f"picture {from_here(drawn)}", soft_wrap=True)
    return 0
