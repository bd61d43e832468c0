"""The command `holdfast ledger verify`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import click

from holdfast.kernel.canonical import Json
from holdfast.kernel.figures import count, plural
from holdfast.kernel.ids import short
from holdfast.kernel.verdict import Verdict
from holdfast.ledger.chain import read_body
from holdfast.ledger.checkpoints.checkpoint import Checkpoint, compare, read
from holdfast.ledger.checkpoints.keeping import Signer, given_keys
from holdfast.ledger.checkpoints.notes import NoteError, PublicKey
from holdfast.ledger.checkpoints.proofs import is_proof, verify_proof
from holdfast.ledger.ports import LedgerAccess
from holdfast.ledger.verify import Finding, Verified
from holdfast.ledger.writing import text_of

WORDS = {Verdict.PASS: "verified", Verdict.FAIL: "DOES NOT VERIFY", Verdict.INCONCLUSIVE: "nothing to verify"}


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A signed checkpoint that the events must fit; may be said several times.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    help="Who may have signed: the line that `checkpoint` prints, or a file with it. Without, this machine's"
    " own key.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def verify(
    access: LedgerAccess,
    path: Path | None,
    checkpoints: tuple[Path, ...],
    keys: tuple[str, ...],
    as_json: bool,
) -> int:
    """Verify the ledger, or the copy, export or proof at PATH.

    Nothing is changed and no network is used. The first event that does not fit is named, and how it does
    not fit.

    Exit codes: 0 every event fits, 1 something does not, 2 there are no events, 3 it is not a ledger.
    """
    trusted = given_keys(keys, Signer(access.secrets_folder())) if checkpoints or keys else []
    if path is not None and path.is_file():
        with path.open("rb") as file:
            first = file.read(64)
        if is_proof(first):
            trusted = trusted or given_keys(keys, Signer(access.secrets_folder()))
            return _proof(path, trusted, checkpoints, as_json)
    found = access.whole_ledger().verify_ledger() if path is None else access.verify_file(path)
    if checkpoints:
        found = _with_checkpoints(found, checkpoints, trusted, _hashes(access, path))
    if as_json:
        click.echo(json.dumps(_promise(found), indent=2))
    else:
        for line in _told(found):
            click.echo(line)
        if found.verdict is Verdict.PASS and not checkpoints:
            click.echo("Compare the head with one that was noted elsewhere, or verify with a checkpoint.")
    return found.verdict.exit_code


def _hashes(access: LedgerAccess, path: Path | None) -> AbstractContextManager[Iterator[bytes]]:
    return access.ledger_engine().hashes() if path is None else access.hashes_of_file(path)


def _with_checkpoints(
    found: Verified,
    paths: Sequence[Path],
    keys: Sequence[PublicKey],
    hashes: AbstractContextManager[Iterator[bytes]],
) -> Verified:
    """Return what was found, with what does not fit the checkpoints and a note for each that does."""
    checkpoints: list[tuple[str, Checkpoint]] = []
    problems = list(found.problems)
    for path in paths:
        try:
            checkpoints.append((path.name, read(text_of(path, "checkpoint"), keys)))
        except NoteError as error:
            problems.append(Finding(f"checkpoint {path.name}: {error}"))
    notes = list(found.notes)
    if found.problems:
        notes += [f"checkpoint {name} was not compared: the events do not fit" for name, _ in checkpoints]
    else:
        with hashes as leaves:
            differs = compare(checkpoints, leaves)
        problems += differs
        told = {finding.what.partition(":")[0] for finding in differs}
        notes += [
            f"checkpoint {name} fits: the first {plural(checkpoint.size, 'event')} of {checkpoint.origin}"
            for name, checkpoint in checkpoints
            if f"checkpoint {name}" not in told
        ]
    return replace(found, problems=tuple(problems), notes=tuple(notes))


def _proof(path: Path, keys: Sequence[PublicKey], checkpoints: Sequence[Path], as_json: bool) -> int:
    try:
        older = [read(text_of(each, "checkpoint"), keys) for each in checkpoints]
        proven = verify_proof(text_of(path, "proof"), keys, older)
    except NoteError as error:
        click.echo(
            json.dumps({"verdict": "fail", "problems": [{"seq": None, "what": str(error)}]}, indent=2)
            if as_json
            else f"{WORDS[Verdict.FAIL]}: {error}"
        )
        return Verdict.FAIL.exit_code
    size, origin = proven.checkpoint.size, proven.checkpoint.origin
    if as_json:
        told: dict[str, Json] = {"verdict": "pass", "origin": origin, "size": size}
        told["event" if proven.body else "continues"] = read_body(proven.body) if proven.body else proven.old
        click.echo(json.dumps(told, indent=2))
    elif proven.body:
        seq = read_body(proven.body)["seq"]
        click.echo(f"{WORDS[Verdict.PASS]}: event #{count(seq)} is one of the first {size} of {origin}")
        click.echo(proven.body.decode())
    else:
        click.echo(
            f"{WORDS[Verdict.PASS]}: the checkpoint of {size} events continues that of {proven.old}, {origin}"
        )
    return Verdict.PASS.exit_code


def _told(found: Verified) -> Iterator[str]:
    events = plural(found.events, "event")
    if found.verdict is Verdict.PASS:
        yield f"{WORDS[found.verdict]}: {events}, head #{count(found.head.seq)} {short(found.head.hash)}"
        yield "Every event fits the one before it."
    elif found.verdict is Verdict.FAIL:
        yield f"{WORDS[found.verdict]}: {found.problems[0]}"
        yield from (f"  also: {problem}" for problem in found.problems[1:])
        yield f"Up to #{count(found.head.seq)} {short(found.head.hash)}, {events} fit."
        yield "Do not write to the file; keep it as it is and compare it with a backup or an export."
    else:
        yield f"{WORDS[found.verdict]}: the ledger holds no event"
    yield from (f"note: {note}" for note in found.notes)


def _promise(found: Verified) -> dict[str, Json]:
    return {
        "verdict": found.verdict.value,
        "events": found.events,
        "head": {"seq": found.head.seq, "hash": found.head.hash},
        "problems": [{"seq": problem.seq, "what": problem.what} for problem in found.problems],
        "notes": list(found.notes),
    }
