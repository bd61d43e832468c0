"""The plan on one page as Markdown: for a meeting, a pull request, a wall."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.kernel.figures import plural
from holdfast.kernel.ids import short
from holdfast.plan.views.brief import DECIDED, AlertLine, Brief, GateLine, Held, TopRisk
from holdfast.plan.views.phrases import worded
from holdfast.web.markdown import plain, sentence, table
from holdfast.web.templates import short_time

MISSING = "**missing**"


def render_brief(page: Brief) -> str:
    """Return the page; texts of the plan are escaped and mark nothing up, what is missing is said so."""
    blocks = [
        f"# {plain(page.system)}: the plan on one page",
        _system(page),
        _people(page),
        _headline(page),
        *(_risk(number, risk) for number, risk in enumerate(page.risks, start=1)),
        "## Before a release: what must be met",
        _gates(page),
        "## While it runs: what alerts, and who is woken",
        _alerts(page),
        "## When it fails: the first three steps",
        _steps(page),
        _foot(page),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _system(page: Brief) -> str:
    line = plain(page.line) if page.line else f"What it is for is {MISSING}."
    facts = [f"Stage: {plain(page.stage)}" if page.stage else ""]
    facts.append(f"For: {_list(page.users)}" if page.users else "")
    facts.append(f"Not for: {_list(page.out_of_scope)}" if page.out_of_scope else "")
    said = ". ".join(fact for fact in facts if fact)
    return f"{line} {said}." if said else line


def _headline(page: Brief) -> str:
    if not page.risks:
        return f"## What can go wrong\n\nThe plan registers no risk: {MISSING}."
    some = f"the top {len(page.risks)} of {plural(page.registered, 'risk')}"
    return f"## What can go wrong, and what holds it: {some}"


def _risk(number: int, risk: TopRisk) -> str:
    harms = _list(risk.harms) if risk.harms else MISSING
    lines = [  # a list may follow its paragraph at once: the page is short
        f"**{number}. R {risk.score}** (S {risk.severity} × L {risk.likelihood}), {plain(risk.id)}, owner"
        f" {_or_missing(risk.owner)}: {plain(risk.harm)}. Harms: {harms}.",
        *(f"- {_layer(held)}" for held in risk.layers),
        f"- Stays: {_stays(risk)}",
    ]
    return "\n".join(lines)


def _layer(held: Held) -> str:
    name = held.layer.capitalize()
    if held.control is None:
        return f"{name}: **gap, no control**"
    owner = f"owner {_or_missing(held.owner)}"
    if held.library:
        owner = f"from the library, owner and evidence {MISSING}"
    shown = "" if held.library else f", shown by {_list(held.shown_by) if held.shown_by else MISSING}"
    others = f"; {plural(held.others, 'other')}" if held.others else ""
    return f"{name}: **{plain(held.control)}** ({owner}{shown}){others}"


def _stays(risk: TopRisk) -> str:
    if risk.residual is None:
        return f"residual risk {MISSING}"
    by = f"accepted by {plain(risk.accepted_by)}" if risk.accepted_by else "**accepted by nobody**"
    until = f" until {risk.accepted_until}" if risk.accepted_until else ", **without an end**"
    why = f", because {plain(risk.because)}" if risk.because else ""
    return f"R {plain(risk.residual).replace(' x ', ' × ')}, {by}{until}{why}"


def _gates(page: Brief) -> str:
    if not page.gates:
        return f"No gate decides a release: {MISSING}."
    rows = [(plain(gate.id), _asks(gate), _blocks(gate), _shown(gate)) for gate in page.gates]
    made = table(("Gate", "Must be met", "Blocks", "Shown"), rows)
    return made + (
        f"\n\nand {plural(len(page.more_gates), 'gate')} more: {_list(page.more_gates)}"
        if page.more_gates
        else ""
    )


def _asks(gate: GateLine) -> str:
    return plain(worded(gate.asks)) + (f" on {plain(gate.on)}" if gate.on else "")


def _blocks(gate: GateLine) -> str:
    return ("yes" if gate.blocking else "warns") + (f", {plain(gate.stage)}" if gate.stage else "")


def _shown(gate: GateLine) -> str:
    word = DECIDED[gate.state]
    return f"**{word}**" if gate.state in ("stale", "failing") else word


def _alerts(page: Brief) -> str:
    if not page.alerts:
        return f"Nothing is watched: {MISSING}."
    rows = [
        (plain(alert.id), f"{plain(alert.crosses)} in {plain(alert.window)}", _woken(alert))
        for alert in page.alerts
    ]
    made = table(("Alert", "Crosses when", "On call"), rows)
    return made + (
        f"\n\nand {plural(len(page.more_alerts), 'alert')} more: {_list(page.more_alerts)}"
        if page.more_alerts
        else ""
    )


def _woken(alert: AlertLine) -> str:
    if not alert.pages:
        return "**nobody is woken**"
    return ", ".join(
        plain(name) + ("" if name in alert.reached else " (**no route**)") for name in alert.pages
    )


def _steps(page: Brief) -> str:
    book = page.runbook
    if book is None:
        return f"The plan names no runbook: {MISSING}."
    head = f"Runbook {plain(book.name)}"
    head += f", for {plain(page.runbook_for)}" if page.runbook_for else ", which no top risk's alert starts"
    if book.problem is not None:
        return f"{head}: steps {MISSING}, {sentence(book.problem)}."
    lines = []
    for number, step in enumerate(book.steps, start=1):
        by = ", ".join(
            [part for part in (step.who, f"within {step.within}" if step.within else None) if part]
        )
        lines.append(f"{number}. {plain(step.do)}" + (f" ({plain(by)})" if by else " (who: **missing**)"))
    if len(book.steps) < page.runbook_steps:
        head += f", {page.runbook_steps} steps in all"
    elif len(book.steps) < 3:
        lines.append(f"{len(book.steps) + 1}. {MISSING}: the runbook has no further step")
    return f"{head}:\n\n" + "\n".join(lines)


def _people(page: Brief) -> str:
    reviewers = _list(page.reviewers) if page.reviewers else MISSING
    return (
        f"**Owner** {_or_missing(page.owner)}. **Reviewers** {reviewers}. "
        f"**Approver** of a release {_or_missing(page.approver)}."
    )


def _foot(page: Brief) -> str:
    lacks = len(page.missing)
    told = f"{plural(lacks, 'thing')} missing on this page" if lacks else "nothing is missing on this page"
    return f"_Plan {plain(short(page.digest))}, read {short_time(page.made)}; {told}._"


def _or_missing(name: str | None) -> str:
    return plain(name) if name else MISSING


def _list(names: Iterable[str]) -> str:
    return ", ".join(plain(name) for name in names)
