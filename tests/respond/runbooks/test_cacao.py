"""Runbooks as CACAO 2.0 playbooks: the round trip loses nothing, and what is foreign is named."""

from __future__ import annotations

import importlib.util
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from holdfast.app.cli import run
from holdfast.kernel.errors import HoldfastError, PlanError
from holdfast.respond.model.runbooks.cacao.exporting import as_cacao
from holdfast.respond.model.runbooks.cacao.identifiers import EXTENSION
from holdfast.respond.model.runbooks.cacao.importing import from_cacao
from holdfast.respond.model.runbooks.library import library_names, library_runbook
from holdfast.respond.model.runbooks.loading import parse_runbook
from holdfast.respond.model.runbooks.writing import digest_of, yaml_of

AT = datetime(2026, 11, 21, 2, 0, 7, 123456, tzinfo=UTC)
every = pytest.mark.parametrize("name", library_names())


@pytest.fixture(scope="module")
def schema():
    spec = importlib.util.spec_from_file_location("subset", Path(__file__).with_name("cacao_subset.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    Draft202012Validator.check_schema(module.PLAYBOOK)
    return Draft202012Validator(module.PLAYBOOK)


def exported(runbook):
    return json.loads(json.dumps(as_cacao(runbook, AT)))


def ends_of(workflow, id_, ends):
    """Collect the ends that are reached from a step without leaving its branch."""
    step = workflow[id_]
    if step["type"] == "end":
        ends.add(id_)
    for key in ("on_completion", "on_success", "on_failure"):
        if key in step:
            ends_of(workflow, step[key], ends)
    return ends


# out


@every
def test_an_export_is_what_the_specification_asks_for(name, schema):
    told = exported(library_runbook(name).runbook)
    assert [error.message for error in schema.iter_errors(told)] == []


@every
def test_every_step_is_there_and_leads_to_steps_that_are_there(name):
    runbook = library_runbook(name).runbook
    workflow = exported(runbook)["workflow"]
    named = {step.get("name") for step in workflow.values() if step["type"] == "action"}
    assert named == {step.id for step in runbook.steps}
    for step in workflow.values():
        for key in ("on_completion", "on_success", "on_failure", "on_true", "on_false"):
            assert step.get(key) is None or step[key] in workflow


@every
def test_every_branch_has_an_end_of_its_own(name):
    workflow = exported(library_runbook(name).runbook)["workflow"]
    branches = [step[key] for step in workflow.values() for key in ("on_true", "on_false") if key in step]
    ends = [ends_of(workflow, branch, set()) for branch in branches]
    assert all(len(own) == 1 for own in ends)
    assert len(set.union(set(), *ends)) == len(ends)


@every
def test_activities_of_the_playbook_are_those_of_its_commands(name):
    told = exported(library_runbook(name).runbook)
    used = {
        command["playbook_activity"]
        for step in told["workflow"].values()
        for command in step.get("commands", ())
    }
    assert set(told["playbook_activities"]) == used


def test_the_same_runbook_is_the_same_file():
    runbook = library_runbook("cascade").runbook
    assert exported(runbook) == exported(runbook)


# and back


@every
def test_a_round_trip_loses_nothing(name):
    runbook = library_runbook(name).runbook
    back = from_cacao(json.dumps(exported(runbook)), "book.json")
    assert back.loaded.runbook == runbook
    assert digest_of(back.loaded.runbook) == digest_of(runbook)
    assert back.not_taken == ()


def test_a_round_trip_of_everything_that_can_be_said_loses_nothing(books):
    runbook = books.book().runbook
    back = from_cacao(json.dumps(exported(runbook)), "book.json")
    assert back.loaded.runbook == runbook


texts = st.text(st.sampled_from("abc XYZ:#'\"{}[]-&*?!%@`,.äß→\U0001f6a8"), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split()) or "x"
)
spans = st.sampled_from(["30s", "10m", "1h30m", "2d"])


@st.composite
def forms(draw):
    """Draw a runbook that may be: steps that lead downwards, in every way that the format knows."""
    count = draw(st.integers(1, 9))
    names = [f"s{n}" for n in range(count)]

    def below(index):
        return st.sampled_from([*names[index + 1 :], "end"])

    steps = []
    for index, name in enumerate(names):
        kind = draw(st.sampled_from(["observe", "act", "confirm", "communicate", "decide", "do"]))
        step = {"id": name, kind: draw(texts)}
        if draw(st.booleans()):
            step |= {"who": draw(texts), "within": draw(spans), "note": draw(texts)}
        if kind == "decide":
            ways = draw(st.integers(1, 4))
            step["branches"] = {
                f"w{n}": {"when": draw(texts), "then": draw(below(index))} for n in range(ways)
            }
        else:
            step["then"] = draw(below(index))
        if kind == "confirm":
            step["otherwise"] = draw(below(index))
        if kind == "act":
            step |= draw(
                st.sampled_from(
                    [
                        {},
                        {"kind": "tier", "to": "safe", "for": "2h", "contains": "fast"},
                        {"lever": "l-1", "to": {"a": [1, 0.5, True]}, "scope": "tenant"},
                        {"safe_mode": True, "contains": "last", "costs": "much"},
                    ]
                )
            )
        if kind == "communicate":
            step |= {"audience": draw(st.lists(texts, max_size=2)), "by": "1h"}
        steps.append(step)
    return {"runbook": "r", "title": draw(texts), "steps": steps, "do_not": draw(st.lists(texts, max_size=2))}


@given(forms())
def test_every_runbook_that_is_reached_whole_comes_back_as_it_was(form):
    runbook = parse_runbook(yaml_of(form), "drawn.yaml").runbook
    reached = list(runbook.between(runbook.first.id))
    if len(reached) < len(runbook.steps):
        return  # what nothing leads to has no place in a workflow; lint says so
    try:
        told = exported(runbook)
        back = from_cacao(json.dumps(told), "drawn.json")
    except HoldfastError as error:
        if error.problems[0].code not in {"HF716", "HF209"}:  # branches that share everything multiply
            raise
        return
    assert back.loaded.runbook == runbook
    assert back.not_taken == ()


def test_what_another_tool_changed_in_words_and_flow_is_taken(books):
    told = exported(books.book().runbook)
    look, end = (
        next(id_ for id_, step in told["workflow"].items() if step.get("name") == "look"),
        next(id_ for id_, step in told["workflow"].items() if step["type"] == "end"),
    )
    told["workflow"][look]["commands"][0]["command"] = "Read two traces"
    told["workflow"][look]["on_completion"] = end
    back = from_cacao(json.dumps(told), "changed.json")
    (step,) = back.loaded.runbook.steps
    lost = {id_ for id_, one in told["workflow"].items() if one["type"] == "action"} - {look}
    assert (step.says, step.then) == ("Read two traces", "end")
    assert [one.what for one in back.not_taken] == ["a step that nothing leads to"] * len(lost)


# foreign ones


def foreign(**changes):
    """Return a playbook as other tools write it, of a process with shared steps, branches and parallels."""
    ids = {
        name: f"{name.rsplit('-', 1)[0]}--0000000{n:x}-0000-4000-8000-00000000000{n:x}"
        for n, name in enumerate(
            [
                "start-1",
                "action-1",
                "if-condition-1",
                "parallel-1",
                "action-2",
                "action-3",
                "action-4",
                "end-1",
                "end-2",
            ]
        )
    }
    ids |= {
        "end-3": "end--0000000a-0000-4000-8000-00000000000a",
        "group-1": "group--0000000b-0000-4000-8000-00000000000b",
    }
    workflow = {
        ids["start-1"]: {"type": "start", "on_completion": ids["action-1"]},
        ids["action-1"]: {
            "type": "action",
            "name": "Identify the flaw",
            "description": "Which versions, since when",
            "commands": [{"type": "manual", "command": "look it up", "playbook_activity": "scan-system"}],
            "agent": ids["group-1"],
            "timeout": 900_000,
            "on_completion": ids["if-condition-1"],
        },
        ids["if-condition-1"]: {
            "type": "if-condition",
            "name": "Is it present?",
            "condition": "__found__:value = 'yes'",
            "on_true": ids["parallel-1"],
            "on_false": ids["end-1"],
            "on_completion": ids["action-4"],
        },
        ids["parallel-1"]: {
            "type": "parallel",
            "next_steps": [ids["action-2"], ids["action-3"]],
            "on_completion": ids["end-2"],
        },
        ids["action-2"]: {
            "type": "action",
            "name": "Patch",
            "commands": [{"type": "ssh", "command": "apt-get upgrade"}],
            "agent": ids["group-1"],
            "on_success": ids["end-3"],
            "on_failure": ids["action-4"],
        },
        ids["action-3"]: {"type": "action", "name": "Mitigate\u202e <b>", "on_completion": ids["end-3"]},
        ids["action-4"]: {
            "type": "action",
            "name": "Report",
            "commands": [
                {
                    "type": "http-api",
                    "command": "POST /report HTTP/1.1",
                    "playbook_activity": "deliver-content",
                }
            ],
            "agent": ids["group-1"],
            "delay": 5000,
            "on_completion": ids["end-1"],
        },
        ids["end-1"]: {"type": "end"},
        ids["end-2"]: {"type": "end"},
        ids["end-3"]: {"type": "end"},
    }
    return {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": "playbook--0000000c-0000-4000-8000-00000000000c",
        "name": "Respond to a flaw",
        "description": "A flaw that is used in the wild.",
        "created_by": "identity--0000000d-0000-4000-8000-00000000000d",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "markings": ["marking-tlp--0000000e-0000-4000-8000-00000000000e"],
        "agent_definitions": {ids["group-1"]: {"type": "group", "name": "SOC tier 1"}},
        "workflow_start": ids["start-1"],
        "workflow": workflow,
        **changes,
    }


def test_a_foreign_playbook_becomes_a_runbook_that_can_be_followed():
    runbook = from_cacao(json.dumps(foreign()), "foreign.json").loaded.runbook
    assert (runbook.id, runbook.title) == ("respond-to-a-flaw", "Respond to a flaw")
    assert [(step.id, step.kind, step.leads_to) for step in runbook.steps] == [
        ("identify-the-flaw", "observe", ("is-it-present",)),
        ("is-it-present", "decide", ("patch", "report-6")),
        ("patch", "act", ("patch-worked",)),
        ("patch-worked", "confirm", ("mitigate-b", "report")),
        ("report", "communicate", ("mitigate-b",)),  # it ends a branch of the parallel, which goes on
        ("mitigate-b", "act", ("report-6",)),
        ("report-6", "communicate", ("end",)),
    ]


def test_who_and_how_soon_are_taken_and_commands_become_words():
    steps = from_cacao(json.dumps(foreign()), "foreign.json").loaded.runbook.steps
    assert (steps[0].who, steps[0].within.text) == ("SOC tier 1", "15m")
    assert steps[0].note == "Which versions, since when look it up"
    assert steps[2].note == "ssh: apt-get upgrade"
    assert steps[5].says == "Mitigate <b>"


def test_what_could_not_be_taken_is_named_with_its_place():
    text = json.dumps(foreign(), indent=1)
    lost = from_cacao(text, "foreign.json").not_taken
    assert {one.what for one in lost} == {
        "`markings` of the playbook",
        "steps at the same time: they are put one after the other",
        "a command of type `ssh`: a person does it",
        "a command of type `http-api`: a person does it",
        "`delay` of a step",
    }
    lines = text.splitlines()
    delay = next(one for one in lost if "delay" in one.what)
    assert "5000" in lines[delay.place.line - 1]


def test_a_loop_is_gone_through_once_and_named():
    told = foreign()
    start = told["workflow_start"]
    loop, body = "while-condition--1", "action--9"
    told["workflow"] |= {
        loop: {"type": "while-condition", "condition": "x", "on_true": body, "on_completion": "end--9"},
        body: {"type": "action", "name": "Try again", "on_completion": loop},
        "end--9": {"type": "end"},
    }
    told["workflow"][start]["on_completion"] = loop
    back = from_cacao(json.dumps(told), "loop.json")
    assert [step.id for step in back.loaded.runbook.steps] == ["step-1", "try-again"]
    assert {
        "a loop: its steps are gone through once",
        "a way back to it: a runbook is followed downwards",
    } <= {one.what for one in back.not_taken}


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ("", "HF201", 1, "not readable as JSON"),
        ('{"type": "playbook",\n "name" 1}', "HF201", 2, "expecting ':'"),
        ("[]", "HF201", 1, "no object at the top"),
        ('{"a": NaN}', "HF201", 0, "`NaN` is no JSON"),
        ('{"a": 1,\n "a": 2}', "HF204", 2, "`a` is written twice"),
        ("[" * 5000, "HF209", 1, "more than 32 lists and objects"),
        ('{"a": "\\ud800"}', "HF210", 0, "half a character"),
        ('{"type": "bundle"}', "HF716", 1, "no CACAO playbook"),
        ('{"type": "playbook",\n "spec_version": "1.1"}', "HF716", 2, "a playbook of `1.1`"),
    ],
)
def test_what_is_no_playbook_is_refused_with_its_place(text, code, line, says):
    with pytest.raises(PlanError) as told:
        from_cacao(text, "bad.json")
    (wrong,) = told.value.problems
    assert (wrong.code, wrong.place.line) == (code, line)
    assert says in wrong.message


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"workflow": {}}, "without its workflow"),
        ({"workflow_start": "start--nowhere"}, "no step `start--nowhere` to start with"),
        ({"name": 7}, "`name` is no text"),
    ],
)
def test_a_playbook_that_cannot_be_is_refused(change, says):
    with pytest.raises(PlanError, match="HF716") as told:
        from_cacao(json.dumps(foreign(**change), indent=1), "bad.json")
    assert says in str(told.value)
    assert told.value.problems[0].place.line > 1


def test_a_step_that_leads_nowhere_is_refused_where_it_says_so():
    told = foreign()
    first = told["workflow"][told["workflow_start"]]["on_completion"]
    told["workflow"][first]["on_completion"] = "action--gone"
    text = json.dumps(told, indent=1)
    with pytest.raises(PlanError, match="there is no step `action--gone`") as refused:
        from_cacao(text, "bad.json")
    place = refused.value.problems[0].place
    assert '"action--gone"' in text.splitlines()[place.line - 1]


def test_our_own_extension_with_what_cannot_be_is_refused():
    told = exported(library_runbook("drift").runbook)
    told["playbook_extensions"][EXTENSION]["failure_mode"] = "gremlins"
    with pytest.raises(PlanError, match="HF716"):
        from_cacao(json.dumps(told), "bad.json")


def test_a_playbook_of_thousands_of_steps_is_refused():
    told = foreign()
    last = told["workflow_start"]
    for n in range(3000):
        told["workflow"][f"action--{n}"] = {"type": "action", "name": f"a{n}"}
        told["workflow"][last]["on_completion"] = last = f"action--{n}"
    with pytest.raises(PlanError, match="HF209"):
        from_cacao(json.dumps(told), "long.json")


# the commands


def test_export_and_import_by_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["runbook", "export", "misuse", "--format", "cacao", "--out", "misuse.json"]) == 0
    assert run(["runbook", "import", "misuse.json", "--out", "misuse.yaml"]) == 0
    assert run(["runbook", "lint", "misuse.yaml"]) == 0
    Path("foreign.json").write_text(json.dumps(foreign()))
    capsys.readouterr()
    assert run(["runbook", "import", "foreign.json"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("runbook: respond-to-a-flaw")
    assert "not taken: `markings` of the playbook (foreign.json:1:" in told.err
