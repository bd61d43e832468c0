"""Tokens for machines: issued, shown once, found by their hash, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from holdfast.access.handlers.limits import count_wrong
from holdfast.access.handlers.names import checked_name
from holdfast.access.handlers.room import AccessRoom
from holdfast.access.model import tokens as model
from holdfast.access.model.addresses import Seen
from holdfast.access.model.principal import Kind, Principal
from holdfast.access.model.refusing import InvalidError, UnknownPersonError
from holdfast.access.model.shown import Issued, TokenShown
from holdfast.access.model.tokens import SECRET_BYTES, MachineToken, hashed, token_text, well_formed
from holdfast.access.ports import Identified


def issue(room: AccessRoom, by: str, name: str, scopes: Collection[str], until: datetime) -> Issued:
    """Issue a token. The hash comes first: a fact without it would be a token that opens nothing.

    Raises
    ------
    InvalidError
        HF631: a scope, an end or a name that cannot be.
    """
    from sqlalchemy import insert

    from holdfast.store.tables.access import machine_tokens

    name = checked_name(name)
    if not name:
        raise InvalidError.of("HF631", "a token has a name", fix="say what it is for: `alertmanager, prod`")
    actor, text = "t-" + secrets.token_hex(4), token_text(secrets.token_bytes(SECRET_BYTES))
    events = model.issue(actor, scopes, until, room.clock.now())
    with room.store.writing() as connection:
        connection.execute(insert(machine_tokens).values(hash=hashed(text), actor=actor, name=name))
    room.decide_tokens(by, lambda _: events)
    return Issued(actor, text)


def revoke(room: AccessRoom, by: str, actor: str) -> None:
    """Take a token out of use, in every process at once."""
    room.decide_tokens(by, lambda tokens: model.revoke(tokens, actor))


def find_token(room: AccessRoom, text: str, seen: Seen) -> Identified:
    """Return whose token it is.

    Raises
    ------
    UnknownPersonError
        HF621: it opens nothing. Only who has the token hears that it ended.
    TooManyError
        HF625: too many wrong ones came from there.
    """
    row = _row(room, text) if well_formed(text) else None
    if row is None:
        count_wrong(room, seen.address)
        raise UnknownPersonError.of("HF621", "the token is not one of ours", fix="an admin issues one")
    token = room.directory.tokens().by_actor.get(row.actor)
    if token is None or not token.works(room.clock.now()):
        count_wrong(room, seen.address)
        why = "was revoked" if token is None or token.revoked else f"ended at {token.until.isoformat()}"
        raise UnknownPersonError.of(
            "HF621", f"the token `{row.actor}` {why}", fix="an admin issues another one"
        )
    _used(room, row)
    return Identified(Principal(token.actor, Kind.MACHINE, scopes=token.scopes))


def tokens_of(room: AccessRoom) -> list[TokenShown]:
    """Return all tokens: those that work first, then the newest."""
    from sqlalchemy import select

    from holdfast.store.tables.access import machine_tokens as kept

    with room.store.reading() as connection:
        rows = connection.execute(select(kept.c.actor, kept.c.name, kept.c.used_on))
        named = {row.actor: (str(row.name), row.used_on) for row in rows}
    now = room.clock.now()
    tokens = room.directory.tokens().by_actor.values()
    shown = [_shown(each, *named.get(each.actor, ("", None))) for each in tokens]
    return sorted(shown, key=lambda each: (each.revoked or each.until <= now, -each.issued_at.timestamp()))


def _shown(token: MachineToken, name: str, used_on: str | None) -> TokenShown:
    scopes = tuple(sorted(token.scopes))
    return TokenShown(token.actor, name, scopes, token.issued_at, token.until, token.revoked, used_on)


@dataclass(frozen=True)
class _Row:
    actor: str
    used_on: str | None


def _row(room: AccessRoom, text: str) -> _Row | None:
    from sqlalchemy import select

    from holdfast.store.tables.access import machine_tokens as kept

    wanted = select(kept.c.actor, kept.c.used_on).where(kept.c.hash == hashed(text))
    with room.store.reading() as connection:
        found = connection.execute(wanted).first()
    return None if found is None else _Row(found.actor, found.used_on)


def _used(room: AccessRoom, row: _Row) -> None:
    """Note the day on which a token was used, once a day."""
    from sqlalchemy import update

    from holdfast.store.tables.access import machine_tokens

    today = room.clock.now().date().isoformat()
    if row.used_on != today:
        with room.store.writing() as connection:
            noted = update(machine_tokens).where(machine_tokens.c.actor == row.actor).values(used_on=today)
            connection.execute(noted)
