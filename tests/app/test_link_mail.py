"""One-time links by mail, over the mail server of the settings."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from holdfast.access.commands import Invite
from holdfast.access.model.refusing import StandingError
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings


def application(tmp_path: Path) -> Application:
    return Application(read_settings({"HOLDFAST_HOME": str(tmp_path), "HOLDFAST_ACTOR": "ops-lead"}))


def test_without_a_mail_server_links_are_handed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOLDFAST_SMTP", raising=False)
    made = application(tmp_path)
    assert not made.access.mails
    with pytest.raises(StandingError, match="HF634"):
        made.access.invite(made.principal, Invite(("viewer",), mail="a@example.org", by_mail=True), "")
    made.close()


def test_a_mail_server_that_is_down_is_told_and_the_link_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HOLDFAST_SMTP", f"smtp+plain://127.0.0.1:{taken.getsockname()[1]}")
        made = application(tmp_path)
        command = Invite(("viewer",), name="Ann", mail="ann@example.org", by_mail=True)
        with pytest.raises(StandingError, match="HF634") as refused:
            made.access.invite(made.principal, command, "http://127.0.0.1")
    assert "cannot be reached" in str(refused.value)
    assert [each.state for each in made.access.people(made.principal)] == ["invited"]
    made.close()
