"""The report as one HTML file that needs no network and no script."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from holdfast.gate.views.context import Report

if TYPE_CHECKING:
    from jinja2 import Template

FEW_GATES = 12
FEW_PICTURES = 6


def render_html(report: Report) -> str:
    """Return the report as one self-contained HTML file.

    It fetches nothing, runs nothing and carries its own content security policy, so it can be mailed, kept as
    an artefact and opened years later. Every text of the plan is escaped.
    """
    return _template().render(report=report)


@cache
def _template() -> Template:
    from holdfast.gate.pages import marks
    from holdfast.gate.views import people, words
    from holdfast.kernel.verdict import Verdict
    from holdfast.web.charts.matrix import band
    from holdfast.web.templates import environment, short_time, style

    template = environment("holdfast.gate").get_template("report.html")
    template.globals.update(
        {
            "Verdict": Verdict,
            "band": band,
            "marks": marks,
            "people": people,
            "words": words,
            "few_gates": FEW_GATES,
            "few_pictures": FEW_PICTURES,
            "short_time": short_time,
            "style": style("holdfast.web", "tokens.css", "page.css", "charts.css", "parts.css")
            + style("holdfast.gate", "templates/report.css"),
        }
    )
    return template
