"""An incident with everything that an export can hold, and its export."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.ledger.checkpoints.keeping import Signer
from holdfast.respond.events.declaring import IncidentDeclared

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package, and a helper serves several of them

INCIDENT = "INC-2026-0001"
ANN = Principal("p-ann", Kind.PERSON, frozenset(Role))
BEN = Principal("p-ben", Kind.PERSON, frozenset(Role))


@dataclass
class Case:
    """A workspace with one incident; `kept` and others are the ids of its pieces of evidence."""

    folder: Path
    application: Application
    kept: str = ""
    covered: str = ""
    redacted: str = ""

    @property
    def key(self) -> str:
        return str(Signer(self.folder).public_keys()[0])

    def export(self, name: str = "export.zip") -> Path:
        path = self.folder / name
        with path.open("wb") as file:
            for piece in self.application.exports.make(INCIDENT, ANN):
                file.write(piece)
        return path


def add(application: Application, name: str, content: bytes) -> str:
    incoming = application.desk.receive(INCIDENT, ANN)
    incoming.write(content)
    return application.desk.add(
        INCIDENT, ANN, incoming.finish(), kind="file", name=name, why=f"why {name}"
    ).id


def declare(application: Application, incident: str) -> None:
    title, account = application.vault.seal_all(
        incident, ["Calls \u202e<b>nobody</b> asked for", "words \u2028"]
    )
    declared = IncidentDeclared(
        incident=incident, system="support-assistant", title=title, account=account, source="person"
    )
    application.ledger.append(f"incident/{incident}", [declared], expected=0, actor="p-ann")


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    application = Application(read_settings({"HOLDFAST_HOME": str(tmp_path), "HOLDFAST_ACTOR": "p-ann"}))
    declare(application, "INC-2026-0002")  # what is not asked for is not exported
    declare(application, INCIDENT)
    made = Case(tmp_path, application)
    made.kept = add(application, "trace.bin", bytes(range(256)) * 5_000)
    made.covered = add(application, "call.txt", b"Anna Smith rang")
    made.redacted = add(application, "token.txt", b"hunter-two")
    application.desk.cover(INCIDENT, ANN, made.covered, ["Anna Smith"], "a name")
    application.desk.redact(INCIDENT, ANN, made.redacted, "a token")
    application.desk.ask(INCIDENT, ANN, "hold", "counsel asked")
    application.desk.confirm(INCIDENT, BEN, "hold")
    yield made
    application.close()
