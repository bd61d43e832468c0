"""A runbook on the terminal: what fits on one printed page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from holdfast.respond.views.runbooks.sheet import Sheet, SheetStep

WIDTH = 100
LEAD = 9
"""Columns of a step's number and verb."""


def as_text(sheet: Sheet) -> str:
    """Return a runbook as plain text, at most 100 columns wide."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    known = [sheet.name, f"version {sheet.version}", sheet.digest, sheet.origin]
    yield from _wrapped(sheet.title.upper())
    yield "  ".join(known + ([f"kept by {sheet.owner}"] if sheet.owner else []))
    if sheet.mode:
        yield from _wrapped(f"{sheet.mode} (most often {sheet.bucket}): {sheet.means}")
    yield from _told("When", sheet.when)
    yield from _told("Signs", "; ".join(sheet.detected_by))
    yield from _told("Ask", sheet.question)
    yield from _told("First", sheet.contain)
    for title, steps in sheet.phases:
        yield ""
        yield title.upper()
        for step in steps:
            yield from step_lines(step)
    yield from _listed("DO NOT", sheet.do_not, "x")
    yield from _listed("RECOVERED WHEN", sheet.recovery, "-")
    calls = [("call", one) for one in sheet.escalate] + [("tell", one) for one in sheet.tell]
    yield from _listed(
        "CALL AND TELL",
        (
            f"{call.when}: {verb} {call.who}{f' within {call.within}' if call.within else ''}"
            for verb, call in calls
        ),
        "-",
    )
    if sheet.learn:
        yield ""
        yield from _told("Learn", sheet.learn)


def step_lines(step: SheetStep) -> Iterator[str]:
    """Yield the lines of one step."""
    asks = [part for part in (step.who, step.within and f"within {step.within}", step.reach) if part]
    head = f"{step.number:>2} {step.verb:<7}" if len(step.verb) < 7 else f"{step.number:>2} {step.verb}"
    told = step.says + (f" [{', '.join(asks)}]" if asks else "")
    yield from _wrapped(told, f"{head:<{LEAD}} ", " " * (LEAD + 1))
    for way in step.ways:
        yield from _under(f"{way.name}: {way.when} -> {way.leads}")
    if step.moves:
        yield from _under(f"moves {step.moves}" + (f"; costs: {step.costs}" if step.costs else ""))
    elif step.costs:
        yield from _under(f"costs: {step.costs}")
    if step.undo:
        yield from _under(f"undo: {step.undo}")
    if step.tells:
        yield from _under(f"to {step.tells}")
    if step.note:
        yield from _under(step.note)
    onward = [
        f"if not: {step.otherwise}" if step.otherwise else "",
        f"then: {step.leads}" if step.leads else "",
    ]
    if any(onward):
        yield from _under("; ".join(filter(None, onward)))


def _under(text: str) -> list[str]:
    return _wrapped(text, " " * (LEAD + 1) + "· ", " " * (LEAD + 3))


def _listed(title: str, items: Iterable[str], sign: str) -> Iterator[str]:
    told = list(items)
    if told:
        yield ""
        yield title
        for item in told:
            yield from _wrapped(item, f" {sign} ", "   ")


def _told(label: str, text: str) -> list[str]:
    return _wrapped(text, f"{label:<6} ", " " * 7) if text else []


def _wrapped(text: str, lead: str = "", under: str = "") -> list[str]:
    return wrap(text, WIDTH, initial_indent=lead, subsequent_indent=under, break_on_hyphens=False)
