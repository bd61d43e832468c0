"""`holdfast init`: what it writes, what it asks, and what it leaves alone."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from holdfast.app.cli import holdfast
from holdfast.kernel.errors import UsageError
from holdfast.plan.handlers import starting
from holdfast.plan.model.library.harms import harms
from holdfast.plan.model.starting.template import TEMPLATES, Template
from holdfast.plan.views.reading import read_plan

GIVEN = ("--template", "classifier", "--system", "triage", "--owner", "triage-ml")
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command believe that somebody answers."""
    monkeypatch.setattr("holdfast.plan.cli.init.on_a_terminal", lambda: True)


def run(*arguments: str, answers: str | None = None) -> Result:
    return CliRunner().invoke(holdfast, ["init", *arguments], input=answers, catch_exceptions=False)


def refused(*arguments: str) -> str:
    with pytest.raises(UsageError) as caught:
        run(*arguments)
    return str(caught.value)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# by flags


def test_flags_are_enough_without_a_terminal(folder: Path) -> None:
    said = run(*GIVEN, "--name", "Triage", "--harms", "safety,bias").output
    assert files(folder) == {"holdfast.yaml", "runbooks/stop-harm.yaml", ".gitignore"}
    plan = read_plan(folder).plan
    assert (plan.system.id, plan.system.name) == ("triage", "Triage")
    assert [risk.category for risk in plan.risks] == ["safety", "bias"]
    assert "data/eval.csv: make it" in said
    assert "age_group" in said


def test_it_says_the_next_three_commands_for_the_folder_that_was_named(folder: Path) -> None:
    said = run("my system", *GIVEN).output
    for command in ("lint", "plan show", "check"):
        assert f"holdfast {command} 'my system'" in said
    assert max(map(len, said.splitlines())) <= 100
    assert (folder / "my system" / "holdfast.yaml").exists()


def test_without_a_terminal_it_says_which_flags_are_missing(folder: Path) -> None:
    assert "--system, --owner" in refused("--template", "minimal")
    assert "--yes" in refused()
    assert files(folder) == set()


def test_yes_takes_the_defaults(folder: Path) -> None:
    home = folder / "Support Assistant"
    run(str(home), "--yes")
    assert read_plan(home).plan.system.id == "support-assistant"


def test_json_tells_what_was_written(folder: Path) -> None:
    told = json.loads(run(*GIVEN, "--sample", "--json").output)
    assert told["holdfast"] == 1
    assert set(told["files"]) == files(folder)
    assert told["data"] == "data/sample-eval.csv"
    assert {"name": "needs_action", "type": "true or false"}.items() <= told["columns"][1].items()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--system", "triage ../../x"), "`triage ../../x` is no name: did you mean `triage-..-..-x`?"),
        (("--system", "a" * 200), "is no name"),
        (("--system", "\x1b[31m"), "`?[31m` is no name"),
        (("--system", ""), "`` is no name: letters, digits"),
        (("--template", "clasifier"), "did you mean `classifier`?"),
        (("--harms", "safty"), "did you mean `safety`?"),
        (("--harms", ","), "--harms names none"),
        (("--owner", "on-call"), "the template has already"),
        (("--owner", "anyone"), "the template has already"),
        (("--approver", "ml-team"), "would approve its own work"),
        (("--name", "  "), "the text is empty"),
        (("--purpose", "a\x00b"), "control character"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_nothing_is_written(
    folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    said = refused("--yes", *arguments)
    assert said.startswith("error[HF501]: ")
    assert words in said
    assert files(folder) == set()


# by asking


@pytest.mark.usefixtures("terminal")
def test_enter_to_every_question_is_the_default_plan(folder: Path) -> None:
    said = run(answers="\n" * 60).output
    assert "WHAT" not in said
    plan = read_plan(folder).plan
    assert [risk.category for risk in plan.risks] == ["safety", "privacy", "security", "misinformation"]
    assert (folder / "data" / "sample-eval.csv").exists()


@pytest.mark.usefixtures("terminal")
def test_it_asks_what_the_flags_leave_open_and_again_what_cannot_be(folder: Path) -> None:
    answers = [
        "assistent", "minimal",  # the template
        "not a name!", "sorter",  # the id
        "", "Sorts letters for the post.",  # name, purpose
        "ml-team", "product-lead",
        "y", "vague", "A letter to a patient goes to a neighbour, who reads it", "patients", "6", "5", "2",
        *"nnnnnnn",
        "n",
    ]  # fmt: skip
    said = run(answers="\n".join(answers) + "\n").output
    assert "did you mean `assistant`?" in said
    assert "did you mean `not-a-name`?" in said
    assert "is too vague" in said
    assert "`6` is no rank" in said
    for harm in harms():
        assert harm.questions[0].split("?")[0][:40] in " ".join(said.split())
    (risk,) = read_plan(folder).plan.risks
    assert risk.harm == "A letter to a patient goes to a neighbour, who reads it"
    assert (risk.severity, risk.likelihood, risk.stakeholders) == (5, 2, ("patients",))
    assert "data" not in {path.name for path in folder.iterdir()}


@pytest.mark.usefixtures("terminal")
def test_a_plan_starts_with_a_risk_also_when_every_category_is_declined(folder: Path) -> None:
    run("--template", "minimal", answers="\n" * 5 + "n\n" * 9)
    assert len(read_plan(folder).plan.risks) == 1


@pytest.mark.usefixtures("terminal")
def test_what_is_given_by_flags_is_not_asked(folder: Path) -> None:
    flags = ("--name", "T", "--purpose", "Sorts.", "--approver", "head", "--harms", "safety", "--no-sample")
    said = run(*GIVEN, *flags, answers="").output
    assert "?" not in said
    assert (folder / "holdfast.yaml").exists()


@pytest.mark.usefixtures("terminal")
def test_an_end_of_input_leaves_nothing(folder: Path) -> None:
    assert run(answers="minimal\nsorter\n").exit_code == 1  # click's own code; the command line makes it 130
    assert files(folder) == set()


def test_on_a_real_terminal_it_asks_and_control_c_leaves_nothing(tmp_path: Path) -> None:
    # A terminal's programs start with SIGINT heard; one that a script runs in the background ignores it,
    # and its children with it: the tests may be run that way.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{heard}; from holdfast.app.cli import main; main()", "init"]
    main, other = pty.openpty()
    process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other, cwd=tmp_path, close_fds=True)
    os.close(other)
    try:
        seen = _until(main, b"[assistant]:")
        assert b"classifier" in seen
        os.write(main, b"minimal\n")
        _until(main, b"Its id")
        assert _interrupted(process) == 130
        assert files(tmp_path) == set()
    finally:
        process.kill()
        process.wait()
        os.close(main)


def _interrupted(process: subprocess.Popen[bytes]) -> int:
    """Press control-C until the program ends: one between its prompt and its read is seen with the next."""
    for _ in range(8):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(5)
    raise AssertionError("control-C ends nothing")


def _until(terminal: int, words: bytes) -> bytes:
    seen, end = b"", time.monotonic() + 30
    while words not in seen:
        assert time.monotonic() < end, seen
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096)
    return seen


# what is left alone


@pytest.mark.parametrize("name", ["holdfast.yaml", "risks.yaml"])
@pytest.mark.parametrize("content", ["holdfast: 1\nsystem: {id: a, name: A}\n", "holdfast: [\n"])
def test_a_plan_that_is_there_is_never_overwritten(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    said = refused(*GIVEN)
    assert said.startswith("error[HF503]: there is a plan already: ")
    assert name in said
    assert (folder / name).read_text() == content
    assert files(folder) == {name}


def test_a_plan_that_is_only_a_broken_link_counts_as_one(folder: Path) -> None:
    (folder / "holdfast.yaml").symlink_to("nowhere.yaml")
    assert "there is a plan already" in refused(*GIVEN)


def test_other_files_of_the_folder_stay(folder: Path) -> None:
    (folder / "docker-compose.yaml").write_text("services: {}\n")
    (folder / ".gitignore").write_text("*.pyc")
    run(*GIVEN)
    assert (folder / "docker-compose.yaml").read_text() == "services: {}\n"
    assert (folder / ".gitignore").read_text() == "*.pyc\n.holdfast/\n"


@pytest.mark.parametrize("line", [".holdfast/", "/.holdfast", ".holdfast"])
def test_git_is_told_once(folder: Path, line: str) -> None:
    (folder / ".gitignore").write_text(f"{line}\n")
    run(*GIVEN)
    assert (folder / ".gitignore").read_text() == f"{line}\n"


@pytest.mark.parametrize("name", ["runbooks/stop-harm.yaml", "data/sample-eval.csv"])
def test_another_file_that_is_there_is_not_overwritten_either(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir()
    (folder / name).write_text("mine")
    assert f"there is a file already: `{name}`" in refused(*GIVEN, "--sample")
    assert (folder / name).read_text() == "mine"
    assert files(folder) == {name}


def test_what_was_written_is_taken_away_when_it_is_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = starting._make

    def stop(path: Path, made: list[Path]) -> None:
        if path == Path():  # the plan comes last
            raise KeyboardInterrupt
        make(path, made)

    monkeypatch.setattr(starting, "_make", stop)
    assert run(*GIVEN, "--sample").exit_code == 1  # click's own code; the command line makes it 130
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("a file"),
        lambda path: path.symlink_to(path),
    ],
)
def test_a_place_that_is_no_folder_is_refused(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder / "place")
    said = refused("place", *GIVEN)
    assert said.startswith("error[HF503]: cannot write a plan into `place`: ")


def test_a_folder_that_may_not_be_written_is_refused(folder: Path) -> None:
    locked = folder / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    if os.access(locked, os.W_OK):
        pytest.skip("this user may write everywhere")
    said = refused("locked", *GIVEN)
    assert said.startswith("error[HF503]: cannot write a plan into `locked`: permission denied")


@pytest.mark.parametrize("words", ["Permission denied", "Read-only file system", "No space left on device"])
def test_what_the_system_refuses_is_told_and_nothing_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    make = starting._make

    def fail(path: Path, made: list[Path]) -> None:
        if path == Path():  # the plan comes last
            raise OSError(28, words)
        make(path, made)

    monkeypatch.setattr(starting, "_make", fail)
    assert refused(*GIVEN).startswith(f"error[HF503]: cannot write a plan into `.`: {words.lower()}")
    assert list(folder.iterdir()) == []


def test_a_name_that_the_file_system_does_not_take_is_refused(folder: Path) -> None:
    assert "error[HF503]" in refused("x" * 300, *GIVEN)


# the loop closes


@each_template
def test_with_made_up_records_a_check_runs_at_once_and_never_passes(
    template: Template, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from holdfast.app.cli import run as command_line

    for name in ("HOLDFAST_LEDGER", "HOLDFAST_HOME", "HOLDFAST_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    assert command_line(["init", "--template", template.name, "--yes", "--sample"]) == 0
    assert command_line(["check"]) == 2
    out, err = capsys.readouterr()
    assert "INCONCLUSIVE" in out
    assert err == ""


def test_without_records_a_check_says_which_columns_to_make(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from holdfast.app.cli import run as command_line

    assert command_line(["init", "--yes", "--template", "minimal"]) == 0
    assert command_line(["check"]) == 3
    assert "the gates need its column `harmful` (true or false)" in capsys.readouterr().err


@each_template
def test_plan_show_of_what_was_written_has_no_gap(template: Template, folder: Path) -> None:
    run("--yes", "--template", template.name)
    seen = CliRunner().invoke(holdfast, ["plan", "show"], catch_exceptions=False).output
    assert "no control to" not in seen
    assert "nobody" not in seen
    assert max(map(len, seen.splitlines())) <= 100


@each_template
def test_lint_finds_nothing_with_made_up_records_and_after_a_check(template: Template, folder: Path) -> None:
    from holdfast.app.cli import run as command_line

    assert command_line(["init", "--template", template.name, "--yes", "--sample"]) == 0
    assert command_line(["lint"]) == 0
    assert command_line(["check"]) == 2
    assert command_line(["lint"]) == 0
