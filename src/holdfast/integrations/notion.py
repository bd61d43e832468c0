"""Notion: one page per incident; what Holdfast wrote in it is one block, replaced each time.

A page is found by its title among the pages under its parent, so a repetition writes the same block again.
Free text stands in rich text objects, which read no markup.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from urllib.parse import quote

from holdfast.kernel.canonical import Json
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import Message, Receipt
from holdfast.respond.ports.sending import Answer, Call, Sender
from holdfast.respond.ports.wording import (
    CUT,
    clean,
    controlled,
    fitting,
    links,
    mark,
    one_line,
    pieces,
    title_of,
)

ADDRESS = "https://api.notion.com"
VERSION = "2022-06-28"
TEXT = 2000
"""How long one rich text object may be."""
MOST_CHILDREN = 100
MOST_PAGES = 50
"""How many times a hundred blocks are looked through for what is there already."""
RECORD = "Record kept by Holdfast"
"""What the block is called that is replaced; people may write above and below it."""


@dataclass(frozen=True)
class NotionPages:
    """Keeps pages under a page that is shared with the integration."""

    sender: Sender
    token: Revealed
    parent: str
    address: str = ADDRESS

    def send(self, message: Message, key: str) -> Receipt:
        """Write the incident's page, made where there is none."""
        title = fitting(mark(message) + (message.incident or title_of(message)), 200)
        page = message.known_as or "".join(self._children(self.parent, "child_page", title)[:1])
        if not page:
            asked: Json = {
                "parent": {"type": "page_id", "page_id": self.parent},
                "properties": {"title": {"title": [_text(title)]}},
                "children": [_record(message, key)],
            }
            made = self._call("POST", "pages", asked)
            return Receipt(made.text("id"), made.text("url"))
        before = self._children(page, "toggle", RECORD)
        self._call("PATCH", f"blocks/{quote(page, safe='')}/children", {"children": [_record(message, key)]})
        for block in before:  # only now: a failure between the two leaves both, never none
            self._call("DELETE", f"blocks/{quote(block, safe='')}", None)
        return Receipt(page)

    def _children(self, of: str, kind: str, title: str) -> list[str]:
        """Return the ids of the children of a kind with a title."""
        cursor = ""
        ids: list[str] = []
        for _ in range(MOST_PAGES):
            path = f"blocks/{quote(of, safe='')}/children?page_size=100"
            page = self._call("GET", path + (f"&start_cursor={quote(cursor)}" if cursor else ""), None)
            found = page.member("results")
            for at in range(len(found) if isinstance(found, list) else 0):
                named = page.text("results", at, kind, "title") or page.text(
                    "results", at, kind, "rich_text", 0, "plain_text"
                )
                if named == title:
                    ids.append(page.text("results", at, "id"))
            cursor = page.text("next_cursor")
            if not cursor:
                break
        return ids

    def _call(self, method: Literal["GET", "POST", "PATCH", "DELETE"], path: str, body: Json) -> Answer:
        call = Call(
            method,
            f"{self.address}/v1/{path}",
            json.dumps(body).encode() if body is not None else b"",
            headers={"Authorization": f"Bearer {self.token.value}", "Notion-Version": VERSION},
            secrets=(self.token.value,),
        )
        return self.sender.send(call)


def _record(message: Message, key: str) -> Json:
    """Return the block: a toggle with the whole message, at most a hundred blocks in it."""
    blocks: list[Json] = [
        _block("heading_2", fitting(title_of(message), TEXT)),
        _block("paragraph", controlled(message)),
    ]
    for section in message.sections:
        heading = fitting(one_line(section.heading), 200)
        blocks += [_block("heading_3", heading)] if heading else []
        for part in clean(section.text).split("\n\n")[:MOST_CHILDREN]:
            told = islice(pieces(part, TEXT), MOST_CHILDREN)
            blocks += [_block("paragraph", piece) for piece in told if piece.strip()]
        if len(blocks) > MOST_CHILDREN:
            break
    tail: list[Json] = []
    for link in links(message)[:20]:
        words = fitting(one_line(link.text), 200) or link.address
        tail.append(_paragraph({"type": "text", "text": {"content": words, "link": {"url": link.address}}}))
    tail.append(_block("paragraph", f"delivery {key}"))
    if len(blocks) + len(tail) > MOST_CHILDREN:
        blocks = blocks[: MOST_CHILDREN - len(tail) - 1]
        blocks.append(_block("paragraph", CUT.strip()))
    toggle: Json = {"rich_text": [_text(RECORD)], "children": [*blocks, *tail]}
    return {"object": "block", "type": "toggle", "toggle": toggle}


def _text(text: str) -> Json:
    return {"type": "text", "text": {"content": text}}


def _block(kind: str, text: str) -> Json:
    return {"object": "block", "type": kind, kind: {"rich_text": [_text(text)]}}


def _paragraph(rich: Json) -> Json:
    return {"object": "block", "type": "paragraph", "paragraph": {"rich_text": [rich]}}
