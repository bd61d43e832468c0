"""Jira, Confluence, Notion and alerts: what differs from the other systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.integrations.receivers.alerts import AlertApi
from tests.integrations.receivers.atlassian import USER, Confluence, Jira, text_of
from tests.integrations.receivers.base import Receiver, Reply
from tests.integrations.receivers.cases import SENDER, message
from tests.integrations.receivers.notion import Notion, shown

from holdfast.integrations.alerts import Alerts
from holdfast.integrations.confluence import ConfluencePages
from holdfast.integrations.jira import JiraIssues
from holdfast.integrations.notion import NotionPages
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused, Section


@pytest.fixture
def started() -> Iterator[Callable[[type[Receiver]], Any]]:
    made: list[Receiver] = []

    def start(kind: type[Receiver]) -> Any:
        made.append(kind())
        return made[-1]

    yield start
    for receiver in made:
        receiver.close()
        assert receiver.broken == []


def jira(receiver: Jira, user: str = USER) -> JiraIssues:
    return JiraIssues(SENDER, Revealed("$JIRA", receiver.secret), receiver.url + "/", "AI", user)


def test_an_update_becomes_one_comment_also_when_it_is_sent_twice(started: Any) -> None:
    receiver = started(Jira)
    issue = jira(receiver).send(message(kind="ticket"), "key-1")
    assert issue.address == f"{receiver.url}/browse/AI-1"
    update = message(act="updated", sections=(Section("Now", "contained"),))
    assert not jira(receiver).send(update, "key-2").repeated
    assert jira(receiver).send(update, "key-2").repeated
    [comment] = receiver.comments["AI-1"]
    assert "contained" in text_of(comment["body"])


def test_an_action_of_its_own_becomes_an_issue_of_its_own_with_its_due_day(started: Any) -> None:
    receiver = started(Jira)
    jira(receiver).send(message(), "key-1")
    jira(receiver).send(message(dedup_key="INC-2026-0001/A-1", data={"due": "2026-11-28T00:00:00Z"}), "key-2")
    assert [fields.get("duedate") for fields in receiver.issues] == [None, "2026-11-28"]


def test_a_token_without_an_account_is_sent_as_a_bearer_token(started: Any) -> None:
    assert jira(started(Jira), user="").send(message(), "key-1").id == "AI-1"


def confluence(receiver: Confluence, space: str = "OPS") -> ConfluencePages:
    return ConfluencePages(SENDER, Revealed("$C", receiver.secret), receiver.url, space, USER)


def test_the_incidents_page_is_written_anew(started: Any) -> None:
    receiver = started(Confluence)
    first = confluence(receiver).send(message(), "key-1")
    confluence(receiver).send(message(act="updated", sections=(Section("Now", "a & b < c"),)), "key-2")
    [page] = receiver.pages.values()
    assert (page["title"], page["version"]["number"]) == ("INC-2026-0001", 2)
    assert "a &amp; b &lt; c" in page["body"]["value"]
    assert first.address == f"{receiver.url}/wiki/spaces/OPS/pages/100"


def test_somebody_who_writes_the_page_at_the_same_time_is_waited_for(started: Any) -> None:
    receiver = started(Confluence)
    confluence(receiver).send(message(), "key-1")
    receiver.faults += [None, None, Reply(409, {"errors": []})]
    with pytest.raises(DeliveryDelayed, match="somebody else wrote the page"):
        confluence(receiver).send(message(), "key-2")


def test_a_space_that_is_not_shown_is_a_refusal(started: Any) -> None:
    with pytest.raises(DeliveryRefused, match="no space of this key"):
        confluence(started(Confluence), space="NONE").send(message(), "key-1")


def test_in_notion_only_what_holdfast_wrote_is_replaced(started: Any) -> None:
    receiver = started(Notion)
    channel = NotionPages(SENDER, Revealed("$N", receiver.secret), "parent", receiver.url)
    first = channel.send(message(), "key-1")
    note = {"id": "mine", "type": "paragraph", "paragraph": {"rich_text": []}}
    receiver.children[first.id].insert(0, note)
    channel.send(message(act="updated", sections=(Section("Now", "contained"),)), "key-2")
    assert receiver.children[first.id][0] == note
    [record] = receiver.children[first.id][1:]
    assert "contained" in shown([record])
    assert len(receiver.children["parent"]) == 1


def alerts(receiver: AlertApi) -> Alerts:
    return Alerts(SENDER, Revealed("$A", receiver.secret), receiver.url)


@pytest.mark.parametrize(
    ("severity", "priority"), [("SEV-1", "P1"), ("SEV-2", "P2"), ("SEV-3", "P3"), ("SEV-4", "P4"), ("", "P2")]
)
def test_severities_become_priorities(started: Any, severity: str, priority: str) -> None:
    receiver = started(AlertApi)
    alerts(receiver).send(message(severity=severity), "key-1")
    assert receiver.alerts["INC-2026-0001"]["priority"] == priority


def test_alerts_are_acknowledged_noted_and_closed_by_their_alias(started: Any) -> None:
    receiver = started(AlertApi)
    for number, act in enumerate(("opened", "updated", "acknowledged", "resolved")):
        alerts(receiver).send(message(act=act), f"key-{number}")
    assert receiver.alerts["INC-2026-0001"]["status"] == "closed"
    assert len(receiver.notes) == 1
