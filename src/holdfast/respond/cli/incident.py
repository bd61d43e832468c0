"""`holdfast incident`: the group of its commands."""

from __future__ import annotations

import click

from holdfast.respond.cli.exporting import export, verify


@click.group()
def incident() -> None:
    """Incidents: export one whole, verify an export."""


for command in (export, verify):
    incident.add_command(command)
