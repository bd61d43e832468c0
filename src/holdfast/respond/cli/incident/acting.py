"""The acts of an incident as commands: made from the acts themselves, so that no field is written twice."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.respond.cli.incident.fields import parse_pairs, understood
from holdfast.respond.cli.incident.looking import json_option
from holdfast.respond.cli.incident.telling import due_lines, headline, say_json
from holdfast.respond.commands import classifying, course, levers, roles, working
from holdfast.respond.commands.base import Command

if TYPE_CHECKING:
    from holdfast.respond.cli.incident.services import App


@dataclass(frozen=True)
class Short:
    """An act with a command of its own.

    Attributes
    ----------
    positional : tuple of str
        The fields that stand behind the incident without a name.
    """

    command: type[Command]
    positional: tuple[str, ...] = ()


SHORT: tuple[Short, ...] = (
    Short(classifying.ClassifyIncident, ("bucket",)),
    Short(classifying.AssessImpact),
    Short(classifying.SetSeverity, ("severity",)),
    Short(roles.AssumeRole, ("role",)),
    Short(roles.HandOverRole, ("role", "who")),
    Short(working.MakeStatement, ("text",)),
    Short(working.MakeDecision, ("what",)),
    Short(working.AgreeAction, ("what",)),
    Short(working.AddNote, ("text",)),
    Short(levers.MoveLever, ("lever",)),
    Short(levers.EnterSafeMode),
    Short(course.MoveState, ("to",)),
    Short(course.ValidateRecovery, ("step", "result")),
    Short(course.ConfirmRecovery),
    Short(course.ReconcileItem, ("item",)),
    Short(course.CloseIncident),
    Short(course.ReopenIncident),
)
"""What a person alone on a terminal needs; everything else is asked for by `act`."""
EXITS = "Exit codes: 0 done, 3 it was refused; nothing is recorded then."


def act_command(short: Short) -> click.Command:
    """Return the command of an act."""
    command = short.command
    params: list[click.Parameter] = [click.Argument(["incident"])]
    params += [click.Argument([name], metavar=name.upper()) for name in short.positional]
    for name, field in command.model_fields.items():
        if name not in short.positional:
            params.append(_option(name, str(field.annotation), field.description, field.is_required()))
    params.append(click.Option(["--key"], metavar="KEY", help="The same for the same wish: it is done once."))
    made = click.Command(
        command.NAME,
        callback=click.pass_obj(_callback(command)),
        params=params,
        help=f"{(command.__doc__ or '').strip()}\n\n{EXITS}",
        short_help=(command.__doc__ or "").split("\n")[0],
    )
    return json_option(made)


def _option(name: str, annotation: str, description: str | None, required: bool) -> click.Option:
    said = " ".join((description or "").split())
    flag = f"--{name.replace('_', '-')}"
    if annotation in ("bool", "<class 'bool'>", "bool | None", "typing.Optional[bool]"):
        return click.Option([f"{flag}/--no-{flag[2:]}"], default=None, help=said)
    several = "tuple" in annotation or "dict" in annotation
    metavar = "TIME" if "datetime" in annotation.lower() else "KEY=VALUE" if "dict" in annotation else "TEXT"
    return click.Option([flag], multiple=several, required=required, metavar=metavar, help=said)


def _callback(command: type[Command]) -> Any:  # noqa: ANN401 -- click calls it with whatever it parsed
    def run(app: App, incident: str, key: str | None, as_json: bool, **given: Any) -> None:  # noqa: ANN401
        fields = {name: _given(value) for name, value in given.items() if value not in (None, ())}
        _perform(app, incident, understood(command, fields), key, as_json)

    return run


def _given(value: Any) -> Any:  # noqa: ANN401 -- whatever click parsed
    """Return an option that may come several times as a list, and one that came once as it is."""
    if isinstance(value, tuple):
        return list(value) if len(value) > 1 else value[0]
    return value


@click.command("act")
@click.argument("incident")
@click.argument("name")
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--key", metavar="KEY", help="The same for the same wish: it is done once.")
@json_option
@click.pass_obj
def act(app: App, incident: str, name: str, fields: tuple[str, ...], key: str | None, as_json: bool) -> None:
    """Do any act of the room by its NAME: those of the API (docs/incident.md).

    A field that comes again makes a list; a value may be JSON. A single `-` reads the fields as JSON from
    standard input.

    Exit codes: 0 done, 3 it was refused; nothing is recorded then.
    """
    command = app.respond.act_command(name)
    if command is None:
        names = [each.NAME for each in app.respond.acts()]
        raise UsageError.of("HF792", f"there is no act `{name[:40]}`", fix=did_you_mean(name, names))
    given = _from_input() if fields == ("-",) else parse_pairs(fields)
    _perform(app, incident, understood(command, given), key, as_json)


def _counted(names: list[str]) -> str:
    counts = Counter(names)
    said = ", ".join(name if count == 1 else f"{count} {name}" for name, count in counts.items())
    return said or "nothing: it was so already"


def _from_input() -> dict[str, Any]:
    try:
        read = json.loads(sys.stdin.read())
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise UsageError.of(
            "HF792", "standard input holds no JSON object", fix='`{"what": "...", "why": "..."}`'
        )
    return read


def _perform(app: App, incident: str, command: Command, key: str | None, as_json: bool) -> None:
    from holdfast.access.model.principal import Principal

    acted = app.respond.perform(incident, command, Principal.local(app.settings.actor), key=key)
    told = app.respond.incident_told(incident)
    facts = [(fact.seq, fact.event.type_name()) for fact in acted.recorded]
    if as_json:
        recorded = [{"seq": seq, "type": name} for seq, name in facts]
        say_json(
            incident=told.id,
            version=told.version,
            state=told.state,
            severity=told.severity,
            recorded=recorded,
            next=told.next.model_dump(mode="json") if told.next else None,
        )
        return
    click.echo(f"recorded {_counted([name for _, name in facts])}")
    click.echo(headline(told))
    for line in due_lines(told.clocks, most=2):
        click.echo(line)
