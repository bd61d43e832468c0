"""Reading a file of another tool: by the tool that is named, or by what its content tells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from holdfast.evidence.model.foreign import ForeignResults
from holdfast.evidence.model.reading import Misfit
from holdfast.evidence.ports import Importer, ResultsReader
from holdfast.evidence.views.foreign_files import importing
from holdfast.kernel.errors import UsageError, did_you_mean


def results_reader(importers: Mapping[str, Importer]) -> ResultsReader:
    """Return what reads files with the importers at hand."""

    def read(tool: str | None, path: Path) -> ForeignResults:
        return _chosen(importers, tool or _told(importers, path)).read(path)

    return read


def _chosen(importers: Mapping[str, Importer], tool: str) -> Importer:
    if tool not in importers:
        raise UsageError.of("HF501", f"there is no importer for `{tool}`", fix=did_you_mean(tool, importers))
    return importers[tool]


def _told(importers: Mapping[str, Importer], path: Path) -> str:
    """Return the tool whose file it is, by its content.

    Raises
    ------
    DataError
        HF306: it cannot be read. HF307: it looks like none, or like several.
    """
    with importing(path, "a known tool") as file:
        head = file.head()
        found = [name for name, importer in importers.items() if importer.recognises(head)]
        if len(found) != 1:
            known = ", ".join(found or importers)
            what = "several tools write files that begin so" if found else "no known tool's file begins so"
            raise Misfit(what, f"name the tool, if it is one of: {known}")
    return found[0]
