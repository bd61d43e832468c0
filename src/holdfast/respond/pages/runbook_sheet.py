"""A runbook as an HTML file that needs no network and no script, and prints on one sheet of A4."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from holdfast.respond.views.runbooks.sheet import Sheet

if TYPE_CHECKING:
    from jinja2 import Template


def render_sheet(sheet: Sheet) -> str:
    """Return a runbook as one self-contained HTML file. Every text of it is escaped."""
    return _template().render(sheet=sheet)


@cache
def _template() -> Template:
    from holdfast.web.templates import environment, style

    template = environment("holdfast.respond").get_template("runbook-alone.html")
    template.globals["style"] = style("holdfast.web", "tokens.css", "page.css") + style(
        "holdfast.respond", "static/runbook.css"
    )
    return template
