"""The commands `holdfast ledger checkpoint` and `prove`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import Place, UsageError
from holdfast.kernel.figures import plural
from holdfast.ledger.checkpoints.checkpoint import Checkpoint, compare, read
from holdfast.ledger.checkpoints.keeping import Signer, given_keys
from holdfast.ledger.checkpoints.notes import NoteError, PublicKey
from holdfast.ledger.checkpoints.proofs import prove_consistency, prove_inclusion
from holdfast.ledger.ports import LedgerAccess, LedgerEngine
from holdfast.ledger.writing import complete, text_of

OUTPUT = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write; standard output otherwise. The file appears when it is complete.",
)


@click.command()
@OUTPUT
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def checkpoint(access: LedgerAccess, output: Path | None, as_json: bool) -> None:
    """Sign what the ledger holds now: a checkpoint to be kept elsewhere.

    `holdfast ledger verify --checkpoint FILE` later shows that the same events are still there. The key is
    made at the first use and stays on this machine; the line `key:` is for those who verify. A ledger that
    does not verify, or does not continue the last checkpoint, is not signed.
    """
    note, made, key = Signer(access.secrets_folder()).sign(access.ledger_engine())
    if output is not None:
        with complete(output, "checkpoint") as file:
            file.write(note.encode())
    if as_json:
        told: dict[str, Json] = {
            "checkpoint": note,
            "origin": made.origin,
            "size": made.size,
            "root": made.root.hex(),
            "key": str(key),
        }
        click.echo(json.dumps(told, indent=2))
    elif output is None:
        click.echo(note, nl=False)
        click.echo(f"key: {key}", err=True)
    else:
        click.echo(f"signed: {plural(made.size, 'event')} of {made.origin} to {output}")
        click.echo(f"key: {key}")


@click.command()
@click.argument("seq", type=click.IntRange(min=1), required=False)
@click.option(
    "--from",
    "older",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Prove that the checkpoint continues the one in FILE, in place of an event.",
)
@click.option(
    "--checkpoint",
    "newer",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The checkpoint that the proof leads to; a new one otherwise.",
)
@click.option("--key", "keys", multiple=True, metavar="KEY", help="Who may have signed; see `verify`.")
@OUTPUT
@click.pass_obj
def prove(
    access: LedgerAccess,
    seq: int | None,
    older: Path | None,
    newer: Path | None,
    keys: tuple[str, ...],
    output: Path | None,
) -> None:
    """Prove that event SEQ is in a checkpoint, or that it continues an older one.

    The proof is a small file that `holdfast ledger verify FILE` verifies without the ledger. A proof of an
    event holds that event and nothing of the others but hashes.
    """
    if (seq is None) == (older is None):
        raise UsageError.of(
            "HF501", "what is to be proven is not said", fix="say either SEQ or `--from FILE`"
        )
    engine, signer = access.ledger_engine(), Signer(access.secrets_folder())
    if newer is None:
        note, into, key = signer.sign(engine)
        trusted = [key, *(given_keys(keys, signer) if keys else ())]
    else:
        trusted = given_keys(keys, signer)
        note = text_of(newer, "checkpoint")
        into = _read(newer, note, trusted)
        _fits(engine, newer, into)
    if older is not None:
        former = _read(older, text_of(older, "checkpoint"), trusted)
        _fits(engine, older, former)
        if not 0 < former.size <= into.size:
            raise UsageError.of(
                "HF501",
                f"a checkpoint of {into.size} events cannot continue one of {former.size}",
                place=Place(str(older)),
                fix="give the older one with `--from` and the newer one with `--checkpoint`",
            )
        with engine.hashes() as leaves:
            proof = prove_consistency(former.size, into.size, leaves, note)
    else:
        assert seq is not None  # noqa: S101 -- one of the two is said
        proof = _event(engine, seq, into, note)
    if output is None:
        click.echo(proof, nl=False)
        return
    with complete(output, "proof") as file:
        file.write(proof.encode())
    click.echo(f"proof: to {output}; verify it with `holdfast ledger verify {output}`")


def _read(path: Path, note: str, keys: list[PublicKey]) -> Checkpoint:
    try:
        return read(note, keys)
    except NoteError as error:
        raise UsageError.of(
            "HF501",
            f"the checkpoint proves nothing: {error}",
            place=Place(str(path)),
            fix="name a checkpoint that was signed by a key that is known here or given with `--key`",
        ) from error


def _fits(engine: LedgerEngine, path: Path, checkpoint: Checkpoint) -> None:
    with engine.hashes() as leaves:
        differs = compare([(path.name, checkpoint)], leaves)
    if differs:
        raise UsageError.of(
            "HF501", str(differs[0]), place=Place(str(path)), fix="`holdfast ledger verify` says more"
        )


def _event(engine: LedgerEngine, seq: int, into: Checkpoint, note: str) -> str:
    if seq > into.size:
        raise UsageError.of(
            "HF501",
            f"event #{seq} is not in a checkpoint of {into.size} events",
            fix="name an event before it",
        )
    with engine.stored_events() as events:
        stored = next(event for event in events if event.seq == seq)
    with engine.hashes() as leaves:
        return prove_inclusion(stored.prev, stored.body, into.size, leaves, note)
