"""The frame of every picture: one `<svg>` with a role, a title and a description, text escaped."""

from __future__ import annotations

import math
from html import escape

from markupsafe import Markup


def picture(
    shapes: str,
    *,
    title: str,
    description: str = "",
    css: str = "",
    view_box: tuple[float, float] | None = None,
    natural: bool = False,
) -> Markup:
    """Return an `<svg>` for people who see it and for people who hear it.

    Parameters
    ----------
    shapes : str
        The shapes, already well-formed and escaped.
    title, description : str
        Plain text; the title is also what a pointer shows on hover.
    css : str
        Class names.
    view_box : tuple of float, optional
        Width and height of the drawing's own units. Without one the shapes place themselves in percent and
        the style sheet says how wide and high the picture is.
    natural : bool
        Whether the picture is as large as its units say, a unit a pixel: words keep their size.
    """
    frame = f' viewBox="0 0 {number(view_box[0])} {number(view_box[1])}"' if view_box else ""
    if natural and view_box:
        frame += f' width="{number(view_box[0])}" height="{number(view_box[1])}"'
    told = f"<desc>{escape(description)}</desc>" if description else ""
    return Markup(  # noqa: S704 -- texts are escaped here and by text()
        f'<svg role="img" class="{escape(css)}"{frame}><title>{escape(title)}</title>{told}{shapes}</svg>'
    )


def text(x: str, y: str, words: str, css: str = "", anchor: str = "") -> str:
    """Return a piece of text at a place given in percent or units."""
    where = f' text-anchor="{anchor}"' if anchor else ""
    kind = f' class="{css}"' if css else ""
    return f'<text x="{x}" y="{y}"{kind}{where}>{escape(words)}</text>'


def number(value: float) -> str:
    """Return a coordinate as short as it can be: two decimals at most.

    Examples
    --------
    >>> number(12.0), number(33.33333), number(-0.0)
    ('12', '33.33', '0')
    """
    if not math.isfinite(value):
        raise ValueError(f"a coordinate must be finite, not {value}")
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short
