"""The export: JSON lines that anyone can verify with any tool, without Holdfast and without a network.

The first line says what the file is, each further line holds one event (the exact bytes that were hashed, as
text, and the hash), and the last line the number of events, the head's hash and the SHA-256 of every byte
before it. The same ledger always gives the same bytes. docs/ledger.md describes it for auditors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from holdfast.kernel.canonical import canonical
from holdfast.kernel.errors import LedgerError, Place
from holdfast.ledger import sharing
from holdfast.ledger.chain import GENESIS, Head, Stored, link, read_body
from holdfast.ledger.verify import Finding, Verified

HEADER = (
    canonical(
        {"export": "holdfast-ledger", "format": 1, "genesis": GENESIS.hex(), "hash": "sha256(prev || body)"}
    )
    + b"\n"
)
"""The first line of every export."""

START = b'{"export":"holdfast-ledger"'
"""By which an export is recognised, of whatever format."""


def export_lines(events: Iterable[Stored]) -> Iterator[bytes]:
    """Return the lines of an export of stored events, following their chain on the way.

    Raises
    ------
    LedgerError
        HF406: an event does not fit. A damaged ledger must not look like a whole one elsewhere.
    """
    digest = hashlib.sha256(HEADER)
    yield HEADER
    head, count = GENESIS, 0
    for event in events:
        computed = link(head, event.body)
        if event.seq != count + 1 or event.prev != head or event.hash != computed:
            raise LedgerError.of(
                "HF406",
                f"event #{count + 1} does not fit the chain, so nothing was exported",
                fix="`holdfast ledger verify` says how; keep the file as it is and compare it with a backup",
            )
        head, count = computed, event.seq
        line = _event_line(event.body.decode(), computed)
        digest.update(line)
        yield line
    yield _footer(count, head, digest.hexdigest())


def _event_line(body: str, stated: bytes) -> bytes:
    # the same bytes as canonical JSON, at the speed that many events need
    return f'{{"body":{json.dumps(body, ensure_ascii=False)},"hash":"{stated.hex()}"}}\n'.encode()


def _footer(count: int, head: bytes, digest: str) -> bytes:
    return canonical({"count": count, "head": head.hex(), "sha256": digest}) + b"\n"


def hashes(path: Path) -> Iterator[bytes]:
    """Return the hashes that the lines of an export state; the export has been verified."""
    with path.open("rb") as file:
        for line in file:
            if line.startswith(b'{"body":'):
                yield bytes.fromhex(line[-67:-3].decode())


def verify_export(path: Path) -> Verified:
    """Verify an export; the first line that does not fit is named.

    Every line must be, to the byte, what an export of these events would hold: no changed byte is overlooked,
    not even one that a JSON reader would not see.

    Raises
    ------
    LedgerError
        HF401 where the file is no export, HF402 where it is one of a newer format.
    """
    with path.open("rb") as file:
        first = file.readline()
        if not first.startswith(START):
            raise LedgerError.of(
                "HF401",
                "the file is neither a ledger nor an export of one",
                place=Place(str(path)),
                fix="expected a file that `holdfast ledger export` wrote",
            )
        if first != HEADER:
            return _other_header(path, first)
        whole = _whole(path)
        if whole is not None:
            return whole
        check = _LineCheck(digest=hashlib.sha256(HEADER))
        for line in file:
            problem = check.take(line)
            if problem is not None:
                return check.result(problem)
    return check.result(None if check.closed else check.cut_off())


def _whole(path: Path) -> Verified | None:
    """Verify an export in shares; None where it has few events, or anything does not fit."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 400))
        *_, footer = (b"", *file.read().splitlines(keepends=True))
        if not footer.startswith(b'{"count":') or len(footer) > 300:
            return None
        end = size - len(footer)
        count = _object(footer, "count", "head", "sha256")
        if count is None or not isinstance(count["count"], int) or count["count"] < sharing.LEAST:
            return None
        parts = sharing.shares(count["count"])
        borders = [len(HEADER)]
        for part in range(1, parts):
            file.seek(end * part // parts)
            file.readline()
            borders.append(file.tell())
        borders.append(end)
        asked: list[tuple[str | int, ...]] = [(str(path), borders[0], borders[1], GENESIS.hex(), 1)]
        for start, stop in pairwise(borders[1:]):
            file.seek(start - 67)  # the hash of the line before
            asked.append((str(path), start, stop, file.read(64).decode("ascii", "replace"), 0))
    with ThreadPoolExecutor(max_workers=1) as pool:
        digest = pool.submit(_digest, path, end)  # hashing lets others work meanwhile
        found = sharing.check_all("lines", asked)
        if found is None:
            return None
        head = Head(found[-1].last, found[-1].head)
        fits = footer == _footer(head.seq, bytes.fromhex(head.hash), digest.result())
    return Verified(head.seq, head) if fits else None


def _digest(path: Path, end: int) -> str:
    """Return the SHA-256 of a file's bytes up to one."""
    seen = hashlib.sha256()
    with path.open("rb") as file:
        left = end
        while left:
            piece = file.read(min(left, 1 << 20))
            if not piece:
                break
            seen.update(piece)
            left -= len(piece)
    return seen.hexdigest()


def _other_header(path: Path, first: bytes) -> Verified:
    newer = _object(first, "export", "format", "genesis", "hash")
    if newer is not None and isinstance(newer["format"], int) and newer["format"] > 1:
        raise LedgerError.of(
            "HF402",
            f"the export has format {newer['format']}; this version reads format 1",
            place=Place(str(path)),
            fix="verify it with the version that wrote it, or a newer one",
        )
    return Verified(0, Head.of(0, GENESIS), (Finding("line 1: the header was changed"),))


@dataclass
class _LineCheck:
    """Takes the lines after the header, one by one."""

    digest: Any
    head: bytes = GENESIS
    count: int = 0
    closed: bool = False
    versions: dict[str, int] = field(default_factory=dict)

    def take(self, line: bytes) -> Finding | None:
        """Return how a line does not fit, or None."""
        if self.closed:
            return Finding(f"line {self.count + 3}: something stands after the footer")
        if line.startswith(b'{"count":'):
            self.closed = True
            if line == _footer(self.count, self.head, self.digest.hexdigest()):
                return None
            return Finding(f"line {self.count + 2}: the footer does not fit what is before it")
        problem = self._event(line)
        return None if problem is None else Finding(f"{problem} (line {self.count + 2})", self.count + 1)

    def _event(self, line: bytes) -> str | None:
        fields = _object(line, "body", "hash")
        if fields is None or not isinstance(fields["body"], str) or not isinstance(fields["hash"], str):
            return "the line is not what an export holds"
        try:
            body = fields["body"].encode()
        except UnicodeEncodeError:
            return "the body is no Unicode text"
        computed = link(self.head, body)
        if fields["hash"] != computed.hex():
            return "its body or its hash was changed: SHA-256(prev || body) is not what the line says"
        if line != _event_line(fields["body"], computed):
            return "a byte of the line was changed: an export writes it otherwise"
        problem = self._misplaced(body)
        if problem is None:
            self.digest.update(line)
            self.head, self.count = computed, self.count + 1
        return problem

    def _misplaced(self, body: bytes) -> str | None:
        try:
            document = read_body(body)
        except ValueError as error:
            return f"its body cannot be read ({error})"
        seq, stream, version, because = (document[key] for key in ("seq", "stream", "version", "because"))
        if seq != self.count + 1:
            return f"its body says that it is event #{seq}"
        expected = self.versions.get(stream, 0) + 1
        if version != expected:
            return f"its body says version {version} of stream `{stream}`, which is at {expected - 1}"
        if because is not None and not 0 < because < seq:
            return f"its cause #{because} is no earlier event"
        self.versions[stream] = version
        return None

    def cut_off(self) -> Finding:
        """Return what is wrong with a file that ends without a footer."""
        return Finding(f"line {self.count + 2}: the footer is missing: the end of the file was cut off")

    def result(self, problem: Finding | None) -> Verified:
        """Return what was found."""
        return Verified(self.count, Head.of(self.count, self.head), () if problem is None else (problem,))


def _object(line: bytes, *keys: str) -> dict[str, Any] | None:
    try:
        document = json.loads(line)
    except ValueError:  # no JSON, or no UTF-8
        return None
    return document if isinstance(document, dict) and sorted(document) == sorted(keys) else None
