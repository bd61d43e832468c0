"""`holdfast incident`: the group of its commands."""

from __future__ import annotations

import click

from holdfast.respond.cli.exporting import export, report, verify
from holdfast.respond.cli.incident.acting import SHORT, act, act_command
from holdfast.respond.cli.incident.communicating import duties, update
from holdfast.respond.cli.incident.looking import declare, list_, show


@click.group()
def incident() -> None:
    """Incidents: declare, contain, decide, recover, close.

    `holdfast incident declare "what happens"` needs no plan and no server: what it records lies in
    `.holdfast`, or in the ledger that is named. What it prints says what is due next, and the command for it.
    """


for command in (
    declare,
    list_,
    show,
    *(act_command(short) for short in SHORT),
    act,
    update,
    duties,
    report,
    export,
    verify,
):
    incident.add_command(command)
