"""Write docs/notebook.ipynb and run it: `python docs/make_notebook.py`, after `python3 dev.py try`.

The cells stand here, where they can be read and reviewed; what they show is what Jupyter showed.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"

CELLS: tuple[tuple[str, str], ...] = (
    (
        "markdown",
        "# Holdfast in a notebook\n\n"
        "The same plan, ledger and facts as on the command line, as objects that show themselves. Run"
        " `python3 dev.py try` once, so that the data of the example is there.",
    ),
    ("code", 'import holdfast\n\nplan = holdfast.Plan("../examples/triage")\nplan'),
    (
        "markdown",
        "What lint finds in it, with what to do. One finding is true and set aside in the plan with its"
        " reason: six small masses cannot show 95 %, whatever the model does.",
    ),
    ("code", "plan.lint()"),
    (
        "markdown",
        "## Measure\n\n"
        "A metric of the plan on one of its data sources, with intervals. Nothing is recorded or judged, so"
        " look as often as you like; slice as you like.",
    ),
    ("code", 'recall = plan.measure("recall", by=["nuclei"])\nrecall'),
    ("code", 'whole = plan.measure("recall", by=[])\nwhole.value, whole.interval'),
    (
        "markdown",
        "Drawn: an Altair chart that you may change (`.chart()`) or write to a file (`.write`); it needs"
        " `holdfast[charts]`. Records that say their time are drawn over time by `plan.over_time`.",
    ),
    ("code", "recall.picture"),
    (
        "markdown",
        "## Check\n\n"
        "What `holdfast check` does: every gate measured, decided and recorded. The verdict has three values,"
        " so a check is neither true nor false: ask `.verdict` or `.passed`.",
    ),
    ("code", "check = plan.check()\ncheck"),
    ("code", 'check.verdict, check.passed, check.gates["recall"].needs'),
    (
        "markdown",
        "## Compare\n\n"
        "Two variants through the same gates, patient by patient: which to choose and why, or that the data"
        " cannot say.",
    ),
    ("code", 'compared = plan.compare("thirty", "ten")\ncompared'),
    (
        "markdown",
        "## Report\n\n"
        "`check.report` shows the whole report in a frame; `.save` writes the file that `holdfast check`"
        " writes. `.to_dict()` gives what `--json` prints ([json.md](json.md)).",
    ),
    ("code", "check.report"),
)
QUIET = ("check.report",)
"""Cells whose output is kept as text only: a whole page twice in the repository helps nobody."""


def made(folder: Path) -> str:
    """Return the executed notebook as JSON; `folder` is where it runs, beside `examples`."""
    import nbformat
    from nbclient import NotebookClient

    new = nbformat.v4
    cells = [
        new.new_markdown_cell(text, id=f"cell-{place}")
        if kind == "markdown"
        else new.new_code_cell(text, id=f"cell-{place}")
        for place, (kind, text) in enumerate(CELLS)
    ]
    notebook = new.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=where).execute()
    for cell in notebook.cells:
        cell.metadata.clear()  # when it ran is in the output where it matters
        for output in cell.get("outputs", []):
            if cell.source in QUIET:
                output.data.pop("text/html", None)
    notebook.metadata = {"language_info": {"name": "python"}}
    return str(nbformat.writes(notebook)) + "\n"


if __name__ == "__main__":
    NOTEBOOK.write_text(made(NOTEBOOK.parent), encoding="utf-8")
