"""A drift picture, row by row: the share of a bin then and now."""

from __future__ import annotations

from markupsafe import Markup

from holdfast.web.charts.svg import number, picture


def drift_mark(reference: float, current: float, largest: float, *, title: str) -> Markup:
    """Return the two bars of one bin: an outline for the reference, a filled one for now.

    Parameters
    ----------
    reference, current : float
        Shares, 0..1.
    largest : float
        The share that fills the width; the same for all rows of a picture.
    """
    widths = [number(100 * min(max(share, 0.0) / largest, 1.0)) for share in (reference, current)]
    return picture(
        f'<rect class="b" y="4" width="{widths[0]}%" height="7"/>'
        f'<rect class="c" y="13" width="{widths[1]}%" height="7"/>',
        title=title,
        css="drift",
    )
