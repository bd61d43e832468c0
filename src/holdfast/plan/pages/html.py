"""The plan, whole or on one sheet, as an HTML file that needs no network and no script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from holdfast.plan.views.brief import DECIDED, Brief
from holdfast.plan.views.page import PlanPage

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup


def render_plan(page: PlanPage) -> str:
    """Return the plan as one self-contained HTML file.

    It fetches nothing, runs nothing and carries its own content security policy. Every text of the plan is
    escaped.
    """
    return _template("plan").render(page=page)


def render_sheet(page: Brief) -> str:
    """Return the plan on one page as one self-contained HTML file that prints on one sheet of A4."""
    return _template("brief").render(page=page)


def names(listed: Sequence[str], between: str = ", ") -> Markup:
    """Return names in a row, each kept apart from the direction of the others' script.

    Examples
    --------
    >>> str(names(["a", "<b>"]))
    '<bdi>a</bdi>, <bdi>&lt;b&gt;</bdi>'
    """
    from markupsafe import Markup

    return Markup(between).join(Markup("<bdi>{}</bdi>").format(name) for name in listed)  # noqa: S704 -- our own


@cache
def _template(name: str) -> Template:
    from holdfast.web.templates import environment, style

    kit = environment("holdfast.plan")
    filters, names_known = known_names()
    kit.filters.update(filters)
    template = kit.get_template(f"{name}.html")
    sheets = style("holdfast.web", "tokens.css", "page.css", "charts.css", "parts.css")
    own = style("holdfast.plan", "templates/marks.css", f"templates/{name}.css")
    template.globals.update({**names_known, "style": sheets + own})
    return template


def known_names() -> tuple[dict[str, Callable[..., Any]], dict[str, Any]]:
    """Return the filters and the names that the parts of a plan's page use."""
    from holdfast.kernel.ids import short
    from holdfast.plan.model.frameworks.catalogue import SAYS as VERIFIED
    from holdfast.plan.pages import marks
    from holdfast.plan.views.evidence import SAYS
    from holdfast.web.charts.matrix import band

    known = {"band": band, "decided": DECIDED, "marks": marks, "names": names, "states": SAYS}
    return {"short": short}, {**known, "verified": VERIFIED}
