"""What importing, signing and taking back came to, as the terminal tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from holdfast.evidence.model.acted import FileImported, Signed
from holdfast.evidence.views.terminal import show_figures
from holdfast.kernel.figures import plural
from holdfast.kernel.text import printable

if TYPE_CHECKING:
    from rich.console import Console


def show_imports(files: Sequence[FileImported], console: Console) -> None:
    """Write what was imported; what was refused is told elsewhere."""
    from rich.text import Text

    for file in files:
        if file.imported is None:
            continue
        one = file.imported
        word = "recorded" if file.recorded else "recorded before"
        what = f"{word}: #{one.seq} {one.results.tool} {printable(str(file.path))}"
        about = f" for bundle {printable(one.bundle)}, {plural(len(one.results.figures), 'figure')}"
        console.print(Text.assemble((what, "bold"), about), soft_wrap=True)
        show_figures(one.results.figures, console)
        for note in one.results.notes:
            console.print(Text(f"  note: {printable(note)}", "dim"))


def show_signed(signed: Signed, console: Console) -> None:
    """Write what was signed or taken back."""
    from rich.text import Text

    one = signed.attestation
    who = f"{one.name} by {one.actor} for {one.role}"
    if one.withdrawn is not None:
        console.print(Text(f"withdrawn: #{one.withdrawn.seq} takes back #{one.seq}, {who}", "bold"))
        return
    word = "attested" if signed.recorded else "attested before"
    console.print(Text(f"{word}: #{one.seq} {who}, until {one.until}", "bold"))
    if one.file is not None:
        console.print(
            Text(f"  file {printable(one.file)}: its digest is recorded, the file is not kept", "dim")
        )
