"""Notion's API of version 2022-06-28, as its documentation says."""

from __future__ import annotations

import re
from typing import Any

from tests.integrations.receivers.base import Receiver, Reply, Seen, hold, size

KINDS = {"paragraph", "heading_2", "heading_3", "toggle"}


class Notion(Receiver):
    def __init__(self) -> None:
        super().__init__()
        self.children: dict[str, list[dict[str, Any]]] = {"parent": []}
        self.made = 0

    def refusal(self, why: str) -> Reply:
        return Reply(400, {"object": "error", "status": 400, "code": "validation_error", "message": why})

    def answer(self, seen: Seen) -> Reply:
        if seen.headers["Authorization"] != f"Bearer {self.secret}":
            return Reply(401, {"object": "error", "code": "unauthorized", "message": "API token is invalid."})
        hold(seen.headers["Notion-Version"] == "2022-06-28", "missing_version")
        hold(len(seen.body) <= 500 * 1024, "larger than 500 KB")
        path = seen.path.removeprefix("/v1")
        if (seen.method, path) == ("POST", "/pages"):
            return self._page(seen.json)
        found = re.fullmatch(r"/blocks/([\w-]+)(/children)?", path)
        hold(found, "invalid_request_url")
        if seen.method == "GET":
            at = int(seen.query.get("start_cursor") or 0)
            every = self.children[found[1]]
            more = str(at + 1) if at + 1 < len(every) else None
            return Reply(
                200, {"results": every[at : at + 1], "next_cursor": more, "has_more": more is not None}
            )
        if seen.method == "PATCH":
            self._appended(found[1], seen.json["children"])
        else:
            hold(seen.method == "DELETE", "method")
            for kept in self.children.values():
                kept[:] = [block for block in kept if block["id"] != found[1]]
        return Reply(200, {"object": "list"})

    def _page(self, asked: dict[str, Any]) -> Reply:
        hold(asked["parent"] == {"type": "page_id", "page_id": "parent"}, "object_not_found")
        [title] = asked["properties"]["title"]["title"]
        self._rich([title])
        id_ = f"page-{self.made}"
        self.made += 1
        self.children["parent"].append(
            {"id": id_, "type": "child_page", "child_page": {"title": title["text"]["content"]}}
        )
        self.children[id_] = []
        self._appended(id_, asked["children"])
        return Reply(200, {"object": "page", "id": id_, "url": f"https://notion.example/{id_}"})

    def _appended(self, to: str, blocks: list[dict[str, Any]]) -> None:
        self._held(blocks, 1)
        for block in blocks:
            rich = block["toggle"]["rich_text"]
            rich[0]["plain_text"] = rich[0]["text"]["content"]
            self.made += 1
            self.children[to].append(block | {"id": f"block-{self.made}"})

    def _held(self, blocks: list[dict[str, Any]], depth: int) -> None:
        hold(depth <= 2 or not blocks, "nested deeper than two")
        hold(len(blocks) <= 100, "children.length should be <= 100")
        for block in blocks:
            kind = block["type"]
            hold(kind in KINDS and set(block) == {"object", "type", kind}, "block")
            self._rich(block[kind]["rich_text"])
            self._held(block[kind].get("children", []), depth + 1)

    def _rich(self, rich: list[dict[str, Any]]) -> None:
        hold(len(rich) <= 100, "rich_text.length should be <= 100")
        for one in rich:
            hold(one["type"] == "text" and 0 < size(one["text"]["content"]) <= 2000, "content.length")
            if "link" in one["text"]:
                hold(re.match(r"https?://", one["text"]["link"]["url"]), "link")


def shown(blocks: list[dict[str, Any]]) -> str:
    """Return what a reader of the record sees."""
    lines = []
    for block in blocks:
        inner = block[block["type"]]
        lines.append("".join(one["text"]["content"] for one in inner["rich_text"]))
        lines.append(shown(inner.get("children", [])))
    return "\n".join(line for line in lines if line)
