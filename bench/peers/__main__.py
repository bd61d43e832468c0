"""Peers beside ours: each in an environment of its own, on the same files, in alternation.

    python3 -m bench.peers                                  # from the repository; about an hour on two cores
    python3 -m bench.peers --only evidently --rows 1000000 --times 3

Needs `uv` (`python3 dev.py try` brings it) and a package index for the first run. Writes
bench/results/peers.md from every run that is kept in bench/peers/.runs; `--only` and `--rows` add to it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.peers.agreement import Agreement, agreements
from bench.peers.environments import HERE, OURS, ROOT, Installed, installed, make, peers, python_of, runner_of
from bench.peers.figures import Run, ratio
from bench.peers.page import Compared, page
from bench.peers.processes import Failed, Told, environment, run
from bench.peers.scopes import SCOPES, Scope

DATA = ROOT / "bench" / "data"
KEPT = HERE / ".runs"
RESULT = ROOT / "bench" / "results" / "peers.md"
REFERENCE = 500_000


def say(text: str) -> None:
    print(text, flush=True)


def data(name: str, rows: int, shift: float) -> Path:
    """Return a Parquet file of so many records, made when it is not there, in a process of its own."""
    path = DATA / f"{name}-{rows}.parquet"
    if not path.exists():
        say(f"making {path.name}")
        DATA.mkdir(exist_ok=True)
        made = f"one_pass.make(pathlib.Path({str(path)!r}), {rows}, {shift})"
        code = f"import pathlib; from bench import one_pass; {made}"
        subprocess.run([python_of("fairlearn"), "-c", code], check=True, cwd=ROOT, env=environment())
    return path


def run_of(told: Told) -> Run:
    """Return the figures of a process."""
    said = told.said
    return Run(
        said["work_s"], said["work_cpu_s"], said["read_s"], said["import_s"],
        told.wall_s, told.cpu_s, told.peak_mb, told.load,
    )  # fmt: skip


def compared(scope: Scope, rows: int, times: int) -> Compared:
    """Run a scope with the peer and with ours, in alternation, and compare the answers."""
    rows = scope.rows or rows
    files = (data("log", rows, 0.0), data("reference", REFERENCE, 0.1))
    theirs: list[Told] = []
    ours: list[Told] = []
    for _ in range(times):
        theirs.append(run([*runner_of(scope.peer), scope.name, *files]))
        ours.append(run([*runner_of(OURS), scope.ours, *files]))
        a, b = theirs[-1], ours[-1]
        say(f"  {scope.name} {a.said['work_s']:.2f} s {a.peak_mb:.0f} MiB, "
            f"ours {b.said['work_s']:.2f} s {b.peak_mb:.0f} MiB (load {b.load:.1f})")  # fmt: skip
    answers = theirs[-1].said["answers"], ours[-1].said["answers"]
    same = None
    if scope.name == "evidently":
        counted = run([*runner_of(scope.peer), "--check", scope.name, *files]).said["check"]
        same = answers[0], counted, run([*runner_of(OURS), "--psi"], given=json.dumps(counted)).said
    day = datetime.now(UTC).date().isoformat()
    found = Compared(
        scope, rows, REFERENCE, day, tuple(map(run_of, theirs)), tuple(map(run_of, ours)),
        tuple(agreements(scope.name, *answers, same)),
    )  # fmt: skip
    for each in found.agreements:
        word = "" if each.holds else "  WRONG"
        say(f"  {each.what}: {each.compared} answers, furthest apart {each.furthest:.2g}{each.unit}{word}")
    say(f"  faster {ratio(found.theirs, found.ours, 'work_s')}")
    say(f"  less processor time {ratio(found.theirs, found.ours, 'work_cpu_s')}")
    say(f"  less memory {ratio(found.theirs, found.ours, 'peak_mb')}")
    return found


def keep(found: Compared) -> None:
    """Keep what was found, so that the page can be made again with other scopes and sizes."""
    value = {
        "scope": found.scope.name, "rows": found.rows, "reference": found.reference, "day": found.day,
        "theirs": [each.to_json() for each in found.theirs], "ours": [each.to_json() for each in found.ours],
        "agreements": [asdict(each) for each in found.agreements],
    }  # fmt: skip
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{found.scope.name}-{found.rows}.json").write_text(json.dumps(value, indent=1))


def from_kept(value: dict[str, Any]) -> Compared:
    """Return what `keep` kept."""
    [scope] = [each for each in SCOPES if each.name == value["scope"]]
    runs = [tuple(map(Run.from_json, value[side])) for side in ("theirs", "ours")]
    found = tuple(Agreement(**each) for each in value["agreements"])
    return Compared(scope, value["rows"], value["reference"], value["day"], runs[0], runs[1], found)


def looked_at(names: list[str], *, again: bool) -> dict[str, Installed]:
    """Return what the environments are; measured once, as long as nobody asks for it anew."""
    path = KEPT / "environments.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    for name in names:
        if again or name not in kept or name == OURS:
            kept[name] = asdict(installed(name))
            say(f"  {name} {kept[name]['version']}: {kept[name]['size_mb']:.0f} MiB, "
                f"import {kept[name]['cold_s']:.2f} s, again {kept[name]['warm_s']:.2f} s")  # fmt: skip
    KEPT.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, indent=1))
    return {name: Installed(**each) for name, each in sorted(kept.items(), key=lambda item: item[0] != OURS)}


def write() -> None:
    """Write the page from everything that is kept."""
    kept = [from_kept(json.loads(path.read_text())) for path in KEPT.glob("*-*.json")]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}."
    machine += " *Load* is what the machine had to do when runs started: above two, others used it, too."
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(page(kept, looked_at([], again=False), peers(), machine))
    say(f"wrote {RESULT.relative_to(ROOT)}")


def main() -> int:
    options = argparse.ArgumentParser(
        prog="python3 -m bench.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [scope.name for scope in SCOPES]
    add = options.add_argument
    add("--only", nargs="+", choices=names, default=names, metavar="SCOPE", help=", ".join(names))
    add("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000], help="sizes of the log")
    add("--times", type=int, default=5, help="runs of each")
    add("--anew", action="store_true", help="make the peers' environments again")
    add("--page", action="store_true", help="only write the page again")
    chosen = options.parse_args()
    if chosen.page:
        write()
        return 0
    scopes = [scope for scope in SCOPES if scope.name in chosen.only]
    wanted = [OURS, *dict.fromkeys(["fairlearn", *(scope.peer for scope in scopes)])]
    for name in wanted:
        say(f"environment of {name}")
        make(name, anew=chosen.anew)
    looked_at(wanted, again=chosen.anew)
    wrong = failed = 0
    for scope in scopes:
        for rows in [scope.rows] if scope.rows else chosen.rows:
            say(f"{scope.name}, {rows:,} records")
            try:
                found = compared(scope, rows, chosen.times)
            except Failed as error:
                say(f"  {error}")
                failed += 1
                continue
            keep(found)
            wrong += sum(not each.holds for each in found.agreements)
    write()
    return 1 if wrong or failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
