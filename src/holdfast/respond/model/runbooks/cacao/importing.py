"""From a CACAO 2.0 playbook to a runbook, and to what of it could not be taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.kernel.errors import Place, PlanError
from holdfast.respond.model.runbooks.cacao.lines import Line, lines_of
from holdfast.respond.model.runbooks.cacao.playbook import Playbook, check_shape
from holdfast.respond.model.runbooks.cacao.reading import read_json
from holdfast.respond.model.runbooks.cacao.stepping import head_of_extension
from holdfast.respond.model.runbooks.cacao.texts import prose, slug
from holdfast.respond.model.runbooks.cacao.unrolling import Unrolling
from holdfast.respond.model.runbooks.document import END
from holdfast.respond.model.runbooks.loading import LoadedRunbook, parse_runbook
from holdfast.respond.model.runbooks.writing import as_yaml, yaml_of

TAKEN = frozenset({"type", "spec_version", "id", "name", "description", "workflow_start", "workflow"})
WRITTEN_ANEW = frozenset({"created_by", "created", "modified", "agent_definitions"})
"""What every playbook has, and what is written again when the runbook is exported."""
OURS = frozenset(
    {
        "playbook_types",
        "playbook_activities",
        "playbook_processing_summary",
        "labels",
        "external_references",
        "playbook_extensions",
        "extension_definitions",
        "playbook_variables",
    }
)
"""What our own exports have beside."""


@dataclass(frozen=True)
class NotTaken:
    """Something of a playbook that a runbook does not say.

    Attributes
    ----------
    what : str
        In words, with what became of it.
    """

    what: str
    place: Place


@dataclass(frozen=True)
class Imported:
    """A playbook as a runbook."""

    loaded: LoadedRunbook
    not_taken: tuple[NotTaken, ...]


def from_cacao(text: str, name: str) -> Imported:
    """Return the runbook that a CACAO 2.0 playbook is.

    Raises
    ------
    PlanError
        HF201, HF204, HF209, HF210 it is no JSON that can be read; HF716 it is no playbook of CACAO 2.0, or
        leads to steps that are not there; HF203 and the like where our own extension says what cannot be.
    """
    playbook = check_shape(read_json(text, name))
    unrolling = Unrolling(playbook)
    first = unrolling.enter(playbook.start, END)
    lines = lines_of(unrolling, first)
    if not lines:
        playbook.file.refuse(
            "HF716", "a playbook without any step to do", ("workflow",), "it has only its end"
        )
    written = yaml_of({**_head(playbook), "steps": [line.form for line in lines]})
    try:
        first_read = parse_runbook(written, name).runbook
    except PlanError as error:
        wrong = error.problems[0]
        path = ("playbook_extensions",) if playbook.ours else ("workflow",)
        playbook.file.refuse(
            "HF716", f"it makes no runbook: {wrong.message}", path, wrong.fix or "mend it there"
        )
    loaded = parse_runbook(as_yaml(first_read), f"{name} as a runbook")
    lost = dict.fromkeys([*unrolling.lost, *_unsaid(playbook), *_unsaid_of_steps(unrolling, lines)])
    return Imported(loaded, tuple(NotTaken(what, playbook.file.place(path)) for path, what in lost))


def _head(playbook: Playbook) -> dict[str, object]:
    title = prose(playbook.text("name")) or "A playbook without a name"
    told = playbook.extension("playbook_extensions", playbook.file.value)
    if told is not None:
        return {**head_of_extension(told), "title": title}
    when = prose(playbook.text("description"))
    return {
        "runbook": slug(title) or "imported",
        "version": "1",
        "title": title,
        **({"when": when} if when else {}),
    }


def _unsaid(playbook: Playbook) -> Iterator[tuple[tuple[str | int, ...], str]]:
    known = TAKEN | WRITTEN_ANEW | (OURS if playbook.ours else frozenset())
    for key in playbook.file.value:
        if key not in known:
            yield (key,), f"`{key[:60]}` of the playbook"


def _unsaid_of_steps(unrolling: Unrolling, lines: list[Line]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for line in lines:
        yield from line.unsaid
    reached = {node.id for node in unrolling.nodes.values()}
    for id_, step in unrolling.playbook.workflow.items():
        if step["type"] in ("action", "playbook-action") and id_ not in reached:
            yield ("workflow", id_), "a step that nothing leads to"
