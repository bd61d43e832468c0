"""PagerDuty's webhooks v3: whether one is theirs, and what it says.

`verify` looks at the signature before anything is read. A subscription that changes its secret signs with
both for a while, so there may be several signatures; one that fits is enough. PagerDuty signs no time: what
was sent before is told by its event's id, within `REPLAYED_WITHIN` of when it happened, and refused as
stale beyond.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import parse_iso
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.wording import fitting, one_line, web_address

Act = Literal["opened", "acknowledged", "updated", "resolved", "ping"]
HEADER = "X-PagerDuty-Signature"
LARGEST = 1 << 20
MOST_SIGNATURES = 20
REPLAYED_WITHIN = timedelta(days=2)
"""How long the ids of events must be remembered: PagerDuty tries again for less than this."""
AHEAD = timedelta(minutes=10)
"""How far clocks may differ."""
ACTS: dict[str, Act] = {
    "incident.triggered": "opened",
    "incident.reopened": "opened",
    "incident.acknowledged": "acknowledged",
    "incident.unacknowledged": "updated",
    "incident.delegated": "updated",
    "incident.escalated": "updated",
    "incident.reassigned": "updated",
    "incident.annotated": "updated",
    "incident.priority_updated": "updated",
    "incident.status_update_published": "updated",
    "incident.resolved": "resolved",
    "pagey.ping": "ping",
}
"""All other kinds of event are of no concern here."""


@dataclass(frozen=True)
class PagerDutySignal:
    """What an event says, bounded and on single lines; the text in it is not to be trusted.

    Attributes
    ----------
    id : str
        The event's own id: the same when the same is sent again.
    act : str
        What happened to the incident there; `ping` is a subscription that is tried out.
    dedup_key : str
        The same for all events of one incident there.
    title, service, urgency, priority : str
        What it is called, whose it is, and how urgent; empty where it does not say.
    address : str
        Where it is there; empty unless it is a web address.
    at : datetime
        When it happened.
    began_at : datetime
        When the incident there began: the same for all its events.
    """

    id: str
    act: Act
    dedup_key: str
    title: str
    service: str
    urgency: str
    priority: str
    address: str
    at: datetime
    began_at: datetime

    def stale(self, now: datetime) -> bool:
        """Return whether it happened too long ago, or too far ahead, for its id to be remembered."""
        return not now - REPLAYED_WITHIN <= self.at <= now + AHEAD


def verify(signature: str | None, body: bytes, secrets: Iterable[Revealed]) -> bool:
    """Return whether one of the secrets signed the body, in a time that does not depend on where it differs.

    Parameters
    ----------
    signature : str or None
        The header as it came: `v1=<hex>[,v1=<hex>]`.
    body : bytes
        As it came: nothing may have been read and written again.
    """
    if signature is None or len(signature) > 4096 or not signature.isascii():
        return False
    told = [
        part.strip().removeprefix("v1=") for part in signature.split(",") if part.strip().startswith("v1=")
    ]
    fits = False
    for secret in secrets:
        made = hmac.new(secret.value.encode(), body, hashlib.sha256).hexdigest()
        for one in told[:MOST_SIGNATURES]:  # all are looked at, whichever fits
            fits |= hmac.compare_digest(made, one.lower())
    return fits


def read(body: bytes) -> PagerDutySignal | None:
    """Return what an event says; None for a kind that is of no concern here.

    Raises
    ------
    ValueError
        It is no event of webhooks v3. The message is for people, and repeats nothing of the body.
    """
    if len(body) > LARGEST:
        raise ValueError("the webhook is larger than a megabyte")
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError("the webhook is no JSON") from error
    event = _of(whole, "event")
    kind, id_ = _text(event, "event_type"), _text(event, "id")
    if not kind or not id_:
        raise ValueError("the webhook has no `event` with `id` and `event_type`: it is none of version 3")
    if kind not in ACTS:
        return None
    try:
        at = parse_iso(_text(event, "occurred_at"))
    except ValueError as error:
        raise ValueError("the webhook's `occurred_at` is no time") from error
    data = _of(event, "data")
    incident = data if _text(data, "type") == "incident" else _of(data, "incident")
    key = _text(incident, "incident_key") or _text(incident, "id")
    if ACTS[kind] != "ping" and not key:
        raise ValueError("the webhook names no incident")
    address = _text(incident, "html_url", 2000)
    return PagerDutySignal(
        id_,
        ACTS[kind],
        key,
        _text(incident, "title", 1024) or _text(incident, "summary", 1024),
        _text(_of(incident, "service"), "summary"),
        _text(incident, "urgency"),
        _text(_of(incident, "priority"), "summary"),
        address if web_address(address) else "",
        at,
        _began(incident, at),
    )


def _began(incident: dict[str, Json], at: datetime) -> datetime:
    """Return when an incident began; the event's time where it does not say."""
    try:
        return parse_iso(_text(incident, "created_at"))
    except ValueError:
        return at


def _of(value: Json, name: str) -> dict[str, Json]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _text(value: dict[str, Json], name: str, longest: int = 255) -> str:
    found = value.get(name)
    return fitting(one_line(found), longest) if isinstance(found, str) else ""
