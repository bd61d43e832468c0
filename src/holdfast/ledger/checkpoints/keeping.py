"""Keys that sign checkpoints, and the checkpoint that was signed last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from holdfast.kernel.errors import LedgerError, Place, UsageError
from holdfast.ledger.checkpoints import merkle
from holdfast.ledger.checkpoints.checkpoint import Checkpoint, origin_of, read
from holdfast.ledger.checkpoints.notes import NoteError, PublicKey, SecretKey
from holdfast.ledger.ports import LedgerEngine
from holdfast.ledger.writing import complete


class Signer:
    """Makes checkpoints of one ledger; its key is made at the first use.

    Parameters
    ----------
    folder : Path
        Where key and last checkpoint are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sign(self, ledger: LedgerEngine) -> tuple[str, Checkpoint, PublicKey]:
        """Return a signed checkpoint of all events of a ledger, as a note, what it says, and whose it is.

        Raises
        ------
        LedgerError
            HF406: the ledger does not verify, or does not continue the checkpoint that was signed last.
        UsageError
            HF501: it holds no event.
        """
        found = ledger.verify_ledger()
        if found.problems:
            raise LedgerError.of(
                "HF406",
                f"{found.problems[0]}, so no checkpoint was made",
                place=Place(ledger.place),
                fix="`holdfast ledger verify` says more; compare the ledger with a backup",
            )
        if not found.events:
            raise UsageError.of("HF501", "the ledger holds no event", fix="record a fact first")
        with ledger.hashes() as leaves:
            first = next(leaves)
            origin = origin_of(first)
            key = self._key(origin)
            last = self._last(origin, key.public)
            sizes = [found.events] if last is None else [last.size, found.events]
            roots, _ = merkle.roots(_again(first, leaves), sizes)
        if last is not None and roots.get(last.size) != last.root:
            raise LedgerError.of(
                "HF406",
                f"the ledger does not continue the checkpoint of {last.size} events that was signed last",
                place=Place(ledger.place),
                fix=f"compare it with a backup; the checkpoint is {self._path(origin, 'last')}",
            )
        checkpoint = Checkpoint(origin, found.events, roots[found.events])
        note = checkpoint.signed(key)
        self._write(self._path(origin, "last"), note)
        return note, checkpoint, key.public

    def sign_text(self, origin: str, text: str) -> str:
        """Return a text as a note, signed by the key of a ledger. It must be none that reads as a checkpoint.

        Raises
        ------
        ValueError
            It reads as a checkpoint: those are signed by `sign`, which looks at the ledger first.
        """
        try:
            Checkpoint.parse(text)
        except NoteError:
            return self._key(origin).sign(text)
        msg = "a checkpoint is signed by `sign`"
        raise ValueError(msg)

    def public_keys(self) -> list[PublicKey]:
        """Return the keys of all ledgers whose checkpoints are signed here."""
        return [_secret(path).public for path in sorted(self._folder.glob("checkpoint-*.key"))]

    def last(self, origin: str) -> str | None:
        """Return the note that was signed last; None where there is none."""
        path = self._path(origin, "last")
        return path.read_text(encoding="utf-8") if path.exists() else None

    def _last(self, origin: str, key: PublicKey) -> Checkpoint | None:
        note = self.last(origin)
        if note is None:
            return None
        try:
            return read(note, [key])
        except NoteError as error:
            raise LedgerError.of(
                "HF406",
                f"the checkpoint that was signed last cannot be trusted: {error}",
                place=Place(str(self._path(origin, "last"))),
                fix="put it back from a backup; without it nobody knows whether the ledger continues it",
            ) from error

    def _key(self, origin: str) -> SecretKey:
        path = self._path(origin, "key")
        if not path.exists():
            made = SecretKey.new(origin)
            self._write(path, made.text + "\n", fresh=True)
        return _secret(path)

    def _path(self, origin: str, what: str) -> Path:
        return self._folder / f"checkpoint-{origin.rpartition('/')[2]}.{what}"

    def _write(self, path: Path, text: str, *, fresh: bool = False) -> None:
        """Write a file that nobody else may read, whole or not at all; a fresh one replaces none."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError.of(
                "HF503",
                f"what signs checkpoints cannot be kept ({error.strerror or error})",
                place=Place(str(self._folder)),
                fix="expected a folder that this user may write",
            ) from error
        with complete(path, "key of checkpoints", private=True, fresh=fresh) as file:
            file.write(text.encode())


def _again(first: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    yield first
    yield from rest


def _secret(path: Path) -> SecretKey:
    try:
        return SecretKey.parse(path.read_text(encoding="utf-8"))
    except (NoteError, OSError, UnicodeDecodeError) as error:
        raise UsageError.of(
            "HF501",
            f"the key that signs checkpoints cannot be read ({getattr(error, 'strerror', None) or error})",
            place=Place(str(path)),
            fix="put it back from a backup; with a new key, who knows the old one does not trust the new",
        ) from error


def given_keys(told: Sequence[str], signer: Signer) -> list[PublicKey]:
    """Return the keys that were given as text or file; without any, those whose secret is here.

    Raises
    ------
    UsageError
        HF501: one of them is no key, or there is none.
    """
    keys: list[PublicKey] = []
    for text in told:
        path = Path(text)
        try:
            content = path.read_text(encoding="utf-8") if "+" not in text else text
            keys.append(PublicKey.parse(content))
        except (NoteError, OSError, UnicodeDecodeError) as error:
            raise UsageError.of(
                "HF501",
                f"`--key {text[:80]}` names no key ({getattr(error, 'strerror', None) or error})",
                fix="the line that `holdfast ledger checkpoint` printed, or a file that holds it",
            ) from error
    keys = keys or signer.public_keys()
    if not keys:
        raise UsageError.of(
            "HF501",
            "who signed the checkpoint is not known here",
            fix="say `--key` and the line that `holdfast ledger checkpoint` printed",
        )
    return keys
