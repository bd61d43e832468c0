"""The API described for people: one page of ours, made of the same description as `/api/openapi.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.web.pages import framed, render

METHODS = ("get", "post", "put", "patch", "delete")
Viewing = Annotated[Principal, Depends(requires(Permission.VIEW))]


@dataclass(frozen=True)
class Operation:
    """One thing that the API does.

    Attributes
    ----------
    id : str
        Where it stands on the page.
    method, path : str
    summary, description : str
    parameters : sequence of (name, where, type, whether it must be there, what it means)
    body : str
        An example of what is sent; empty where nothing is.
    fields : sequence of (name, type, whether it must be there, what it means)
        Of the body.
    answers : sequence of (status, what it means)
    """

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: Sequence[tuple[str, str, str, bool, str]]
    body: str
    fields: Sequence[tuple[str, str, bool, str]]
    answers: Sequence[tuple[str, str]]


def described_pages() -> APIRouter:
    """Return the route of the page."""
    router = APIRouter()

    @router.get("/api/docs")
    def described(request: Request, _: Viewing) -> Response:
        """Show what the API does."""
        schema: dict[str, Any] = request.app.openapi()
        groups = operations(schema)
        return render("holdfast.app.http", "api.html", framed(request, "API"), groups=groups)

    return router


def operations(schema: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """Return what a description says, by the first part of the path."""
    found: dict[str, list[Operation]] = {}
    for path, methods in sorted(schema.get("paths", {}).items()):
        group = path.removeprefix("/api/").split("/")[0]
        for method in METHODS:
            if method in methods:
                found.setdefault(group, []).append(_operation(schema, path, method, methods[method]))
    return found


def _operation(schema: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> Operation:
    content = told.get("requestBody", {}).get("content", {})
    kind = next(iter(content), "")
    body = _resolved(schema, content[kind].get("schema", {})) if kind else {}
    return Operation(
        id=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        parameters=[
            (each["name"], each["in"], _type(schema, each.get("schema", {})), each.get("required", False),
             each.get("description", ""))
            for each in told.get("parameters", [])
        ],
        body=_example(schema, content[kind]) if kind == "application/json" else kind,
        fields=_fields(schema, body),
        answers=[(status, each.get("description", "")) for status, each in told.get("responses", {}).items()],
    )  # fmt: skip


def _fields(schema: Mapping[str, Any], body: Mapping[str, Any]) -> list[tuple[str, str, bool, str]]:
    required = set(body.get("required", ()))
    return [
        (name, _type(schema, each), name in required, each.get("description", ""))
        for name, each in body.get("properties", {}).items()
    ]


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a reference means."""
    reference = part.get("$ref")
    if not isinstance(reference, str):
        return part
    found: Any = schema
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step, {})
    return dict(found)


def _type(schema: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    several = part.get("anyOf") or part.get("oneOf")
    if several:
        return " or ".join(dict.fromkeys(_type(schema, each) for each in several))
    found = _resolved(schema, part)
    if "enum" in found:
        return " | ".join(str(each) for each in found["enum"])
    if found.get("type") == "array":
        return f"list of {_type(schema, found.get('items', {}))}"
    named = found.get("format") or found.get("type") or found.get("title") or "any"
    return str(named)


def _example(schema: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    if "example" in content:
        return json.dumps(content["example"], indent=2, ensure_ascii=False)
    if content.get("examples"):
        first = next(iter(content["examples"].values()))
        return json.dumps(first.get("value"), indent=2, ensure_ascii=False)
    body = _resolved(schema, content.get("schema", {}))
    if body.get("examples"):
        return json.dumps(body["examples"][0], indent=2, ensure_ascii=False)
    given = {
        name: each["examples"][0] for name, each in body.get("properties", {}).items() if each.get("examples")
    }
    return json.dumps(given, indent=2, ensure_ascii=False) if given else ""
