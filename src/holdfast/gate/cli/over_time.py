"""Options of `holdfast measure` for figures over time, and what they ask for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from holdfast.gate.cli.services import App
from holdfast.kernel.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])
OVER_TIME = ("every", "since", "until", "above", "below", "false_alarms")
"""Names of the options; each of them asks for a figure over time."""


@dataclass(frozen=True)
class Asked:
    """What is measured, as of a measurement of the whole time."""

    plan: Path
    metric: str
    data: str | None
    by: tuple[str, ...] | None
    confidence: float


def over_time_options(command: F) -> F:
    """Add the options to a command."""
    for option in (
        click.option("--false-alarms", metavar="BUDGET",
                     help="Watch it with a detector that cries wolf at most so often: '1 per 90d'."),
        click.option("--below", metavar="LEVEL", help="Bad is below this level."),
        click.option("--above", metavar="LEVEL",
                     help="Bad is above this level: 1%. Default: what an indicator of the plan says."),
        click.option("--until", metavar="TIME", help="Records before this time."),
        click.option("--since", metavar="TIME", help="Records from this time on, in UTC: 2026-11-14."),
        click.option("--every", metavar="TIME", help="Window by window: 10m, 1h, 1d."),
    ):  # fmt: skip
        command = option(command)
    return command


def asks_over_time(options: Mapping[str, str | None]) -> bool:
    """Return whether any of the options is given."""
    return any(options[name] is not None for name in OVER_TIME)


def measure_over_time(
    app: App, asked: Asked, options: Mapping[str, str | None], *, picture: Path | None, as_json: bool
) -> int:
    """Measure over time as the options say, and tell it.

    Raises
    ------
    UsageError
        HF501: an option that cannot be read.
    """
    from holdfast.gate.commands import MeasureOverTime
    from holdfast.gate.views.timeline_telling import show_timeline, timeline_json, timeline_picture
    from holdfast.web.files import from_here
    from holdfast.web.terminal import steps, terminal

    said = {name: value for name, value in options.items() if value is not None}
    command = MeasureOverTime(
        asked.plan,
        asked.metric,
        asked.data,
        asked.by,
        asked.confidence,
        every=_number("--every", said.get("every")),
        since=_moment("--since", said.get("since")),
        until=_moment("--until", said.get("until")),
        above=_number("--above", said.get("above")),
        below=_number("--below", said.get("below")),
        budget=_number("--false-alarms", said.get("false_alarms")),
    )
    with steps(quiet=as_json) as say:
        timeline = app.gate.measure_over_time(command, say)
    drawn = None if picture is None else timeline_picture(timeline).write(picture)
    if as_json:
        click.echo(json.dumps(timeline_json(timeline), indent=2, ensure_ascii=False))
        return 0
    console = terminal()
    show_timeline(timeline, console)
    if drawn is not None:
        console.print(f"picture {from_here(drawn)}", soft_wrap=True)
    return 0


def _number(option: str, text: str | None) -> float | None:
    """Return what an option says as a number: seconds of a length of time, of a budget; a level."""
    from pydantic_core import PydanticCustomError

    from holdfast.plan.model.values import budget, duration, level

    if text is None:
        return None
    try:
        if option == "--every":
            return duration(text).seconds
        if option == "--false-alarms":
            read = budget(text)
            return read.per.seconds / read.count
        return level(text).value
    except PydanticCustomError as error:
        fix = (error.context or {}).get("fix")
        raise UsageError.of("HF501", f"{option}: {error.message()}", fix=fix) from error


def _moment(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        fix = "a day or a time such as 2026-11-14 or 2026-11-14T08:00+01:00; without a zone it is UTC"
        raise UsageError.of("HF501", f"{option} is `{text[:80]}`, which is no time", fix=fix) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
