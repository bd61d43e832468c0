#!/usr/bin/env python3
"""Verify the export of an incident: python3 verify.py EXPORT.zip [--key NAME+ID+KEY].

In an export this file needs Python 3.9 or newer and nothing else; no network, nothing of Holdfast. It names
every place that does not fit. Take it from where you trust it rather than out of the export that it is to
verify. Exit codes: 0 all fits, 1 something does not, 3 there is nothing to verify.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from holdfast.respond.views.exported.primitives import ed25519_fits, inclusion_root

MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "key.txt"
EVENTS, CHECKPOINT, TEXTS, FILES = (
    "ledger/events.jsonl",
    "ledger/checkpoint.txt",
    "texts.jsonl",
    "files.jsonl",
)
CHUNK = 1 << 20
LONGEST_LINE = 64 << 20
GONE = {"redacted", "erased", "withheld"}


@dataclass
class Verified:
    """What verifying found: what does not fit, each with its place, and what a reader must know."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    incident: str = ""
    events: int = 0
    texts: int = 0
    files: int = 0
    key: str = ""

    def wrong(self, place: str, what: str) -> None:
        """Note something that does not fit."""
        self.problems.append(f"{place}: {what}")


class Unreadable(Exception):
    """Nothing more of a file can be read."""


def verify(path: str, trusted: str | None = None) -> Verified:
    """Verify an export.

    Parameters
    ----------
    trusted : str or None
        The key that must have signed it, got from elsewhere; None for the one in the export.
    """
    found = Verified()
    try:
        with zipfile.ZipFile(path) as archive:
            _Export(archive, found, trusted).verify()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        found.wrong("the file", f"is no whole zip file ({error})")
    return found


class _Export:
    def __init__(self, archive: zipfile.ZipFile, found: Verified, trusted: str | None) -> None:
        self.archive, self.found, self.trusted = archive, found, trusted
        self.names = [info.filename for info in archive.infolist()]
        self.said: dict[str, Any] = {}
        self.digests: dict[str, str] = {}
        self.key: tuple[str, bytes, bytes] | None = None
        self.sealed: dict[str, tuple[str, str]] = {}  # id -> commitment, place
        self.contents: dict[str, str] = {}  # id of a file's content -> id of its sealed digest
        self.facts: dict[str, set[str]] = {"redacted": set(), "erased": set()}
        self.views: set[tuple[str, str, str]] = set()
        self.words: dict[str, str] = {}

    def verify(self) -> None:
        for step in (self.manifest, self.signed, self.ledger, self.commitments, self.contents_fit):
            try:
                step()
            except Unreadable as error:
                self.found.problems.append(str(error))

    # the files and who signed them

    def manifest(self) -> None:
        for name in sorted({name for name in self.names if self.names.count(name) > 1}):
            self.found.wrong(name, "stands in the zip file twice")
        said = self.json(MANIFEST)
        listed = _object(said.get("files"))
        self.said, self.found.incident = said, str(said.get("incident", ""))
        if said.get("export") != "holdfast-incident" or said.get("format") != 1:
            self.found.wrong(MANIFEST, "is not that of an incident's export of format 1")
        for name in self.names:
            if name not in listed and name not in (MANIFEST, SIGNATURE):
                self.found.wrong(name, "is not listed in the manifest: it was added")
        for name, entry in listed.items():
            if name not in self.names:
                self.found.wrong(name, "is listed in the manifest and missing")
            elif self.digest(name) != _object(entry).get("sha256"):
                self.found.wrong(name, "is not the file that the manifest lists: its SHA-256 is another")

    def signed(self) -> None:
        text = self.trusted or self.text(KEY).strip()
        try:
            name, identity, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            self.key = (name, bytes.fromhex(identity), raw[1:])
            named = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
            if len(raw) != 33 or raw[:1] != b"\x01" or named != self.key[1]:
                raise ValueError("its parts do not fit")
        except ValueError as error:
            self.key = None
            raise Unreadable(f"{KEY}: is no key ({error})") from None
        self.found.key = text.strip()
        if self.trusted is None:
            self.found.notes.append(
                f"signed by {text.strip()}: compare it with the key that you got elsewhere"
            )
        elif KEY in self.names and self.text(KEY).strip() != self.trusted.strip():
            self.found.wrong(KEY, "is not the key that must have signed")
        said = self.note(SIGNATURE)
        wanted = f"holdfast-export/1\n{self.found.incident}\nsha256:{self.digest(MANIFEST)}\n"
        if said is not None and said != wanted:
            self.found.wrong(MANIFEST, "is not the one that was signed")

    def note(self, name: str) -> str | None:
        """Return the text of a signed note; None where it is not signed by the key."""
        text, gap, rest = self.text(name).rpartition("\n\n")
        text += "\n"
        found = re.fullmatch(r"\u2014 (\S+) (\S+)\n", rest)
        if not gap or found is None:
            self.found.wrong(name, "is no signed note")
            return None
        if self.key is None:
            return None
        try:
            raw = base64.b64decode(found[2], validate=True)
        except ValueError:
            raw = b""
        if found[1] != self.key[0] or raw[:4] != self.key[1]:
            self.found.wrong(name, "was signed by another key")
            return None
        if not ed25519_fits(self.key[2], text.encode(), raw[4:]):
            self.found.wrong(name, "was changed after it was signed")
            return None
        return text

    # the facts

    def ledger(self) -> None:
        said = self.note(CHECKPOINT)
        size, root = 0, b""
        if said is not None:
            lines = said.split("\n")
            try:
                size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
            except (IndexError, ValueError):
                self.found.wrong(CHECKPOINT, "does not say size and root")
        versions: dict[str, int] = {}
        last = 0
        for place, line in self.lines(EVENTS):
            body = self.event(place, line, size, root)
            if body is None:
                continue
            self.found.events += 1
            where = f"{place} (#{body['seq']} {body['type']})"
            if body["seq"] <= last:
                self.found.wrong(where, "does not stand in its order")
            last = body["seq"]
            before = versions.get(body["stream"], 0)
            if body["version"] != before + 1:
                self.found.wrong(
                    where, f"is fact {body['version']} of {body['stream']} and follows fact {before}"
                )
            versions[body["stream"]] = body["version"]
            self.learn(body, where)
        listed = _object(self.said.get("streams"))
        for stream in sorted({*listed, *versions}):
            if listed.get(stream) != versions.get(stream):
                has, should = versions.get(stream, 0), listed.get(stream, 0)
                self.found.wrong(EVENTS, f"holds {has} facts of {stream}, and the manifest says {should}")
        if not self.found.events:
            self.found.wrong(EVENTS, "holds no fact")

    def event(self, place: str, line: dict[str, Any], size: int, root: bytes) -> dict[str, Any] | None:
        try:
            text, stated = line["body"], bytes.fromhex(line["hash"])
            before, proof = bytes.fromhex(line["prev"]), [bytes.fromhex(each) for each in line["proof"]]
            body = json.loads(text)
            seq, version = body["seq"], body["version"]
            data_is = isinstance(body["data"], dict) and isinstance(body["stream"], str)
            if type(seq) is not int or type(version) is not int or seq < 1 or not data_is:
                raise ValueError("its body")
        except (KeyError, TypeError, ValueError):
            self.found.wrong(place, "is no event")
            return None
        where = f"{place} (#{seq} {body.get('type')})"
        if hashlib.sha256(before + text.encode("utf-8", "surrogatepass")).digest() != stated:
            self.found.wrong(where, "was changed: its hash is not that of its body and the hash before it")
        elif root and inclusion_root(stated, seq - 1, size, proof) != root:
            self.found.wrong(where, "is not in the ledger that the checkpoint was made of")
        return body if isinstance(body, dict) else None

    def learn(self, body: dict[str, Any], where: str) -> None:
        """Note what a fact commits to, and what it says was taken away."""
        kind, data = body["type"], body["data"]
        if kind == "ContentRedacted":
            self.facts["redacted"] |= {str(data.get("object")), *map(str, data.get("also") or [])}
        elif kind == "ScopeErased":
            self.facts["erased"].add(str(data.get("scope")))
        elif kind == "RedactedViewMade" and isinstance(data.get("view"), dict):
            view = data.pop("view")
            self.views.add((str(data.get("object")), str(view.get("id")), str(view.get("commitment"))))
        elif kind == "EvidenceAdded":
            self.contents[str(data["content"]["id"])] = str(data["digest"]["id"])
        for sealed in sealed_in(data):
            known = self.sealed.setdefault(sealed["id"], (sealed["commitment"], where))
            if known[0] != sealed["commitment"]:
                self.found.wrong(where, f"commits to {sealed['id']} otherwise than {known[1]}")

    # the words and the files

    def commitments(self) -> None:
        told: set[str] = set()
        for place, line in self.lines(TEXTS):
            identity = str(line.get("id"))
            where = f"{place} ({identity})"
            if self.entry(where, identity, line, told):
                text = line.get("text")
                if not isinstance(text, str):
                    self.found.wrong(where, "holds no text")
                    continue
                self.found.texts += 1
                self.fits(where, identity, line, [text.encode("utf-8", "surrogatepass")])
                if line.get("state") == "there":
                    self.words[identity] = text
        for identity, (_, where) in self.sealed.items():
            if identity not in self.contents and identity not in told:
                self.found.wrong(where, f"commits to the text {identity}, which is missing from {TEXTS}")

    def contents_fit(self) -> None:
        told: set[str] = set()
        for place, line in self.lines(FILES):
            identity, name = str(line.get("id")), str(line.get("file"))
            where = f"{place} ({identity})"
            if not self.entry(where, identity, line, told):
                continue
            if name not in self.names:
                self.found.wrong(where, f"names {name}, which is not there")
                continue
            self.found.files += 1
            self.fits(f"{name} ({identity})", identity, line, self.pieces(name))
            said = self.words.get(self.contents.get(identity, ""))
            if line.get("state") == "there" and said not in (None, "sha256:" + self.digest(name)):
                self.found.wrong(name, "is not the file whose SHA-256 was sealed when it was added")
        for identity in self.contents:
            if identity not in told:
                where = self.sealed.get(identity, ("", EVENTS))[1]
                self.found.wrong(where, f"added the file {identity}, which is missing from {FILES}")

    def entry(self, where: str, identity: str, line: dict[str, Any], told: set[str]) -> bool:
        """Return whether an entry has a content to compare; refuse one that no fact knows."""
        if identity in told:
            self.found.wrong(where, "stands there twice")
        told.add(identity)
        if identity not in self.sealed:
            self.found.wrong(where, "no fact commits to it: it was added")
            return False
        state = line.get("state")
        if line.get("commitment") != self.sealed[identity][0]:
            self.found.wrong(where, f"has another commitment than its fact, {self.sealed[identity][1]}")
        if state == "redacted" and identity not in self.facts["redacted"]:
            self.found.wrong(where, "is said to be redacted, and no fact says so")
        elif state == "erased" and not self.facts["erased"]:
            self.found.wrong(where, "is said to be erased, and no fact says so")
        elif state == "withheld":
            self.found.notes.append(f"{where}: withheld from who made the export")
        elif state not in GONE | {"there", "covered"}:
            self.found.wrong(where, f"has the state {state!r}, which is none")
        return state in ("there", "covered")

    def fits(self, where: str, identity: str, line: dict[str, Any], pieces: Iterable[bytes]) -> None:
        """Compare a content with the commitment to it."""
        wanted = self.sealed[identity][0]
        if line.get("state") == "covered":
            view = _object(line.get("view"))
            wanted = str(view.get("commitment"))
            if (identity, str(view.get("id")), wanted) not in self.views:
                self.found.wrong(where, "is covered, and no fact says so")
        try:
            seen = hashlib.sha256(bytes.fromhex(str(line.get("salt"))))
        except ValueError:
            self.found.wrong(where, "has no salt")
            return
        for piece in pieces:
            seen.update(piece)
        if "sha256:" + seen.hexdigest() != wanted:
            self.found.wrong(where, "was changed: it is not what its fact commits to")

    # reading

    def pieces(self, name: str) -> Iterator[bytes]:
        try:
            with self.archive.open(name) as file:
                while True:
                    piece = file.read(CHUNK)
                    if not piece:
                        return
                    yield piece
        except KeyError:
            raise Unreadable(f"{name}: is missing") from None
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise Unreadable(f"{name}: cannot be read ({error})") from None
        except Exception as error:  # noqa: BLE001 -- what zlib says of changed bytes differs by version
            raise Unreadable(f"{name}: cannot be unpacked ({error})") from None

    def digest(self, name: str) -> str:
        if name not in self.digests:
            seen = hashlib.sha256()
            try:
                for piece in self.pieces(name):
                    seen.update(piece)
                self.digests[name] = seen.hexdigest()
            except Unreadable as error:
                if str(error) not in self.found.problems:
                    self.found.problems.append(str(error))
                self.digests[name] = "unreadable"
        return self.digests[name]

    def text(self, name: str) -> str:
        try:
            return b"".join(self.pieces(name)).decode()
        except UnicodeDecodeError:
            raise Unreadable(f"{name}: is no UTF-8") from None

    def json(self, name: str) -> dict[str, Any]:
        try:
            said = json.loads(self.text(name))
        except ValueError:
            raise Unreadable(f"{name}: is no JSON") from None
        if not isinstance(said, dict):
            raise Unreadable(f"{name}: is no object")
        return said

    def lines(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        rest, number = b"", 0
        for piece in _ended(self.pieces(name)):
            *whole, rest = (rest + piece).split(b"\n")
            if len(rest) > LONGEST_LINE:
                raise Unreadable(f"{name}: line {number + 1} is too long")
            for line in whole:
                number += 1
                if not line:
                    continue
                try:
                    said = json.loads(line)
                except ValueError:
                    said = None
                if isinstance(said, dict):
                    yield f"{name} line {number}", said
                else:
                    self.found.wrong(f"{name} line {number}", "is no JSON")


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _ended(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield from pieces
    yield b"\n"


def sealed_in(value: object) -> Iterator[dict[str, str]]:
    """Yield everything that a fact's data commits to."""
    if isinstance(value, dict):
        if set(value) == {"id", "commitment"}:
            yield {"id": str(value["id"]), "commitment": str(value["commitment"])}
            return
        for inner in value.values():
            yield from sealed_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from sealed_in(inner)


def main() -> int:
    """Verify the file that the command line names."""
    parser = argparse.ArgumentParser(description="Verify the export of an incident.")
    parser.add_argument("export", help="the zip file")
    parser.add_argument(
        "--key", help="the key that must have signed it, as `holdfast ledger checkpoint` tells"
    )
    asked = parser.parse_args()
    try:
        found = verify(asked.export, asked.key)
    except OSError as error:
        print(f"{asked.export}: cannot be read ({error.strerror or error})", file=sys.stderr)  # noqa: T201 -- alone
        return 3
    for note in found.notes:
        print(f"note: {note}")  # noqa: T201 -- alone
    for problem in found.problems:
        print(f"wrong: {problem}")  # noqa: T201 -- alone
    counted = f"{found.incident}: {found.events} facts, {found.texts} texts, {found.files} files"
    print(f"FAIL  {counted}" if found.problems else f"PASS  {counted}")  # noqa: T201 -- alone
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main())
