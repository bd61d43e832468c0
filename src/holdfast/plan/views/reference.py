"""The reference page of the plan's format, from the schema: every key, its type, default and meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator

from holdfast.plan.views.schema import Schema, json_schema

HEAD = """\
# The plan: every key

This page is written by `holdfast plan reference` from the models that load a plan; do not edit it.
The guide is [plan.md](plan.md). `-` means that leaving the key out says nothing.

| written | means |
|---|---|
| share | `5%` or `0.05`: between 0 and 1 |
| level | `0.2%` or `800`: a number, or a percentage |
| requirement | `"<= 5%"`: <, <=, > or >=, then a level; always quoted |
| duration | `30s`, `10m`, `24h`, `90d`, `2w`, `1h30m` |
| date | `2027-05-31` |
| budget | `1 per 90d` |
| rate limit | `60/min per tenant` |
| expression | `"score >= 0.8 and language in ('de', 'fr')"`: over columns, always quoted |
| name | letters, digits, `-`, `_` and `.`, at most 80 |
| name of a ... | a name that the plan defines in that section |
| $NAME | the name of an environment variable that holds a secret |
"""


def reference_page() -> str:
    """Return the page in Markdown."""
    return "".join(_lines(json_schema()))


def _lines(schema: Schema) -> Iterator[str]:
    definitions: dict[str, Schema] = schema["$defs"]
    yield HEAD
    yield "\n## The plan's sections\n"
    yield from _table(schema, definitions, required=("holdfast", "system"))
    seen: set[str] = set()
    for section, shape in schema["properties"].items():
        names = [name for name in _parts(shape, definitions) if name not in seen]
        seen.update(names)
        if not names:
            continue
        yield f"\n## Section `{section}`\n\n{shape['description']}\n"
        for name in names:
            yield f"\n### {_heading(name)}\n\n{definitions[name]['description']}\n"
            yield from _table(definitions[name], definitions, required=definitions[name].get("required", ()))


def _table(
    shape: Schema, definitions: dict[str, Schema], required: tuple[str, ...] | list[str]
) -> Iterator[str]:
    if not shape.get("properties"):
        return
    yield "\n| key | type | default | meaning |\n|---|---|---|---|\n"
    properties: dict[str, Schema] = shape["properties"]
    for key in sorted(properties, key=lambda name: name not in required):
        value = properties[key]
        default = "required" if key in required else _default(value)
        meaning = _cell(value.get("description", ""))
        yield f"| `{key}` | {words(value, definitions)} | {default} | {meaning} |\n"


def _default(shape: Schema) -> str:
    if "default" not in shape:
        return "-"
    default = shape["default"]
    if default in ([], {}):
        return "none"
    return f"`{default}`" if isinstance(default, str) else f"`{json.dumps(default)}`"


def words(shape: Schema, definitions: dict[str, Schema]) -> str:
    """Return what a schema asks for, in words, for a cell of a Markdown table."""
    if "$ref" in shape:
        return _link(shape["$ref"])
    if "const" in shape:
        return f"`{shape['const']}`"
    if "enum" in shape:
        return ", ".join(f"`{word}`" for word in shape["enum"])
    if "x-type" in shape:
        return _cell(str(shape["x-type"]))
    for combined in ("oneOf", "anyOf"):
        if combined in shape:
            return " or ".join(dict.fromkeys(words(option, definitions) for option in shape[combined]))
    if shape.get("type") == "array":
        return f"list of {words(shape.get('items', {}), definitions)}"
    if shape.get("type") == "object":
        inner: Schema | bool = shape.get("additionalProperties") or next(
            iter(shape.get("patternProperties", {}).values()), {}
        )
        key = words(shape["propertyNames"], definitions) if "propertyNames" in shape else "name"
        return f"{key} -> {words(inner if isinstance(inner, dict) else {}, definitions)}"
    return "any value" if not shape.get("type") else "text"


def _link(reference: str) -> str:
    heading = _heading(reference.rsplit("/", 1)[-1])
    return f"[{heading}](#{heading.lower().replace(' ', '-')})"


def _heading(name: str) -> str:
    """Return a model's name as words: `RuleIndicator` is `Rule indicator`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return spaced[:1].upper() + spaced[1:]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _parts(shape: object, definitions: dict[str, Schema], seen: tuple[str, ...] = ()) -> list[str]:
    """Return the parts that a schema leads to, each once, in the order in which they are met."""
    found: list[str] = []
    if isinstance(shape, dict):
        if "$ref" in shape:
            name = shape["$ref"].rsplit("/", 1)[-1]
            if name not in seen:
                found.append(name)
                found += [
                    part
                    for part in _parts(definitions[name], definitions, (*seen, name))
                    if part not in found
                ]
        for key, value in shape.items():
            if key not in {"$ref", "description", "default"}:
                found += [part for part in _parts(value, definitions, (*seen, *found)) if part not in found]
    elif isinstance(shape, list):
        for item in shape:
            found += [part for part in _parts(item, definitions, (*seen, *found)) if part not in found]
    return found
