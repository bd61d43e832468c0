"""A plan as a piece of somebody else's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.plan.views.register import Register
from holdfast.web.embedding import embedded

if TYPE_CHECKING:
    from jinja2 import Template


def embed_register(register: Register) -> str:
    """Return the risks with their controls, and the gates."""
    from holdfast.web.templates import environment

    template: Template = environment("holdfast.plan").get_template("embedded.html")
    module: Any = template.module  # its macros are made while it loads
    return embedded(module.register(register))
