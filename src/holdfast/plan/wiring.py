"""What the app mounts of the plan's room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def commands() -> tuple[click.Command, ...]:
    """Return the room's commands: `holdfast plan` and `holdfast schema`."""
    from holdfast.plan.cli import plan, schema

    return plan, schema
