"""Opening files of other tools: within limits, each byte read once, its digest that of what was read."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from holdfast.evidence.model.reading import ANOTHER, Absurd, Misfit, Misread, Part
from holdfast.kernel.errors import DataError, Place
from holdfast.kernel.figures import count
from holdfast.kernel.text import cut, unicode

MB = 1_000_000
LARGEST_DOCUMENT = 200 * MB
"""Of a file that is read as a whole: JSON."""
LARGEST_STREAM = 4_000 * MB
"""Of a file that is read in pieces: JSON lines, XML."""
LONGEST_LINE = 32 * MB
PIECE = 1 * MB
HEAD = 64 * 1024
"""By how much a tool is recognised."""
CUT_OFF = "it is cut off or damaged: let the tool write it anew, or copy it anew"


class ForeignFile:
    """One file of another tool, opened once.

    Parameters
    ----------
    path : Path
        The file.

    Attributes
    ----------
    name : str
        Without its folder, as it is kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = unicode(cut(path.name, 200))
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes that were read so far: ask when all were read."""
        return "sha256:" + self._hash.hexdigest()

    def whole(self) -> str:
        """Read all of it and return its digest."""
        for _ in self.pieces():
            pass
        return self.digest

    def head(self) -> bytes:
        """Return the first bytes, to recognise a tool by."""
        with self._opened(LARGEST_STREAM) as file:
            return file.read(HEAD)

    def pieces(self, largest: int = LARGEST_STREAM) -> Iterator[bytes]:
        """Yield the file in pieces.

        Raises
        ------
        DataError, Absurd
            HF306: it cannot be read, is empty or too large.
        """
        size = 0
        with self._opened(largest) as file:
            while piece := file.read(PIECE):
                size += len(piece)
                if size > largest:
                    raise _too_large(largest)
                self._hash.update(piece)
                yield piece
        if size == 0:
            raise Absurd("it is empty (0 bytes)", "let the tool write it anew")

    def document(self, *without: str) -> Part:
        """Return the file as one JSON document; the named keys of its objects are let go while it is read.

        Raises
        ------
        DataError, Absurd
            HF306: it cannot be read, is cut off, too large, too deep or says a thing twice.
        """
        return _parsed(b"".join(self.pieces(LARGEST_DOCUMENT)), _leaving(frozenset(without)), "")

    def rows(self, *without: str, wanted: Callable[[bytes], bool] | None = None) -> Iterator[Part]:
        """Yield the file's JSON lines; empty lines are passed over, and those that are not `wanted`.

        Raises
        ------
        DataError, Absurd
            HF306, as for a document; the line is named.
        """
        hook = _leaving(frozenset(without))
        for number, line in enumerate(self._lines(), 1):
            if line.strip() and (wanted is None or wanted(line)):
                yield _parsed(line, hook, f"line {count(number)}")

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        for piece in self.pieces():
            lines = (rest + piece).split(b"\n")
            rest = lines.pop()
            yield from lines
            if len(rest) > LONGEST_LINE:
                raise Absurd(f"a line is longer than {LONGEST_LINE // MB} MB", CUT_OFF)
        yield rest

    @contextmanager
    def _opened(self, largest: int) -> Iterator[BinaryIO]:
        try:
            state = os.stat(self.path)  # noqa: PTH116 -- a path that no file system takes raises here as well
            if not stat.S_ISREG(state.st_mode):
                what = "a folder" if stat.S_ISDIR(state.st_mode) else "no regular file"
                raise Absurd(f"it is {what}", "name a file")
            if state.st_size > largest:
                raise _too_large(largest)
            with self.path.open("rb") as file:
                yield file
        except FileNotFoundError as error:
            raise Absurd("there is no such file", "name a file that is there") from error
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise Absurd(f"it cannot be read: {reason.lower()}", "name a file that you may read") from error


@contextmanager
def importing(path: Path, tool: str) -> Iterator[ForeignFile]:
    """Open a file of a tool; whatever is wrong with it is told with its path.

    Raises
    ------
    DataError
        HF306, HF307.
    """
    try:
        yield ForeignFile(path)
    except Misread as error:
        message = f"not a file of {tool}: {error.message}" if isinstance(error, Misfit) else error.message
        raise DataError.of(error.CODE, message, place=Place(str(path)), fix=error.fix) from error


def _too_large(largest: int) -> Absurd:
    return Absurd(
        f"it is larger than {largest // MB:,} MB", "import the tool's summary, or a part of the run"
    )


def _parsed(raw: bytes, hook: Callable[[list[tuple[str, Any]]], dict[str, Any]], where: str) -> Part:
    try:
        text = raw.decode("utf-8-sig")
        return Part(json.loads(text, object_pairs_hook=hook))
    except UnicodeDecodeError as error:
        raise Absurd(_said(where, f"byte {count(error.start)} is not UTF-8"), CUT_OFF) from error
    except RecursionError as error:
        raise Absurd(_said(where, "it is nested too deep"), CUT_OFF) from error
    except json.JSONDecodeError as error:
        if not text.lstrip().startswith(("{", "[")):
            raise Misfit(_said(where, "it is no JSON"), ANOTHER) from error
        if error.msg == "Extra data" and not where:
            raise Misfit("it is not one JSON document", ANOTHER) from error
        reason = f"it is no complete JSON: {error.msg.lower()} at character {count(error.pos)}"
        raise Absurd(_said(where, reason), CUT_OFF) from error
    except ValueError as error:  # a number of thousands of digits
        raise Absurd(_said(where, "a number has too many digits"), CUT_OFF) from error


def _said(where: str, what: str) -> str:
    return f"{where}: {what}" if where else what


def _leaving(keys: frozenset[str]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """Return what makes an object of its pairs: nothing twice, and without what nobody asks for.

    Objects are made from the inside out, so what is left out is let go at once: a log of 200 MB takes little
    more than its text.
    """

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        whole = dict(pairs)
        if len(whole) < len(pairs):
            names = [key for key, _ in pairs]
            twice = next(key for key in names if names.count(key) > 1)
            raise Absurd(f"the key `{cut(twice, 60)}` is there twice in one object", CUT_OFF)
        for key in keys & whole.keys():
            if not isinstance(whole[key], int | float):  # a metric may be called as a part that is not read
                del whole[key]
        return whole

    return made
