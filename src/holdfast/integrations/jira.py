"""Jira Cloud's REST API v3: an issue per incident, updates as comments, free text as text nodes.

A repetition finds its issue by a label that is made from the message's dedup key, and its comment by the
key of the delivery, with which each comment ends.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from holdfast.kernel.canonical import Json
from holdfast.kernel.ids import derived
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import Message, Receipt
from holdfast.respond.ports.sending import Answer, Call, Sender
from holdfast.respond.ports.wording import CUT, clean, controlled, fitting, headline, links, one_line, size

SUMMARY = 255
LARGEST = 30_000
"""How many characters of text a description or a comment gets; Jira takes 32,767 of it as a whole."""
SECTION = 8000
LINKS = 10
COMMENTS = 50
"""How many of the newest comments are looked at for a repetition."""


@dataclass(frozen=True)
class JiraIssues:
    """Keeps issues in a project.

    Attributes
    ----------
    user : str
        The account's mail address, which Jira Cloud wants with the token; empty sends the token alone.
    """

    sender: Sender
    token: Revealed
    site: str
    project: str
    user: str = ""
    issue_type: str = "Task"

    def send(self, message: Message, key: str) -> Receipt:
        """Make the issue, or add a comment to the one that is there."""
        label = "holdfast-" + derived("jira", message.dedup_key)
        issue = message.known_as or self._found(label)
        if not issue:
            made = self._call("POST", "issue", self._fields(message, label, key))
            return self._receipt(made.text("key"), repeated=False)
        if message.act == "opened" or self._commented(issue, key):
            return self._receipt(issue, repeated=True)
        self._call("POST", f"issue/{quote(issue, safe='')}/comment", {"body": document(message, key)})
        return self._receipt(issue, repeated=False)

    def _fields(self, message: Message, label: str, key: str) -> Json:
        labels: list[Json] = ["holdfast", label]
        labels += [
            word for word, so in (("holdfast-drill", message.drill), ("holdfast-test", message.test)) if so
        ]
        fields: dict[str, Json] = {
            "project": {"key": self.project},
            "issuetype": {"name": self.issue_type},
            "summary": fitting(headline(message), SUMMARY),
            "description": document(message, key),
            "labels": labels,
        }
        due = message.data.get("due")
        return {"fields": fields | {"duedate": due[:10]} if isinstance(due, str) and due else fields}

    def _found(self, label: str) -> str:
        query = f'project = "{self.project}" AND labels = "{label}" ORDER BY created ASC'
        asked: Json = {"jql": query, "maxResults": 1, "fields": ["summary"]}
        return self._call("POST", "search/jql", asked).text("issues", 0, "key")

    def _commented(self, issue: str, key: str) -> bool:
        """Return whether the delivery is among the newest comments: each ends with its key."""
        path = f"issue/{quote(issue, safe='')}/comment"
        page = self._call("GET", f"{path}?orderBy=-created&maxResults={COMMENTS}", None)
        comments = page.member("comments")
        return (
            any(key in json.dumps(comment) for comment in comments) if isinstance(comments, list) else False
        )

    def _receipt(self, issue: str, *, repeated: bool) -> Receipt:
        address = f"{self.site.rstrip('/')}/browse/{quote(issue, safe='')}" if issue else ""
        return Receipt(issue, address, repeated)

    def _call(self, method: Literal["GET", "POST"], path: str, body: Json) -> Answer:
        pair = base64.b64encode(f"{self.user}:{self.token.value}".encode()).decode()
        given = f"Basic {pair}" if self.user else f"Bearer {self.token.value}"
        call = Call(
            method,
            f"{self.site.rstrip('/')}/rest/api/3/{path}",
            json.dumps(body).encode() if body is not None else b"",
            headers={"Authorization": given, "Accept": "application/json"},
            secrets=(self.token.value, pair),
        )
        return self.sender.send(call)


def document(message: Message, key: str) -> Json:
    """Return the body in Atlassian's document format: free text is a text node, which reads no markup."""
    room = LARGEST
    content: list[Json] = [_paragraph(controlled(message))]
    for section in message.sections:
        heading = fitting(one_line(section.heading), 200)
        if room < 500:
            content.append(_paragraph(CUT.strip()))
            break
        text = fitting(clean(section.text), min(SECTION, room - 250))
        room -= size(text) + size(heading) + 10
        if heading:
            content.append(
                {"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": heading}]}
            )
        content += [_paragraph(part) for part in text.split("\n\n") if part.strip()]
    for link in links(message)[:LINKS]:
        marks: Json = [{"type": "link", "attrs": {"href": link.address}}]
        words = fitting(one_line(link.text), 200) or link.address
        content.append({"type": "paragraph", "content": [{"type": "text", "text": words, "marks": marks}]})
    content.append(_paragraph(f"Holdfast, delivery {key}"))
    return {"type": "doc", "version": 1, "content": content}


def _paragraph(text: str) -> Json:
    inner: list[Json] = []
    for line in text.split("\n"):
        if inner:
            inner.append({"type": "hardBreak"})
        if line:
            inner.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": inner}
