"""Every fact of an incident may start, move or stop a clock; what is to be moved is moved."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.kernel.events import Recorded
from holdfast.ledger.reacting import Policy
from holdfast.respond.events.every import EVENTS
from holdfast.respond.events.levers import LeverActionRecorded


def clock_policies(follow: Callable[[Recorded], None]) -> tuple[Policy, ...]:
    """Return what keeps timers in step with the clocks of incidents.

    Parameters
    ----------
    follow : callable
        Sets the timers that follow from an incident as it stands; harmless twice.
    """
    return (Policy("incident-clocks", EVENTS, follow),)


def lever_policies(carry_out: Callable[[Recorded], None]) -> tuple[Policy, ...]:
    """Return what moves levers whose move was recorded, where the process died before it moved them.

    Parameters
    ----------
    carry_out : callable
        Moves the lever of a fact; twice is one move.
    """
    return (Policy("incident-levers", (LeverActionRecorded,), carry_out),)
