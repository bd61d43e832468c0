"""Runbooks to test with, and how they are read."""

from __future__ import annotations

from holdfast.kernel.errors import PlanError
from holdfast.respond.model.runbooks.loading import LoadedRunbook, parse_runbook

WHOLE = """\
runbook: leak
version: "2"
title: Somebody sees too much
failure_mode: data-leakage
owner: privacy
when: A name that is not theirs
detected_by: [a report, "a detector: pii"]
steps:
  - {id: look, observe: Read one trace, who: scribe, within: 10m, note: once only}
  - id: which
    decide: Which door?
    who: lead
    branches:
      door: {when: it is in a document, then: close}
      none: {when: nothing explains it, then: off}
  - id: close
    phase: contain
    act: Close it
    who: lead
    within: 15m
    lever: retrieval
    kind: setting
    to: {corpora: [public], top_k: 3}
    scope: tenant
    for: 24h
    contains: fast
    costs: fewer answers
    undo: open it again
  - {id: closed, confirm: Nothing is shown any more, who: security, metric: leaks, otherwise: off, then: say}
  - {id: off, act: Go safe, who: commander, safe_mode: true, contains: last}
  - {id: say, phase: tell, communicate: What was shown, who: comms, audience: [legal], by: 1h, approval: ext}
escalate: [{when: it is health data, to: legal, within: 15m}]
tell: [{when: it left, tell: [privacy, legal], within: 30m}]
recovery: [{proof: Zero in 300 trials, metric: leaks, gate: no-leak}]
do_not: [delete the logs]
learn: Which check stood in the prompt?
"""


def book(text: str = WHOLE, name: str = "book.yaml") -> LoadedRunbook:
    """Return a runbook from its text."""
    return parse_runbook(text, name)


def refused(text: str) -> list[tuple[str, int, int, str]]:
    """Return what is wrong with a text: code, line, column and message of each problem."""
    try:
        parse_runbook(text, "book.yaml")
    except PlanError as error:
        return [
            (problem.code, problem.place.line, problem.place.column, problem.message)
            for problem in error.problems
            if problem.place is not None
        ]
    return []
