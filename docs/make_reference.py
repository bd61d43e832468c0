"""Write the reference pages that are made from the code: commands, settings, events, plan, controls.

`python docs/make_reference.py` writes them; tests/docs fails when one is not up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

DOCS = Path(__file__).resolve().parent
MADE = "<!-- Made from the code by docs/make_reference.py: change it there. -->\n"


def commands_page() -> str:
    """Return docs/commands.md: every command with its help as the terminal shows it."""
    from holdfast.app.cli import holdfast

    parts = [
        MADE,
        "# Commands\n",
        "Every command, as `--help` tells it. Exit codes everywhere: 0 pass or done, 1 fail,",
        "2 inconclusive, 3 wrong plan or input. Options of `holdfast` itself, such as `--ledger`, stand",
        "before the command.\n",
    ]
    for path, command in _walk("holdfast", holdfast):
        # the same settings as on the command line; click keeps the first help option that anybody asked for
        command._help_option = None
        context = click.Context(command, info_name=path, terminal_width=100, **holdfast.context_settings)
        parts += [f"## {path}\n", f"```text\n{command.get_help(context).rstrip()}\n```\n"]
    return "\n".join(parts)


def _walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _walk(f"{path} {name}", inner)


def settings_page() -> str:
    """Return docs/settings.md: every environment variable."""
    from holdfast.app.settings import SETTINGS

    rows = [f"| `{setting.name}` | {setting.default} | {setting.help} |" for setting in SETTINGS]
    head = ["| variable | default | what it does |", "|---|---|---|"]
    return "\n".join(
        [MADE, "# Settings\n", "Environment variables; there is no settings file.\n", *head, *rows, ""]
    )


def events_page() -> str:
    """Return docs/events.md: every kind of fact with its fields."""
    from holdfast.app.bootstrap import event_types

    parts = [
        MADE,
        "# Events\n",
        "Every kind of fact that this version writes. Each is recorded with `seq`, `stream`, `version`,",
        "`at`, `actor` and `because` ([ledger.md](ledger.md)).\n",
    ]
    for name, kind in sorted(event_types().known.items()):
        text = re.sub(r"\s*\n\s*", " ", (kind.__doc__ or "").strip())
        parts += [
            f"## {name}\n",
            f"Shape {kind.SCHEMA}. {text}\n",
            "| field | type | meaning |",
            "|---|---|---|",
        ]
        for field_name, field in kind.model_fields.items():
            shown = _type_name(field.annotation)
            parts.append(f"| `{field_name}` | {shown} | {field.description} |")
        parts.append("")
    return "\n".join(parts)


def _type_name(annotation: object) -> str:
    text = getattr(annotation, "__name__", "") if isinstance(annotation, type) else str(annotation)
    return text.replace("typing.", "").replace("|", "or").replace("NoneType", "None")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def acts_page() -> str:
    """Return docs/acts.md: every act of an incident with its fields."""
    from holdfast.respond.handlers.acts import TABLE

    parts = [
        MADE,
        "# Acts of an incident\n",
        "Every act: `POST /api/incidents/INC-2026-0001/acts/ACT` with these fields as its body, or",
        "`holdfast incident act INC-2026-0001 ACT FIELD=VALUE ...`. The permission is what access asks for;",
        "a decision right of the plan may be needed besides ([incident.md](incident.md)).\n",
    ]
    for each in TABLE:
        command = each.command
        told = _one_line(command.__doc__)
        parts += [f"## {command.NAME}\n", f"{told} Permission: `{each.permission.value}`.\n"]
        rows = [
            f"| `{name}`{'' if field.is_required() else '?'} | {_one_line(field.description)} |"
            for name, field in command.model_fields.items()
        ]
        parts += ["| field | meaning |", "|---|---|", *rows, ""] if rows else []
    return "\n".join(parts)


PAGES = {
    "commands.md": commands_page,
    "settings.md": settings_page,
    "events.md": events_page,
    "acts.md": acts_page,
}


def plan_pages() -> dict[str, str]:
    """Return the pages that other rooms make of themselves: the plan's reference, the control library."""
    reference = import_module("holdfast.plan.views.reference")
    library = import_module("holdfast.plan.views.controls")
    return {"plan-reference.md": reference.reference_page(), "controls.md": library.controls_page()}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
    for name, text in plan_pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
