"""Slack: an incoming webhook, or with a bot's token a channel per incident with a pinned card.

Free text stands in `rich_text` elements, which Slack shows as they are: no mention, no link and no format
can be made of it. Only the line for notifications is read as markup, and escaped.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import quote

from holdfast.kernel.canonical import Json
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused, Link, Message, Receipt
from holdfast.respond.ports.sending import Answer, Call, Sender, secrets_of
from holdfast.respond.ports.wording import (
    clean,
    controlled,
    fitting,
    headline,
    links,
    mark,
    one_line,
    pieces,
    short_key,
    title_of,
)

ADDRESS = "https://slack.com/api"
HEADER = 150
SECTION = 3000
FALLBACK = 3000
MOST_BLOCKS = 50
LINKS = 10
CHANNEL = 80
LATER = frozenset(
    {"ratelimited", "rate_limited", "fatal_error", "internal_error", "service_unavailable", "request_timeout"}
)
"""What Slack calls that which may go well later."""
NAMING = "inc-{id}-{system}"
"""How the channel of an incident is called unless the plan says otherwise."""


def escaped(c: str) -> str:
    """Return a character as mrkdwn wants it: the three that control anything."""
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(c, c)


def body_of(message: Message, key: str) -> dict[str, Json]:
    """Return text for notifications and the blocks of a message."""
    blocks: list[Json] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": fitting(controlled(message), HEADER), "emoji": False},
        },
        _rich([_text(fitting(title_of(message), SECTION), bold=True)]),
    ]
    for section in message.sections:
        heading = fitting(one_line(section.heading), HEADER)
        first, *rest = [*islice(pieces(clean(section.text), SECTION - HEADER - 1), MOST_BLOCKS)] or ["\u2014"]
        head = [_text(heading + "\n", bold=True)] if heading else []
        blocks.append(_rich([*head, _text(first)]))
        blocks += [_rich([_text(piece)]) for piece in rest]
        if len(blocks) > MOST_BLOCKS:
            break
    end: list[Json] = []
    for link in links(message)[:LINKS]:
        words = fitting(one_line(link.text), 200) or link.address
        end += [{"type": "link", "url": link.address, "text": words}, _text("\n")]
    tail: list[Json] = [_rich(end)] if end else []
    tail.append({"type": "context", "elements": [{"type": "plain_text", "text": f"delivery {key[:80]}"}]})
    if len(blocks) + len(tail) > MOST_BLOCKS:
        blocks = blocks[: MOST_BLOCKS - len(tail) - 1]
        blocks.append(_rich([_text("… (cut; the rest is in Holdfast)")]))
    return {"text": fitting(headline(message), FALLBACK, escaped), "blocks": [*blocks, *tail]}


def _rich(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _text(text: str, *, bold: bool = False) -> Json:
    element: dict[str, Json] = {"type": "text", "text": text}
    return element | {"style": {"bold": True}} if bold else element


@dataclass(frozen=True)
class SlackWebhook:
    """Posts to the channel of an incoming webhook."""

    sender: Sender
    hook: Revealed

    def send(self, message: Message, key: str) -> Receipt:
        """Post one message. Slack gives it no id, and a repetition is seen twice, with the same delivery."""
        body = json.dumps(body_of(message, key)).encode()
        self.sender.send(Call("POST", self.hook.value, body, secrets=secrets_of(self.hook.value)))
        return Receipt(key)


def channel_name(pattern: str, message: Message) -> str:
    """Return the name of an incident's channel: what the pattern says, in the signs that Slack allows.

    `{id}`, `{system}`, `{severity}` and `{kind}` (incident, drill or test) are filled in.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> of = Message("page", "opened", "INC-2026-0001", "x", datetime.now(UTC), "d", system="Shop!")
    >>> channel_name("inc-{id}-{system}", of)
    'inc-2026-0001-shop'
    """
    parts = {
        "id": message.incident.removeprefix("INC-"),
        "system": message.system,
        "severity": message.severity,
        "kind": "test" if message.test else "drill" if message.drill else "incident",
    }
    text = pattern
    for name, value in parts.items():
        text = text.replace(f"{{{name}}}", value)
    prefix = mark(message).strip().replace(" ", "-").lower()
    text = f"{prefix}-{text}" if prefix and "{kind}" not in pattern else text
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-")[:CHANNEL].strip("-") or "incident"


@dataclass(frozen=True)
class SlackBot:
    """Keeps a channel per incident, or posts to one channel, with a bot's token.

    Attributes
    ----------
    channel : str
        Id of a channel that is there; empty for one channel per incident.
    naming : str
        How the channel of an incident is called.
    private : bool
        Whether that is a private one.
    invite : tuple of str
        Ids of the people who are invited.
    bridge : str
        Where people speak with each other, where the message does not say.
    """

    sender: Sender
    token: Revealed
    channel: str = ""
    naming: str = NAMING
    private: bool = False
    invite: tuple[str, ...] = ()
    bridge: str = ""
    address: str = ADDRESS

    def send(self, message: Message, key: str) -> Receipt:
        """Post one message; the first one of an incident's own channel is pinned, with the bridge."""
        if message.bridge is None and self.bridge:
            message = replace(message, bridge=Link("Bridge", self.bridge))
        channel = self.channel or message.known_as.split("/", 1)[0] or self._opened(message)
        posted = self._posted(channel, key)
        repeated = bool(posted)
        if not posted:
            metadata: Json = {"event_type": "holdfast_delivery", "event_payload": {"key": key}}
            told: dict[str, Json] = body_of(message, key) | {
                "channel": channel,
                "metadata": metadata,
                "unfurl_links": False,
                "unfurl_media": False,
                "parse": "none",
                "link_names": False,
            }
            posted = self._call("chat.postMessage", told).text("ts")
        if not self.channel and message.act == "opened":
            self._dressed(channel, posted, message)
        return Receipt(f"{channel}/{posted}", self._place(channel, posted), repeated)

    def _opened(self, message: Message) -> str:
        """Return the incident's channel, made where there is none."""
        name = channel_name(self.naming, message)
        asked: Json = {"name": name, "is_private": self.private}
        made = self._call("conversations.create", asked, ("name_taken",))
        found = made.text("channel", "id") if made.member("ok") is True else self._named(name)
        if not found:
            raise DeliveryRefused(f"Slack has a channel `{name}` that the bot cannot see")
        if self.invite:
            already = ("already_in_channel", "cant_invite_self")
            self._call("conversations.invite", {"channel": found, "users": ",".join(self.invite)}, already)
        return found

    def _named(self, name: str) -> str:
        """Return the id of the channel of a name; empty where the bot sees none."""
        cursor = ""
        for _ in range(20):
            page = self._get(
                "conversations.list",
                f"types=public_channel,private_channel&exclude_archived=true&limit=1000&cursor={quote(cursor)}",
            )
            channels = page.member("channels")
            for at in range(len(channels) if isinstance(channels, list) else 0):
                if page.text("channels", at, "name") == name:
                    return page.text("channels", at, "id")
            cursor = page.text("response_metadata", "next_cursor")
            if not cursor:
                break
        return ""

    def _posted(self, channel: str, key: str) -> str:
        """Return the time stamp of the message that this key has sent already; empty where there is none."""
        page = self._get(
            "conversations.history", f"channel={quote(channel)}&limit=100&include_all_metadata=true"
        )
        messages = page.member("messages")
        for at in range(len(messages) if isinstance(messages, list) else 0):
            if page.text("messages", at, "metadata", "event_payload", "key") == key:
                return page.text("messages", at, "ts")
        return ""

    def _dressed(self, channel: str, posted: str, message: Message) -> None:
        """Pin the card, and put the bridge where everybody finds it."""
        self._call("pins.add", {"channel": channel, "timestamp": posted}, ("already_pinned",))
        if message.bridge is None or message.bridge not in links(message):
            return
        topic = fitting(f"{controlled(message)} · bridge: {message.bridge.address}", 250, escaped)
        self._call("conversations.setTopic", {"channel": channel, "topic": topic})

    def _place(self, channel: str, posted: str) -> str:
        asked = f"channel={quote(channel)}&message_ts={quote(posted)}"
        return self._get("chat.getPermalink", asked).text("permalink")

    def _call(self, method: str, body: Json, allowed: tuple[str, ...] = ()) -> Answer:
        call = Call(
            "POST",
            f"{self.address}/{method}",
            json.dumps(body).encode(),
            "application/json; charset=utf-8",
            {"Authorization": f"Bearer {self.token.value}"},
            (self.token.value,),
        )
        return _fine(method, self.sender.send(call), allowed)

    def _get(self, method: str, query: str) -> Answer:
        call = Call(
            "GET",
            f"{self.address}/{method}?{query}",
            headers={"Authorization": f"Bearer {self.token.value}"},
            secrets=(self.token.value,),
        )
        return _fine(method, self.sender.send(call), ())


def _fine(method: str, answer: Answer, allowed: tuple[str, ...]) -> Answer:
    """Return an answer that says ok or an error that is allowed; Slack says errors with status 200."""
    if answer.member("ok") is True:
        return answer
    error = short_key(one_line(answer.text("error")), 80) if answer.text("error") else "no JSON"
    if error in allowed:
        return answer
    if error in LATER:
        raise DeliveryDelayed(f"Slack's {method} says later", said=error, status=answer.status)
    raise DeliveryRefused(f"Slack refuses {method}", said=error, status=answer.status)
