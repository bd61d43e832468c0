"""An incident whose export is tried, and who tries it: what several test files share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.app.bootstrap import Application
from holdfast.ledger.checkpoints.keeping import Signer
from holdfast.respond.events.declaring import IncidentDeclared

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
            for piece in self.application.reports.export(INCIDENT, ANN):
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
