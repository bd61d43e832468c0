"""Incidents: from the request that declares one to its answer, and the state of one of 5,000 facts.

Declaring is measured over HTTP against a real `holdfast serve` (with its worker), one request after the
other, on SQLite and, where `--postgres URL` names a server, on PostgreSQL. The long incident is made and told
in this process: with what the process keeps of it (as for every page after the first) and without.

    python -m bench.incidents --declare 300 --facts 5000
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
from bench.live import ENVIRONMENT, HOLDFAST, start

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.respond.commands import levers, working
from holdfast.respond.commands.base import Command
from holdfast.respond.commands.declaring import DeclareIncident

TARGET_DECLARE, TARGET_ROOM = 50.0, 150.0
ME = Principal.local("p-00000001")


def declare(count: int, ledger: str | None) -> dict[str, float]:
    """Return how long declaring takes, in milliseconds."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        if ledger:
            ENVIRONMENT["HOLDFAST_LEDGER"] = ledger
        environment = {**ENVIRONMENT, "HOLDFAST_HOME": home}
        issue = [HOLDFAST, "token", "issue", "bench", "--scope", "declare", "--json"]
        issued = subprocess.run(issue, capture_output=True, text=True, check=True, env=environment, cwd=home)
        token = json.loads(issued.stdout)["token"]
        process, host, _ = start(folder)
        try:
            with httpx.Client(
                base_url=f"http://{host}", headers={"Authorization": f"Bearer {token}"}
            ) as client:
                taken = [_declare(client, n) for n in range(count)][10:]  # the first ones load code
        finally:
            process.terminate()
            process.wait(20)
    taken.sort()
    return {"p50": statistics.median(taken), "p99": taken[int(len(taken) * 0.99)], "most": taken[-1]}


def _declare(client: httpx.Client, number: int) -> float:
    began = time.perf_counter()
    answer = client.post("/api/incidents", json={"title": f"case {number}", "system": "support"})
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 201:
        raise SystemExit(answer.text)
    return took


def long_incident(facts: int) -> dict[str, float]:
    """Return how long an act on an incident of many facts takes, and telling it whole, in milliseconds."""
    with tempfile.TemporaryDirectory() as home:
        application = Application(read_settings({"HOLDFAST_HOME": home, "HOLDFAST_ACTOR": ME.actor}))
        services = application.respond
        incident = services.declare(DeclareIncident("support", "A long one"), ME).incident.id
        chance, version = random.Random(7), 1
        while version < facts:
            version = services.perform(incident, _some(chance, application), ME).incident.version
        acts = [_took(lambda: services.perform(incident, working.AddNote(text="x"), ME)) for _ in range(50)]
        warm = [_took(lambda: services.incident_told(incident)) for _ in range(15)]
        cold = []
        for _ in range(5):
            services.room._folded.clear()
            cold.append(_took(lambda: services.incident_told(incident)))
        application.close()
    return {
        "act": statistics.median(acts),
        "told": statistics.median(warm),
        "told_first": statistics.median(cold),
    }


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _some(chance: random.Random, application: Application) -> Command:
    """Return an act of the mixture: half are notes, a quarter decisions and hypotheses, the rest work."""
    due = application.clock.now() + timedelta(days=1)
    draw = chance.random()
    if draw < 0.5:
        return working.AddNote(text="seen: " + "x" * 120)
    if draw < 0.65:
        return working.MakeDecision(what="hold retrieval", why="it is cheap", alternatives="wait")
    if draw < 0.8:
        return working.AgreeAction(what="look at tenant 7", owner="role:technical", due=due)
    if draw < 0.9:
        return working.ProposeHypothesis(observation="only de", explains="the index")
    if draw < 0.95:
        return working.MakeStatement(text="5 % of EU mobile users")
    return levers.MoveLever(lever=f"lever-{chance.randint(1, 20)}", because="x", until=due)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--declare", type=int, default=300)
    parser.add_argument("--facts", type=int, default=5000)
    parser.add_argument("--postgres", metavar="URL")
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    for engine, url in (("SQLite", None), ("PostgreSQL", asked.postgres)):
        if engine == "SQLite" or url:
            took = declare(asked.declare, url)
            print(f"declare on {engine}: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in took.items()))
            if took["p99"] > TARGET_DECLARE:
                print(f"  above {TARGET_DECLARE:.0f} ms", file=sys.stderr)
    took = long_incident(asked.facts)
    print(
        f"an incident of {asked.facts:,} facts: told {took['told']:.0f} ms, the first time"
        f" {took['told_first']:.0f} ms (target {TARGET_ROOM:.0f} ms); one more act {took['act']:.1f} ms"
    )


if __name__ == "__main__":
    main()
