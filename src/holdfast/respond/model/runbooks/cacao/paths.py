"""Where the ways of a decision come together again: CACAO wants each branch to end by itself."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.respond.model.runbooks.document import END
from holdfast.respond.model.runbooks.runbook import Runbook


def joins(runbook: Runbook) -> Mapping[str, str]:
    """Return for each step the first one that every way on from it passes; `end` where there is none before.

    Examples
    --------
    >>> from holdfast.respond.model.runbooks.library import library_runbook
    >>> joins(library_runbook("data-leakage").runbook)["which-path"]
    'closed'
    """
    above: dict[str, str] = {}
    depth = {END: 0}
    for step in reversed(runbook.steps):
        meet, *others = step.leads_to
        for other in others:
            while meet != other:  # climb the deeper one until both are the same
                if depth[meet] >= depth[other]:
                    meet = above[meet]
                else:
                    other = above[other]
        above[step.id] = meet
        depth[step.id] = depth[meet] + 1
    return above
