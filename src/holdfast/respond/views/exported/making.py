"""An incident as a zip file that verifies offline: its facts with proofs, its words and files with salts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files as resources
from typing import Any

from holdfast.access.model.principal import Principal
from holdfast.evidence.model.vault.custody import Custody
from holdfast.evidence.ports import Desk
from holdfast.kernel.canonical import Json, canonical
from holdfast.kernel.clock import Clock, iso
from holdfast.kernel.sealed import Sealed
from holdfast.ledger.chain import Stored
from holdfast.ledger.checkpoints.keeping import Signer
from holdfast.ledger.ports import LedgerEngine
from holdfast.respond.views.exported import verify as verifier
from holdfast.respond.views.exported.proving import Prover
from holdfast.respond.views.exported.zipping import Zipping

README = """The export of incident {incident}, made {at}.

verify.py          verifies this file: python3 verify.py THE-FILE.zip --key NAME+ID+KEY
                   It needs Python 3.9 and nothing else. Take it, and the key, from where you trust them
                   rather than from here: `holdfast incident verify`, `holdfast ledger checkpoint`.
manifest.json      every file here with its SHA-256; manifest.sig: signed by the ledger's key
ledger/            the incident's facts as they were hashed, each with the proof (RFC 6962) that it lies in
                   the ledger of which checkpoint.txt (c2sp.org/tlog-checkpoint) is the signed root
texts.jsonl        what people wrote, with the salts: SHA-256 over salt and text is what a fact commits to
files.jsonl files/ the evidence, the same way
incident.*         the incident as a report; made from the above

What was redacted or erased is missing on purpose, and a fact says by whom and when.
"""


@dataclass(frozen=True)
class Export:
    """What an export is made from.

    Attributes
    ----------
    reports : callable
        Takes the incident's id; returns further files by name: the incident as a report.
    """

    engine: LedgerEngine
    signer: Signer
    desk: Desk
    clock: Clock
    reports: Callable[[str], Mapping[str, bytes]] = lambda _: {}

    def make(self, incident: str, principal: Principal) -> Iterator[bytes]:
        """Record the export, and return the zip file piece by piece.

        Everything that can be refused is refused before this returns.
        """
        custody = self.desk.hand_over(incident, principal)
        note, checkpoint, key = self.signer.sign(self.engine)
        facts, leaves = self._facts(incident, checkpoint.size)
        made = _Making(incident, custody, facts, leaves, self.desk)
        parts: dict[str, Iterable[bytes]] = {
            "README.txt": [README.format(incident=incident, at=iso(self.clock.now())).encode()],
            "verify.py": [standalone()],
            verifier.KEY: [f"{key}\n".encode()],
            verifier.CHECKPOINT: [note.encode()],
            verifier.EVENTS: made.events(),
            verifier.TEXTS: made.texts(),
            **{name: [content] for name, content in self.reports(incident).items()},
        }
        return self._packed(made, parts, checkpoint.origin, principal, self.clock.now())

    def _packed(
        self,
        made: _Making,
        parts: Mapping[str, Iterable[bytes]],
        origin: str,
        principal: Principal,
        at: datetime,
    ) -> Iterator[bytes]:
        zipping = Zipping(at)
        for name, pieces in parts.items():
            yield from zipping.add(name, pieces)
        entries: list[bytes] = []
        for entry, name, pieces in made.files():
            entries.append(entry)
            if name:
                yield from zipping.add(name, pieces)
        yield from zipping.add(verifier.FILES, entries)
        manifest = canonical(
            {
                "export": "holdfast-incident",
                "format": 1,
                "incident": made.incident,
                "made_at": iso(at),
                "made_by": principal.actor,
                "holdfast": version("holdfast"),
                "ledger": {"origin": origin, "size": len(made.leaves)},
                "streams": dict(made.streams),
                "files": {
                    name: {"sha256": packed.sha256, "size": packed.size}
                    for name, packed in zipping.files.items()
                },
            }
        )
        yield from zipping.add(verifier.MANIFEST, [manifest])
        digest = zipping.files[verifier.MANIFEST].sha256
        said = f"holdfast-export/1\n{made.incident}\nsha256:{digest}\n"
        yield from zipping.add(verifier.SIGNATURE, [self.signer.sign_text(origin, said).encode()])
        yield from zipping.end()

    def _facts(self, incident: str, size: int) -> tuple[list[Stored], list[bytes]]:
        """Return the facts of an incident's streams, and the hashes of all facts up to the checkpoint."""
        facts: list[Stored] = []
        leaves: list[bytes] = []
        with self.engine.stored_events() as stored:
            for event in stored:
                if event.seq > size:
                    break
                leaves.append(event.hash)
                if belongs(event.stream, incident):
                    facts.append(event)
        return facts, leaves


def standalone() -> bytes:
    """Return the verifier as one file that needs nothing but Python."""
    here = resources("holdfast.respond.views.exported")
    script = (here / "verify.py").read_text(encoding="utf-8")
    primitives = (here / "primitives.py").read_text(encoding="utf-8").partition("import hashlib\n")[2]
    wanted = "from holdfast.respond.views.exported.primitives import ed25519_fits, inclusion_root\n"
    before, found, after = script.partition(wanted)
    assert found  # noqa: S101 -- a test makes and runs it
    return f"{before}{after}".replace("\n\ndef main()", f"\n{primitives}\n\ndef main()").encode()


def belongs(stream: str, incident: str) -> bool:
    """Return whether a stream is part of an incident.

    Examples
    --------
    >>> belongs("runbook/INC-2026-0001/2", "INC-2026-0001"), belongs("vault/INC-2026-0010", "INC-2026-0001")
    (True, False)
    """
    return stream in {f"incident/{incident}", f"vault/{incident}"} or stream.startswith(
        f"runbook/{incident}/"
    )


class _Making:
    """The parts of an export that follow from facts and vault."""

    def __init__(
        self,
        incident: str,
        custody: Custody,
        facts: Sequence[Stored],
        leaves: Sequence[bytes],
        desk: Desk,
    ) -> None:
        self.incident, self.custody, self.facts, self.leaves = incident, custody, facts, leaves
        self._desk = desk
        self.streams: dict[str, Json] = {fact.stream: fact.version for fact in facts}

    def events(self) -> Iterator[bytes]:
        """Yield the facts, each with its proof."""
        prover = Prover(self.leaves)
        for fact in self.facts:
            line: dict[str, Any] = {
                "body": fact.body.decode(),
                "hash": fact.hash.hex(),
                "prev": fact.prev.hex(),
                "proof": [each.hex() for each in prover.proof(fact.seq - 1)],
            }
            yield _line(line)

    def texts(self) -> Iterator[bytes]:
        """Yield what people wrote, with the salts."""
        wanted, gone = self._sealed()
        for start in range(0, len(wanted), 1_000):
            some = wanted[start : start + 1_000]
            for sealed, proof in zip(some, self._desk.proofs(some), strict=True):
                line = {"id": sealed.id, "commitment": sealed.commitment}
                if proof is None:
                    yield _line({**line, "state": self._why_gone(sealed.id, gone)})
                    continue
                content = {"salt": proof.salt.hex(), "text": proof.text}
                if proof.covered:
                    view = {"id": proof.sealed.id, "commitment": proof.sealed.commitment}
                    yield _line({**line, "state": "covered", "view": view, **content})
                else:
                    yield _line({**line, "state": "there", **content})

    def files(self) -> Iterator[tuple[bytes, str, Iterator[bytes]]]:
        """Yield each piece of evidence: its entry, its name in the archive, where it is there, and it."""
        for item in self.custody.items.values():
            shipped = self._desk.ship(self.incident, item.id)
            sealed = item.added.content
            line: dict[str, Any] = {"id": sealed.id, "commitment": sealed.commitment, "state": shipped.state}
            name = ""
            if shipped.salt:
                name = f"files/{sealed.id}/{shipped.name}"
                line |= {"salt": shipped.salt.hex(), "file": name}
            if shipped.view is not None:
                line["view"] = {"id": shipped.view.id, "commitment": shipped.view.commitment}
            yield _line(line), name, shipped.pieces

    def _sealed(self) -> tuple[list[Sealed], set[str]]:
        """Return all texts that the facts commit to, once each, and the ids of what was redacted."""
        texts: dict[str, Sealed] = {}
        gone: set[str] = set()
        for fact in self.facts:
            body = json.loads(fact.body)
            if fact.type == "ContentRedacted":
                gone |= {body["data"]["object"], *body["data"]["also"]}
            if fact.type == "RedactedViewMade":
                body["data"].pop("view")
            for found in verifier.sealed_in(body["data"]):
                if found["id"] not in self.custody.items:
                    texts[found["id"]] = Sealed(id=found["id"], commitment=found["commitment"])
        return list(texts.values()), gone

    def _why_gone(self, identifier: str, gone: set[str]) -> str:
        if identifier in gone:
            return "redacted"
        return "erased" if self.custody.erased else "damaged"


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
