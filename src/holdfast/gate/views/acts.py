"""What somebody did to a gate, as it is told: signed it, took that back, asked for an override, answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.gate.model.acted import Overridden, Signed
from holdfast.gate.model.typed import Typed
from holdfast.gate.views.people import override_of
from holdfast.gate.views.promise import VERSION, override_json
from holdfast.kernel.canonical import Json
from holdfast.kernel.figures import plural
from holdfast.kernel.ids import short

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Told:
    """One act.

    Attributes
    ----------
    headline : str
        What was done, in one sentence.
    lines : tuple of (word, text)
        What it is about.
    next_step : str
        What to do now, with the command.
    facts : mapping
        The same for machines.
    """

    headline: str
    lines: tuple[tuple[str, str], ...]
    next_step: str
    facts: Mapping[str, Json]


def told_signature(done: Signed, typed: Typed, *, withdrawn: bool) -> Told:
    """Return what a signature, or its withdrawal, came to."""
    asked = done.asked
    if withdrawn:
        headline = f"`{asked.role}` no longer signs `{asked.gate}`: the signature is withdrawn."
    elif done.recorded:
        headline = f"`{asked.actor}` signed `{asked.gate}` as `{asked.role}`."
    else:
        headline = f"`{asked.actor}` has signed `{asked.gate}` as `{asked.role}` before: nothing is new."
    lines = [("bundle", asked.bundle), ("plan", short(asked.plan_digest)), ("fact", f"#{done.seq}")]
    if done.seen:
        counted = Counter(look.verdict for _, look in done.seen)
        verdicts = ", ".join(
            f"{counted[each]} {each}" for each in ("fail", "inconclusive", "pass") if counted[each]
        )
        newest = max(look.seq for _, look in done.seen)
        lines.append(("seen", f"{plural(len(done.seen), 'gate')} decided up to #{newest}: {verdicts}"))
    if done.missing:
        command = typed.command("gate", "sign", asked.gate, "--as", done.missing[0])
        roles = ", ".join(f"`{role}`" for role in done.missing)
        next_step = f"Still missing: {roles}. Next: `{command}`"
    else:
        next_step = f"All have signed: `{typed.command('check')}` decides with it."
    facts: dict[str, Json] = {
        "holdfast": VERSION,
        "act": "withdrawn" if withdrawn else "signed",
        "recorded": done.recorded,
        "seq": done.seq,
        "gate": asked.gate,
        "role": asked.role,
        "actor": asked.actor,
        "bundle": asked.bundle,
        "plan": asked.plan_digest,
        "seen": {gate: look.verdict for gate, look in done.seen},
        "missing": list(done.missing),
    }
    return Told(headline, tuple(lines), next_step, facts)


def told_override(done: Overridden, typed: Typed) -> Told:
    """Return what asking for an override, or answering, came to."""
    stood = done.stood
    shown = override_of(stood, typed)
    override = stood.override
    again = "" if done.recorded else " before: nothing is new"
    headline = {
        "asked": f"Override {shown.id} of `{override.gate}` was asked for{again}.",
        "approved": f"Override {shown.id} of `{override.gate}` was approved{again}.",
        "refused": f"Override {shown.id} of `{override.gate}` was refused{again}: it does not count.",
    }[done.said]
    approved = ", ".join(f"{role} ({actor})" for role, actor, _ in shown.approved)
    lines = [
        ("because", shown.because),
        ("until", f"{shown.until}, the end of that day in UTC"),
        ("bundle", override.bundle),
        ("against", f"the gate's {override.verdict.value}"),
        ("asked", f"by {shown.requested_by}"),
        ("approved", f"by {approved}" if approved else "by nobody yet"),
    ]
    next_step = {
        "asked": f"Waits for {shown.waits_for}: `{shown.command}`.",
        "in force": f"It is in force: `{typed.command('check')}` decides with it.",
        "outdated": f"It does not count, {stood.why}.",
        "expired": "It has ended: ask for another one if it is still needed.",
    }.get(stood.status, "")
    facts: dict[str, Json] = {
        "holdfast": VERSION,
        "act": done.said,
        "recorded": done.recorded,
        "gate": override.gate,
        "bundle": override.bundle,
        "override": override_json(shown),
    }
    return Told(headline, tuple(lines), next_step, facts)


def show_act(told: Told, console: Console) -> None:
    """Write an act on the terminal."""
    from rich.text import Text

    console.print(Text(told.headline, "bold"))
    for word, text in told.lines:
        console.print(Text.assemble((f"{word:<9}", "dim"), text), soft_wrap=True)
    if told.next_step:
        console.print(Text(told.next_step), soft_wrap=True)
