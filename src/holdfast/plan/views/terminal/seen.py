"""Any view in a terminal."""

from __future__ import annotations

from typing import TextIO

from holdfast.plan.views.argument import AssuranceArgument
from holdfast.plan.views.coverage import Coverage
from holdfast.plan.views.crosswalk import Crosswalk
from holdfast.plan.views.indicators import Indicators
from holdfast.plan.views.register import Register
from holdfast.plan.views.rights import Rights
from holdfast.plan.views.seen import Seen
from holdfast.plan.views.terminal.argument import write_argument
from holdfast.plan.views.terminal.coverage import write_coverage
from holdfast.plan.views.terminal.crosswalk import write_crosswalk
from holdfast.plan.views.terminal.indicators import write_indicators
from holdfast.plan.views.terminal.register import write_register
from holdfast.plan.views.terminal.rights import write_rights


def write_view(seen: Seen, stream: TextIO) -> None:
    """Write a view: to a terminal at its width, elsewhere at 100 columns and without colour."""
    match seen:
        case Register():
            write_register(seen, stream)
        case Coverage():
            write_coverage(seen, stream)
        case Indicators():
            write_indicators(seen, stream)
        case Rights():
            write_rights(seen, stream)
        case AssuranceArgument():
            write_argument(seen, stream)
        case Crosswalk():
            write_crosswalk(seen, stream)
        case _:
            raise TypeError(f"no terminal form for {type(seen).__name__}")
