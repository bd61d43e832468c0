"""Steps and how far they are, on a terminal and elsewhere."""

from __future__ import annotations

import io

import pytest

from holdfast.kernel.progress import hearer_now
from holdfast.web import terminal
from holdfast.web.terminal import _Step, steps


class Screen(io.StringIO):
    """Standard error that says that it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def seconds(monkeypatch):
    """Give the clock to the test."""
    now = [0.0]
    monkeypatch.setattr(terminal, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def shown():
    return []


def test_a_step_that_takes_longer_than_a_second_has_a_bar(seconds, shown):
    step = _Step(lambda text: shown.append(text.plain))
    step.begin("measuring")
    seconds[0] = 0.9
    step.hear(0.1)
    seconds[0] = 1.1
    step.hear(0.5)
    assert shown == ["measuring", f"measuring  {'━' * 15}{'─' * 15}  50%"]


def test_the_next_step_begins_without_a_bar(seconds, shown):
    step = _Step(lambda text: shown.append(text.plain), ascii_only=True)
    seconds[0] = 2.0
    step.hear(1.0)
    step.begin("deciding")
    step.hear(0.1)
    assert shown == [f"reading the plan  {'#' * 30} 100%", "deciding"]


def test_a_terminal_hears_how_far_the_work_is_and_is_clean_afterwards(monkeypatch):
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with steps() as say:
        say("measuring")
        assert hearer_now() is not None
    assert hearer_now() is None
    assert "measuring" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize("screen", [Screen(), io.StringIO()], ids=["quiet", "no terminal"])
def test_elsewhere_nothing_is_written_and_nobody_hears(monkeypatch, screen):
    monkeypatch.setattr("sys.stderr", screen)
    with steps(quiet=screen.isatty()) as say:
        say("measuring")
        assert hearer_now() is None
    assert screen.getvalue() == ""
