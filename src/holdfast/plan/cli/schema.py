"""`holdfast schema`: the plan's JSON Schema."""

from __future__ import annotations

import json

import click


@click.command()
def schema() -> None:
    """Write the JSON Schema of the plan's format, for editors.

    Save it beside the plan and start the plan with `# yaml-language-server: $schema=holdfast.schema.json`.
    """
    from holdfast.plan.views.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2))
