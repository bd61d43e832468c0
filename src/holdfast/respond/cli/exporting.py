"""`holdfast incident export` and `holdfast incident verify`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from holdfast.kernel.errors import UsageError

if TYPE_CHECKING:
    from holdfast.access.model.principal import Principal
    from holdfast.respond.views.report.gathered import Report


class Reports(Protocol):
    """Incidents as reports and as files."""

    def report(self, incident: str) -> Report:
        """Return everything that the report of an incident says."""
        ...

    def written(self, report: Report, form: str) -> bytes:
        """Return a report as `html`, `json` or `pdf`."""
        ...

    def export(self, incident: str, principal: Principal) -> Iterator[bytes]:
        """Record the export of an incident, and return it piece by piece."""
        ...


class App(Protocol):
    """What the app hands to these commands."""

    @property
    def reports(self) -> Reports:
        """Incidents as reports and as files."""
        ...

    @property
    def principal(self) -> Principal:
        """Who works on this command line."""
        ...


@click.command("export")
@click.argument("incident", metavar="INCIDENT")
@click.option("--to", "target", type=click.Path(path_type=Path), help="The new file. Default: INCIDENT.zip.")
@click.pass_obj
def export(app: App, incident: str, target: Path | None) -> None:
    """Write a whole incident into a zip file that anybody can verify without Holdfast.

    It holds the facts as they were hashed with proofs against a signed checkpoint, the texts and the evidence
    with what shows that they are the ones that the facts commit to, and the incident as a report. That it
    was made is recorded first.
    """
    file = target or Path(f"{incident}.zip")
    try:
        with file.open("xb") as opened:
            try:
                for piece in app.reports.export(incident, app.principal):
                    opened.write(piece)
            except BaseException:
                file.unlink()
                raise
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror or error}"
        raise UsageError.of("HF503", message, fix="name a file that is not there yet") from error
    click.echo(f"{file}\nverify it: holdfast incident verify {file}, or python3 verify.py out of it")


@click.command("report")
@click.argument("incident", metavar="INCIDENT")
@click.option(
    "--to", "target", type=click.Path(path_type=Path), required=True, help="The file: .html, .pdf or .json."
)
@click.pass_obj
def report(app: App, incident: str, target: Path) -> None:
    """Write an incident as a report: one HTML file, a PDF, or JSON (docs/incident-export.md)."""
    form = target.suffix.lower().removeprefix(".")
    if form not in ("html", "pdf", "json"):
        raise UsageError.of("HF501", f"{target} ends in none of .html, .pdf and .json", fix="name it so")
    content = app.reports.written(app.reports.report(incident), form)
    try:
        target.write_bytes(content)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}"
        raise UsageError.of("HF503", message, fix="name a file in a folder that is there") from error
    click.echo(str(target))


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key", metavar="KEY", help="Who must have signed it: the line that `ledger checkpoint` tells."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(file: Path, key: str | None, as_json: bool) -> int:
    """Verify the export of an incident; name every place that does not fit.

    Nothing is needed but the file. Without `--key` it is shown by whom it was signed: who can make an export
    anew can sign it anew, with a key of their own. Exit code 1 where something does not fit.
    """
    from holdfast.respond.views.exported.verify import verify as verified

    try:
        found = verified(str(file), key)
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror or error}"
        raise UsageError.of("HF306", message, fix="name the zip file of an export") from error
    counts = {"facts": found.events, "texts": found.texts, "files": found.files}
    if as_json:
        told = {"fits": not found.problems, "incident": found.incident, **counts, "key": found.key}
        told |= {"problems": found.problems, "notes": found.notes}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return 1 if found.problems else 0
    for note in found.notes:
        click.echo(f"note: {note}")
    for problem in found.problems:
        click.echo(f"wrong: {problem}")
    told_counts = ", ".join(f"{count} {name}" for name, count in counts.items())
    click.echo(f"{'FAIL' if found.problems else 'PASS'}  {found.incident}: {told_counts}")
    return 1 if found.problems else 0
