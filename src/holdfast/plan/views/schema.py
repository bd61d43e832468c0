"""The plan's format as JSON Schema (draft 2020-12), for editors: completion, hover and checking."""

from __future__ import annotations

from typing import Any, TypeAlias

from holdfast.plan.model.plan import Plan

Schema: TypeAlias = dict[str, Any]


def json_schema() -> Schema:
    """Return the JSON Schema of a file of a plan; of a plan that is one file, `system` is required as well.

    It is made from the same models that load a plan. Two things only the loader knows: names that refer to
    something else, and keys of which one excludes another.
    """
    made: Schema = _tidied(Plan.model_json_schema(by_alias=True), "Plan")
    made["required"] = ["holdfast"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Holdfast plan",
        **{key: value for key, value in made.items() if key != "title"},
    }


def _tidied(schema: Any, name: str = "") -> Any:  # noqa: ANN401 -- any JSON value
    """Return a schema without the nulls that the loader refuses and titles that only repeat a key."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("title") in {_automatic(name), name}:
        schema = {key: value for key, value in schema.items() if key != "title"}
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if len(options) < len(schema.get("anyOf", [])):
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        schema = {**options[0], **rest} if len(options) == 1 else {**rest, "anyOf": options}
    kept: Schema = {}
    for key, value in schema.items():
        if key == "default" and value is None:
            continue
        if key in {"properties", "$defs"}:
            kept[key] = {inner: _tidied(item, inner) for inner, item in value.items()}
        else:
            kept[key] = value if key in {"default", "enum", "const"} else _tidied(value)
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return kept


def _automatic(name: str) -> str:
    return name if name[:1].isupper() else name.replace("_", " ").title()
