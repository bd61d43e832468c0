"""`holdfast routes`: whom a plan reaches, and whether it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integrations.receivers.base import Reply
from tests.integrations.receivers.slack import SlackHook, shown
from tests.integrations.receivers.teams import TeamsFlow

from holdfast.app.cli import run

PLAN = """
holdfast: 1
system: {id: shop, name: Shop, purpose: Sells things}
people: {ml: {route: chat}}
audiences: {support: {channel: team}}
routes:
  chat: {slack: $CHAT}
  team: {teams: $TEAM}
  tickets: {jira: $NOT_SET, site: "https://corp.example", project: AI}
"""


@pytest.fixture
def receivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[SlackHook, TeamsFlow]]:
    slack, teams = SlackHook(), TeamsFlow()
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHAT", slack.hook)
    monkeypatch.setenv("TEAM", teams.hook)
    monkeypatch.delenv("NOT_SET", raising=False)
    yield slack, teams
    slack.close()
    teams.close()


Receivers = tuple[SlackHook, TeamsFlow]


def test_a_message_that_says_it_is_a_test_arrives_and_nothing_is_recorded(
    receivers: Receivers, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["routes", "test", "chat"]) == 0
    assert capsys.readouterr().out.startswith("chat (slack): taken: ")
    [sent] = receivers[0].messages
    assert "TEST · opened" in shown(sent)
    assert "Nothing happened" in shown(sent)
    assert receivers[1].cards == []
    assert list(tmp_path.iterdir()) == [tmp_path / "holdfast.yaml"]


def test_every_route_is_tried_and_one_that_fails_is_told_with_what_it_said(
    receivers: Receivers, capsys: pytest.CaptureFixture[str]
) -> None:
    receivers[1].faults.append(Reply(503, "busy"))
    assert run(["routes", "test", "--all", "--json"]) == 1
    trials = {trial["route"]: trial for trial in json.loads(capsys.readouterr().out)["trials"]}
    assert {name: trial["result"] for name, trial in trials.items()} == {
        "chat": "taken",
        "team": "delayed",
        "tickets": "refused",
    }
    assert "busy" in trials["team"]["why"]
    assert "NOT_SET" in trials["tickets"]["why"]


def test_the_list_says_whom_each_reaches_and_what_is_not_set(
    receivers: Receivers, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["routes", "list", "--json"]) == 0
    rows = {row["route"]: row for row in json.loads(capsys.readouterr().out)["routes"]}
    assert (rows["chat"]["reaches"], rows["team"]["reaches"]) == (["ml"], ["support"])
    assert (rows["tickets"]["follows"], rows["tickets"]["unset"]) == (True, ["$NOT_SET"])
    assert run(["routes", "list"]) == 0
    assert "told of every incident" in capsys.readouterr().out


def test_a_route_that_is_not_there_is_named_with_the_nearest(
    receivers: Receivers, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["routes", "test", "chta"]) == 3
    assert "error[HF750]: the plan has no route `chta`: did you mean `chat`?" in capsys.readouterr().err


def test_nothing_is_sent_unless_somebody_says_where(
    receivers: Receivers, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["routes", "test"]) == 3
    assert "name a ROUTE, or say --all" in capsys.readouterr().err
    assert receivers[0].messages == []
