"""What a YAML document is before anything is typed: text with marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from holdfast.kernel.errors import Place

Path: TypeAlias = tuple[str | int, ...]
"""Where a value is in the plan: `("gates", 0, "require")`."""


@dataclass(frozen=True)
class SourceFile:
    """A file of the plan, as text.

    Attributes
    ----------
    name : str
        The path as the user gave it.
    lines : tuple of str
        Its lines, without their ends; what may be shown of them (secrets that were written out are masked).
    """

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """A span of one line of a file; line and column are 1-based."""

    file: SourceFile
    line: int
    column: int
    width: int = 1

    def place(self) -> Place:
        """Return the span as an error shows it."""
        lines = self.file.lines
        text = lines[self.line - 1] if 0 < self.line <= len(lines) else ""
        return Place(self.file.name, self.line, self.column, text, max(1, self.width))


@dataclass(frozen=True)
class Scalar:
    """A scalar as text.

    Attributes
    ----------
    plain : bool
        Written without quotes.
    lead : int or None
        Columns between the mark and the first character (1 for a quote); None where the text in the file is
        not the scalar's text (escapes, several lines).
    end : tuple of int or None
        The line and the column after its last character, 1-based.
    """

    text: str
    mark: Mark
    plain: bool = True
    lead: int | None = 0
    end: tuple[int, int] | None = None

    @property
    def is_null(self) -> bool:
        """True where YAML reads no value at all."""
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True)
class MapNode:
    """A mapping; its keys are text, each with its own mark."""

    entries: dict[str, Entry]
    mark: Mark


@dataclass(frozen=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: Node


Node: TypeAlias = Scalar | ListNode | MapNode


class Quoted(str):
    """Text that was quoted: `"0.7"` stays text where `0.7` would be a number."""

    __slots__ = ()


Raw: TypeAlias = "str | list[Raw] | dict[str, Raw]"


def raw(node: Node) -> Raw:
    """Return the tree as plain lists, mappings and text; keys without a value are left out.

    Examples
    --------
    >>> mark = Mark(SourceFile("p.yaml", ("[1.10]",)), 1, 1)
    >>> raw(ListNode((Scalar("1.10", mark),), mark))
    ['1.10']
    """
    if isinstance(node, Scalar):
        return node.text if node.plain else Quoted(node.text)
    if isinstance(node, ListNode):
        return [raw(item) for item in node.items]
    return {name: raw(entry.value) for name, entry in node.entries.items() if not _is_null(entry.value)}


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def without_empty_items(node: Node) -> Node:
    """Return the tree without the empty items of its lists, so that what follows keeps its place."""
    if isinstance(node, ListNode):
        return ListNode(
            tuple(without_empty_items(item) for item in node.items if not _is_null(item)), node.mark
        )
    if isinstance(node, MapNode):
        entries = {
            name: Entry(entry.key, without_empty_items(entry.value)) for name, entry in node.entries.items()
        }
        return MapNode(entries, node.mark)
    return node


def scalars(node: Node) -> Iterator[Scalar]:
    """Yield every scalar, keys included."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from scalars(item)
    else:
        for entry in node.entries.values():
            yield entry.key
            yield from scalars(entry.value)


def nulls(node: Node, key: Scalar | None = None) -> Iterator[tuple[str | None, Mark]]:
    """Yield the key (None in a list) and the place of every entry without a value."""
    if isinstance(node, Scalar):
        if node.is_null:
            yield (key.text if key else None), (key.mark if key else node.mark)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from nulls(item)
    else:
        for entry in node.entries.values():
            yield from nulls(entry.value, entry.key)


@dataclass
class Walk:
    """A walk down a tree along a path, as far as the tree goes."""

    node: Node
    key: Scalar | None = None
    missing: list[str | int] = field(default_factory=list)

    @property
    def mark(self) -> Mark:
        """The mark of what was reached; where something is missing below, of the key that would hold it."""
        if isinstance(self.node, Scalar) or self.key is None:
            return self.node.mark
        return self.key.mark


def walk(root: Node, path: Sequence[str | int]) -> Walk:
    """Follow a path down the tree; `[key]` as the last step asks for the key itself."""
    here = Walk(root)
    for index, step in enumerate(path):
        if step == "[key]" and here.key is not None:
            return Walk(here.key, here.key)
        node = here.node
        if isinstance(node, MapNode) and step in node.entries:
            entry = node.entries[str(step)]
            here = Walk(entry.value, entry.key)
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            here = Walk(node.items[step])
        else:
            here.missing = list(path[index:])
            return here
    return here
