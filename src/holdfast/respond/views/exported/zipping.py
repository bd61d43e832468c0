"""A zip file that is sent while it is written: nothing of it lies on a disk."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

HELD = 1 << 18
"""How much is gathered before it is sent."""


@dataclass(frozen=True)
class Packed:
    """A file as the manifest lists it."""

    sha256: str
    size: int


@dataclass
class Zipping:
    """The files that were packed so far, for the manifest."""

    at: datetime
    files: dict[str, Packed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pipe = _Pipe()
        self._archive = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pack a file; yield what of the archive is ready."""
        info = zipfile.ZipInfo(name, self.at.timetuple()[:6])
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        digest, size = hashlib.sha256(), 0
        with self._archive.open(info, "w", force_zip64=True) as file:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                file.write(piece)
                if self._pipe.held > HELD:
                    yield self._pipe.taken()
        self.files[name] = Packed(digest.hexdigest(), size)
        yield self._pipe.taken()

    def end(self) -> Iterator[bytes]:
        """Write the archive's list; yield what is left."""
        self._archive.close()
        yield self._pipe.taken()


class _Pipe(io.RawIOBase):
    """What is written stays until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self.held = 0

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        part = bytes(data)
        self._parts.append(part)
        self.held += len(part)
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts, self.held = self._parts, [], 0
        return b"".join(parts)
