"""The command line itself: help, suggestions, exit codes, pipes and colour."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version

import click
import pytest

from holdfast.app.cli import holdfast
from holdfast.app.surface import COMMANDS


def commands(command, words=()):
    """Yield the words of every command there is."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), (*words, name))


@pytest.mark.parametrize("words", list(commands(holdfast)), ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_tells_its_help(desk, words, flag):
    code, out, err = desk.run(*words, flag)
    assert (code, err) == (0, "")
    assert out.startswith(" ".join(("Usage: holdfast", *words)))
    assert "--help" in out


def test_help_lists_every_command_and_the_exit_codes(desk):
    _, out, _ = desk.run("--help")
    listed = [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed[: len(COMMANDS)] == [entry.name for entry in COMMANDS]
    assert "0 pass or done, 1 fail, 2 inconclusive, 3" in " ".join(out.split())


@pytest.mark.parametrize("words", [(), ("gate",), ("plan",), ("ledger",)])
def test_a_group_without_a_command_tells_its_help(desk, monkeypatch, words):
    monkeypatch.setattr(sys, "argv", ["holdfast", *words])
    from holdfast.app.cli import run

    assert run() == 0
    out, err = desk.capsys.readouterr()
    assert err == ""
    assert out.startswith(" ".join(("Usage: holdfast", *words)))
    assert "Commands:" in out


def test_version(desk):
    assert desk.run("--version") == (0, f"holdfast {version('holdfast')}\n", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chekc"], ["no command `chekc`", "did you mean `check`?"]),
        (["zzz"], ["no command `zzz`", ", ".join(sorted(entry.name for entry in COMMANDS)[:12])]),
        (["ledger", "verfy"], ["'verfy'", "'verify'"]),
        (["plan", "shwo"], ["'shwo'", "'show'"]),
        (["check", "--jsn"], ["'--jsn'", "'--json'", "holdfast check --help"]),
        (["check", "a", "b"], ["unexpected extra argument (b)", "holdfast check --help"]),
        (["--ledger"], ["'--ledger' requires an argument"]),
        (["measure"], ["'METRIC'", "holdfast measure --help"]),
        (["measure", "m", "--confidence", "95"], ["a confidence of 95", "0.95"]),
        (["measure", "m", "--confidence", "high"], ["'high' is not a valid float"]),
        (["measure", "m", "--by", "team", "--whole"], ["exclude each other"]),
        (["ledger", "export", "--json"], ["add --output FILE"]),
    ],
)
def test_a_wrong_command_line_says_what_to_do(desk, arguments, words):
    desk.plan()
    desk.refused("HF501", *words, run=tuple(arguments))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["measure", "n"], ["no metric `n`", "m"]),
        (["measure", "m", "--data", "evla"], ["no data source `evla`", "did you mean `eval`?"]),
    ],
)
def test_a_name_that_the_plan_does_not_have(desk, arguments, words):
    desk.plan()
    desk.refused("HF502", *words, run=tuple(arguments))


@pytest.mark.parametrize(
    ("require", "code"), [("<= 50%", 0), ("<= 1%", 1), ("<= 9%", 2), ("about 5", 3)], ids=str
)
def test_the_exit_code_is_the_verdict(desk, require, code):
    desk.plan(gate=f'{{id: g, metric: m, data: eval, require: "{require}", blocking: true}}')
    assert desk.run()[0] == code


def process(desk, *arguments, **environment):
    """Start the command line as a process of its own, with its output read through a pipe."""
    return subprocess.Popen(
        [sys.executable, "-c", "from holdfast.app.cli import main; main()", *arguments],
        cwd=desk.folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("arguments", [["schema"], ["--help"], ["check"]])
def test_a_reader_that_has_enough_is_neither_a_verdict_nor_a_traceback(desk, arguments):
    desk.plan()
    with process(desk, *arguments) as started:
        started.stdout.close()
        said = started.stderr.read()
        assert (started.wait(), said) == (141, b"")


def test_a_terminal_without_the_signs_still_tells_the_verdict(desk):
    desk.plan()
    with process(desk, "check", PYTHONIOENCODING="ascii") as started:
        out, err = started.communicate()
    assert (started.returncode, err) == (0, b"")
    assert b"PASS" in out
    assert out.isascii()


def test_stopping_is_told_in_a_word(desk, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("holdfast.gate.wiring.GateServices.check", stop)
    desk.plan()
    assert desk.run() == (130, "", "\nstopped\n")


@pytest.mark.parametrize(("setting", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color(desk, monkeypatch, setting, coloured):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", **setting}.items():
        monkeypatch.setenv(name, value)
    desk.plan()
    _, out, _ = desk.run()
    assert ("\x1b[3" in out) == coloured
    assert "PASS" in out
