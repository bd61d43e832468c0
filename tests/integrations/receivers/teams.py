"""A Teams workflow that takes adaptive cards, as the documentation says."""

from __future__ import annotations

import re
from typing import Any

from tests.integrations.receivers.base import Receiver, Reply, Seen, hold


class TeamsFlow(Receiver):
    def __init__(self) -> None:
        super().__init__()
        self.cards: list[dict[str, Any]] = []

    @property
    def hook(self) -> str:
        return f"{self.url}/workflows/1/triggers/manual/paths/invoke?api-version=1&sig={self.secret}"

    def answer(self, seen: Seen) -> Reply:
        if seen.query.get("sig") != self.secret:
            return Reply(401, {"error": {"code": "DirectApiAuthorizationRequired", "message": "no"}})
        hold(len(seen.body) <= 28 * 1024, "RequestEntityTooLarge")
        hold(seen.headers["Content-Type"].startswith("application/json"), "content type")
        message = seen.json
        hold(message["type"] == "message", "type")
        [attachment] = message["attachments"]
        hold(attachment["contentType"] == "application/vnd.microsoft.card.adaptive", "contentType")
        card = attachment["content"]
        hold(card["type"] == "AdaptiveCard", "card type")
        hold(card["version"] in ("1.2", "1.3", "1.4", "1.5"), "version")
        for part in card["body"]:
            hold(part["type"] in ("TextBlock", "RichTextBlock"), "element")
            if part["type"] == "TextBlock":  # reads Markdown: nothing that a person wrote may stand in it
                hold(re.fullmatch(r"[\w ·-]+", part["text"]), "free text in a TextBlock")
            else:
                hold(all(run["type"] == "TextRun" and run["text"] for run in part["inlines"]), "inline")
        hold(len(card.get("actions", [])) <= 6, "actions")
        for action in card.get("actions", []):
            hold(action["type"] == "Action.OpenUrl" and re.match(r"https?://", action["url"]), "action")
        self.cards.append(card)
        return Reply(202, "")


def shown(card: dict[str, Any]) -> str:
    """Return what a reader sees."""
    return "\n".join(
        part["text"] if part["type"] == "TextBlock" else "".join(run["text"] for run in part["inlines"])
        for part in card["body"]
    )
