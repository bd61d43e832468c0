"""Any view in a terminal."""

from __future__ import annotations

from typing import TextIO

from holdfast.plan.views.argument import AssuranceArgument
from holdfast.plan.views.register import Register
from holdfast.plan.views.seen import Seen
from holdfast.plan.views.terminal.argument import write_argument
from holdfast.plan.views.terminal.register import write_register


def write_view(seen: Seen, stream: TextIO) -> None:
    """Write a view: to a terminal at its width, elsewhere at 100 columns and without colour."""
    match seen:
        case Register():
            write_register(seen, stream)
        case AssuranceArgument():
            write_argument(seen, stream)
        case _:
            raise TypeError(f"no terminal form for {type(seen).__name__}")
