"""The register in a terminal: the summary first, at most 100 columns, colour only beside a word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from holdfast.kernel.ids import short
from holdfast.plan.views.register import HIGH, LAYERS, ControlRow, Register, RiskRow

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

WIDEST = 100
SEVERITIES = ("minor", "annoying", "harmful", "serious", "critical")
LIKELIHOODS = ("rare", "unlikely", "possible", "likely", "frequent")


def write_register(register: Register, stream: TextIO) -> None:
    """Write a register: to a terminal at its width, elsewhere at 100 columns and without colour."""
    from rich.console import Console

    # what a plan says is text, never markup: brackets stay, nothing is highlighted by guessing
    console = Console(file=stream, markup=False, highlight=False, emoji=False)
    console.width = min(console.width, WIDEST) if console.is_terminal else WIDEST
    with console.capture() as written:
        _head(console, register)
        _risks(console, register)
        _matrix(console, register)
        _controls(console, register)
        _gates(console, register)
        _indicators(console, register)
    # tables are padded to their width, which a pipe or a paste would keep
    text = "".join(line.rstrip() + "\n" for line in written.get().splitlines())
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))


def _head(console: Console, register: Register) -> None:
    stage = f", {register.stage}" if register.stage else ""
    console.print(_text(register.headline, "bold"))
    console.print(_text(f"{register.name} ({register.system}{stage})", ""))
    console.print(_text(f"plan {short(register.digest)} from {', '.join(register.files)}", "dim"))


def _title(console: Console, words: str, detail: str = "") -> None:
    from rich.text import Text

    console.print()
    console.print(Text.assemble((words, "bold"), ("  " + detail if detail else "", "dim")))


def _text(words: str, style: str = "") -> RenderableType:
    from rich.text import Text

    return Text(words, style=style, overflow="fold")


def _table(*columns: tuple[str, str], names: Iterable[str] = (), width: int = 0) -> Table:
    """Return an empty table; a column is its heading and `left`, `right`, or `name` for one of the names.

    Names keep up to a third of the width, so that they stay whole where everything else wraps.
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", expand=False)
    for heading, kind in columns:
        table.add_column(
            heading,
            justify="right" if kind == "right" else "left",
            overflow="fold",
            no_wrap=kind == "right",
            min_width=min(max(map(len, names), default=0), width // 3) if kind == "name" else None,
        )
    return table


def _weight(score: int) -> str:
    return "bold red" if score >= HIGH else ("yellow" if score >= HIGH // 2 else "")


def _risks(console: Console, register: Register) -> None:
    if not register.risks:
        _title(console, "RISKS")
        console.print(
            _text("None. Add one under `risks:`: id, harm, stakeholders, owner, severity, likelihood.")
        )
        return
    _title(console, "RISKS", "by R = S x L")
    table = _table(("R", "right"), ("S", "right"), ("L", "right"), ("risk", "left"), ("owner", "left"))
    for row in register.risks:
        table.add_row(
            _text(str(row.score), _weight(row.score)),
            str(row.severity),
            str(row.likelihood),
            _risk_words(row),
            _text(row.owner or "nobody", "" if row.owner else "yellow"),
        )
    console.print(table)


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
    _title(console, "MATRIX", f"how many risks; * scores {HIGH} or more")
    wide = console.width >= 80
    table = _table(
        ("severity", "left"),
        *((f"{n} {word}" if wide else str(n), "right") for n, word in enumerate(LIKELIHOODS, start=1)),
    )
    for severity in range(5, 0, -1):
        cells = []
        for likelihood in range(1, 6):
            here, score = register.matrix[severity - 1][likelihood - 1], severity * likelihood
            mark = "*" if score >= HIGH else " "
            cells.append(Text(f"{len(here) or '.'}{mark}", style=_weight(score) if here else "dim"))
        table.add_row(f"{severity} {SEVERITIES[severity - 1]}", *cells)
    console.print(table)
    if not wide:
        console.print(_text("likelihood: 1 rare to 5 frequent", "dim"))


def _controls(console: Console, register: Register) -> None:
    _title(console, "CONTROLS", "by layer")
    columns = (
        ("layer", "left"),
        ("control", "name"),
        ("owner", "left"),
        ("shown by", "left"),
        ("risks", "right"),
    )
    table = _table(*columns, names=[row.name for row in register.controls], width=console.width)
    for layer in LAYERS:
        rows = [row for row in register.controls if row.layer == layer]
        if not rows:
            table.add_row(_text(layer), _text("none", "yellow"), "", "", "")
        for index, row in enumerate(rows):
            table.add_row(layer if index == 0 else "", *_control(row))
    unused = [row for row in register.controls if row.layer is None]
    for index, row in enumerate(unused):
        table.add_row("unused" if index == 0 else "", *_control(row))
    console.print(table)


def _control(row: ControlRow) -> tuple[RenderableType, ...]:
    evidence = "; ".join(row.evidence) or ("library" if row.library else "nothing")
    bare = not row.evidence and not row.library
    owner = row.owner or ("" if row.library else "nobody")
    return (
        _text(row.name),
        _text(owner, "yellow" if owner == "nobody" else ""),
        _text(evidence, "yellow" if bare else ""),
        str(len(row.risks)),
    )


def _gates(console: Console, register: Register) -> None:
    blocking = sum(row.blocking for row in register.gates)
    _title(console, "GATES", f"{blocking} of {len(register.gates)} block a release" if register.gates else "")
    if not register.gates:
        console.print(_text("None: nothing decides a release. Add one under `gates:`."))
        return
    names = [row.id for row in register.gates]
    columns = (("gate", "name"), ("asks", "left"), ("of", "left"), ("blocks", "left"))
    table = _table(*columns, names=names, width=console.width)
    for row in register.gates:
        blocks = ("yes" if row.blocking else "no") + (f", {row.stage}" if row.stage else "")
        table.add_row(_text(row.id), _text(row.asks), _text(row.on), _text(blocks))
    console.print(table)


def _indicators(console: Console, register: Register) -> None:
    _title(
        console, "INDICATORS", "if it crosses, then all must hold, else act" if register.indicators else ""
    )
    if not register.indicators:
        console.print(_text("None: nothing watches production. Add one under `indicators:`."))
        return
    names = [row.id for row in register.indicators]
    table = _table(("indicator", "name"), ("", "left"), ("", "left"), names=names, width=console.width)
    for row in register.indicators:
        lines = [("if", row.crosses), *(("then" if i == 0 else "", held) for i, held in enumerate(row.holds))]
        lines.append(("else" if row.holds else "act", "; ".join(row.acts) or "nothing"))
        for index, (word, said) in enumerate(lines):
            table.add_row(_text(row.id if index == 0 else ""), _text(word, "dim"), _text(said))
    console.print(table)
