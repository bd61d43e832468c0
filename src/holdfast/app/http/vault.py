"""What the evidence room gives to the server: the vault of each incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.app.http.mount import Mount
from holdfast.web.uploads import AROUND

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application


def vault_mount(application: Application) -> Mount:
    """Return the vault's routes and pages."""
    from holdfast.evidence.wiring import evidence_api, evidence_pages

    desk, vault = application.desk, application.vault
    largest = desk.limit + AROUND
    return Mount(
        "evidence",
        api=evidence_api(desk, vault),
        pages=evidence_pages(desk, vault, application.names),
        larger={"/api/incidents/*/evidence": largest, "/incidents/*/vault": largest},
    )
