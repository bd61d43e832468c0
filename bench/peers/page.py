"""The page of results, from what was kept of the runs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.peers.agreement import Agreement
from bench.peers.environments import HERE, Installed, Peer
from bench.peers.figures import Run, middle, ratio, short
from bench.peers.scopes import SCOPES, Scope

FASTER, LESS = 20.0, 3.0
"""What is promised: how many times faster, how many times less memory."""
INTRODUCTION = """# Beside other programs

Made by `python3 -m bench.peers`; do not edit. The same scope with another program and with Holdfast, in alternation,
each run a fresh process on the same Parquet files. Medians; in brackets the least and the greatest ratio of two
neighbouring runs. *Work* goes from the last import to the last figure, reading the files included. *Process* is a
whole process, imports included. *Processor time* is that of the work; other users of the machine disturb it less
than the wall-clock. Ours uses all cores, the peers mostly one: the ratio of processor time is what would be left on
one core.

Machine: {machine}

Promised: {faster:g} x faster (work, wall-clock) and {less:g} x less memory (peak resident, whole process) than
Evidently, NannyML, whylogs and fairlearn. `no` says where that was not reached.
"""  # noqa: E501 -- lines of the page, not of the program
INSTALLED = """Sizes are of all files but bytecode. *First import* is with nothing compiled, *import* the median of
five with everything compiled; both are of what the runner needs for its scope, for peers reading Parquet included.
`holdfast` is installed as anybody would install it, without extras.
"""  # noqa: E501 -- as above


@dataclass(frozen=True)
class Compared:
    """One scope at one size: runs in alternation, and what was found when answers were compared."""

    scope: Scope
    rows: int
    reference: int
    day: str
    theirs: tuple[Run, ...]
    ours: tuple[Run, ...]
    agreements: tuple[Agreement, ...]


def page(
    compared: Sequence[Compared],
    environments: Mapping[str, Installed],
    peers: Mapping[str, Peer],
    machine: str,
) -> str:
    """Return the whole page as Markdown."""
    order = [scope.name for scope in SCOPES]
    lines = sorted(compared, key=lambda each: (order.index(each.scope.name), each.rows))
    return "\n".join(
        [
            INTRODUCTION.format(machine=machine, faster=FASTER, less=LESS),
            _speed(lines),
            _memory(lines),
            _missed(lines),
            _agreements(lines),
            _installed(environments),
            _scopes(lines, peers),
        ]
    )


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"## {title}\n", f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])


def _named(each: Compared) -> str:
    reference = f" beside {each.reference:,}" if each.scope.beside else ""
    return f"{each.scope.name}, {each.rows:,}{reference}"


def _reached(each: Compared, what: str, least: float) -> str:
    if not each.scope.promised:
        return "not promised"
    return "yes" if ratio(each.theirs, each.ours, what).value >= least else "no"


def _speed(lines: Sequence[Compared]) -> str:
    heads = ("scope, records", "runs", "load", "theirs, work", "ours, work", "ratio", f">= {FASTER:g} x",
             "ratio of processor time", "theirs, process", "ours, process", "ratio")  # fmt: skip
    rows = [
        (
            _named(each),
            f"{len(each.ours)}",
            _load(each),
            f"{short(middle(each.theirs, 'work_s'))} s ({short(middle(each.theirs, 'read_s'))} reading)",
            f"{short(middle(each.ours, 'work_s'))} s",
            str(ratio(each.theirs, each.ours, "work_s")),
            _reached(each, "work_s", FASTER),
            str(ratio(each.theirs, each.ours, "work_cpu_s")),
            f"{short(middle(each.theirs, 'whole_s'))} s",
            f"{short(middle(each.ours, 'whole_s'))} s",
            str(ratio(each.theirs, each.ours, "whole_s")),
        )
        for each in lines
    ]
    return _table("Time", heads, rows)


def _load(each: Compared) -> str:
    loads = [run.load for run in (*each.theirs, *each.ours)]
    return f"{min(loads):.1f} to {max(loads):.1f}"


def _memory(lines: Sequence[Compared]) -> str:
    rows = [
        (
            _named(each),
            f"{middle(each.theirs, 'peak_mb'):,.0f} MiB",
            f"{middle(each.ours, 'peak_mb'):,.0f} MiB",
            str(ratio(each.theirs, each.ours, "peak_mb")),
            _reached(each, "peak_mb", LESS),
        )
        for each in lines
    ]
    return _table("Peak memory", ("scope, records", "theirs", "ours", "ratio", f">= {LESS:g} x"), rows)


def _missed(lines: Sequence[Compared]) -> str:
    missed = [
        f"- {_named(each)}: {words}, {ratio(each.theirs, each.ours, what)} instead of {least:g} x"
        for each in lines
        for what, least, words in (("work_s", FASTER, "speed"), ("peak_mb", LESS, "memory"))
        if _reached(each, what, least) == "no"
    ]
    return "\n".join(["## What was not reached\n", *(missed or ["Nothing."]), ""])


def _agreements(lines: Sequence[Compared]) -> str:
    rows = [
        (
            _named(each),
            found.what,
            f"{found.compared}",
            f"{found.furthest:.2g}{found.unit}",
            "their definitions differ" if found.allowed is None else f"{found.allowed:g}{found.unit}",
            "" if found.allowed is None else ("yes" if found.holds else "**no**"),
        )
        for each in lines
        for found in each.agreements
    ]
    heads = ("scope, records", "what", "answers", "furthest apart", "allowed", "agrees")
    return _table("Do they say the same?", heads, rows)


def _installed(environments: Mapping[str, Installed]) -> str:
    rows = [
        (
            f"{name} {each.version}",
            f"{each.size_mb:,.0f} MiB",
            f"{each.packages}",
            f"{each.cold_s:.2f} s",
            f"{each.warm_s:.2f} s",
            each.beside,
        )
        for name, each in environments.items()
    ]
    heads = ("", "installed size", "packages", "first import", "import", "beside")
    return _table("Installed", heads, rows) + "\n" + INSTALLED


def _scopes(lines: Sequence[Compared], peers: Mapping[str, Peer]) -> str:
    words = tomllib.loads((HERE / "words.toml").read_text())
    blocks = ["## What each ran\n"]
    for scope in dict.fromkeys(each.scope for each in lines):
        days = sorted({each.day for each in lines if each.scope == scope})
        peer = peers[scope.peer]
        asked = ", ".join(f"`{each}`" for each in peer.requires)
        told = words[scope.name]
        blocks += [
            f"**{scope.name}** ({', '.join(days)}; environment: {asked}; {peer.why}).",
            f"Theirs: {told['theirs']} Ours: {told['ours']} {told['apart']}\n",
        ]
    return "\n".join(blocks)
