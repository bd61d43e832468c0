"""What the commands that look at a plan ask of the app, which alone knows facts, pages and engines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, get_args

from holdfast.plan.commands import StartPlan

if TYPE_CHECKING:  # loading the views takes the time that `--help` does not have
    from holdfast.plan.views.brief import Brief
    from holdfast.plan.views.questions import Questions
    from holdfast.plan.views.seen import Seen
    from holdfast.plan.views.started import Started

ViewName: TypeAlias = Literal["register", "coverage", "indicators", "rights", "argument", "crosswalk"]
VIEWS: tuple[ViewName, ...] = get_args(ViewName)
"""What `holdfast plan show --view` takes."""


class Views(Protocol):
    """The plan as people look at it."""

    def look(self, path: Path, view: ViewName) -> Seen:
        """Return one view of the plan in a file or a folder."""
        ...

    def html(self, path: Path) -> str:
        """Return the whole plan in a file or a folder as one self-contained page."""
        ...

    def ask(self, path: Path) -> Questions:
        """Return the three questions of a launch, answered from the plan in a file or a folder."""
        ...

    def brief(self, path: Path) -> Brief:
        """Return the plan in a file or a folder, on one page."""
        ...

    def brief_markdown(self, page: Brief) -> str:
        """Return that page as Markdown."""
        ...

    def brief_html(self, page: Brief) -> str:
        """Return that page as HTML that prints on one sheet."""
        ...


class Starts(Protocol):
    """Plans to start from."""

    def refuse_where_one_is(self, folder: Path) -> None:
        """Refuse a folder that has a plan, before anything is asked."""
        ...

    def start(self, command: StartPlan) -> Started:
        """Write a plan to start from."""
        ...


class Services(Views, Starts, Protocol):
    """The plan room's work."""


class App(Protocol):
    """What the app hands to the commands of this room."""

    @property
    def plan(self) -> Services:
        """The plan room's services."""
        ...
