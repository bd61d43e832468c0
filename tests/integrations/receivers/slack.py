"""Slack: incoming webhooks, and the Web API's methods that a bot calls, as their documentation says."""

from __future__ import annotations

import re
from typing import Any

from tests.integrations.receivers.base import Receiver, Reply, SaidError, Seen, hold, size

ELEMENTS = {"text": {"type", "text", "style"}, "link": {"type", "url", "text"}}


def held_message(body: dict[str, Any]) -> None:
    """Hold text and blocks to Block Kit's limits."""
    hold(body["text"], "no_text")
    hold(size(body["text"]) <= 40_000, "msg_too_long")
    hold(not re.search(r"<(?!https?://)", body["text"]), "markup in the text")
    hold(0 < len(body["blocks"]) <= 50, "invalid_blocks")
    for block in body["blocks"]:
        if block["type"] == "header":
            hold(block["text"]["type"] == "plain_text", "invalid_blocks")
            hold(0 < size(block["text"]["text"]) <= 150, "invalid_blocks: header")
        elif block["type"] == "context":
            hold(0 < len(block["elements"]) <= 10, "invalid_blocks: context")
        else:
            hold(block["type"] == "rich_text", "invalid_blocks: no such block")
            elements = [e for part in block["elements"] for e in part["elements"]]
            hold(elements, "invalid_blocks: empty")
            for element in elements:
                hold(set(element) <= ELEMENTS[element["type"]], "invalid_blocks: element")
                hold(element["text"], "invalid_blocks: empty text")
            hold(sum(size(e["text"]) for e in elements) <= 3000, "invalid_blocks: too long")


def shown(body: dict[str, Any]) -> str:
    """Return what a reader of the blocks sees."""
    lines = []
    for block in body["blocks"]:
        if block["type"] == "rich_text":
            lines += ["".join(e["text"] for part in block["elements"] for e in part["elements"])]
        elif block["type"] == "header":
            lines.append(block["text"]["text"])
        else:
            lines += [e["text"] for e in block["elements"]]
    return "\n".join(lines)


class SlackHook(Receiver):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []

    @property
    def hook(self) -> str:
        return f"{self.url}/services/T0/B0/{self.secret}"

    def refusal(self, why: str) -> Reply:
        return Reply(400, why.split(":")[0], {"Content-Type": "text/html"})

    def answer(self, seen: Seen) -> Reply:
        if seen.path != f"/services/T0/B0/{self.secret}":
            return Reply(403, "invalid_token")
        held_message(seen.json)
        self.messages.append(seen.json)
        return Reply(200, "ok", {"Content-Type": "text/html"})


class SlackApi(Receiver):
    """Answers errors with status 200 and `ok: false`, as Slack does."""

    def __init__(self) -> None:
        super().__init__()
        self.channels: dict[str, str] = {}
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.pins: list[tuple[str, str]] = []
        self.topics: dict[str, str] = {}
        self.invited: list[str] = []

    def refusal(self, why: str) -> Reply:
        return Reply(200, {"ok": False, "error": why.split(":")[0].replace(" ", "_")})

    def answer(self, seen: Seen) -> Reply:
        hold(seen.headers["Authorization"] == f"Bearer {self.secret}", "invalid_auth")
        method = seen.path.removeprefix("/api/")
        if seen.method == "POST":
            hold(seen.headers["Content-Type"] == "application/json; charset=utf-8", "invalid_charset")
        told = getattr(self, method.replace(".", "_"))(seen.json if seen.method == "POST" else seen.query)
        return Reply(200, {"ok": True, **told})

    def conversations_create(self, asked: dict[str, Any]) -> dict[str, Any]:
        hold(re.fullmatch(r"[a-z0-9_-]{1,80}", asked["name"]), "invalid_name_specials")
        if asked["name"] in self.channels:
            raise SaidError("name_taken")
        self.channels[asked["name"]] = f"C{len(self.channels):08d}"
        return {"channel": {"id": self.channels[asked["name"]], "name": asked["name"]}}

    def conversations_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        hold(int(asked["limit"]) <= 1000, "invalid_limit")
        every = [{"id": id_, "name": name} for name, id_ in self.channels.items()]
        at = int(asked.get("cursor") or 0)
        more = str(at + 1) if at + 1 < len(every) else ""
        return {"channels": every[at : at + 1], "response_metadata": {"next_cursor": more}}

    def conversations_history(self, asked: dict[str, Any]) -> dict[str, Any]:
        hold(asked["channel"] in self.channels.values(), "channel_not_found")
        with_metadata = asked.get("include_all_metadata") == "true"
        told = [m if with_metadata else {"ts": m["ts"]} for m in self.messages.get(asked["channel"], [])]
        return {"messages": told[::-1]}

    def conversations_invite(self, asked: dict[str, Any]) -> dict[str, Any]:
        hold(len(asked["users"].split(",")) <= 100, "too_many_users")
        if asked["users"] in self.invited:
            raise SaidError("already_in_channel")
        self.invited.append(asked["users"])
        return {}

    def conversations_setTopic(self, asked: dict[str, Any]) -> dict[str, Any]:
        hold(size(asked["topic"]) <= 250, "too_long")
        self.topics[asked["channel"]] = asked["topic"]
        return {}

    def chat_postMessage(self, asked: dict[str, Any]) -> dict[str, Any]:
        hold(asked["channel"] in self.channels.values(), "channel_not_found")
        held_message(asked)
        kept = self.messages.setdefault(asked["channel"], [])
        kept.append(asked | {"ts": f"1764000000.{len(kept):06d}"})
        return {"channel": asked["channel"], "ts": kept[-1]["ts"]}

    def chat_getPermalink(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"permalink": f"https://corp.slack.example/archives/{asked['channel']}/{asked['message_ts']}"}

    def pins_add(self, asked: dict[str, Any]) -> dict[str, Any]:
        if (pin := (asked["channel"], asked["timestamp"])) in self.pins:
            raise SaidError("already_pinned")
        self.pins.append(pin)
        return {}
