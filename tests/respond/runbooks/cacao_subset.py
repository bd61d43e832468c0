"""What CACAO 2.0 asks of a playbook, as a JSON Schema of our own words: the part that our exports use.

Written after reading the TC's schemas (github.com/oasis-open/cacao-json-schemas: `schemas/playbook.json` at
064538ee; `workflows`, `commands`, `agent-target`, `extension-definition` and `data-types` at 2e8114e3 and
064538ee) and the text that they carry of "CACAO Security Playbooks Version 2.0", Committee Specification 01.
Other than those files, whose `unevaluatedProperties` their draft 7 ignores, this one refuses properties that
it does not know.
"""

from __future__ import annotations

from typing import Any

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-{v}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def identifier(kind: str, version: str = "[1-5]") -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{kind}--{UUID.replace('{v}', version)}$"}


MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
TEXT = {"type": "string", "minLength": 1}
STEP_ID = identifier("(start|end|action|if-condition)", "4")
VARIABLE = "^__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__$"
ACTIVITY = {
    "enum": [
        "compose-content",
        "deliver-content",
        "identify-audience",
        "identify-channel",
        "scan-system",
        "match-indicator",
        "analyze-collected-data",
        "identify-indicators",
        "scan-vulnerabilities",
        "configure-systems",
        "restrict-access",
        "disconnect-system",
        "eliminate-risk",
        "revert-system",
        "restore-data",
        "restore-capabilities",
        "map-network",
        "identify-steps",
        "step-sequence",
        "prepare-engagement",
        "execute-operation",
        "analyze-engagement-results",
    ]
}
EXTENSIONS = {
    "type": "object",
    "minProperties": 1,
    "patternProperties": {
        identifier("extension-definition")["pattern"]: {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z0-9_]{3,250}$"},
        }
    },
    "additionalProperties": False,
}
REFERENCES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"name": TEXT, "external_id": TEXT},
        "required": ["name", "external_id"],
        "additionalProperties": False,
    },
}


def step(kind: str, required: list[str], **properties: Any) -> dict[str, Any]:
    every = {"type": {"const": kind}, "name": TEXT, "description": TEXT, "step_extensions": EXTENSIONS}
    return {
        "type": "object",
        "properties": {**every, **properties},
        "required": ["type", *required],
        "additionalProperties": False,
    }


ACTION = step(
    "action",
    ["commands", "agent"],
    commands={
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "properties": {"type": {"const": "manual"}, "command": TEXT, "playbook_activity": ACTIVITY},
            "required": ["type", "command"],
            "additionalProperties": False,
        },
    },
    agent=identifier("group"),
    out_args={"type": "array", "minItems": 1, "items": {"type": "string", "pattern": VARIABLE}},
    on_completion=STEP_ID,
    on_success=STEP_ID,
    on_failure=STEP_ID,
) | {
    "oneOf": [
        {
            "required": ["on_completion"],
            "not": {"anyOf": [{"required": ["on_success"]}, {"required": ["on_failure"]}]},
        },
        {"required": ["on_success"], "not": {"required": ["on_completion"]}},
    ]
}
CONDITION = step(
    "if-condition",
    ["condition", "on_true", "on_completion"],
    condition={"type": "string", "pattern": r"^__[a-zA-Z_][a-zA-Z0-9_-]*__:value = '[^']+'$"},
    on_true=STEP_ID,
    on_false=STEP_ID,
    on_completion=STEP_ID,
)


def keyed(kind: str, version: str, of: dict[str, Any]) -> dict[str, Any]:
    return {identifier(kind, version)["pattern"]: of}


PLAYBOOK: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "type": {"const": "playbook"},
        "spec_version": {"const": "cacao-2.0"},
        "id": identifier("playbook", "[45]"),
        "name": TEXT,
        "description": TEXT,
        "playbook_types": {
            "type": "array",
            "items": {"enum": ["mitigation", "remediation", "investigation"]},
        },
        "playbook_activities": {"type": "array", "minItems": 1, "items": ACTIVITY},
        "playbook_processing_summary": {
            "type": "object",
            "properties": {
                name: {"type": "boolean"} for name in ("manual_playbook", "if_logic", "extensions")
            },
            "additionalProperties": False,
        },
        "created_by": identifier("identity"),
        "created": MOMENT,
        "modified": MOMENT,
        "labels": {"type": "array", "minItems": 1, "items": TEXT},
        "external_references": REFERENCES,
        "workflow_start": identifier("start", "4"),
        "workflow": {
            "type": "object",
            "patternProperties": {
                **keyed("start", "4", step("start", ["on_completion"], on_completion=STEP_ID)),
                **keyed("end", "4", step("end", [])),
                **keyed("action", "4", ACTION),
                **keyed("if-condition", "4", CONDITION),
            },
            "additionalProperties": False,
        },
        "playbook_variables": {
            "type": "object",
            "patternProperties": {
                VARIABLE: {
                    "type": "object",
                    "properties": {
                        "type": {"const": "string"},
                        "description": TEXT,
                        "constant": {"type": "boolean"},
                    },
                    "required": ["type"],
                    "additionalProperties": False,
                }
            },
            "additionalProperties": False,
        },
        "playbook_extensions": EXTENSIONS,
        "agent_definitions": {
            "type": "object",
            "minProperties": 1,
            "patternProperties": keyed(
                "group",
                "[1-5]",
                {
                    "type": "object",
                    "properties": {"type": {"const": "group"}, "name": TEXT, "description": TEXT},
                    "required": ["type", "name"],
                    "additionalProperties": False,
                },
            ),
            "additionalProperties": False,
        },
        "extension_definitions": {
            "type": "object",
            "patternProperties": keyed(
                "extension-definition",
                "[1-5]",
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": "extension-definition"},
                        "name": TEXT,
                        "description": TEXT,
                        "created_by": identifier("identity"),
                        "schema": TEXT,
                        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
                    },
                    "required": ["type", "name", "created_by", "schema", "version"],
                    "additionalProperties": False,
                },
            ),
            "additionalProperties": False,
        },
    },
    "required": [
        "type",
        "spec_version",
        "id",
        "name",
        "created_by",
        "created",
        "modified",
        "workflow_start",
        "workflow",
        "agent_definitions",
        "extension_definitions",
    ],
    "additionalProperties": False,
}
