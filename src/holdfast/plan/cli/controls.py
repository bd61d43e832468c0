"""`holdfast controls`: the control library, searchable."""

from __future__ import annotations

import json
import sys

import click

from holdfast.kernel.errors import UsageError

LAYERS = ("prevent", "detect", "respond")
KINDS = ("data", "model", "inference", "human", "monitoring", "response", "containment")
HARMS = ("safety", "bias", "privacy", "security", "misinformation", "ip", "legal", "reputation")


@click.command()
@click.argument("words", nargs=-1)
@click.option("--layer", type=click.Choice(LAYERS), help="Only controls that can stand in this layer.")
@click.option("--kind", type=click.Choice(KINDS), help="Only controls of this kind.")
@click.option("--harm", type=click.Choice(HARMS), help="Only controls that answer this category of harm.")
@click.option(
    "--framework",
    metavar="ID",
    help="Only controls that a framework names: OWASP-LLM01, ATLAS, MEASURE-2.11.",
)
@click.option("--harms", is_flag=True, help="Write the questions that find what can go wrong, instead.")
@click.option("--yaml", "as_yaml", is_flag=True, help="Of one control, write only the part of a plan.")
@click.option("--json", "json_", is_flag=True, help="Write JSON (docs/json.md).")
def controls(
    words: tuple[str, ...],
    layer: str | None,
    kind: str | None,
    harm: str | None,
    framework: str | None,
    harms: bool,
    as_yaml: bool,
    json_: bool,
) -> None:
    """Search the control library: what holds the risks of AI systems, and what shows that it does.

    WORDS are looked for in names, failure modes and descriptions; without any, all controls are listed.
    The name of a control shows it whole, with a part of a plan to paste, as does
    `holdfast controls injection-classifier`.
    """
    from holdfast.plan.views.controls import Asked, as_json, found, harms_as_json, near
    from holdfast.plan.views.terminal.controls import write_control, write_harms, write_list

    asked = Asked(tuple(word for part in words for word in part.split()), layer, kind, harm, framework)
    if harms:
        if json_:
            click.echo(json.dumps(harms_as_json(), indent=2, ensure_ascii=False))
        else:
            write_harms(sys.stdout)
        return
    one = asked.name
    shown = (one,) if one is not None else found(asked)
    if not shown:
        raise UsageError.of("HF502", f"no control of the library is found by {asked.told}", fix=near(asked))
    if as_yaml:
        if len(shown) > 1:
            raise UsageError.of(
                "HF501", f"--yaml is for one control, and {len(shown)} are found", fix="name one"
            )
        click.echo(shown[0].example, nl=False)
    elif json_:
        click.echo(json.dumps(as_json(shown), indent=2, ensure_ascii=False))
    elif one is not None or len(shown) == 1:
        write_control(shown[0], sys.stdout)
    else:
        write_list(shown, asked, sys.stdout)
