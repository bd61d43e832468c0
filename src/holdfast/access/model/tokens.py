"""Tokens for machines: their facts, folded, and what a token looks like. Pure."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from holdfast.access.events import TokenIssued, TokenRevoked
from holdfast.access.model.permissions import Permission
from holdfast.access.model.refusing import InvalidError, no_such
from holdfast.kernel.errors import did_you_mean
from holdfast.kernel.events import Event, Recorded

PREFIX = "hf_"
SECRET_BYTES = 32
TOKEN = re.compile(r"hf_[0-9A-Za-z]{49}")
"""What secret scanners look for: the prefix, 43 signs of chance and 6 that check them."""
LONGEST = timedelta(days=366)
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def token_text(chance: bytes) -> str:
    """Return a token: prefix, chance and a checksum, so that scanners find it.

    Examples
    --------
    >>> token_text(bytes(32))
    'hf_00000000000000000000000000000000000000000002CZclj'
    >>> well_formed(token_text(bytes(32))), well_formed(token_text(bytes(32)).replace("C", "D"))
    (True, False)
    """
    body = _base62(int.from_bytes(chance, "big"), 43)
    return PREFIX + body + _base62(zlib.crc32(body.encode()), 6)


def well_formed(text: str) -> bool:
    """Return whether a text can be a token: it has the form, and its checksum fits."""
    if not TOKEN.fullmatch(text):
        return False
    body = text[len(PREFIX) : -6]
    return text[-6:] == _base62(zlib.crc32(body.encode()), 6)


def hashed(secret: str) -> str:
    """Return what the store keeps of a secret of 256 bits: such a one needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _base62(number: int, width: int) -> str:
    signs = ""
    while number:
        number, digit = divmod(number, 62)
        signs = DIGITS[digit] + signs
    return signs.rjust(width, "0")


@dataclass(frozen=True)
class MachineToken:
    """One token."""

    actor: str
    scopes: frozenset[str]
    issued_at: datetime
    until: datetime
    revoked: bool = False

    def works(self, now: datetime) -> bool:
        """Return whether it opens anything now."""
        return not self.revoked and now < self.until


@dataclass(frozen=True)
class Tokens:
    """All tokens, at one version of the stream."""

    by_actor: Mapping[str, MachineToken] = field(default_factory=dict)
    version: int = 0


def evolve(tokens: Tokens, recorded: Recorded) -> Tokens:
    """Return the tokens with one more fact."""
    known = dict(tokens.by_actor)
    match recorded.event:
        case TokenIssued() as fact:
            known[fact.token] = MachineToken(fact.token, frozenset(fact.scopes), recorded.at, fact.until)
        case TokenRevoked() as fact:
            known[fact.token] = replace(known[fact.token], revoked=True)
    return Tokens(known, recorded.version)


def issue(actor: str, scopes: Iterable[str], until: datetime, now: datetime) -> list[Event]:
    """Return the fact of issuing a token.

    Raises
    ------
    InvalidError
        HF631: no scope, an unknown one, one that machines do not get, or an end that cannot be.
    """
    names = sorted(set(scopes))
    known = [each.value for each in Permission if each is not Permission.ADMINISTER]
    if not names:
        raise InvalidError.of(
            "HF631", "a token without a scope opens nothing", fix="name one: report, view, ..."
        )
    for name in names:
        if name == Permission.ADMINISTER:
            raise InvalidError.of(
                "HF631", "no machine administers people and tokens", fix="a person with the role does"
            )
        if name not in known:
            raise InvalidError.of(
                "HF631", f"there is no scope `{name[:40]}`", fix=did_you_mean(name[:40], known)
            )
    if not now < until <= now + LONGEST:
        raise InvalidError.of("HF631", "a token ends, at most 366 days from now", fix="give a nearer end")
    return [TokenIssued(token=actor, scopes=names, until=until)]


def revoke(tokens: Tokens, actor: str) -> list[Event]:
    """Return the fact of revoking a token; nothing where it is revoked.

    Raises
    ------
    NotFoundError
        HF627: there is none.
    """
    token = tokens.by_actor.get(actor)
    if token is None:
        raise no_such("token", actor)
    return [] if token.revoked else [TokenRevoked(token=actor)]
