"""Confluence Cloud's REST API v2: one page per incident, written anew each time.

A page is found by its title, which is unique in its space, so a repetition writes the same page again. Free
text is escaped into the storage format.
"""

from __future__ import annotations

import base64
import html
import json
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from holdfast.kernel.canonical import Json
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused, Message, Receipt
from holdfast.respond.ports.sending import Answer, Call, Sender
from holdfast.respond.ports.wording import CUT, clean, controlled, fitting, links, mark, one_line, title_of

TITLE = 255
LARGEST = 4 * 1024 * 1024
"""How many bytes of storage format a page gets."""


@dataclass(frozen=True)
class ConfluencePages:
    """Keeps pages in a space."""

    sender: Sender
    token: Revealed
    site: str
    space: str
    user: str = ""

    def send(self, message: Message, key: str) -> Receipt:
        """Write the incident's page, made where there is none."""
        space = self._space()
        title = page_title(message)
        there = self._call("GET", f"pages?space-id={quote(space)}&title={quote(title)}&limit=1", None)
        id_ = there.text("results", 0, "id")
        written: dict[str, Json] = {
            "spaceId": space,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": storage(message)},
        }
        if not id_:
            made = self._call("POST", "pages", written)
            return Receipt(made.text("id"), self._place(made))
        number = there.member("results", 0, "version", "number")
        version = number if isinstance(number, int) else 1
        again: Json = written | {"id": id_, "version": {"number": version + 1, "message": f"delivery {key}"}}
        told = self._call("PUT", f"pages/{quote(id_, safe='')}", again, frozenset({409}))
        if told.status == 409:
            raise DeliveryDelayed("Confluence says that somebody else wrote the page just now", status=409)
        return Receipt(id_, self._place(told))

    def _space(self) -> str:
        found = self._call("GET", f"spaces?keys={quote(self.space, safe='')}&limit=1", None)
        id_ = found.text("results", 0, "id")
        if not id_:
            raise DeliveryRefused("Confluence shows no space of this key to this account")
        return id_

    def _place(self, answer: Answer) -> str:
        path = answer.text("_links", "webui")
        return f"{self.site.rstrip('/')}/wiki{path}" if path.startswith("/") else ""

    def _call(
        self,
        method: Literal["GET", "POST", "PUT"],
        path: str,
        body: Json,
        looks_at: frozenset[int] = frozenset(),
    ) -> Answer:
        pair = base64.b64encode(f"{self.user}:{self.token.value}".encode()).decode()
        given = f"Basic {pair}" if self.user else f"Bearer {self.token.value}"
        call = Call(
            method,
            f"{self.site.rstrip('/')}/wiki/api/v2/{path}",
            json.dumps(body).encode() if body is not None else b"",
            headers={"Authorization": given, "Accept": "application/json"},
            secrets=(self.token.value, pair),
            looks_at=looks_at,
        )
        return self.sender.send(call)


def page_title(message: Message) -> str:
    """Return the title of an incident's page: always the same, for it is how the page is found."""
    return fitting(f"{mark(message)}{message.incident or short_title(message)}", TITLE)


def short_title(message: Message) -> str:
    """Return the title of what belongs to no incident."""
    return fitting(title_of(message), 120) or "Holdfast"


def storage(message: Message) -> str:
    """Return the body in the storage format (XHTML), with every free text escaped."""
    parts = [f"<h1>{_escaped(title_of(message))}</h1>", f"<p>{_escaped(controlled(message))}</p>"]
    room = LARGEST - sum(len(part.encode()) for part in parts)
    for section in message.sections:
        text = "".join(
            "<p>" + _escaped(block).replace("\n", "<br />") + "</p>"
            for block in clean(section.text).split("\n\n")
            if block.strip()
        )
        part = f"<h2>{_escaped(one_line(section.heading))}</h2>{text}"
        room -= len(part.encode())
        if room < 0:
            parts.append(f"<p>{CUT.strip()}</p>")
            break
        parts.append(part)
    told = [
        f'<li><a href="{html.escape(link.address)}">{_escaped(one_line(link.text))}</a></li>'
        for link in links(message)
    ]
    return "".join(parts) + (f"<ul>{''.join(told)}</ul>" if told else "")


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)
