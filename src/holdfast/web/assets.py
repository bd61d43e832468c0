"""Style sheets and scripts as files of their own: named by their content, so that they may be kept for ever.

Each room may have a folder `static`; the sheets beside its templates are files, too. The kit's
own sheets are joined to one, in the order of `SHEETS`.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SHEETS = (
    "tokens.css",
    "page.css",
    "static/css/frame.css",
    "static/css/forms.css",
    "static/css/badges.css",
    "static/css/blocks.css",
    "static/css/palette.css",
    "static/css/print.css",
)
"""What `kit.css` is made of, in this order."""
REPORTS = ("charts.css", "parts.css")
"""What `reports.css` is made of: for pages that show a report's parts."""
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    name: str
    content: bytes
    digest: str
    media_type: str
    packed: bytes


def asset_url(name: str, room: str = "web") -> str:
    """Return the address of a style sheet or script; it changes with the content.

    Parameters
    ----------
    name : str
        `kit.css`, or a file of the room's folder `static`.
    room : str
        Whose: "respond".
    """
    return f"/static/{room}/{asset(room, name).digest}/{name}"


@cache
def asset(room: str, name: str) -> Asset:
    """Return a file that pages name.

    Raises
    ------
    FileNotFoundError
        The room has no such file.
    """
    content = _content(room, name)
    suffix = Path(name).suffix
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(name, content, digest, kind, gzip.compress(content, 9, mtime=0))


def _content(room: str, name: str) -> bytes:
    if not room.isidentifier() or "/" in name or name.startswith("."):
        raise FileNotFoundError(name)
    if room == "web" and name in {"kit.css", "reports.css"}:
        folder = files("holdfast.web")
        sheets = SHEETS if name == "kit.css" else REPORTS
        return "\n".join(folder.joinpath(sheet).read_text("utf-8") for sheet in sheets).encode()
    if room == "web" and name == "htmx.js":
        return _htmx().read_bytes()
    if find_spec(f"holdfast.{room}") is None:
        raise FileNotFoundError(room)
    home = files(f"holdfast.{room}")
    folder = home / "static"
    beside = [home / "templates"] if name.endswith(".css") else []
    for place in (folder, folder / "js", folder / "css", *beside):
        file = place / name
        if file.is_file():
            return file.read_bytes()
    raise FileNotFoundError(f"{room}/{name}")


def _htmx() -> Path:
    """Return htmx's file in its wheel, which is found and never imported."""
    spec = find_spec("js_lib_htmx")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("htmx: install `django-js-lib-htmx`")
    return Path(spec.origin).parent / "static" / "htmx" / "htmx.min.js"


async def send_asset(request: Request) -> Response:
    """Answer `/static/{room}/{digest}/{name}`."""
    from starlette.exceptions import HTTPException
    from starlette.responses import Response

    room, digest, name = (request.path_params[part] for part in ("room", "digest", "name"))
    try:
        found = asset(room, name)
    except (FileNotFoundError, ValueError) as error:
        raise HTTPException(404) from error
    # an old page may ask for a file that has changed since: it gets the present one, and must not keep it
    kept = "public, max-age=31536000, immutable" if digest == found.digest else "no-cache"
    headers = {"Cache-Control": kept, "ETag": f'"{found.digest}"', "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            found.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=found.media_type
        )
    return Response(found.content, headers=headers, media_type=found.media_type)
