"""Pages: what every one of them has around its content, and how one is answered.

A room writes `render("holdfast.respond", "incident.html", framed(request, "INC-1", "incidents"), page=page)`.
Its template extends `layout.html` and fills the blocks `content`, and `aside` where it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from holdfast.kernel.clock import iso
from holdfast.web.assets import asset_url
from holdfast.web.times import ago, due_words, urgency

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.requests import HTTPConnection
    from starlette.responses import HTMLResponse, RedirectResponse

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class RailEntry:
    """One line of the rail on the left.

    Attributes
    ----------
    section : str
        What `Frame.section` says on its pages.
    href, name : str
    permission : str
        Who lacks it is not shown the line; empty for everybody.
    """

    section: str
    href: str
    name: str
    permission: str = "view"


@dataclass(frozen=True)
class DueClock:
    """A deadline that the viewer should know of, wherever they are.

    Attributes
    ----------
    due : datetime
    words : str
        What is due: "update to executives".
    href : str
        Where it is answered.
    subject : str
        What it is about: `INC-2026-0001`.
    """

    due: datetime
    words: str
    href: str
    subject: str = ""


@dataclass(frozen=True)
class Frame:
    """What stands around the content of a page.

    Attributes
    ----------
    title : str
        Of the page.
    section : str
        Which line of the rail is the present one.
    now : datetime
        When the page was made.
    workspace : str
    viewer : str
        The viewer's name as it is shown; empty for nobody.
    actor : str
        The viewer's opaque id.
    permissions : frozenset of str
        What the viewer may do: values of access's `Permission`.
    csrf : str
        What every form sends back.
    clocks : tuple of DueClock
        Of the viewer, the nearest first.
    drill : bool
        Whether this is a rehearsal: the whole frame says so.
    theme : str
        `auto`, `light` or `dark`.
    rail : tuple of RailEntry
    here : str
        The page's own path, to come back to.
    live : str
        The topic whose events the page hears; empty for none.
    seq : int
        The event up to which the page is made: what happened since is sent.
    """

    title: str
    section: str = ""
    now: datetime = EPOCH
    workspace: str = "Holdfast"
    viewer: str = ""
    actor: str = ""
    permissions: frozenset[str] = frozenset()
    csrf: str = ""
    clocks: tuple[DueClock, ...] = ()
    drill: bool = False
    theme: str = "auto"
    rail: tuple[RailEntry, ...] = ()
    here: str = "/"
    live: str = ""
    seq: int = 0

    def may(self, permission: str) -> bool:
        """Return whether the viewer has a permission."""
        return permission in self.permissions

    @property
    def lines(self) -> tuple[RailEntry, ...]:
        """The lines of the rail that the viewer is shown."""
        return tuple(each for each in self.rail if not each.permission or self.may(each.permission))


Framing: TypeAlias = Callable[["HTTPConnection"], Frame]
"""Makes the frame of a request, without title and section; the app gives one to `app.state.framing`."""


def framed(
    request: HTTPConnection,
    title: str,
    section: str = "",
    *,
    live: str = "",
    seq: int = 0,
    drill: bool = False,
) -> Frame:
    """Return the frame for a page of this request.

    Parameters
    ----------
    live, seq
        The topic that the page listens to, and the event up to which its content is made.
    """
    framing: Framing | None = getattr(request.app.state, "framing", None)
    frame = framing(request) if framing is not None else Frame(title, now=datetime.now(UTC))
    return replace(frame, title=title, section=section, live=live, seq=seq, drill=frame.drill or drill)


def render(
    package: str,
    template: str,
    frame: Frame,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> HTMLResponse:
    """Return a page, or a part of one that htmx asked for, as an answer.

    Parameters
    ----------
    package : str
        Whose folder `templates` holds it: "holdfast.respond".
    template : str
        Its file.
    frame : Frame
        In the template as `frame`.
    """
    from starlette.responses import HTMLResponse

    return HTMLResponse(rendered(package, template, frame, **context), status, headers)


def rendered(package: str, template: str, frame: Frame, **context: object) -> str:
    """Return the text of a page or of a part: a row of the time line, say."""
    return kit(package).get_template(template).render(frame=frame, **context)


def kit(package: str) -> Environment:
    """Return the environment of a package's templates, with what pages of the server need besides."""
    from holdfast.web.templates import environment, short_time

    made = environment(package)
    if "static" not in made.globals:
        made.filters.update({"exact": iso, "short_time": short_time})
        made.globals.update({"static": asset_url, "ago": ago, "due_words": due_words, "urgency": urgency})
    return made


def see_other(path: str) -> RedirectResponse:
    """Return the answer to a form that was taken: look there. Only a path of this server is taken.

    Raises
    ------
    ValueError
        It would lead elsewhere.
    """
    from starlette.responses import RedirectResponse

    if local_path(path) != path:
        msg = "a form leads to a page of this server"
        raise ValueError(msg)
    return RedirectResponse(path, 303)


def local_path(path: str, otherwise: str = "/") -> str:
    r"""Return a path where it is one of this server, else another: a request may ask to lead anywhere.

    Examples
    --------
    >>> [local_path(each) for each in ("/ledger?type=A", "//evil.example", "https://evil.example", "/\\evil")]
    ['/ledger?type=A', '/', '/', '/']
    """
    plain = path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else otherwise
