"""Jira Cloud v3 and Confluence Cloud v2, as their documentation says."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from xml.etree import ElementTree

from tests.integrations.receivers.base import Receiver, Reply, Seen, hold, size

USER = "bot@corp.example"
NODES = {"doc", "paragraph", "heading", "text", "hardBreak"}


class _Atlassian(Receiver):
    def allowed(self, seen: Seen) -> bool:
        pair = base64.b64encode(f"{USER}:{self.secret}".encode()).decode()
        return seen.headers["Authorization"] in (f"Basic {pair}", f"Bearer {self.secret}")


def held_adf(node: dict[str, Any], inside: str = "") -> None:
    """Hold a node to the document format's schema, as far as it is used."""
    kind = node["type"]
    hold(kind in NODES, f"INVALID_INPUT: {kind}")
    if kind == "text":
        hold(node["text"], "INVALID_INPUT: empty text node")
        for mark in node.get("marks", []):
            hold(mark["type"] == "link" and re.match(r"https?://", mark["attrs"]["href"]), "mark")
    if kind == "doc":
        hold(node["version"] == 1, "INVALID_INPUT: version")
    hold((kind == "doc") == (inside == ""), "INVALID_INPUT: doc")
    hold(not (kind in ("text", "hardBreak") and inside == "doc"), "INVALID_INPUT: text in doc")
    for child in node.get("content", []):
        held_adf(child, kind)


def text_of(node: dict[str, Any]) -> str:
    """Return what a reader of a document sees."""
    if node["type"] == "text":
        return node["text"]
    end = "\n" if node["type"] in ("paragraph", "heading", "hardBreak") else ""
    return "".join(text_of(child) for child in node.get("content", [])) + end


class Jira(_Atlassian):
    def __init__(self) -> None:
        super().__init__()
        self.issues: list[dict[str, Any]] = []
        self.comments: dict[str, list[dict[str, Any]]] = {}

    def refusal(self, why: str) -> Reply:
        return Reply(400, {"errorMessages": [], "errors": {"field": why}})

    def answer(self, seen: Seen) -> Reply:
        if not self.allowed(seen):
            return Reply(401, {"message": "Client must be authenticated to access this resource."})
        path = seen.path.removeprefix("/rest/api/3")
        if (seen.method, path) == ("POST", "/issue"):
            return self._made(seen.json["fields"])
        if (seen.method, path) == ("POST", "/search/jql"):
            return self._found(seen.json)
        found = re.fullmatch(r"/issue/(AI-\d+)/comment", path)
        hold(found, "no such resource")
        comments = self.comments.setdefault(found[1], [])
        if seen.method == "GET":
            hold(seen.query["orderBy"] == "-created", "order")
            hold(set(seen.query) <= {"orderBy", "maxResults", "startAt", "expand"}, "query")
            return Reply(200, {"comments": comments[::-1][: int(seen.query["maxResults"])]})
        held_adf(seen.json["body"])
        hold(
            len(json.dumps(seen.json["body"])) <= 32_767 * 4 and size(text_of(seen.json["body"])) <= 32_767,
            "long",
        )
        hold(set(seen.json) <= {"body", "properties", "visibility"}, "comment")
        comments.append({"body": seen.json["body"]})
        return Reply(201, {"id": str(len(comments))})

    def _made(self, fields: dict[str, Any]) -> Reply:
        hold(fields["project"] == {"key": "AI"}, "valid project is required")
        hold(fields["issuetype"]["name"], "issuetype is required")
        hold(0 < size(fields["summary"]) <= 255, "Summary must be less than 255 characters")
        hold("\n" not in fields["summary"], "The summary is invalid because it contains newline characters.")
        hold(all(re.fullmatch(r"\S{1,255}", label) for label in fields["labels"]), "labels")
        if "duedate" in fields:
            hold(re.fullmatch(r"\d{4}-\d\d-\d\d", fields["duedate"]), "duedate")
        held_adf(fields["description"])
        hold(size(text_of(fields["description"])) <= 32_767, "CONTENT_LIMIT_EXCEEDED")
        self.issues.append(fields)
        number = len(self.issues)
        return Reply(201, {"id": str(10_000 + number), "key": f"AI-{number}", "self": f"{self.url}/x"})

    def _found(self, asked: dict[str, Any]) -> Reply:
        query = re.fullmatch(
            r'project = "([\w.-]+)" AND labels = "([\w-]+)" ORDER BY created ASC', asked["jql"]
        )
        hold(query, "Error in the JQL Query")
        found = [n for n, fields in enumerate(self.issues, 1) if query[2] in fields["labels"]]
        return Reply(
            200, {"issues": [{"key": f"AI-{n}"} for n in found[: asked["maxResults"]]], "isLast": True}
        )


class Confluence(_Atlassian):
    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, dict[str, Any]] = {}

    def refusal(self, why: str) -> Reply:
        return Reply(400, {"errors": [{"status": 400, "code": "INVALID_REQUEST", "title": why}]})

    def answer(self, seen: Seen) -> Reply:
        if not self.allowed(seen):
            return Reply(401, {"message": "Unauthorized"})
        path = seen.path.removeprefix("/wiki/api/v2")
        if (seen.method, path) == ("GET", "/spaces"):
            return Reply(
                200, {"results": [{"id": "77", "key": "OPS"}] if seen.query["keys"] == "OPS" else []}
            )
        if (seen.method, path) == ("GET", "/pages"):
            hold(seen.query["space-id"] == "77", "space")
            return Reply(
                200, {"results": [p for p in self.pages.values() if p["title"] == seen.query["title"]]}
            )
        asked = seen.json
        self._held(asked)
        if (seen.method, path) == ("POST", "/pages"):
            hold(
                all(p["title"] != asked["title"] for p in self.pages.values()),
                "A page already exists with this title",
            )
            id_ = str(100 + len(self.pages))
            page = asked | {"id": id_, "version": {"number": 1}}
        else:
            id_ = path.removeprefix("/pages/")
            hold(seen.method == "PUT" and id_ in self.pages and asked["id"] == id_, "no such page")
            if asked["version"]["number"] != self.pages[id_]["version"]["number"] + 1:
                return Reply(409, {"errors": [{"title": "Version must be incremented"}]})
            page = asked
        self.pages[id_] = page | {"_links": {"webui": f"/spaces/OPS/pages/{id_}"}}
        return Reply(200, self.pages[id_])

    def _held(self, asked: dict[str, Any]) -> None:
        hold(asked["spaceId"] == "77", "space")
        hold(asked["status"] == "current", "status")
        hold(0 < size(asked["title"]) <= 255, "title")
        hold(asked["body"]["representation"] == "storage", "representation")
        parsed = ElementTree.fromstring(f"<x>{asked['body']['value']}</x>")
        used = {node.tag for node in parsed.iter()}
        hold(used <= {"x", "h1", "h2", "p", "br", "ul", "li", "a"}, f"elements {used}")
        hold(all(re.match(r"https?://", a.get("href")) for a in parsed.iter("a")), "link")


def page_text(page: dict[str, Any]) -> str:
    """Return what a reader of a page sees."""
    return "\n".join(ElementTree.fromstring(f"<x>{page['body']['value']}</x>").itertext())
