"""What was decided about a plan's gates, newest first: decisions, signatures, overrides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

from holdfast.gate.events import (
    EVENTS,
    GateDecided,
    GateSigned,
    OverrideApproved,
    OverrideRefused,
    OverrideRequested,
    SignatureWithdrawn,
)
from holdfast.gate.model.looks import stream_of
from holdfast.gate.model.reading import criterion_of
from holdfast.gate.views.promise import VERSION, number
from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.kernel.events import Recorded
from holdfast.kernel.figures import NOTHING, Unit, count, figure, span
from holdfast.kernel.ids import short
from holdfast.kernel.verdict import Verdict
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.plan import Plan

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Kind: TypeAlias = Literal["decided", "signed", "withdrawn", "asked", "approved", "refused"]
TYPES = tuple(kind.type_name() for kind in EVENTS)
BATCH = 200
"""How many facts are read at a time: people look at the newest."""


@dataclass(frozen=True)
class Entry:
    """One fact about a gate.

    Attributes
    ----------
    seq : int
        Its number in the ledger.
    says : str
        What it says beside its figures: a decision's reason, who signed as whom, why.
    verdict, value, interval, n, k, look, evidence
        Of a decision; None for what people did.
    """

    seq: int
    at: datetime
    actor: str
    kind: Kind
    gate: str
    says: str
    bundle: str | None = None
    plan: str | None = None
    verdict: Verdict | None = None
    unit: Unit = "number"
    value: float | None = None
    interval: tuple[float | None, float | None] | None = None
    n: int | None = None
    k: int | None = None
    look: int | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Past:
    """What was, newest first.

    Attributes
    ----------
    gate : str or None
        The gate that was asked about; None for all of the system's.
    more : bool
        Whether there are earlier facts.
    """

    system: str
    gate: str | None
    entries: tuple[Entry, ...]
    more: bool


def past_of(ledger: Ledger | None, plan: Plan, gate: str | None, limit: int) -> Past:
    """Return the newest facts about a plan's gates, or about one of them; all where `limit` is 0.

    Facts of a gate that the plan no longer has are there, too.

    Raises
    ------
    UsageError
        HF502: neither the plan nor the ledger knows the gate.
    """
    system = plan.system.id
    stream = None if gate is None else stream_of(system, gate)
    found = list(islice(_facts(ledger, system, stream), limit + 1 if limit else None))
    if gate is not None and not found and gate not in {each.id for each in plan.gates}:
        fix = did_you_mean(gate, [each.id for each in plan.gates])
        raise UsageError.of("HF502", f"the plan has no gate `{gate}`", fix=fix)
    units = _units(plan)
    shown = found[:limit] if limit else found
    return Past(system, gate, tuple(_entry(each, units) for each in shown), len(found) > len(shown))


def _facts(ledger: Ledger | None, system: str, stream: str | None) -> Iterator[Recorded]:
    """Yield the facts about a system's gates, or those of one stream, newest first."""
    if ledger is None:
        return
    beginning, seq = stream_of(system, ""), None
    while batch := ledger.before(seq, limit=BATCH, types=TYPES, stream=stream):
        # one ledger may hold several systems
        yield from (recorded for recorded in batch if recorded.stream.startswith(beginning))
        seq = batch[-1].seq


def _units(plan: Plan) -> dict[str, Unit]:
    """Return how each gate's figures are written; a gate that the plan no longer has is left out."""
    units: dict[str, Unit] = {}
    for gate in plan.gates:
        criterion = criterion_of(plan, gate)
        if criterion.measured is not None:
            units[gate.id] = criterion.measured.unit
    return units


def _entry(recorded: Recorded, units: dict[str, Unit]) -> Entry:
    made = (recorded.seq, recorded.at, recorded.actor)
    match recorded.event:
        case GateDecided() as fact:
            counted: Unit = "share" if fact.k is not None else "number"
            return Entry(
                *made,
                "decided",
                fact.gate,
                fact.reason,
                fact.bundle,
                fact.plan_digest,
                Verdict(fact.verdict),
                units.get(fact.gate, counted),
                fact.value,
                fact.interval,
                fact.n,
                fact.k,
                fact.look if fact.evidence is not None else None,
                fact.evidence,
            )
        case GateSigned() as fact:
            adds = f": {fact.because}" if fact.because else ""
            says = f"as {fact.role}, seen up to #{fact.seen}{adds}"
            return Entry(*made, "signed", fact.gate, says, fact.bundle, fact.plan_digest)
        case SignatureWithdrawn() as fact:
            why = f": {fact.because}" if fact.because else ""
            return Entry(*made, "withdrawn", fact.gate, f"the signature as {fact.role}{why}")
        case OverrideRequested() as fact:
            says = f"override {short(fact.override_id)} until {fact.until}: {fact.because}"
            return Entry(*made, "asked", fact.gate, says, fact.bundle, fact.plan_digest)
        case OverrideApproved() as fact:
            says = f"override {short(fact.override_id)} as {fact.role}"
            return Entry(*made, "approved", fact.gate, says, None, fact.plan_digest)
        case OverrideRefused() as fact:
            says = f"override {short(fact.override_id)}: {fact.because}"
            return Entry(*made, "refused", fact.gate, says)
    raise AssertionError(recorded.event)  # a gate's stream holds nothing else


def past_json(past: Past) -> dict[str, Json]:
    """Return what `holdfast gate history --json` prints."""
    return {
        "holdfast": VERSION,
        "system": past.system,
        "gate": past.gate,
        "more": past.more,
        "entries": [_entry_json(entry) for entry in past.entries],
    }


def _entry_json(entry: Entry) -> dict[str, Json]:
    ends = entry.interval
    return {
        "seq": entry.seq,
        "at": iso(entry.at),
        "actor": entry.actor,
        "kind": entry.kind,
        "gate": entry.gate,
        "says": entry.says,
        "bundle": entry.bundle,
        "plan": entry.plan,
        "verdict": None if entry.verdict is None else entry.verdict.value,
        "value": number(entry.value),
        "interval": None if ends is None else [number(ends[0]), number(ends[1])],
        "n": entry.n,
        "k": entry.k,
        "look": entry.look,
        "evidence": entry.evidence,
    }


def show_past(past: Past, console: Console) -> None:
    """Write the past on the terminal: a line a fact, newest first, by bundle."""
    from rich.text import Text

    if not past.entries:
        about = f"gate `{past.gate}`" if past.gate is not None else "the gates of this plan"
        console.print(Text(f"Nothing is recorded about {about} yet: `holdfast check` decides them."))
        return
    for bundle, entries in _by_bundle(past.entries):
        console.print(Text.assemble(("bundle  ", "dim"), bundle or NOTHING), soft_wrap=True)
        console.print(_lines(entries, named=past.gate is None))
    if past.more:
        console.print(Text("there are earlier ones: --limit 0 shows all", "dim"))


def _by_bundle(entries: Sequence[Entry]) -> list[tuple[str | None, list[Entry]]]:
    """Return runs of facts about one bundle; what names none goes with its neighbours."""
    runs: list[tuple[str | None, list[Entry]]] = []
    for entry in entries:
        if runs and (entry.bundle is None or runs[-1][0] in (None, entry.bundle)):
            runs[-1] = (runs[-1][0] or entry.bundle, [*runs[-1][1], entry])
        else:
            runs.append((entry.bundle, [entry]))
    return runs


def _lines(entries: Sequence[Entry], *, named: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    from holdfast.gate.views.terminal import STYLE
    from holdfast.gate.views.words import SIGN

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for _ in range(4 + named):
        table.add_column(overflow="fold")
    for entry in entries:
        if entry.verdict is None:
            what, says = Text(entry.kind, "bold"), f"by {entry.actor}, {entry.says}"
        else:
            what = Text(f"{SIGN[entry.verdict]} {entry.verdict.value}", STYLE[entry.verdict])
            says = _figures(entry)
        what.no_wrap = True
        gate = (Text(entry.gate),) if named else ()
        fact = Text(f"#{entry.seq}", "dim", no_wrap=True, justify="right")
        table.add_row(Text(f"{entry.at:%Y-%m-%d %H:%M}", no_wrap=True), fact, *gate, what, Text(says))
    return table


def _figures(entry: Entry) -> str:
    """Return a decision's figures as they are always written, or without any its reason."""
    if entry.value is None:
        return entry.says
    ends = entry.interval
    shown = f" {span(ends[0], ends[1], entry.unit)}" if ends is not None and None not in ends else ""
    of = f" of {count(entry.n)}" if entry.n else ""
    look = f", look {entry.look}" if entry.look is not None and entry.look > 1 else ""
    return f"{figure(entry.value, entry.unit)}{shown}{of}{look}"
