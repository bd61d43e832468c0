"""`holdfast evidence`: the group of its commands."""

from __future__ import annotations

import click

from holdfast.evidence.cli.attesting import attest, withdraw
from holdfast.evidence.cli.importing import import_
from holdfast.evidence.cli.looking import list_, show


@click.group()
def evidence() -> None:
    """Evidence: import other tools' results, attest, list, show.

    Which ledger is meant is said with `holdfast --ledger URL evidence ...` or HOLDFAST_LEDGER; without, it is
    the one beside the plan.
    """


for command in (import_, list_, show, attest, withdraw):
    evidence.add_command(command)
