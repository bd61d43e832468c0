"""`holdfast ledger`: the group of its commands."""

from __future__ import annotations

import click

from holdfast.ledger.cli.checkpoints import checkpoint, prove
from holdfast.ledger.cli.facts import export, rebuild
from holdfast.ledger.cli.moving import move
from holdfast.ledger.cli.verifying import verify


@click.group()
def ledger() -> None:
    """Facts: verify, export, checkpoint, prove, rebuild, move.

    Which ledger is meant is said with `holdfast --ledger URL ledger ...` or HOLDFAST_LEDGER.
    """


for command in (verify, export, checkpoint, prove, rebuild, move):
    ledger.add_command(command)
