"""Small files that unpack to very large ones. The vault unpacks nothing: it refuses to hand them on."""

from __future__ import annotations

import struct
import zlib
from typing import IO

from holdfast.kernel.errors import HoldfastError, UsageError

RATIO = 200
"""Text that repeats itself packs a hundredfold; deflate can a thousandfold."""
SMALL = 100 * 2**20
"""What unpacks to less harms nobody, however well it is packed."""
TIMES_LIMIT = 20
DIRECTORY_BYTES = 8 * 2**20
"""How large the list of an archive's files may be: a hundred thousand names."""


class Unpacked:
    """Counts what a gzip file unpacks to while it comes in, and stops as soon as it is a bomb."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._packed = self._counted = 0
        self._inflate: zlib._Decompress | None = None

    def see(self, data: bytes) -> None:
        """Take more of the file.

        Raises
        ------
        UsageError
            HF779: it is a bomb.
        """
        if self._packed == 0 and data[:2] == b"\x1f\x8b":
            self._inflate = zlib.decompressobj(wbits=31)
        self._packed += len(data)
        inflate = self._inflate
        while inflate is not None and data:
            try:
                self._counted += len(inflate.decompress(data, 1 << 20))
            except zlib.error:  # no gzip file after all, or a damaged one: nobody can unpack it
                self._inflate = None
                return
            check_ratio(self._packed, self._counted, self._limit)
            data = inflate.unconsumed_tail
            if inflate.eof:
                data = inflate.unused_data.lstrip(b"\0")
                inflate = self._inflate = zlib.decompressobj(wbits=31) if data else None


def check_ratio(packed: int, unpacked: int, limit: int) -> None:
    """Refuse a bomb.

    Raises
    ------
    UsageError
        HF779.
    """
    if unpacked > SMALL and (unpacked > packed * RATIO or unpacked > limit * TIMES_LIMIT):
        raise UsageError.of(
            "HF779",
            f"a packed file of {packed:,} bytes that unpacks to {unpacked:,} bytes or more",
            fix="add what is in it that matters, file by file",
        )


def check_zip(file: IO[bytes], limit: int) -> None:
    """Refuse a zip file whose own list says that it is a bomb. Nothing is unpacked.

    Raises
    ------
    UsageError
        HF779.
    """
    import zipfile

    end = file.seek(0, 2)
    file.seek(max(0, end - 66_000))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return  # it only begins like one: nobody can unpack it
    (size,) = struct.unpack("<I", tail[at + 12 : at + 16])
    if size > DIRECTORY_BYTES:
        raise UsageError.of(
            "HF779", f"a zip file whose list of files has {size:,} bytes", fix="add what matters of it"
        )
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except HoldfastError:
        raise
    except Exception:  # noqa: BLE001 -- whatever zipfile stumbles over, nobody can unpack it
        return
    check_ratio(end, unpacked, limit)
