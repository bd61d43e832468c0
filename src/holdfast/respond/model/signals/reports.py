"""A report: what somebody saw, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Recorded
from holdfast.respond.events.signals import ReportAnswered, ReportReceived

REPORT_ID = re.compile(r"R-[a-z0-9]{16}")


@dataclass(frozen=True)
class Report:
    """A report as its facts say it is.

    Attributes
    ----------
    seq : int
        The fact that it was received.
    answer : ReportAnswered or None
        What somebody said of it; None while nobody did.
    """

    id: str
    version: int
    seq: int
    at: datetime
    received: ReportReceived
    answer: ReportAnswered | None = None


def stream_of(report: str) -> str:
    """Return the stream of a report.

    Raises
    ------
    UsageError
        HF703: it is no id of a report.

    Examples
    --------
    >>> stream_of("R-abcdefghij234567")
    'report/R-abcdefghij234567'
    """
    if not REPORT_ID.fullmatch(report):
        raise UsageError.of("HF703", f"{report[:40]!r} is no report", fix="see the list of reports")
    return f"report/{report}"


def scope_of(report: str) -> str:
    """Return whose key seals what a report says: its own, so that one report can be forgotten alone."""
    return stream_of(report)


def report_of(facts: Iterable[Recorded]) -> Report | None:
    """Return a report as its facts say it is; None where there are none."""
    found: Report | None = None
    for recorded in facts:
        event = recorded.event
        if isinstance(event, ReportReceived):
            found = Report(event.report, recorded.version, recorded.seq, recorded.at, event)
        elif isinstance(event, ReportAnswered) and found is not None:
            found = replace(found, version=recorded.version, answer=event)
    return found
