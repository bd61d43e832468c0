"""What SARIF 2.1.0 asks of the properties that Holdfast writes, after the standard's text, as JSON Schema.

The official schema is 140 kB; this one knows only what is used, and an unknown property is an error.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string", "minLength": 1}
MESSAGE = {
    "type": "object",
    "properties": {"text": TEXT},
    "required": ["text"],
    "additionalProperties": False,
}  # 3.11
LEVEL = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
COUNTED = {"type": "integer", "minimum": 1}


def closed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


REGION = closed({"startLine": COUNTED, "startColumn": COUNTED, "endColumn": COUNTED}, "startLine")  # 3.30
ARTIFACT = closed(
    {"uri": {"type": "string", "format": "uri-reference", "pattern": r"^[^\\ \[\]]+$"}}, "uri"
)  # 3.4
LOCATION = closed(  # 3.28
    {
        "physicalLocation": closed(
            {"artifactLocation": ARTIFACT, "region": REGION}, "artifactLocation", "region"
        )
    },
    "physicalLocation",
)
RULE = closed(  # 3.49; GitHub asks for the three texts
    {
        "id": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "defaultConfiguration": closed({"level": LEVEL}, "level"),
    },
    "id",
    "shortDescription",
    "fullDescription",
    "help",
)
RESULT = closed(  # 3.27
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION, "minItems": 1},
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
    },
    "ruleId",
    "message",
)
DRIVER = closed(
    {"name": TEXT, "version": TEXT, "rules": {"type": "array", "items": RULE, "uniqueItems": True}}, "name"
)
RUN = closed(  # 3.14
    {
        "tool": closed({"driver": DRIVER}, "driver"),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
    "tool",
)
SARIF = closed(  # 3.13
    {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN, "minItems": 1},
    },
    "version",
    "runs",
)
