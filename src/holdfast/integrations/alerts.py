"""Alerts of Jira Service Management, and of Opsgenie, which ends in April 2027: one format at two addresses.

The alias is that of the message, so that a repetition counts on the alert that is open already; closing and
acknowledging find it by the same alias. Both answer before they have done it: the receipt is the request's
id.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

from holdfast.kernel.canonical import Json
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import Message, Receipt
from holdfast.respond.ports.sending import Call, Sender
from holdfast.respond.ports.wording import (
    clean,
    controlled,
    defanged,
    fitting,
    headline,
    one_line,
    plain_text,
    short_key,
)

JSM = "https://api.atlassian.com/jsm/ops/integration"
OPSGENIE = "https://api.opsgenie.com"
MESSAGE = 130
ALIAS = 512
DESCRIPTION = 15_000
NOTE = 25_000
SOURCE = 100
TAG = 50
DETAILS = 8000
PRIORITIES = {"SEV-1": "P1", "SEV-2": "P2", "SEV-3": "P3", "SEV-4": "P4"}
"""What is not known yet is P2: it wakes somebody."""


@dataclass(frozen=True)
class Alerts:
    """Sends alerts by an integration's API key.

    Attributes
    ----------
    address : str
        `JSM`, `OPSGENIE`, or another region of the latter.
    """

    sender: Sender
    key: Revealed
    address: str = JSM

    def send(self, message: Message, key: str) -> Receipt:
        """Make, note, acknowledge or close an alert."""
        alias = short_key(message.dedup_key, ALIAS)
        path, body = self._asked(message, key, alias)
        call = Call(
            "POST",
            f"{self.address.rstrip('/')}/v2/alerts{path}",
            json.dumps(body).encode(),
            headers={"Authorization": f"GenieKey {self.key.value}"},
            secrets=(self.key.value,),
        )
        return Receipt(self.sender.send(call).text("requestId") or alias)

    def _asked(self, message: Message, key: str, alias: str) -> tuple[str, Json]:
        """Return the end of the path and the body."""
        if message.act == "opened":
            return "", _alert(message, key, alias)
        told = fitting(defanged(f"{headline(message)}\n\n{plain_text(message)}\n\ndelivery {key}"), NOTE)
        verb = {"acknowledged": "acknowledge", "resolved": "close", "updated": "notes"}[message.act]
        note: Json = {"source": "Holdfast", "note": told}
        return f"/{quote(alias, safe='')}/{verb}?identifierType=alias", note


def _alert(message: Message, key: str, alias: str) -> Json:
    details: dict[str, Json] = {
        "incident": message.incident,
        "severity": message.severity,
        "system": fitting(clean(message.system), 200),
        "component": fitting(clean(message.component), 200),
        "delivery": key,
    }
    tags = ["holdfast", message.incident, message.severity]
    tags += [word for word, so in (("drill", message.drill), ("test", message.test)) if so]
    return {
        "message": fitting(defanged(headline(message)), MESSAGE),
        "alias": alias,
        "description": fitting(defanged(f"{controlled(message)}\n\n{plain_text(message)}"), DESCRIPTION),
        "priority": "P5" if message.test else PRIORITIES.get(message.severity, "P2"),
        "source": "Holdfast",
        "entity": fitting(one_line(message.system), 512),
        "tags": [fitting(tag, TAG) for tag in tags if tag],
        "details": {name: value for name, value in details.items() if value},
    }
