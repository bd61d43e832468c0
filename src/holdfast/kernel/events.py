"""What every fact has in common, and the table of the kinds of fact that this version can read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from holdfast.kernel.canonical import Json


class Event(BaseModel):
    """A fact, in the past tense; immutable. The class name is its type, `SCHEMA` the version of its shape.

    A subclass documents itself: its docstring says when the fact is recorded, its fields carry descriptions.
    A shape that changes gets a new `SCHEMA` number and an upcaster from the old one; stored events are never
    rewritten.
    """

    # its validator is made when it is first used: a process loads many kinds of fact and meets few
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    SCHEMA: ClassVar[int] = 1

    @classmethod
    def type_name(cls) -> str:
        """Return the name under which the fact is stored."""
        return cls.__name__

    def data(self) -> dict[str, Json]:
        """Return the fact's own fields as JSON values."""
        dumped: dict[str, Json] = self.model_dump(mode="json")
        return dumped


@dataclass(frozen=True)
class Recorded:
    """An event with its place in the ledger.

    Attributes
    ----------
    seq : int
        The event's number in the workspace, 1, 2, 3, ... without holes.
    stream, version : str, int
        The stream and the event's number in it, from 1.
    at : datetime
        When it was recorded, aware UTC.
    actor : str
        An opaque id of who did it.
    because : int or None
        The seq of the event that caused this one.
    event : Event
        The fact, upcast to its present shape.
    hash : str
        SHA-256 over the previous hash and the stored body, in hexadecimal.
    """

    seq: int
    stream: str
    version: int
    at: datetime
    actor: str
    because: int | None
    event: Event
    hash: str


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class EventTypes:
    """The kinds of fact that can be read: what the rooms' wirings register.

    Examples
    --------
    >>> class DoorOpened(Event):
    ...     '''Somebody opened a door.'''
    ...     door: str
    >>> types = EventTypes()
    >>> types.register(DoorOpened)
    >>> types.read("DoorOpened", 1, {"door": "front"})
    DoorOpened(door='front')
    """

    known: dict[str, type[Event]] = field(default_factory=dict)
    upcasters: dict[tuple[str, int], Upcaster] = field(default_factory=dict)

    def register(self, kind: type[Event], upcasters: Mapping[int, Upcaster] | None = None) -> None:
        """Add a kind of fact; `upcasters[n]` turns the data of shape n into that of shape n + 1."""
        name = kind.type_name()
        present = self.known.get(name)
        if present is not None and present is not kind:
            msg = f"two kinds of fact are called {name}"
            raise ValueError(msg)
        self.known[name] = kind
        for schema, upcast in (upcasters or {}).items():
            self.upcasters[name, schema] = upcast

    def register_all(self, kinds: Iterable[type[Event]]) -> None:
        """Add several kinds of fact that have had one shape only."""
        for kind in kinds:
            self.register(kind)

    def read(self, name: str, schema: int, data: dict[str, Any]) -> Event:
        """Return a stored fact in its present shape.

        Raises
        ------
        KeyError
            The kind is unknown, or was written by a newer version.
        """
        kind = self.known[name]
        if schema > kind.SCHEMA:
            msg = f"{name} of shape {schema} is from a newer version: this one reads up to {kind.SCHEMA}"
            raise KeyError(msg)
        for step in range(schema, kind.SCHEMA):
            data = self.upcasters[name, step](data)
        return kind.model_validate(data)
