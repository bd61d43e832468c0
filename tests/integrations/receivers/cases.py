"""Every foreign system that is called over HTTP: its receiver, a channel to it, and what its readers see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.integrations.receivers import (
    alerts,
    atlassian,
    notion,
    pagerduty,
    slack,
    statuspage,
    teams,
    webhook,
)
from tests.integrations.receivers.base import Receiver

from holdfast.integrations.alerts import Alerts
from holdfast.integrations.confluence import ConfluencePages
from holdfast.integrations.https import Https
from holdfast.integrations.jira import JiraIssues
from holdfast.integrations.notion import NotionPages
from holdfast.integrations.pagerduty.events import PagerDutyEvents
from holdfast.integrations.slack import SlackBot, SlackWebhook
from holdfast.integrations.statuspage import StatusPageIncidents
from holdfast.integrations.teams import TeamsWorkflow
from holdfast.integrations.webhook import Webhook
from holdfast.kernel.clock import SetClock
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import Channel, Link, Message, Section

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
CLOCK = SetClock(NOW)
SENDER = Https(CLOCK, connect=2.0, read=2.0, total=4.0)


def message(**changed: Any) -> Message:
    told: dict[str, Any] = {
        "kind": "page",
        "act": "opened",
        "incident": "INC-2026-0001",
        "title": "Refund tool opened tickets of other customers",
        "at": NOW,
        "dedup_key": "INC-2026-0001",
        "severity": "SEV-1",
        "system": "support-assistant",
        "component": "retrieval",
        "sections": (
            Section("What happened", "5 % of EU mobile users\nsince 10:30 UTC"),
            Section("Status", "triaging"),
        ),
        "links": (Link("The room", "https://holdfast.corp.example/incidents/INC-2026-0001"),),
        "bridge": Link("Bridge", "https://meet.corp.example/inc-1"),
    }
    return Message(**{**told, **changed})


@dataclass(frozen=True)
class Case:
    """One system.

    `things` counts what a receiver holds, `shown` is the text that its readers see of the newest; `once`
    tells whether a repetition makes nothing new.
    """

    name: str
    receiver: Callable[[], Any]
    channel: Callable[[Any, Https], Channel]
    things: Callable[[Any], int]
    shown: Callable[[Any], str]
    once: bool = True


def _secret(receiver: Receiver) -> Revealed:
    return Revealed("$KEY", receiver.secret)


def _page(receiver: pagerduty.PagerDuty) -> str:
    payload = [*receiver.alerts.values()][-1]["payload"]
    details = "\n".join(f"{name}\n{text}" for name, text in payload["custom_details"].items())
    return f"{payload['summary']}\n{details}"


def _alert(receiver: alerts.AlertApi) -> str:
    alert = [*receiver.alerts.values()][-1]
    return f"{alert['message']}\n{alert['description']}"


def _status(receiver: statuspage.StatusPage) -> str:
    incident = [*receiver.incidents.values()][-1]
    return f"{incident['name']}\n{incident['body']}"


def _event(receiver: webhook.Hook) -> str:
    data = receiver.events[-1]["data"]
    marked = ("DRILL " if data["drill"] else "") + ("TEST " if data["test"] else "")
    return "\n".join([marked + data["title"], *(f"{s['heading']}\n{s['text']}" for s in data["sections"])])


def _issue(receiver: atlassian.Jira) -> str:
    fields = receiver.issues[-1]
    return f"{fields['summary']}\n{atlassian.text_of(fields['description'])}"


CASES = (
    Case(
        "pagerduty",
        pagerduty.PagerDuty,
        lambda r, s: PagerDutyEvents(s, _secret(r), r.url),
        lambda r: len(r.alerts),
        _page,
    ),
    Case(
        "slack",
        slack.SlackHook,
        lambda r, s: SlackWebhook(s, Revealed("$SLACK", r.hook)),
        lambda r: len(r.messages),
        lambda r: slack.shown(r.messages[-1]),
        once=False,
    ),
    Case(
        "slack_bot",
        slack.SlackApi,
        lambda r, s: SlackBot(s, _secret(r), address=f"{r.url}/api"),
        lambda r: sum(map(len, r.messages.values())),
        lambda r: slack.shown([*r.messages.values()][-1][-1]),
    ),
    Case(
        "teams",
        teams.TeamsFlow,
        lambda r, s: TeamsWorkflow(s, Revealed("$TEAMS", r.hook)),
        lambda r: len(r.cards),
        lambda r: teams.shown(r.cards[-1]),
        once=False,
    ),
    Case(
        "jira",
        atlassian.Jira,
        lambda r, s: JiraIssues(s, _secret(r), r.url, "AI", atlassian.USER),
        lambda r: len(r.issues),
        _issue,
    ),
    Case(
        "alerts",
        alerts.AlertApi,
        lambda r, s: Alerts(s, _secret(r), r.url),
        lambda r: len(r.alerts),
        _alert,
    ),
    Case(
        "statuspage",
        statuspage.StatusPage,
        lambda r, s: StatusPageIncidents(s, _secret(r), "p4ge", address=r.url),
        lambda r: sum(len(i["incident_updates"]) for i in r.incidents.values()),
        _status,
    ),
    Case(
        "confluence",
        atlassian.Confluence,
        lambda r, s: ConfluencePages(s, _secret(r), r.url, "OPS", atlassian.USER),
        lambda r: len(r.pages),
        lambda r: atlassian.page_text([*r.pages.values()][-1]),
    ),
    Case(
        "notion",
        notion.Notion,
        lambda r, s: NotionPages(s, _secret(r), "parent", r.url),
        lambda r: sum(map(len, r.children.values())),
        lambda r: notion.shown([*r.children.values()][-1]),
    ),
    Case(
        "webhook",
        webhook.Hook,
        lambda r, s: Webhook(s, Revealed("$HOOK", f"{r.url}/in/{r.secret}"), CLOCK, _secret(r)),
        lambda r: len(r.events),
        _event,
    ),
)
