"""The routes of the served plans, as channels: here foreign systems are chosen, and secrets looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, unquote, urlsplit

from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import PlanError, UsageError
from holdfast.kernel.secrets import Revealed, reveal
from holdfast.plan.model import routes as plan
from holdfast.respond.ports.channels import Channel, DeliveryError, DeliveryRefused
from holdfast.respond.ports.sending import Sender
from holdfast.respond.ports.systems import Systems

if TYPE_CHECKING:
    from holdfast.integrations.smtp import MailServer

MAIL: dict[str, tuple[int, Literal["starttls", "tls", "none"]]] = {
    "smtp": (587, "starttls"),
    "smtps": (465, "tls"),
    "smtp+plain": (25, "none"),
}


@dataclass(frozen=True)
class PlanChannels:
    """Makes channels of routes, each time anew: a plan or a secret that changed holds at once.

    Attributes
    ----------
    environment : mapping
        Where the `$NAMES` of plans are looked up.
    mail : MailServer or None
        The server that mails are handed in to; None where none is set up.
    """

    systems: Systems
    environment: Mapping[str, str]
    sender: Sender
    clock: Clock
    mail: MailServer | None = None

    def channel(self, system: str, route: str) -> Channel:
        """Return the channel of a system's route.

        Raises
        ------
        DeliveryRefused
            No plan of the system is served, it has no such route, or a `$NAME` of it is not set.
        """
        loaded = self.systems.find(system)
        if loaded is None:
            raise DeliveryRefused(f"no plan of the system `{system}` is served, so it has no routes")
        named = loaded.plan.routes.get(route)
        if named is None:
            raise DeliveryRefused(f"the plan of `{system}` has no route `{route}`")
        return self.of(named)

    def of(self, route: plan.Route) -> Channel:
        """Return the channel of a route.

        Raises
        ------
        DeliveryRefused
            A `$NAME` is not set, or no mail server.
        """
        try:
            return self._of(route)
        except PlanError as error:  # HF214: it holds names only
            raise DeliveryRefused(error.problems[0].message) from None

    def _of(self, route: plan.Route) -> Channel:
        match route:
            case plan.PagerDuty():
                from holdfast.integrations.pagerduty.events import ADDRESS, PagerDutyEvents

                return PagerDutyEvents(
                    self.sender, self._secret(route.pagerduty), self._or(route.address, ADDRESS)
                )
            case plan.Slack():
                from holdfast.integrations.slack import SlackWebhook

                return SlackWebhook(self.sender, self._secret(route.slack))
            case plan.SlackBot():
                return self._slack_bot(route)
            case plan.Teams():
                from holdfast.integrations.teams import TeamsWorkflow

                return TeamsWorkflow(self.sender, self._secret(route.teams))
            case plan.JsmAlerts():
                from holdfast.integrations.alerts import JSM, Alerts

                return Alerts(self.sender, self._secret(route.jsm), self._or(route.address, JSM))
            case plan.Opsgenie():
                from holdfast.integrations.alerts import OPSGENIE, Alerts

                return Alerts(self.sender, self._secret(route.opsgenie), self._or(route.address, OPSGENIE))
            case plan.Jira():
                from holdfast.integrations.jira import JiraIssues

                token, site, user = self._secret(route.jira), self._text(route.site), self._or(route.user, "")
                return JiraIssues(self.sender, token, site, route.project, user, route.issue_type or "Task")
            case plan.StatusPage():
                from holdfast.integrations.statuspage import StatusPageIncidents

                if route.page is None:
                    raise DeliveryRefused("the route does not say its `page`")
                key, mails = self._secret(route.statuspage), route.notify_subscribers
                return StatusPageIncidents(self.sender, key, self._text(route.page), mails)
            case plan.Confluence():
                from holdfast.integrations.confluence import ConfluencePages

                token, site = self._secret(route.confluence), self._text(route.site)
                return ConfluencePages(self.sender, token, site, route.space, self._or(route.user, ""))
            case plan.Notion():
                from holdfast.integrations.notion import NotionPages

                return NotionPages(self.sender, self._secret(route.notion), self._text(route.page))
            case plan.Webhook():
                return self._webhook(route)
            case plan.Mail():
                from holdfast.integrations.smtp import Mail

                if self.mail is None:
                    raise DeliveryRefused("no mail server is set up: set HOLDFAST_SMTP")
                return Mail(self.mail, self._text(route.smtp))

    def _slack_bot(self, route: plan.SlackBot) -> Channel:
        from holdfast.integrations.slack import NAMING, SlackBot

        return SlackBot(
            self.sender,
            self._secret(route.slack_bot),
            self._or(route.channel, ""),
            route.naming or NAMING,
            route.private,
            route.invite,
            self._or(route.bridge, ""),
        )

    def _webhook(self, route: plan.Webhook) -> Channel:
        from holdfast.integrations.webhook import Webhook

        key = self._secret(route.sign_with) if route.sign_with is not None else None
        address = Revealed(route.webhook, self._text(route.webhook))
        return Webhook(self.sender, address, self.clock, key)

    def _secret(self, name: str) -> Revealed:
        return reveal(name, self.environment)

    def _text(self, text: str) -> str:
        """Return a text of the plan, with its `$NAME` looked up: all of it, or an address's password."""
        if text.startswith("$"):
            return self._secret(text).value
        before, sign, rest = text.partition(":$")
        name, at, after = rest.partition("@")
        if not sign or not at or "/" in name:
            return text
        return f"{before}:{quoted(self._secret('$' + name).value)}@{after}"

    def _or(self, text: str | None, otherwise: str) -> str:
        return self._text(text) if text is not None else otherwise


def mail_server(environment: Mapping[str, str]) -> MailServer | None:
    """Return the mail server that is set up; None where none is.

    Raises
    ------
    UsageError
        HF501: the setting is no address of one.
    """
    told = environment.get("HOLDFAST_SMTP") or ""
    if not told:
        return None
    from holdfast.integrations.smtp import MailServer

    try:
        parts = urlsplit(told)
        host, port, user, secret = parts.hostname, parts.port, parts.username, parts.password
    except ValueError:
        host, port, user, secret, parts = None, None, None, None, urlsplit("")
    if parts.scheme not in MAIL or not host or secret is not None or parts.path.strip("/") or parts.query:
        fix = (
            "an address such as smtp://user@mail.example:587 (with STARTTLS), smtps://mail.example or"
            " smtp+plain://localhost; its password in HOLDFAST_SMTP_PASSWORD"
        )
        raise UsageError.of("HF501", "HOLDFAST_SMTP is no address of a mail server", fix=fix)
    usual, security = MAIL[parts.scheme]
    sender = environment.get("HOLDFAST_MAIL_FROM") or f"holdfast@{host}"
    password = environment.get("HOLDFAST_SMTP_PASSWORD")
    known = Revealed("$HOLDFAST_SMTP_PASSWORD", password) if password else None
    return MailServer(host, port or usual, sender, security, unquote(user or ""), known)


@dataclass(frozen=True)
class LinkMail:
    """Sends one-time links over the mail server that is set up; why one was not sent is told to who asked."""

    server: MailServer

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand the mail over now.

        Raises
        ------
        UsageError
            HF634: it was not taken.
        """
        from holdfast.integrations.smtp import Letters

        try:
            Letters(self.server).send(to, subject, text)
        except DeliveryError as error:
            raise UsageError.of("HF634", error.why, fix="hand the link over yourself") from error


def hook_secrets(environment: Mapping[str, str]) -> tuple[Revealed, ...]:
    """Return the secrets of PagerDuty's webhooks; several while one is changed for another."""
    name = "HOLDFAST_PAGERDUTY_SECRETS"
    told = (text.strip() for text in environment.get(name, "").split(","))
    return tuple(Revealed(f"${name}", text) for text in told if text)


def quoted(text: str) -> str:
    """Return text as it stands in an address."""
    return quote(text, safe="")
