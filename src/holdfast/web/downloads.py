"""Contents that strangers wrote, on their way to a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import StreamingResponse

OCTETS = "application/octet-stream"
SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Around what strangers wrote: nothing of it runs, whatever a browser takes it for."""


def send_content(
    pieces: Iterator[bytes], size: int, disposition: str, media: str = OCTETS
) -> StreamingResponse:
    """Return a content as an answer, piece by piece.

    Parameters
    ----------
    disposition : str
        The `Content-Disposition`, with the name.
    media : str
        As what it may be shown; without it, it is saved.
    """
    from starlette.responses import StreamingResponse

    headers = {**SANDBOX, "Content-Disposition": disposition, "Content-Length": str(size)}
    return StreamingResponse(pieces, media_type=media, headers=headers)
