"""The workspace's master key: it opens the keys of the scopes, and lies outside the database.

The file holds one key a line in base64, the one that wraps new keys first. There is more than one only while
keys are wrapped anew, so that a process that dies in between leaves nothing that cannot be opened.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.kernel.errors import LedgerError, Place

KEY_BYTES = 32
NAME_BYTES = 8
NONCE_BYTES = 12
VARIABLE = "HOLDFAST_VAULT_KEY"


@dataclass(frozen=True)
class MasterKey:
    """One key of a workspace. It is never shown: `repr` tells its name only."""

    secret: bytes

    @property
    def name(self) -> bytes:
        """Return what tells keys apart without telling the key."""
        return hashlib.sha256(b"holdfast master key\0" + self.secret).digest()[:NAME_BYTES]

    def __repr__(self) -> str:
        return f"MasterKey({self.name.hex()})"

    def wrap(self, scope: str, key: bytes) -> bytes:
        """Return a scope's key, encrypted: the master key's name, a nonce, and the rest."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        return self.name + nonce + AESGCM(self.secret).encrypt(nonce, key, _bound(scope))

    def unwrap(self, scope: str, wrapped: bytes) -> bytes:
        """Return a scope's key.

        Raises
        ------
        cryptography.exceptions.InvalidTag
            It is not this scope's, or was changed.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, rest = wrapped[NAME_BYTES : NAME_BYTES + NONCE_BYTES], wrapped[NAME_BYTES + NONCE_BYTES :]
        return AESGCM(self.secret).decrypt(nonce, rest, _bound(scope))


def _bound(scope: str) -> bytes:
    return b"holdfast vault key\0" + scope.encode()


class MasterKeys:
    """The keys of a workspace: those of the environment where it has some, else those of a file.

    Parameters
    ----------
    path : Path
        The file; made with one new key, readable by its owner only, where there is none yet.
    given : str or None
        What `HOLDFAST_VAULT_KEY` says: one key in base64, or several with commas between, the present one
        first.
    """

    def __init__(self, path: Path, given: str | None = None) -> None:
        self._path = path
        self._given = given
        self._read: tuple[MasterKey, ...] = ()

    @property
    def given(self) -> bool:
        """Whether the environment gives them."""
        return self._given is not None

    @property
    def place(self) -> str:
        """Where the keys are, for people."""
        return VARIABLE if self._given else str(self._path)

    def present(self, *, make: bool) -> MasterKey:
        """Return the key that wraps new ones; `make` says whether one may be made where there is none.

        It is read anew each time: another process may have changed it, and what is wrapped by a key that is
        gone is lost.
        """
        self._read = ()
        return self._keys(make)[0]

    def unwrap(self, scope: str, wrapped: bytes) -> bytes:
        """Return a scope's key, opened by whichever key of the workspace wrapped it.

        Raises
        ------
        LedgerError
            HF772: none of them did.
        """
        from cryptography.exceptions import InvalidTag

        name = wrapped[:NAME_BYTES]
        if all(key.name != name for key in self._read):
            self._read = ()  # another process may have changed the key since
        for key in self._keys(make=False):
            if key.name == name:
                try:
                    return key.unwrap(scope, wrapped)
                except InvalidTag:
                    break
        raise LedgerError.of(
            "HF772",
            f"the key of `{scope}` belongs to the master key {name.hex()}, which is not in {self.place}",
            fix="put back the key that belongs to this store; a backup holds it",
        )

    def keep(self, keys: Sequence[MasterKey]) -> None:
        """Write the file anew, as a whole or not at all."""
        if self._given:
            raise LedgerError.of(
                "HF772",
                f"the master key comes from {VARIABLE}",
                fix="change it there: new key, comma, old key",
            )
        part = self._written(keys)
        part.replace(self._path)
        self._read = tuple(keys)

    def again(self) -> tuple[MasterKey, ...]:
        """Return all keys, read anew."""
        self._read = ()
        return self._keys(make=False)

    def _keys(self, make: bool) -> tuple[MasterKey, ...]:
        if not self._read:
            if self._given:
                self._read = _parsed(self._given.split(","), VARIABLE)
            else:
                self._read = self._of_file(make)
        return self._read

    def _of_file(self, make: bool) -> tuple[MasterKey, ...]:
        if make and not self._path.exists():
            part = self._written([MasterKey(secrets.token_bytes(KEY_BYTES))])
            try:
                os.link(part, self._path)  # unlike a rename it never takes the place of another process's key
            except FileExistsError:
                pass
            except OSError as error:
                raise self._refused(error) from error
            finally:
                part.unlink()
        try:
            with self._path.open(encoding="ascii") as file:
                if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                    raise LedgerError.of(
                        "HF772",
                        "others may read the vault's master key",
                        place=Place(str(self._path)),
                        fix=f"chmod 600 {self._path}, and rotate it: `holdfast vault rotate`",
                    )
                return _parsed(file.read().split(), str(self._path))
        except FileNotFoundError as error:
            raise LedgerError.of(
                "HF772",
                "the vault's master key is gone, and there are sealed texts",
                place=Place(str(self._path)),
                fix=f"put it back from a backup, or set {VARIABLE}",
            ) from error
        except OSError as error:
            raise self._refused(error) from error
        except UnicodeDecodeError as error:
            raise _no_keys(str(self._path)) from error

    def _written(self, keys: Sequence[MasterKey]) -> Path:
        """Return a file beside the right one that holds the keys, on the disk."""
        part = self._path.with_name(f"{self._path.name}.{secrets.token_hex(6)}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.writelines(base64.b64encode(key.secret).decode() + "\n" for key in keys)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._refused(error) from error
        return part

    def _refused(self, error: OSError) -> LedgerError:
        said = error.strerror or type(error).__name__
        refused = LedgerError.of(
            "HF772",
            f"the vault's master key cannot be read or written ({said})",
            place=Place(str(self._path)),
            fix=f"correct the permissions, or set {VARIABLE}",
        )
        assert isinstance(refused, LedgerError)  # noqa: S101 -- `of` is declared on the base
        return refused


def _parsed(words: Sequence[str], place: str) -> tuple[MasterKey, ...]:
    try:
        secret = [base64.b64decode(word.strip(), validate=True) for word in words]
    except (binascii.Error, ValueError) as error:
        raise _no_keys(place) from error
    if not secret or any(len(key) != KEY_BYTES for key in secret):
        raise _no_keys(place)
    return tuple(MasterKey(key) for key in secret)


def _no_keys(place: str) -> LedgerError:
    refused = LedgerError.of(
        "HF772", f"{place} holds no master key", fix=f"expected {KEY_BYTES} random bytes in base64"
    )
    assert isinstance(refused, LedgerError)  # noqa: S101 -- `of` is declared on the base
    return refused
