"""Changing an export: with its manifest left as it is, made anew, or all of it signed anew by another key."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from holdfast.ledger.checkpoints.notes import SecretKey

Files = dict[str, bytes]


def read(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def changed(
    path: Path, change: Callable[[Files], None], key: SecretKey | None = None, *, anew: bool = False
) -> Path:
    """Return a changed copy; `anew` makes the manifest fit again, a key signs it all anew."""
    files = read(path)
    change(files)
    if anew or key is not None:
        remade(files)
    if key is not None:
        signed(files, key)
    return write(path.with_name("changed.zip"), files)


def remade(files: Files) -> None:
    """Make the manifest list what is there."""
    said = json.loads(files["manifest.json"])
    said["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in files.items()
        if name not in ("manifest.json", "manifest.sig")
    }
    files["manifest.json"] = json.dumps(said).encode()


def signed(files: Files, key: SecretKey) -> None:
    """Sign checkpoint and manifest by another key, and put it in the place of the right one."""
    files["key.txt"] = f"{key.public}\n".encode()
    text = files["ledger/checkpoint.txt"].decode().rpartition("\n\n")[0] + "\n"
    files["ledger/checkpoint.txt"] = key.sign(text).encode()
    remade(files)
    incident = json.loads(files["manifest.json"])["incident"]
    digest = hashlib.sha256(files["manifest.json"]).hexdigest()
    files["manifest.sig"] = key.sign(f"holdfast-export/1\n{incident}\nsha256:{digest}\n").encode()


def lines(files: Files, name: str) -> list[dict]:
    return [json.loads(line) for line in files[name].decode().split("\n") if line]


def put(files: Files, name: str, entries: list[dict]) -> None:
    files[name] = b"".join(json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in entries)
