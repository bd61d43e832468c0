"""Microsoft Teams: an adaptive card, by the address of a workflow.

Free text stands in `TextRun` elements, which read no markup; `TextBlock` reads Markdown and gets none of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from holdfast.kernel.canonical import Json
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryRefused, Message, Receipt, Section
from holdfast.respond.ports.sending import Call, Sender, secrets_of
from holdfast.respond.ports.wording import CUT, clean, controlled, fitting, links, one_line, title_of

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
        secrets = secrets_of(self.hook.value)
        self.sender.send(Call("POST", self.hook.value, card(message, key), secrets=secrets))
        return Receipt(key)


def card(message: Message, key: str) -> bytes:
    """Return the message with a card, within what Teams takes: sections are left out, visibly."""
    cut = _text(CUT.strip())
    tail: list[Json] = [_text(f"delivery {key}", size="Small", isSubtle=True)]
    head: list[Json] = [
        {"type": "TextBlock", "text": controlled(message), "weight": "Bolder", "wrap": True},
        _text(fitting(title_of(message), LONGEST_TITLE), size="Large", weight="Bolder"),
    ]
    room = LARGEST - len(_bytes(_envelope(message, [*head, cut, *tail]))) - 2
    body: list[Json] = []
    for section in message.sections:
        told = _section(section)
        room -= len(_bytes(told))
        if room < 0:
            body.append(cut)
            break
        body += told
    sent = _bytes(_envelope(message, [*head, *body, *tail]))
    if len(sent) > LARGEST:
        raise DeliveryRefused("the card is larger than Teams takes")
    return sent


def _section(section: Section) -> list[Json]:
    """Return heading and lines."""
    lines = fitting(clean(section.text), LONGEST_SECTION).split("\n")
    heading = fitting(one_line(section.heading), 200)
    told = [_text(line) for line in lines if line.strip()]
    return [_text(heading, weight="Bolder"), *told] if heading else told


def _bytes(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _envelope(message: Message, body: list[Json]) -> Json:
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
    card_type = "application/vnd.microsoft.card.adaptive"
    attachment: Json = {"contentType": card_type, "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def _text(text: str, **style: Json) -> Json:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text or " ", **style}]}
