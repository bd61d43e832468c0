"""What proves an incident, on the server: its vault, its report, its export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.app.http.mount import Mount
from holdfast.web.uploads import AROUND

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application


TAKES_FILES = (
    "/api/incidents/*/evidence",
    "/incidents/*/vault",
    "/api/reports/*/files",
    "/report/*/files",
)
"""Addresses that take files; `*` is any one part."""


def vault_mount(application: Application) -> Mount:
    """Return the vault's routes and pages."""
    from holdfast.evidence.wiring import evidence_api, evidence_pages

    desk, vault = application.desk, application.vault
    largest = desk.limit + AROUND
    return Mount(
        "evidence",
        api=evidence_api(desk, vault),
        pages=evidence_pages(desk, vault, application.names),
        larger=dict.fromkeys(TAKES_FILES, largest),
    )


def report_mount(application: Application) -> Mount:
    """Return incidents as reports and as files that verify offline."""
    from holdfast.respond.wiring.reports import report_api, report_pages

    reports = application.reports
    return Mount("reports", api=report_api(reports), pages=report_pages(reports))
