"""What the commands that look at a plan ask of the app, which alone knows facts, pages and engines."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from holdfast.plan.views.brief import Brief


class Views(Protocol):
    """The plan as people look at it."""

    def brief(self, path: Path) -> Brief:
        """Return the plan in a file or a folder, on one page."""
        ...

    def brief_markdown(self, page: Brief) -> str:
        """Return that page as Markdown."""
        ...


class App(Protocol):
    """What the app hands to the commands that look at a plan."""

    @property
    def plan(self) -> Views:
        """The plan room's services."""
        ...
