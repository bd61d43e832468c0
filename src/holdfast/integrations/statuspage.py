"""Statuspage: an incident on a public page; whether its subscribers are mailed is the plan's choice, and off.

A repetition finds its incident by its metadata, and there the key of the delivery that changed it last. A
trial never reaches the page: the service is only asked whether the page is there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from holdfast.kernel.canonical import Json
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryRefused, Message, Receipt
from holdfast.respond.ports.sending import Answer, Call, Sender
from holdfast.respond.ports.wording import clean, defanged, fitting, mark, one_line, title_of

ADDRESS = "https://api.statuspage.io"
NAME = 255
BODY = 25_000
IMPACTS = {"SEV-1": "critical", "SEV-2": "major", "SEV-3": "minor", "SEV-4": "none"}
STATES = {
    "declared": "investigating",
    "triaging": "investigating",
    "contained": "investigating",
    "recovering": "monitoring",
    "recovered": "resolved",
    "closed": "resolved",
}
"""`identified` is never said: it tells the public that a cause is known."""
LISTED = 100


@dataclass(frozen=True)
class StatusPageIncidents:
    """Keeps incidents on a page."""

    sender: Sender
    key: Revealed
    page: str
    notify_subscribers: bool = False
    address: str = ADDRESS

    def send(self, message: Message, key: str) -> Receipt:
        """Make the incident, or add an update to the one that is there."""
        if message.test:
            self._call("GET", "", None)
            return Receipt(self.page)
        if message.drill:
            raise DeliveryRefused("a drill is not told to the public")
        there, last = self._there(message)
        if there and last == key:
            return Receipt(there, self._place(there), repeated=True)
        incident = self._incident(message, key)
        if there:
            told = self._call("PATCH", f"/incidents/{quote(there, safe='')}", {"incident": incident})
        else:
            told = self._call("POST", "/incidents", {"incident": incident})
        return Receipt(told.text("id") or there, told.text("shortlink"))

    def _incident(self, message: Message, key: str) -> Json:
        body = "\n\n".join(
            f"{one_line(s.heading)}\n{clean(s.text)}" if s.heading else clean(s.text)
            for s in message.sections
        )
        return {
            "name": fitting(defanged(mark(message) + title_of(message)), NAME),
            "status": STATES[message.phase],
            "body": fitting(defanged(body), BODY),
            "impact_override": IMPACTS.get(message.severity, "minor"),
            "deliver_notifications": self.notify_subscribers,
            "metadata": {"holdfast": {"thing": message.dedup_key, "delivery": key}},
        }

    def _there(self, message: Message) -> tuple[str, str]:
        """Return the id of the thing's incident and the delivery that changed it last; empty for none."""
        if message.known_as:
            path = f"/incidents/{quote(message.known_as, safe='')}"
            told = self._call("GET", path, None)
            return message.known_as, told.text("metadata", "holdfast", "delivery")
        told = self._call("GET", f"/incidents?limit={LISTED}", None)
        listed = told.member()
        for at in range(len(listed) if isinstance(listed, list) else 0):
            if told.text(at, "metadata", "holdfast", "thing") == message.dedup_key:
                return told.text(at, "id"), told.text(at, "metadata", "holdfast", "delivery")
        return "", ""

    def _place(self, incident: str) -> str:
        return self._call("GET", f"/incidents/{quote(incident, safe='')}", None).text("shortlink")

    def _call(self, method: Literal["GET", "POST", "PATCH"], path: str, body: Json) -> Answer:
        call = Call(
            method,
            f"{self.address}/v1/pages/{quote(self.page, safe='')}{path}",
            json.dumps(body).encode() if body is not None else b"",
            headers={"Authorization": f"OAuth {self.key.value}"},
            secrets=(self.key.value,),
        )
        return self.sender.send(call)
