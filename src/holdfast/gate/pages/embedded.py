"""A check or a measurement as a piece of somebody else's page."""

from __future__ import annotations

from functools import cache
from typing import Any

from holdfast.gate.views.comparison import Comparison
from holdfast.gate.views.context import Measurement, Report
from holdfast.web.embedding import embedded


def embed_check(report: Report) -> str:
    """Return the verdict and the gates, each with its interval against its threshold."""
    return embedded(_module().check(report))


def embed_comparison(comparison: Comparison) -> str:
    """Return which arm to choose, and each figure's difference with its interval."""
    return embedded(_module().comparison(comparison))


def embed_measurement(measured: Measurement) -> str:
    """Return the slices of a measured metric."""
    return embedded(_module().measurement(measured))


@cache
def _module() -> Any:  # noqa: ANN401 -- its macros are made while it loads
    from holdfast.gate.pages import comparison as pictures
    from holdfast.gate.pages import marks
    from holdfast.gate.views import comparison_words as comparing
    from holdfast.gate.views import words
    from holdfast.web.templates import environment

    template = environment("holdfast.gate").get_template("embedded.html")
    template.globals.update({"marks": marks, "pictures": pictures, "words": words, "comparing": comparing})
    return template.module
