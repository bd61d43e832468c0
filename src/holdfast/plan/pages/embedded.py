"""A plan as a piece of somebody else's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.plan.views.register import Register
from holdfast.web.embedding import embedded

if TYPE_CHECKING:
    from jinja2 import Template

    from holdfast.plan.views.linting import LintReport


def embed_register(register: Register) -> str:
    """Return the risks with their controls, and the gates."""
    from holdfast.web.templates import environment

    template: Template = environment("holdfast.plan").get_template("embedded.html")
    module: Any = template.module  # its macros are made while it loads
    return embedded(module.register(register))


def embed_lint(report: LintReport) -> str:
    """Return what lint found."""
    from holdfast.plan.views.linting import summary
    from holdfast.web.templates import environment

    module: Any = environment("holdfast.plan").get_template("linted.html").module
    return embedded(module.linted(summary(report), report.findings))
