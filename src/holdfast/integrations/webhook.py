"""Any other system: a CloudEvents 1.0 event, signed as Standard Webhooks says.

The signature covers the delivery's id, the moment of sending and the body; docs/connectors.md shows how a
receiver verifies it and tells a replay.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import quote

from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import Clock, iso
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import Message, Receipt
from holdfast.respond.ports.sending import Call, Sender, secrets_of
from holdfast.respond.ports.wording import clean, fitting, links, one_line, title_of

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SECTION = 32_000


@dataclass(frozen=True)
class Webhook:
    """Posts events to an address.

    Attributes
    ----------
    key : Revealed or None
        What requests are signed with: `whsec_` and base64, or any text.
    """

    sender: Sender
    address: Revealed
    clock: Clock
    key: Revealed | None = None

    def send(self, message: Message, key: str) -> Receipt:
        """Post one event; its id is the key, by which a receiver tells a repetition."""
        body = json.dumps(event(message, key), ensure_ascii=False).encode()
        now = str(int(self.clock.now().timestamp()))
        headers = {"webhook-id": key, "webhook-timestamp": now}
        if self.key is not None:
            headers["webhook-signature"] = signature(self.key.value, key, now, body)
        secrets = secrets_of(self.address.value) + ((self.key.value,) if self.key is not None else ())
        self.sender.send(Call("POST", self.address.value, body, CONTENT_TYPE, headers, secrets))
        return Receipt(key)


def signature(secret: str, id_: str, at: str, body: bytes) -> str:
    """Return the header that signs a request.

    Examples
    --------
    >>> signature("whsec_c2VjcmV0", "id", "1764000000", b"{}")
    'v1,lbNOJquX4hFoW4Fznu6H+HT5BUeQW47HoN0JZMrj7yI='
    """
    signed = f"{id_}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_bytes_of(secret), signed, hashlib.sha256).digest()).decode()


def _bytes_of(secret: str) -> bytes:
    """Return the key's bytes: Standard Webhooks writes them as base64 after a prefix."""
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def event(message: Message, key: str) -> Json:
    """Return the event, in the structured mode of the JSON format."""
    data: dict[str, Json] = {
        "kind": message.kind,
        "act": message.act,
        "incident": message.incident,
        "severity": "" if message.external else message.severity,
        "phase": "" if message.external else message.phase,
        "system": one_line(message.system),
        "component": one_line(message.component),
        "title": title_of(message),
        "sections": [
            {"heading": one_line(s.heading), "text": fitting(clean(s.text), SECTION)}
            for s in message.sections
        ],
        "links": [{"text": one_line(link.text), "address": link.address} for link in links(message)],
        "thing": message.dedup_key,
        "drill": message.drill,
        "test": message.test,
        "facts": dict(message.data),
    }
    return {
        "specversion": "1.0",
        "id": key,
        "source": f"urn:holdfast:{quote(one_line(message.system), safe='') or 'workspace'}",
        "type": f"holdfast.{message.kind}.{message.act}",
        "subject": message.incident or message.dedup_key,
        "time": iso(message.at),
        "datacontenttype": "application/json",
        "data": data,
    }
