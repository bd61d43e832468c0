"""Pieces of pages that stand inside somebody else's page: a notebook's output."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

THEMES = """
.holdfast { color-scheme: light dark; }
body[data-jp-theme-light="true"] .holdfast, .vscode-light .holdfast { color-scheme: light; }
body[data-jp-theme-light="false"] .holdfast, .vscode-dark .holdfast { color-scheme: dark; }
"""
"""Which of both faces: what Jupyter and VS Code say of theirs, else what the viewer's system says."""


def embedded(content: Markup) -> str:
    """Return a piece with its style, which reaches nothing outside it."""
    return f'<div class="holdfast"><style>{_style()}</style>{content}</div>'


def framed(page: str, *, height: int, title: str) -> str:
    """Return a whole page in a frame of its own, so that neither touches the other.

    Parameters
    ----------
    height : int
        Pixels; the frame scrolls.
    """
    return (
        f'<iframe title="{escape(title)}" sandbox="allow-popups" srcdoc="{escape(page)}"'
        f' style="width: 100%; height: {height}px; border: 1px solid; border-radius: 6px"></iframe>'
    )


@cache
def _style() -> str:
    from holdfast.web.templates import style

    tokens = str(style("holdfast.web", "tokens.css")).replace(":root", ".holdfast")
    nested = style("holdfast.web", "charts.css", "embedded.css")
    return f"{tokens}{THEMES}.holdfast {{\n{nested}}}"
