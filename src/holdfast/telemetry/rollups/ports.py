"""What keeping states needs of whatever holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from holdfast.kernel.canonical import Json
from holdfast.measure.requests import Request, SliceKey
from holdfast.telemetry.rollups.cells import Cells
from holdfast.telemetry.rollups.model import Grain, Part, Stamp
from holdfast.telemetry.rollups.shapes import Label, Numbering
from holdfast.telemetry.sources import Source


@dataclass(frozen=True)
class KeptSource:
    """A source whose states are kept."""

    number: int
    key: str
    name: str


@dataclass(frozen=True)
class KeptRequest:
    """Something that is asked of a source, and for whom.

    Attributes
    ----------
    body : JSON value
        What is asked.
    metrics : tuple of str
        The metrics that it is asked for; none where it is asked of every source.
    over : bool
        Whether it is asked for no more.
    """

    number: int
    digest: str
    body: Json
    metrics: tuple[str, ...]
    over: bool = False

    @property
    def kind(self) -> str:
        """The kind of request."""
        return str(self.body["asked"]) if isinstance(self.body, dict) else ""


@dataclass(frozen=True)
class Block:
    """What one part of the records contributes to one request.

    Attributes
    ----------
    cells, first, last, size : int
        How many cells; their first and last minute; bytes.
    """

    part: int
    request: int
    cells: int
    first: int
    last: int
    size: int


@dataclass(frozen=True)
class Fed:
    """What a detector was given of a request, and what it keeps itself.

    Attributes
    ----------
    cells : Cells
        What was counted for it.
    state : bytes
        What the detector wrote, in the same instant.
    """

    cells: Cells
    state: bytes


@dataclass(frozen=True)
class NamedRollups:
    """Where the states of a system are kept, before anything is opened.

    Attributes
    ----------
    open : callable
        Returns the store, made where there is none yet.
    set_aside : callable
        Takes the present moment; moves what is kept out of the way, and returns where it lies, None where
        nothing was kept.
    exists : bool
    place : str
    """

    open: Callable[[], RollupStore]
    set_aside: Callable[[datetime], str | None]
    exists: bool
    place: str

    @contextmanager
    def opened(self) -> Iterator[RollupStore]:
        """Return the store, closed in the end."""
        store = self.open()
        try:
            yield store
        finally:
            store.close()


class RollupStore(Protocol):
    """Keeps cells by part and request. What is written inside `writing` is kept as a whole or not at all."""

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Return a transaction; one at a time, others wait."""
        ...

    def sources(self) -> list[KeptSource]:
        """Return the sources whose states are kept."""
        ...

    def find(self, source: Source) -> KeptSource | None:
        """Return a source, where anything is kept of it."""
        ...

    def source(self, source: Source) -> int:
        """Return a source's number, a new one where it is new."""
        ...

    def requests(self, source: int) -> list[KeptRequest]:
        """Return what is asked of a source."""
        ...

    def request(self, source: int, request: Request, metrics: Sequence[str]) -> int:
        """Return a request's number, a new one where it is new; remember for which metrics it is asked."""
        ...

    def end(self, request: int) -> None:
        """Remember that a request is asked for no metric any more."""
        ...

    def drop_request(self, request: int) -> None:
        """Take a request away, with all that was counted for it."""
        ...

    def parts(self, source: int) -> dict[str, Part]:
        """Return the parts of a source by name."""
        ...

    def part(self, source: int, name: str) -> Part | None:
        """Return a part of a source."""
        ...

    def put_part(self, source: int, name: str, digest: str, stamp: Stamp, untimed: int, at: datetime) -> int:
        """Keep what a part is; return its number, the same one where there is a part of this name."""
        ...

    def rename_part(self, part: int, name: str, stamp: Stamp) -> None:
        """Remember that a part lies elsewhere now."""
        ...

    def drop_part(self, part: int) -> None:
        """Take a part away, with all that it contributes."""
        ...

    def blocks(self, request: int | None = None) -> list[Block]:
        """Return what is kept, without reading it."""
        ...

    def cells(self, request: int, part: int) -> Cells | None:
        """Return what a part contributes to a request; None where it was not asked."""
        ...

    def each(self, request: int, first: int | None = None, end: int | None = None) -> Iterator[Cells]:
        """Yield the contributions to a request that reach into a span of minutes."""
        ...

    def put_cells(self, request: int, part: int, cells: Cells) -> None:
        """Keep what a part contributes, instead of what it did before."""
        ...

    def slices(self, request: int) -> list[SliceKey]:
        """Return the slices of a request by their number."""
        ...

    def labels(self, request: int) -> list[Label]:
        """Return the labels of a request by their number."""
        ...

    def numbering(self, request: int) -> tuple[Numbering, Numbering]:
        """Return what numbers the slices and the labels of a request, new ones included."""
        ...

    def grain(self) -> Grain:
        """Return how fine what is kept is."""
        ...

    def put_grain(self, grain: Grain) -> None:
        """Remember how fine what is kept is."""
        ...

    def fed(self, consumer: str, request: int) -> Fed | None:
        """Return what a detector was given; None where it has been given nothing yet."""
        ...

    def consumers(self, request: int) -> list[str]:
        """Return whose detectors were given something of a request."""
        ...

    def put_fed(self, consumer: str, request: int, fed: Fed) -> None:
        """Remember what a detector was given."""
        ...

    def size(self) -> int:
        """Return how many bytes all of it takes."""
        ...

    def shrink(self) -> None:
        """Give back the room of what was taken away."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
