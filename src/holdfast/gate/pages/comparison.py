"""The comparison as one HTML file that needs no network and no script."""

from __future__ import annotations

from holdfast.gate.views.comparison import Comparison


def render_comparison(comparison: Comparison) -> str:
    """Return the comparison as one self-contained HTML file."""
    return comparison.headline
