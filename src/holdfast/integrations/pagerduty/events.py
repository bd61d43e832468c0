"""PagerDuty's Events API v2: an incident there follows the incident here.

The dedup key is that of the message, so that a repetition joins the alert that is open already;
`acknowledge` and `resolve` find it by the same key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryRefused, Message, Receipt
from holdfast.respond.ports.sending import Call, Sender
from holdfast.respond.ports.wording import CUT, clean, fitting, headline, links, one_line, short_key

ADDRESS = "https://events.pagerduty.com"
SUMMARY = 1024
LARGEST = 512 * 1024
"""What the service takes of one event, in bytes."""
LONGEST_DETAIL = 4000
MOST_DETAILS = 20
MOST_LINKS = 20
SEVERITIES = {"SEV-1": "critical", "SEV-2": "error", "SEV-3": "warning", "SEV-4": "info"}
"""What is not known yet is taken for an error: it wakes somebody."""
ACTIONS = {"opened": "trigger", "updated": "trigger", "acknowledged": "acknowledge", "resolved": "resolve"}


@dataclass(frozen=True)
class PagerDutyEvents:
    """Sends alerts to a service by its integration key."""

    sender: Sender
    routing_key: Revealed
    address: str = ADDRESS

    def send(self, message: Message, key: str) -> Receipt:
        """Send one event."""
        body: dict[str, Json] = {
            "routing_key": self.routing_key.value,
            "event_action": ACTIONS[message.act],
            "dedup_key": short_key(message.dedup_key),
        }
        if ACTIONS[message.act] == "trigger":
            body |= {
                "payload": _payload(message, key),
                "links": [
                    {"href": link.address, "text": fitting(one_line(link.text), 255)}
                    for link in links(message)[:MOST_LINKS]
                ],
                "client": "Holdfast",
            }
        sent = json.dumps(body, ensure_ascii=False).encode()
        if len(sent) > LARGEST:
            raise DeliveryRefused("the event is larger than PagerDuty takes")
        answer = self.sender.send(
            Call("POST", f"{self.address}/v2/enqueue", sent, secrets=(self.routing_key.value,))
        )
        return Receipt(answer.text("dedup_key") or short_key(message.dedup_key))


def _payload(message: Message, key: str) -> Json:
    details: dict[str, Json] = {}
    for section in message.sections[:MOST_DETAILS]:
        heading = fitting(one_line(section.heading), 200) or "note"
        details[heading] = fitting(clean(section.text), LONGEST_DETAIL)
    if len(message.sections) > MOST_DETAILS:
        details["more"] = CUT.strip()
    details["delivery"] = key
    payload: dict[str, Json] = {
        "summary": fitting(headline(message), SUMMARY),
        "source": fitting(one_line(message.system) or "holdfast", 255),
        "severity": "info" if message.test else SEVERITIES.get(message.severity, "error"),
        "timestamp": iso(message.at),
        "class": "AI incident",
        "custom_details": details,
    }
    if message.component:
        payload["component"] = fitting(one_line(message.component), 255)
    return payload
