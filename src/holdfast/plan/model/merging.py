"""Several files, one plan: sections are put together by id, and nothing may be said twice."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.kernel.errors import Problem
from holdfast.plan.model.plan import BY_ID
from holdfast.plan.model.tree import Entry, ListNode, MapNode, Mark, Node, Scalar


def merge(trees: Sequence[MapNode]) -> tuple[MapNode, list[Problem]]:
    """Return the trees of a plan's files as one, and what was said twice.

    Lists of things with an id are put one after the other; mappings are put together, key by key; `holdfast`
    and `include` may stand in every file. Anything else may be given once.
    """
    problems: list[Problem] = []
    entries: dict[str, Entry] = {}
    for tree in trees:
        for name, entry in tree.entries.items():
            entries[name] = _together(name, entries[name], entry, problems) if name in entries else entry
    merged = MapNode(entries, trees[0].mark)
    for section in BY_ID:
        if section in entries:
            _refuse_repeated_ids(section, entries[section].value, problems)
    return merged, problems


def _together(name: str, first: Entry, second: Entry, problems: list[Problem]) -> Entry:
    left, right = first.value, second.value
    if isinstance(left, ListNode) and isinstance(right, ListNode):
        return Entry(first.key, ListNode(left.items + right.items, left.mark))
    if isinstance(left, MapNode) and isinstance(right, MapNode):
        entries = dict(left.entries)
        for key, entry in right.entries.items():
            if key in entries:
                problems.append(
                    _twice(f"`{key}` of `{name}` is given twice", entry.key.mark, entries[key].key.mark)
                )
            else:
                entries[key] = entry
        return Entry(first.key, MapNode(entries, left.mark))
    same = isinstance(left, Scalar) and isinstance(right, Scalar) and left.text == right.text
    if not (name == "holdfast" and same):
        problems.append(_twice(f"`{name}` is given twice", second.key.mark, first.key.mark))
    return first


def _refuse_repeated_ids(section: str, node: Node, problems: list[Problem]) -> None:
    seen: dict[str, Mark] = {}
    for item in node.items if isinstance(node, ListNode) else ():
        entry = item.entries.get("id") if isinstance(item, MapNode) else None
        if entry is None or not isinstance(entry.value, Scalar):
            continue
        text, mark = entry.value.text, entry.value.mark
        if text in seen:
            problems.append(_twice(f"the id `{text}` is used twice in `{section}`", mark, seen[text]))
        else:
            seen[text] = mark


def _twice(message: str, here: Mark, first: Mark) -> Problem:
    where = f"{first.file.name}:{first.line}:{first.column}"
    return Problem("HF205", message, here.place(), f"first in {where}: keep one, or name them apart")
