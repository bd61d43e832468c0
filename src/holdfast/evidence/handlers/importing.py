"""Import files of other tools: each as a whole or not at all."""

from __future__ import annotations

from holdfast.evidence.commands import ImportFiles, RecordResults
from holdfast.evidence.handlers.recording import LedgerEvidence
from holdfast.evidence.model.acted import FileImported, FileRead
from holdfast.evidence.model.planned import Planned, inside
from holdfast.evidence.ports import ResultsReader
from holdfast.kernel.errors import DataError


def read_files(read: ResultsReader, command: ImportFiles) -> tuple[FileRead, ...]:
    """Read every file; one that is refused does not keep the others."""
    found = []
    for path in dict.fromkeys(command.files):
        try:
            found.append(FileRead(path, read(command.tool, path)))
        except DataError as error:
            found.append(FileRead(path, None, tuple(error.problems)))
    return tuple(found)


def record_files(
    book: LedgerEvidence, planned: Planned, bundle: str, files: tuple[FileRead, ...], actor: str
) -> tuple[FileImported, ...]:
    """Record what was read."""
    done = []
    for file in files:
        if file.results is None:
            done.append(FileImported(file.path, None, problems=file.problems))
            continue
        command = RecordResults(planned.system, bundle, planned.digest, inside(file.path, planned.root))
        imported, new = book.keep_results(command, file.results, actor)
        done.append(FileImported(file.path, imported, new))
    return tuple(done)
