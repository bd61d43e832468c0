"""Microsoft Teams: an adaptive card, by the address of a workflow.

Free text stands in `TextRun` elements, which read no markup; `TextBlock` reads Markdown and gets none of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from holdfast.kernel.canonical import Json
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryRefused, Message, Receipt
from holdfast.respond.ports.sending import Call, Sender
from holdfast.respond.ports.wording import CUT, clean, controlled, fitting, links, one_line

LARGEST = 28 * 1024
"""What Teams takes of one message, in bytes."""
LONGEST_TITLE = 500
LONGEST_SECTION = 4000
LINKS = 6
"""How many buttons a card shows."""


@dataclass(frozen=True)
class TeamsWorkflow:
    """Posts to the chat or channel of a workflow."""

    sender: Sender
    hook: Revealed

    def send(self, message: Message, key: str) -> Receipt:
        """Post one card. Teams gives it no id, and a repetition is seen twice, with the same delivery."""
        path = urlsplit(self.hook.value)
        secrets = (self.hook.value, path.path, path.query)
        self.sender.send(Call("POST", self.hook.value, card(message, key), secrets=secrets))
        return Receipt(key)


def card(message: Message, key: str) -> bytes:
    """Return the message with a card, within what Teams takes: sections are left out, visibly."""
    for kept in range(len(message.sections), -1, -1):
        sent = json.dumps(_message(message, key, kept), ensure_ascii=False).encode()
        if len(sent) <= LARGEST:
            return sent
    raise DeliveryRefused("the card is larger than Teams takes")


def _message(message: Message, key: str, kept: int) -> Json:
    body: list[Json] = [
        {"type": "TextBlock", "text": controlled(message), "weight": "Bolder", "wrap": True},
        _text(fitting(one_line(message.title), LONGEST_TITLE), size="Large", weight="Bolder"),
    ]
    for section in message.sections[:kept]:
        body.append(_text(fitting(one_line(section.heading), 200), weight="Bolder"))
        lines = fitting(clean(section.text), LONGEST_SECTION).split("\n")
        body += [_text(line) for line in lines if line.strip()]
    if kept < len(message.sections):
        body.append(_text(CUT.strip()))
    body.append(_text(f"delivery {key}", size="Small", isSubtle=True))
    actions: list[Json] = [
        {
            "type": "Action.OpenUrl",
            "title": fitting(one_line(link.text), 80) or "Open",
            "url": link.address,
        }
        for link in links(message)[:LINKS]
    ]
    content: dict[str, Json] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "msteams": {"width": "Full"},
    }
    if actions:
        content["actions"] = actions
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
        ],
    }


def _text(text: str, **style: Json) -> Json:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text or " ", **style}]}
