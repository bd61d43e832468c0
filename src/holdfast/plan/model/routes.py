"""How somebody is reached: a foreign system, and what it needs to be told. The first key names the system."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field, Tag

from holdfast.plan.model.base import ByKey, Part
from holdfast.plan.model.secrets import MailAddress, Secret, WebAddress
from holdfast.plan.model.values import YesNo
from holdfast.plan.model.words import Label, Name, Several


class PagerDuty(Part):
    """PagerDuty, Events API v2."""

    pagerduty: Secret = Field(description="The integration key, as `$NAME`.")
    address: WebAddress | None = Field(
        None, description="Another service region, such as `https://events.eu.pagerduty.com`."
    )


class Slack(Part):
    """A Slack incoming webhook."""

    slack: Secret = Field(description="The webhook's address, as `$NAME`.")


class SlackBot(Part):
    """Slack with a bot's token: a channel per incident with a pinned card, or one channel for all."""

    slack_bot: Secret = Field(description="The bot's token, as `$NAME`.")
    channel: Label | None = Field(
        None, description="Id of a channel that is there; without it each incident gets its own."
    )
    naming: Label | None = Field(
        None,
        description="How an incident's channel is called: `inc-{id}-{system}` unless it is said; also"
        " `{severity}` and `{kind}`.",
    )
    private: YesNo = Field(False, description="Make private channels.")
    invite: Annotated[tuple[Label, ...], Several] = Field(
        (), description="Ids of the people who are invited to an incident's channel."
    )
    bridge: WebAddress | None = Field(
        None, description="Where people speak with each other: shown in an incident's channel."
    )


class Teams(Part):
    """A Microsoft Teams workflow."""

    teams: Secret = Field(description="The workflow's address, as `$NAME`.")


class Mail(Part):
    """Mail, over the SMTP server that Holdfast is set up with."""

    smtp: MailAddress = Field(description="The address that is written to.")


class JsmAlerts(Part):
    """Alerts of Jira Service Management, by the API key of an integration."""

    jsm: Secret = Field(description="The integration's API key, as `$NAME`.")
    address: WebAddress | None = Field(
        None, description="Another address than `https://api.atlassian.com/jsm/ops/integration`."
    )


class Opsgenie(Part):
    """Opsgenie, which ends in April 2027: prefer `jsm`."""

    opsgenie: Secret = Field(description="The API key, as `$NAME`.")
    address: WebAddress | None = Field(
        None, description="Another service region, such as `https://api.eu.opsgenie.com`."
    )


class Jira(Part):
    """Issues in Jira Cloud."""

    jira: Secret = Field(description="The API token, as `$NAME`.")
    site: WebAddress = Field(description="The site's address.")
    project: Name = Field(description="The project's key.")
    user: MailAddress | None = Field(
        None, description="The account's mail address; without it the token is sent as a bearer token."
    )
    issue_type: Label | None = Field(None, description="The type of issues; `Task` unless it is said.")


class StatusPage(Part):
    """A public status page."""

    statuspage: Secret = Field(description="The API key, as `$NAME`.")
    page: Label | None = Field(None, description="The page's id.")
    notify_subscribers: YesNo = Field(False, description="Mail the page's subscribers as well.")


class Confluence(Part):
    """A page per incident in Confluence Cloud."""

    confluence: Secret = Field(description="The API token, as `$NAME`.")
    site: WebAddress = Field(description="The site's address, such as `https://corp.atlassian.net`.")
    space: Name = Field(description="The space's key.")
    user: MailAddress | None = Field(
        None, description="The account's mail address; without it the token is sent as a bearer token."
    )


class Notion(Part):
    """A page per incident in Notion."""

    notion: Secret = Field(description="The integration's token, as `$NAME`.")
    page: Label = Field(description="Id of the page under which they are made; shared with the integration.")


class Webhook(Part):
    """A CloudEvents webhook."""

    webhook: WebAddress = Field(
        description="The address that is posted to; `$NAME` where it carries a secret."
    )
    sign_with: Secret | None = Field(None, description="The key that requests are signed with, as `$NAME`.")


Route: TypeAlias = Annotated[
    Annotated[PagerDuty, Tag("@pagerduty")]
    | Annotated[Slack, Tag("@slack")]
    | Annotated[SlackBot, Tag("@slack_bot")]
    | Annotated[Teams, Tag("@teams")]
    | Annotated[Mail, Tag("@smtp")]
    | Annotated[JsmAlerts, Tag("@jsm")]
    | Annotated[Opsgenie, Tag("@opsgenie")]
    | Annotated[Jira, Tag("@jira")]
    | Annotated[StatusPage, Tag("@statuspage")]
    | Annotated[Confluence, Tag("@confluence")]
    | Annotated[Notion, Tag("@notion")]
    | Annotated[Webhook, Tag("@webhook")],
    ByKey(
        "a route",
        "pagerduty",
        "slack",
        "slack_bot",
        "teams",
        "smtp",
        "jsm",
        "opsgenie",
        "jira",
        "statuspage",
        "confluence",
        "notion",
        "webhook",
    ),
]


def kind_of(route: Part) -> str:
    """Return a route's kind: the key that names its system.

    Examples
    --------
    >>> kind_of(Slack(slack="$SLACK"))
    'slack'
    """
    return next(iter(type(route).model_fields))


def names_of(route: Part) -> list[str]:
    """Return the `$NAMES` that a route needs to be set where Holdfast runs.

    Examples
    --------
    >>> names_of(Webhook(webhook="https://hook.example/x", sign_with="$KEY"))
    ['$KEY']
    """
    values = (getattr(route, name) for name in type(route).model_fields)
    return [value for value in values if isinstance(value, str) and value.startswith("$")]


def follows(route: Part) -> bool:
    """Return whether a route is told of every incident by itself, for that is what it is for.

    Tickets, documents, and the channel of chat that each incident gets: nobody has to be reached by them.

    Examples
    --------
    >>> follows(SlackBot(slack_bot="$TOKEN")), follows(SlackBot(slack_bot="$TOKEN", channel="C1"))
    (True, False)
    """
    return isinstance(route, Jira | Confluence | Notion) or (
        isinstance(route, SlackBot) and not route.channel
    )
