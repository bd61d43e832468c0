"""The register in a terminal: the summary first, at most 100 columns, colour only beside a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from holdfast.kernel.ids import short
from holdfast.plan.views.register import HIGH, LAYERS, ControlRow, Register, RiskRow
from holdfast.plan.views.terminal.frame import table, text, title, write

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

SEVERITIES = ("minor", "annoying", "harmful", "serious", "critical")
LIKELIHOODS = ("rare", "unlikely", "possible", "likely", "frequent")


def write_register(register: Register, stream: TextIO) -> None:
    """Write a register."""

    def draw(console: Console) -> None:
        for part in (_head, _risks, _matrix, _controls, _gates, _indicators):
            part(console, register)

    write(stream, draw)


def _head(console: Console, register: Register) -> None:
    stage = f", {register.stage}" if register.stage else ""
    console.print(text(register.headline, "bold"))
    console.print(text(f"{register.name} ({register.system}{stage})", ""))
    console.print(text(f"plan {short(register.digest)} from {', '.join(register.files)}", "dim"))


def _weight(score: int) -> str:
    return "bold red" if score >= HIGH else ("yellow" if score >= HIGH // 2 else "")


def _risks(console: Console, register: Register) -> None:
    if not register.risks:
        title(console, "RISKS")
        console.print(
            text("None. Add one under `risks:`: id, harm, stakeholders, owner, severity, likelihood.")
        )
        return
    title(console, "RISKS", "by R = S x L")
    shown = table(("R", "right"), ("S", "right"), ("L", "right"), ("risk", "left"), ("owner", "left"))
    for row in register.risks:
        shown.add_row(
            text(str(row.score), _weight(row.score)),
            str(row.severity),
            str(row.likelihood),
            _risk_words(row),
            text(row.owner or "nobody", "" if row.owner else "yellow"),
        )
    console.print(shown)


def _risk_words(row: RiskRow) -> RenderableType:
    from rich.text import Text

    words = Text(row.id, style="bold", overflow="fold")
    words.append(f"\n{row.harm}", style="not bold")
    if row.gaps:
        words.append(f"\nno control to {' or '.join(row.gaps)}", style="not bold yellow")
    if row.residual:
        words.append(f"\nstays {row.residual}", style="not bold dim")
    return words


def _matrix(console: Console, register: Register) -> None:
    from rich.text import Text

    if not register.risks:
        return
    title(console, "MATRIX", f"how many risks; * scores {HIGH} or more")
    wide = console.width >= 80
    shown = table(
        ("severity", "left"),
        *((f"{n} {word}" if wide else str(n), "right") for n, word in enumerate(LIKELIHOODS, start=1)),
    )
    for severity in range(5, 0, -1):
        cells = []
        for likelihood in range(1, 6):
            here, score = register.matrix[severity - 1][likelihood - 1], severity * likelihood
            mark = "*" if score >= HIGH else " "
            cells.append(Text(f"{len(here) or '.'}{mark}", style=_weight(score) if here else "dim"))
        shown.add_row(f"{severity} {SEVERITIES[severity - 1]}", *cells)
    console.print(shown)
    if not wide:
        console.print(text("likelihood: 1 rare to 5 frequent", "dim"))


def _controls(console: Console, register: Register) -> None:
    title(console, "CONTROLS", "by layer")
    columns = (
        ("layer", "left"),
        ("control", "name"),
        ("owner", "left"),
        ("shown by", "left"),
        ("risks", "right"),
    )
    shown = table(*columns, names=[row.name for row in register.controls], width=console.width)
    for layer in LAYERS:
        rows = [row for row in register.controls if row.layer == layer]
        if not rows:
            shown.add_row(text(layer), text("none", "yellow"), "", "", "")
        for index, row in enumerate(rows):
            shown.add_row(layer if index == 0 else "", *_control(row))
    console.print(shown)


def _control(row: ControlRow) -> tuple[RenderableType, ...]:
    # the library says what would show it; whether the plan has that is for the plan's own evidence to say
    evidence = ("library: " if row.library else "") + ("; ".join(row.evidence) or "nothing")
    bare = not row.evidence
    owner = row.owner or ("" if row.library else "nobody")
    return (
        text(row.name),
        text(owner, "yellow" if owner == "nobody" else ""),
        text(evidence, "yellow" if bare else ("dim" if row.library else "")),
        str(len(row.risks)),
    )


def _gates(console: Console, register: Register) -> None:
    blocking = sum(row.blocking for row in register.gates)
    title(console, "GATES", f"{blocking} of {len(register.gates)} block a release" if register.gates else "")
    if not register.gates:
        console.print(text("None: nothing decides a release. Add one under `gates:`."))
        return
    names = [row.id for row in register.gates]
    columns = (("gate", "name"), ("asks", "left"), ("of", "left"), ("blocks", "left"))
    shown = table(*columns, names=names, width=console.width)
    for row in register.gates:
        blocks = ("yes" if row.blocking else "no") + (f", {row.stage}" if row.stage else "")
        shown.add_row(text(row.id), text(row.asks), text(row.on), text(blocks))
    console.print(shown)


def _indicators(console: Console, register: Register) -> None:
    title(console, "INDICATORS", "if it crosses, then all must hold, else act" if register.indicators else "")
    if not register.indicators:
        console.print(text("None: nothing watches production. Add one under `indicators:`."))
        return
    names = [row.id for row in register.indicators]
    shown = table(("indicator", "name"), ("", "left"), ("", "left"), names=names, width=console.width)
    for row in register.indicators:
        lines = [("if", row.crosses), *(("then" if i == 0 else "", held) for i, held in enumerate(row.holds))]
        lines.append(("else" if row.holds else "act", "; ".join(row.acts) or "nothing"))
        for index, (word, said) in enumerate(lines):
            shown.add_row(text(row.id if index == 0 else ""), text(word, "dim"), text(said))
    console.print(shown)
