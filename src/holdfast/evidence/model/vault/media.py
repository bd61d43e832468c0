"""What a content is, told from its first bytes; and whether a browser may be shown it."""

from __future__ import annotations

import codecs
import struct

HEAD_BYTES = 64 * 1024
"""How much of a content is looked at."""
OCTETS = "application/octet-stream"
TEXT = "text/plain"
PIXELS = 50_000_000
"""An image that says it has more is not shown: a few bytes can ask a browser for gigabytes."""
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
)


def media_of(head: bytes, *, whole: bool) -> str:
    r"""Return the media type of a content that begins so; `whole` where that is all of it.

    Examples
    --------
    >>> media_of(b"<script>alert(1)</script>", whole=True)
    'text/plain'
    >>> media_of(b"MZ\x90\x00", whole=True)
    'application/octet-stream'
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    for signature, media in SIGNATURES:
        if head.startswith(signature):
            return media
    return TEXT if _is_text(head, whole) else OCTETS


def shown_as(media: str, head: bytes) -> str | None:
    """Return as what a browser may show a content, or None where it may only be downloaded.

    An image is one that its own header describes and that is no larger than a screen can want. What reads as
    HTML, SVG or script is text here, whatever it says of itself.

    Examples
    --------
    >>> shown_as("text/plain", b"<svg onload=alert(1)>")
    'text/plain; charset=utf-8'
    """
    if media == TEXT:
        return "text/plain; charset=utf-8"
    if media not in IMAGES:
        return None
    size = image_size(head)
    return media if size is not None and 0 < size[0] * size[1] <= PIXELS else None


def image_size(head: bytes) -> tuple[int, int] | None:
    """Return an image's width and height as its header says them, or None where it is no sound header."""
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack(">II", head[16:24]) if head[12:16] == b"IHDR" else None
        if head[:6] in {b"GIF87a", b"GIF89a"}:
            return struct.unpack("<HH", head[6:10])
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return _webp_size(head)
        if head.startswith(b"\xff\xd8"):
            return _jpeg_size(head)
    except (struct.error, IndexError):
        return None
    return None


def _webp_size(head: bytes) -> tuple[int, int] | None:
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    at = 2
    while head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        (length,) = struct.unpack(">H", head[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _is_text(head: bytes, whole: bool) -> bool:
    if b"\x00" in head:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=whole)
    except UnicodeDecodeError:
        return False
    return True
