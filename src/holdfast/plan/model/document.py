"""From YAML 1.2 text to a tree with marks, and every way in which text can fail to be a plan's document.

Scalars stay text: the schema types them, so that `1.10`, `0123`, `NO` and `10:30` mean what they say.
Anchors, aliases, merge keys, tags and second documents are refused: a plan is read by people, and every one
of them makes the same words mean different things in different places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from holdfast.kernel.errors import Place, PlanError, Problem
from holdfast.plan.model.masking import masked
from holdfast.plan.model.refusals import presentable, shown
from holdfast.plan.model.tree import Entry, ListNode, MapNode, Mark, Node, Scalar, SourceFile

LARGEST_FILE = 2_000_000
"""Bytes."""
DEEPEST = 32
"""Lists and mappings within each other."""
LONGEST_LINE = 20_000
"""Characters: beyond it, looking for the end of a key takes quadratic time."""
LARGEST_TREE = 50_000
"""Values in one file."""


@dataclass(frozen=True)
class Written:
    """What a document is, for the errors that refuse it.

    Attributes
    ----------
    noun : str
        "a plan".
    starts : str
        What stands at its top.
    """

    noun: str
    starts: str


PLAN = Written("a plan", "`holdfast: 1`")

_BREAK = re.compile(r"\r\n|\r|\n")
_UNREADABLE = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decode(data: bytes, name: str) -> str:
    """Return a file's text.

    Raises
    ------
    PlanError
        HF209 when it is too large, HF210 when it is not UTF-8.
    """
    if len(data) > LARGEST_FILE:
        raise too_large(name, len(data))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PlanError.of("HF210", "UTF-16 text, not UTF-8", place=Place(name), fix="save the file as UTF-8")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        lines = _BREAK.split(data[: error.start].decode("utf-8"))
        place = Place(name, len(lines), len(lines[-1]) + 1)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise PlanError.of("HF210", message, place=place, fix="save the file as UTF-8") from error


def too_large(name: str, size: int) -> PlanError:
    """Return the refusal of a file that is too large to be a plan."""
    return PlanError(
        [
            Problem(
                "HF209",
                f"{size / 1e6:.1f} MB is too large for a plan: at most {LARGEST_FILE / 1e6:.0f} MB a file",
                Place(name),
                "records belong in data files that `data:` names",
            )
        ]
    )


def parse_document(text: str, name: str, what: Written = PLAN) -> MapNode:
    """Return the tree of a plan's file, or of a document that is written like one.

    Raises
    ------
    PlanError
        HF201, HF204 or HF209, with the place; duplicate keys are all told at once.

    Examples
    --------
    >>> tree = parse_document("system: {id: triage}", "plan.yaml")
    >>> tree.entries["system"].value.entries["id"].value.mark.place().column
    14
    """
    lines = tuple(_BREAK.split(text))
    file = SourceFile(name, tuple(_showable(line) for line in lines))
    _refuse_unreadable(file, lines)
    return _Composer(file, lines, what).document(text)


def _showable(line: str) -> str:
    """Return a line as errors show it: no secret, nothing that moves the cursor, every column in place."""
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in masked(line))


def _refuse_unreadable(file: SourceFile, lines: tuple[str, ...]) -> None:
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            message = f"a line of {len(line):,} characters: at most {LONGEST_LINE:,}"
            raise PlanError.of("HF209", message, place=Place(file.name, number, 1), fix="break the line")
        found = _UNREADABLE.search(line)
        if found:
            message = f"the control character U+{ord(found[0]):04X} is not readable as YAML"
            place = Place(file.name, number, found.start() + 1)
            raise PlanError.of("HF201", message, place=place, fix="remove it")


class _Composer:
    """Builds the tree from the parser's events, refusing what a plan may not hold."""

    def __init__(self, file: SourceFile, lines: tuple[str, ...], what: Written) -> None:
        self.file = file
        self.lines = lines
        self.what = what
        self.problems: list[Problem] = []
        self.values = 0
        self.open: list[Mark] = []

    def document(self, text: str) -> MapNode:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            # ruamel is typed loosely: its events are looked at by name
            events: Any = YAML(typ="safe", pure=True).parse(text)
            root = self._root(events)
        except MarkedYAMLError as error:
            raise PlanError([self._unreadable(error)]) from error
        except (YAMLError, ValueError, OverflowError) as error:
            raise PlanError.of(
                "HF201",
                "not readable as YAML: an escape or a directive makes no sense",
                place=Place(self.file.name),
            ) from error
        if self.problems:
            raise PlanError(self.problems)
        return root

    def _root(self, events: Any) -> MapNode:  # noqa: ANN401 -- ruamel's events have no common type
        root: Node | None = None
        for event in events:
            kind = type(event).__name__
            if kind in {"StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"}:
                continue
            if kind == "DocumentStartEvent":
                if root is not None:
                    raise self._refusal(
                        "HF201",
                        "a second document starts here",
                        event,
                        fix="one file is one document: remove `---`",
                    )
                continue
            root = self._node(event, events, 1)
        if root is None or (isinstance(root, Scalar) and root.is_null):
            raise PlanError.of(
                "HF201",
                "the file is empty",
                place=Place(self.file.name),
                fix=f"{self.what.noun} starts with {self.what.starts}",
            )
        if not isinstance(root, MapNode):
            what = "a list" if isinstance(root, ListNode) else "a single value"
            raise PlanError.of(
                "HF201",
                f"{what} at the top: {self.what.noun} is a mapping of keys",
                place=root.mark.place(),
                fix=f"start with {self.what.starts}",
            )
        return root

    def _node(self, event: Any, events: Any, depth: int) -> Node:  # noqa: ANN401 -- as above
        kind = type(event).__name__
        self.values += 1
        if self.values > LARGEST_TREE:
            raise self._refusal(
                "HF209", f"more than {LARGEST_TREE:,} values in one file", event, "split the plan"
            )
        if kind == "AliasEvent" or event.anchor:
            sign = "alias `*" if kind == "AliasEvent" else "anchor `&"
            message = f"the {sign}{event.anchor}`: {self.what.noun} has no anchors and aliases"
            raise self._refusal("HF209", message, event, fix="write the value out")
        if event.tag:
            message = f"the tag `{_tag(event.tag)}`: {self.what.noun} has no tags"
            raise self._refusal("HF201", message, event, fix="remove the tag; the key says what the value is")
        if kind == "ScalarEvent":
            return self._scalar(event)
        if depth > DEEPEST:
            message = f"more than {DEEPEST} lists and mappings within each other"
            raise self._refusal("HF209", message, event, "no part of a plan is so deep: check the brackets")
        return (
            self._list(event, events, depth)
            if kind == "SequenceStartEvent"
            else self._map(event, events, depth)
        )

    def _list(self, start: Any, events: Any, depth: int) -> ListNode:  # noqa: ANN401 -- as above
        items = []
        self.open.append(self._mark(start))
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self._node(event, events, depth + 1))
        return ListNode(tuple(items), self.open.pop())

    def _map(self, start: Any, events: Any, depth: int) -> MapNode:  # noqa: ANN401 -- as above
        self.open.append(self._mark(start))
        entries: dict[str, Entry] = {}
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            key = self._node(event, events, depth + 1)
            if not isinstance(key, Scalar):
                raise self._refusal(
                    "HF201", "a key must be text, not a list or a mapping", event, "write `key: value`"
                )
            if key.plain and key.text == "<<":
                raise self._refusal(
                    "HF209",
                    f"the merge key `<<`: {self.what.noun} has no merge keys",
                    event,
                    fix="write the keys out",
                )
            value = self._node(next(events), events, depth + 1)
            if key.text in entries:
                first = entries[key.text].key.mark
                message = f"the key {shown(key.text)} is written twice"
                where = f"first in line {first.line}, column {first.column}: keep one"
                self.problems.append(presentable(Problem("HF204", message, key.mark.place(), where)))
            else:
                entries[key.text] = Entry(key, value)
        return MapNode(entries, self.open.pop())

    def _scalar(self, event: Any) -> Scalar:  # noqa: ANN401 -- as above
        mark = self._mark(event)
        plain = event.style is None
        lead: int | None = 0 if plain else 1
        written = self.lines[mark.line - 1][mark.column - 1 :] if mark.line <= len(self.lines) else ""
        if not written[lead or 0 :].startswith(event.value):
            lead = None
        try:
            event.value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise self._refusal(
                "HF210", "an escape that is half a character (a lone surrogate)", event, "write the character"
            ) from error
        self._look_for_lost_text(str(event.value), plain, mark)
        end = event.end_mark.line + 1, event.end_mark.column + 1
        return Scalar(str(event.value), mark, plain, lead, end)

    def _look_for_lost_text(self, text: str, plain: bool, mark: Mark) -> None:
        """Refuse text that a `#` cut off: `Ticket #1 leaks` reads as `Ticket`."""
        rest = (
            self.lines[mark.line - 1][mark.column - 1 + mark.width :] if mark.line <= len(self.lines) else ""
        )
        lost = re.match(r"[ \t]+(#(\d|[^\s#]).*)", rest) if plain and text else None
        if lost is None or not (lost[2].isdigit() or " " in text):
            return  # a comment after a single word is meant as one
        place = replace(mark, column=mark.column + mark.width + lost.start(1), width=len(lost[1])).place()
        message = f"{shown(text)} ends here: what follows ` #` is a comment"
        fix = "quote the text, or write a space after the `#`"
        self.problems.append(presentable(Problem("HF203", message, place, fix)))

    def _mark(self, event: Any) -> Mark:  # noqa: ANN401 -- as above
        start, end = event.start_mark, event.end_mark
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        stop = end.column if end.line == start.line else len(line)
        if type(event).__name__.endswith("StartEvent"):
            stop = start.column + 1
        return Mark(self.file, start.line + 1, start.column + 1, max(1, stop - start.column))

    def _refusal(self, code: str, message: str, event: Any, fix: str) -> PlanError:  # noqa: ANN401
        return PlanError([presentable(Problem(code, message, self._mark(event).place(), fix))])

    def _unreadable(self, error: Any) -> Problem:  # noqa: ANN401 -- ruamel's errors carry untyped marks
        problem = str(error.problem or error.context or "")
        message, fix = _in_plain_words(problem, str(error.context or ""))
        mark = error.problem_mark or error.context_mark
        if "end of stream" in problem:
            mark = error.context_mark or mark  # the quote that was opened
        place = Place(self.file.name)
        if "<stream end>" in problem and self.open:
            place = self.open[-1].place()
        elif mark is not None:
            place = Mark(self.file, mark.line + 1, mark.column + 1).place()
        return presentable(Problem("HF201", message, place, fix))


def _tag(tag: object) -> str:
    return str(tag).replace("tag:yaml.org,2002:", "!!")


_WORDS: tuple[tuple[str, str, str], ...] = (
    ("character '\\t'", "a tab where YAML wants spaces", "indent with spaces"),
    (
        "mapping values are not allowed",
        "a `:` that YAML cannot read here",
        "quote text that holds `: `, or indent it",
    ),
    ("<stream end>", "opened here and never closed", "close the bracket"),
    ("found unexpected end of stream", "opened here and never closed", "close the quote"),
    ("could not find expected ':'", "a key without its `:`", "write `key: value`"),
    (
        "unknown escape character",
        "an escape that YAML does not know",
        "in single quotes a backslash is itself",
    ),
    ("cannot start any token", "a character that no value can start with", "quote the text"),
    ("expected <block end>", "the indentation does not fit what is above", "align it with its neighbours"),
    (
        "expected ',' or",
        "a `,` or the closing bracket is missing before this",
        "quote text that holds , { } [ ]",
    ),
    ("sequence entries are not allowed", "a list cannot start here", "put `-` on a line of its own"),
    ("incompatible YAML document", "a YAML version that cannot be read", "remove the %YAML line"),
)


def _in_plain_words(problem: str, context: str) -> tuple[str, str]:
    for sign, message, fix in _WORDS:
        if sign in problem:
            return message, fix
    said = " ".join(part for part in (context, problem) if part)
    return f"not readable as YAML: {said}", "check quotes, brackets and indentation"
