"""The vault: opening thousands of texts, sealing a file, exporting a long incident.

Texts are opened by a process that has opened none yet (cold), and again (warm), in alternation with the same
rows read by bare sqlite3 and as many decrypted by bare AES-GCM; a file is sealed beside bare hashing and
encrypting of the same pieces.

    python -m bench.vault --texts 5000 --megabytes 100 --facts 5000
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.working import AddNote

ME = Principal.local("p-00000001")
TARGET_COLD = 100.0
TEXT = "The rate rose after the refresh of the index at half past ten; Ann looks at the traces of it now. "


def opened(home: str) -> Application:
    """Return a workspace, as a process has it that begins."""
    return Application(read_settings({"HOLDFAST_HOME": home, "HOLDFAST_ACTOR": ME.actor}))


def taken(work: Callable[[], object]) -> float:
    """Return how many milliseconds something takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000


def texts(count: int, rounds: int) -> None:
    """Open texts, cold and warm, beside bare sqlite3 and AES-GCM."""
    with tempfile.TemporaryDirectory() as home:
        first = opened(home)
        sealed = first.vault.seal_all("INC-2026-0001", [TEXT * 3 + str(n) for n in range(count)])
        first.close()
        cold, warm, bare = [], [], []
        for _ in range(rounds):
            application = opened(home)
            application.vault.unseal(sealed[:1])  # libraries are loaded, keys are open
            cold.append(taken(partial(application.vault.unseal, sealed)))
            warm.append(taken(partial(application.vault.unseal, sealed)))
            application.close()
            bare.append(taken(lambda: _bare(Path(home) / "store.db")))
        least = statistics.median(bare)
        print(f"open {count:,} texts cold  {statistics.median(cold):7.1f} ms  (<= {TARGET_COLD:.0f} ms)")
        print(f"open {count:,} texts warm  {statistics.median(warm):7.1f} ms")
        print(f"bare sqlite3 and AES-GCM {least:9.1f} ms  cold is {statistics.median(cold) / least:.1f} x")


def _bare(path: Path) -> None:
    key = AESGCM(bytes(32))
    blank = key.encrypt(bytes(12), (TEXT * 3).encode(), b"bound")
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT id, sealed FROM vault_objects").fetchall()
    connection.close()
    for _, sealed in rows:
        assert len(sealed) > len(TEXT)
        key.decrypt(bytes(12), blank, b"bound")


def file(megabytes: int, rounds: int) -> None:
    """Seal a file, beside bare hashing and encrypting of it."""
    piece = os.urandom(1 << 20)
    with tempfile.TemporaryDirectory() as home:
        application = opened(home)
        incident = application.respond.declare(DeclareIncident(title="t", system="s"), ME).incident.id
        sealing, bare = [], []
        for _ in range(rounds):
            sealing.append(taken(lambda: _seal(application, incident, piece, megabytes)))
            bare.append(taken(lambda: _hash_and_encrypt(piece, megabytes)))
        application.close()
    ours, least = statistics.median(sealing), statistics.median(bare)
    print(f"seal a file of {megabytes} MiB {ours:7.0f} ms  {megabytes / ours * 1_000:.0f} MiB/s")
    print(f"bare SHA-256, AES-GCM {least:9.0f} ms  {ours / least:.1f} x; the rest is SQLite's, on the disk")


def _seal(application: Application, incident: str, piece: bytes, pieces: int) -> None:
    incoming = application.desk.receive(incident, ME)
    for _ in range(pieces):
        incoming.write(piece)
    application.desk.add(incident, ME, incoming.finish(), kind="file", name="a.bin", why="bench")


def _hash_and_encrypt(piece: bytes, pieces: int) -> None:
    key, one, two = AESGCM(bytes(32)), hashlib.sha256(), hashlib.sha256()
    for _ in range(pieces):
        one.update(piece)
        two.update(piece)
        key.encrypt(bytes(12), piece, b"bound")


def long_incident(facts: int) -> None:
    """Export an incident of many facts, verify it, and tell it in every form."""
    from holdfast.respond.views.exported.verify import verify

    with tempfile.TemporaryDirectory() as home:
        application = opened(home)
        incident = application.respond.declare(DeclareIncident(title="t", system="s"), ME).incident.id
        for n in range(facts):
            application.respond.perform(incident, AddNote(text=TEXT + str(n)), ME)
        report = application.reports.report(incident)
        reports, path = application.reports, Path(home) / "export.zip"
        for form in ("json", "html", "pdf"):
            spent = taken(partial(reports.written, report, form))
            print(f"{facts:,} facts as {form:4} {spent:8.0f} ms")
        spent = taken(lambda: path.write_bytes(b"".join(reports.export(incident, ME))))
        print(f"{facts:,} facts exported {spent:6.0f} ms, with the report")
        print(f"the export verified {taken(lambda: verify(str(path))):9.0f} ms")
        assert not verify(str(path)).problems
        application.close()
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"memory of the process that sets the PDF {child} MiB")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=5_000)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--facts", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    texts(asked.texts, asked.rounds)
    file(asked.megabytes, asked.rounds)
    long_incident(asked.facts)


if __name__ == "__main__":
    main()
