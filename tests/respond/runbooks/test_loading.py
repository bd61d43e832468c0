"""A runbook's file is read with its steps and where they lead, or refused with line and column."""

from __future__ import annotations

import pytest

from holdfast.respond.model.runbooks.writing import as_yaml, digest_of, form_of

HEAD = "runbook: r\ntitle: t\nsteps:\n"


def test_a_step_leads_to_the_one_below_unless_it_says_otherwise(books):
    steps = books.book().runbook.steps
    assert [(step.id, step.leads_to) for step in steps] == [
        ("look", ("which",)),
        ("which", ("close", "off")),
        ("close", ("closed",)),
        ("closed", ("say", "off")),
        ("off", ("say",)),
        ("say", ("end",)),
    ]


def test_a_phase_holds_for_the_steps_below_it(books):
    assert [step.phase for step in books.book().runbook.steps] == [
        "triage",
        "triage",
        "contain",
        "contain",
        "contain",
        "tell",
    ]


def test_the_question_is_that_of_the_failure_mode_unless_it_asks_its_own(books):
    assert books.book().runbook.question.startswith("Whose data")
    own = books.WHOLE.replace("owner: privacy", "question: Who saw it?")
    assert books.book(own).runbook.question == "Who saw it?"


def test_the_short_form_is_an_act_by_hand(books):
    (step,) = books.book(
        HEAD + "  - {do: look, who: me, within: 5m}\nrecovered_when: it works\n"
    ).runbook.steps
    assert (step.id, step.kind, step.says, step.move) == ("step-1", "act", "look", None)


def test_written_out_and_read_again_it_is_the_same(books):
    runbook = books.book().runbook
    assert books.book(as_yaml(runbook)).runbook == runbook


def test_the_digest_is_of_the_meaning_and_not_of_the_writing(books):
    one = books.book()
    spaced = books.book(books.WHOLE.replace("{id: off,", "{id:   off,") + "\n# a remark\n")
    other = books.book(books.WHOLE.replace("Go safe", "Go safer"))
    assert digest_of(one.runbook) == digest_of(spaced.runbook) != digest_of(other.runbook)


def test_what_a_reader_would_assume_is_not_written(books):
    assert form_of(books.book(HEAD + "  - {do: look}\n").runbook) == {
        "runbook": "r",
        "version": "1",
        "title": "t",
        "steps": [{"id": "step-1", "act": "look"}],
    }


@pytest.mark.parametrize(
    ("steps", "code", "line", "column", "says"),
    [
        ("  - {observe: a, then: nowhere}\n  - {do: b}\n", "HF206", 4, 24, "no step is called `nowhere`"),
        ("  - {id: a, do: a}\n  - {do: b, then: a}\n", "HF715", 5, 19, "`step-2` leads back to `a`"),
        ("  - {id: a, do: a, then: a}\n", "HF715", 4, 26, "`a` leads back to `a`"),
        ("  - {id: a, do: a}\n  - {id: a, do: b}\n", "HF205", 5, 10, "the id `a` is used twice in `steps`"),
        ("  - {id: end, do: a}\n", "HF203", 4, 10, "`end` is where a runbook ends"),
        ("  - {obsrve: a}\n", "HF202", 4, 6, "unknown key `obsrve`"),
        ("  - {act: a, confirm: b}\n", "HF203", 4, 5, "a step of a runbook has only one of"),
        ("  - {note: a}\n", "HF213", 4, 5, "a step of a runbook needs one of"),
        ("  - {act: a, kind: levr}\n", "HF203", 4, 20, "`levr` is no kind of lever"),
        ("  - {act: a, to: safe}\n", "HF213", 4, 18, "a position without its lever"),
        ("  - {act: a, kind: tier, safe_mode: true}\n", "HF203", 4, 37, "one step moves one thing"),
        ("  - {do: a, within: 10}\n", "HF207", 4, 21, "`10` is a duration without its unit"),
        ("  - {decide: a, branches: {x: {when: y}}, then: end}\n", "HF203", 4, 49, "a decision leads on by"),
        ("  - {decide: a, branches: {x: {then: end}}}\n", "HF213", 4, 28, "the key `when` is missing"),
        ("  []\n", "HF203", 3, 1, "the list is empty"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(books, steps, code, line, column, says):
    (found,) = books.refused(HEAD + steps)
    assert found[:3] == (code, line, column)
    assert says in found[3]


def test_an_unknown_failure_mode_names_the_nearest(books):
    (found,) = books.refused("runbook: r\ntitle: t\nfailure_mode: drit\nsteps: [{do: a}]\n")
    assert found == ("HF206", 3, 15, "no failure mode is called `drit`")


def test_more_steps_than_anybody_follows_are_refused(books):
    (found,) = books.refused(HEAD + "  - {do: a}\n" * 61)
    assert found[0] == "HF209"


def test_an_empty_file_is_told_what_a_runbook_starts_with(books):
    (found,) = books.refused("# nothing\n")
    assert found[0] == "HF201"
