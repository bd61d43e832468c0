"""A process that follows a runbook is killed again and again: every step and every move is recorded once."""

from __future__ import annotations

import signal
import subprocess
import sys

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.runbooks import StartRunbook
from holdfast.respond.events.runbooks import RunbookBranchTaken, RunbookStepDone

FOLLOWS = """
import sys
from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.respond.commands.runbooks import DoStep, TakeBranch

folder, incident, actor = sys.argv[1:]
me = Principal.local(actor)
work = Application(read_settings({"HOLDFAST_HOME": folder, "HOLDFAST_ACTOR": actor})).respond.runbooks
while (step := work.look(incident, 1).present) is not None:
    print(step.id, flush=True)  # who reads this kills us while we act
    if step.ways:
        work.take_branch(TakeBranch(incident, 1, step.id, step.ways[0].name), me)
    else:
        work.do_step(DoStep(incident, 1, step.id, helped=True if step.kind == "confirm" else None), me)
print("end", flush=True)
"""


def opened(folder):
    return Application(read_settings({"HOLDFAST_HOME": str(folder), "HOLDFAST_ACTOR": "p-00000001"}))


def test_whatever_the_moment_it_goes_on_where_it_was_and_nothing_is_doubled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    application, me = opened(tmp_path), Principal.local("p-00000001")
    incident = application.respond.declared(DeclareIncident("assistant", "it leaks"), me)
    application.respond.runbooks.start(StartRunbook(incident, "data-leakage"), me)
    application.close()

    said = ""
    for life in range(60):
        command = [sys.executable, "-c", FOLLOWS, str(tmp_path), incident, f"p-0000000{life % 9 + 1}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            for _ in range(2 + life % 3):
                said = child.stdout.readline().strip() or said
            if said == "end":
                break
            child.send_signal(signal.SIGKILL)
    assert said == "end"

    application = opened(tmp_path)
    facts = [recorded.event for recorded in application.ledger.read(f"runbook/{incident}/1")]
    steps = [event.step for event in facts if isinstance(event, RunbookStepDone | RunbookBranchTaken)]
    assert len(steps) == len(set(steps)) == 8
    moves = application.respond.room.load(incident).contained.moves.values()
    assert [move.said.lever for move in moves] == ["tier", "setting"]
    assert application.respond.runbooks.look(incident, 1).state == "completed"
    application.close()
