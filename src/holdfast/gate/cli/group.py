"""`holdfast gate ...`: decide some gates, sign them, override them, and what was."""

from __future__ import annotations

import click

from holdfast.gate.cli.deciding import decide
from holdfast.gate.cli.history import history
from holdfast.gate.cli.overriding import override
from holdfast.gate.cli.signing import sign, withdraw


@click.group()
def gate() -> None:
    """Gates one by one: decide, sign, override, look back."""


for command in (decide, sign, withdraw, override, history):
    gate.add_command(command)
