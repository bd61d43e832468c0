"""A form that brings a file, read as it comes in: the file is handed on piece by piece and never laid down.

Starlette's own forms write files in the clear to the disk before anybody looked at them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from holdfast.kernel.errors import UsageError

if TYPE_CHECKING:
    from starlette.requests import Request

FIELD_BYTES = 64 * 1024
FIELDS = 20
AROUND = 1 << 20
"""How much a form may have beside its file."""
Whole = TypeVar("Whole", covariant=True)


class Sink(Protocol[Whole]):
    """Where the file goes."""

    def write(self, data: bytes) -> None:
        """Take more of the file."""
        ...

    def finish(self) -> Whole:
        """Keep the file."""
        ...

    def abort(self) -> None:
        """Leave nothing of it."""
        ...


@dataclass(frozen=True)
class Received(Generic[Whole]):
    """A form that came in.

    Attributes
    ----------
    fields : dict
        Everything but the file, by name.
    filename : str
        As the sender called it: not to be trusted.
    """

    fields: dict[str, str]
    filename: str
    whole: Whole


async def receive(request: Request, limit: int, begin: Callable[[], Sink[Whole]]) -> Received[Whole]:
    """Read a form with one file.

    Parameters
    ----------
    limit : int
        How many bytes the file may have; a form that says that it is larger is refused unread.
    begin : callable
        Called once, when the file begins.

    Raises
    ------
    HTTPException
        411 where the form does not say how large it is, 413 where it is too large.
    UsageError
        HF643: it is no such form. And what the sink refuses.
    """
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header
    from starlette.concurrency import run_in_threadpool
    from starlette.exceptions import HTTPException

    said = request.headers.get("content-length", "")
    if not said.isascii() or not said.isdigit():
        raise HTTPException(411, "a file is sent with its length")
    if int(said[:18]) > limit + AROUND:
        raise HTTPException(413, f"a file may have {limit:,} bytes here (HOLDFAST_UPLOAD_BYTES)")
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise _no_form("expected multipart/form-data")
    parts = _Parts()
    parser = MultipartParser(boundary, parts.callbacks())  # type: ignore[arg-type]  # plain dictionaries are taken
    sink: Sink[Whole] | None = None
    try:
        async for data in request.stream():
            parser.write(data)
            if parts.pieces or parts.begun:
                if sink is None:
                    sink = await run_in_threadpool(begin)
                for piece in parts.taken():
                    await run_in_threadpool(sink.write, piece)
        parser.finalize()
        if not parts.ended:
            raise _no_form("it is cut off")
        if sink is None:
            raise _no_form("there is no file in it")
        return Received(parts.fields, parts.filename, await run_in_threadpool(sink.finish))
    except BaseException as error:
        if sink is not None:
            await run_in_threadpool(sink.abort)
        if isinstance(error, FormParserError | UnicodeDecodeError):
            raise _no_form("it is cut off or not well formed") from error
        raise


@dataclass
class _Parts:
    """What the parser tells, one part after the other."""

    fields: dict[str, str] = field(default_factory=dict)
    filename: str = ""
    begun: bool = False
    ended: bool = False
    pieces: list[bytes] = field(default_factory=list)
    _name: str = ""
    _is_file: bool = False
    _value: bytearray = field(default_factory=bytearray)
    _header: bytearray = field(default_factory=bytearray)
    _said: bytearray = field(default_factory=bytearray)

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._said.extend(data[start:end]),
            "on_header_end": self._header_ends,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._all,
        }

    def taken(self) -> list[bytes]:
        """Return the pieces of the file that came in since."""
        taken, self.pieces = self.pieces, []
        return taken

    def _all(self) -> None:
        self.ended = True

    def _begin(self) -> None:
        self._name, self._is_file = "", False
        self._value.clear()

    def _header_ends(self) -> None:
        from python_multipart.multipart import parse_options_header

        if bytes(self._header).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._said))
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                if self.begun:
                    raise _no_form("there are two files in it")
                self._is_file = self.begun = True
                self.filename = options[b"filename"].decode("utf-8", "replace")
        self._header.clear()
        self._said.clear()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self.pieces.append(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > FIELD_BYTES:
            raise _no_form(f"a field has more than {FIELD_BYTES:,} bytes")

    def _end(self) -> None:
        if not self._is_file and self._name:
            self.fields[self._name] = self._value.decode("utf-8", "replace")
            if len(self.fields) > FIELDS:
                raise _no_form(f"there are more than {FIELDS} fields in it")


def _no_form(why: str) -> UsageError:
    refused = UsageError.of("HF643", f"the form cannot be read: {why}", fix="send one file and its fields")
    assert isinstance(refused, UsageError)  # noqa: S101 -- `of` is declared on the base
    return refused
