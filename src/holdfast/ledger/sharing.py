"""Verifying in shares, one a processor: whether all fits, and nothing more.

A share that finds anything that does not fit says so; then everything is verified in order, by code that
names the place. So nothing here needs to explain, and a share imports nothing of Holdfast: `python -m
holdfast.ledger.sharing` is running before the libraries of the rest would be loaded.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

LEAST = 40_000
"""Below so many events a share is not worth its process."""
MOST = 8
ZEROS = "0" * 64
BODY_KEYS = ("actor", "at", "because", "data", "schema", "seq", "stream", "type", "version")
LINE_START, LINE_MIDDLE = b'{"body":"', b'","hash":"'
OTHERS = len(LINE_START) + len(LINE_MIDDLE) + 64 + len('"}\n')
"""How many bytes of a line are not the body's."""
_TYPES = (str, str, int, dict, int, int, str, str, int)
BODY_TYPES = frozenset({_TYPES, (*_TYPES[:2], type(None), *_TYPES[3:])})
"""Of which types the parts of a body are: the cause may be null."""


class Share(NamedTuple):
    """A run of events that fit each other.

    Attributes
    ----------
    prev, head : str
        The hash before the first one, and of the last one.
    first, last : int
        Their numbers; an empty share has a `last` of one less than `first`.
    streams : dict
        Stream -> the versions of its first and last event in the share.
    """

    prev: str
    head: str
    first: int
    last: int
    streams: dict[str, tuple[int, int]]


def check_lines(path: str, start: int, end: int, prev: str, first: int) -> Share | None:
    """Return the share of an export from one byte up to another; `first` 0 takes the number from the line."""
    from pydantic_core import from_json

    sha256, streams = hashlib.sha256, dict[str, tuple[int, int]]()
    versions = dict[str, int]()
    head = bytes.fromhex(prev)
    seq = first - 1
    for line in _lines(path, start, end):
        fields = from_json(line)
        raw = fields["body"].encode()
        head = sha256(head + raw).digest()
        document = from_json(raw)
        # the line is as an export writes it: only quotes are escaped, and each by one sign
        if (
            fields["hash"] != head.hex()
            or len(line) != len(raw) + raw.count(b'"') + OTHERS
            or line[:9] != LINE_START
            or line[-77:-67] != LINE_MIDDLE
            or tuple(document) != BODY_KEYS
            or tuple(map(type, document.values())) not in BODY_TYPES
        ):
            return None
        _, _, because, _, _, number, stream, _, version = document.values()
        if seq < 0:
            first, seq = number, number - 1
        seq += 1
        if number != seq or (because is not None and not 0 < because < seq):
            return None
        known = versions.get(stream)
        if known is None:
            streams[stream] = (version, version)
        elif version != known + 1:
            return None
        versions[stream] = version
    found = {name: (one, versions[name]) for name, (one, _) in streams.items()}
    return Share(prev, head.hex(), first, seq, found)


def _lines(path: str, start: int, end: int) -> Iterator[bytes]:
    """Yield the lines from one byte up to another, which ends a line."""
    with open(path, "rb") as file:  # noqa: PTH123 -- nothing is imported that is not needed
        file.seek(start)
        rest, left = b"", end - start
        while left:
            piece = file.read(min(left, 1 << 20))
            if not piece:
                raise ValueError("the file became shorter")
            left -= len(piece)
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield line + b"\n"
        if rest:
            raise ValueError("the last line is not ended")


ROWS = "SELECT seq, stream, version, type, at, actor, because, body, prev, hash FROM events"


def check_rows(uri: str, first: int, last: int) -> Share | None:
    """Return the share of a ledger's file from one event up to another."""
    sha256 = hashlib.sha256
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
        before = connection.execute("SELECT hash FROM events WHERE seq = ?", (first - 1,)).fetchone()
        start = head = bytes(32) if first == 1 else before[0]
        expected = first - 1
        rows = connection.execute(f"{ROWS} WHERE seq BETWEEN ? AND ? ORDER BY seq", (first, last))
        for seq, stream, version, kind, at, actor, because, body, prev, stated in rows:
            expected += 1
            if seq != expected or prev != head:
                return None
            head = sha256(head + body).digest()
            if head != stated:
                return None
            cause = "null" if because is None else because
            if because is not None and not 0 < because < seq:
                return None
            if not body.startswith(
                f'{{"actor":"{actor}","at":"{at}","because":{cause},"data":{{'.encode()
            ) or not body.endswith(
                f',"seq":{seq},"stream":"{stream}","type":"{kind}","version":{version}}}'.encode()
            ):
                return None
    return Share(start.hex(), head.hex(), first, expected, {}) if expected == last else None


CHECKS: dict[str, Callable[..., Share | None]] = {"lines": check_lines, "rows": check_rows}


def shares(events: int) -> int:
    """Return in how many shares so many events are verified."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, MOST, events // LEAST))


def check_all(what: str, asked: list[tuple[str | int, ...]]) -> list[Share] | None:
    """Return all shares, checked at once; None where anything does not fit or could not be checked.

    The first one is checked here, each other one in a process of its own.
    """
    # -P: a `json.py` that lies beside the export is not what `import json` means
    command = [sys.executable, "-P", "-m", "holdfast.ledger.sharing", what]
    started: list[subprocess.Popen[bytes]] = []
    try:
        for each in asked[1:]:
            line = [*command, json.dumps(each)]
            # our own module, with numbers and a path
            started.append(subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))  # noqa: S603
        own = _checked(what, asked[0])
        found = [own, *(_answer(process) for process in started)]
    except OSError:  # no process can be started here
        return None
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
    return _joined([share for share in found if share is not None]) if None not in found else None


def _checked(what: str, asked: Iterable[str | int]) -> Share | None:
    try:
        return CHECKS[what](*asked)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError, sqlite3.Error):
        return None  # not what it should be: verifying in order says what


def _answer(process: subprocess.Popen[bytes]) -> Share | None:
    told = json.loads(process.communicate()[0] or b"null")
    if told is None:
        return None
    prev, head, first, last, streams = told
    return Share(prev, head, first, last, {name: (one, other) for name, (one, other) in streams.items()})


def _joined(found: list[Share]) -> list[Share] | None:
    """Return shares that continue each other, in numbers, hashes and streams."""
    versions: dict[str, int] = {}
    head, last = ZEROS, 0
    for share in found:
        if share.prev != head or share.first != last + 1:
            return None
        head, last = share.head, share.last
        for stream, (first_version, last_version) in share.streams.items():
            if first_version != versions.get(stream, 0) + 1:
                return None
            versions[stream] = last_version
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_checked(sys.argv[1], json.loads(sys.argv[2]))))
