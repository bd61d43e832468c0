"""From the sign-in page to the identity provider and back: what was begun here, once, by the same browser."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from holdfast.access.events import (
    SIGN_INS,
    IdentityConnected,
    PersonInvited,
    PersonJoined,
    RoleGiven,
    SignedIn,
)
from holdfast.access.handlers.links import new_person
from holdfast.access.handlers.names import keep_name
from holdfast.access.handlers.oidc.provider import Provider, Word, does_not_hold
from holdfast.access.handlers.room import AccessRoom
from holdfast.access.handlers.rows import insert_new
from holdfast.access.handlers.sessions import start_session
from holdfast.access.handlers.spent import spend
from holdfast.access.model import people as model
from holdfast.access.model.paths import own_path
from holdfast.access.model.people import People
from holdfast.access.model.principal import Role
from holdfast.access.model.refusing import InvalidError, ProviderError
from holdfast.access.model.shown import CameIn
from holdfast.kernel.clock import iso, parse_iso
from holdfast.kernel.events import Event

if TYPE_CHECKING:
    from sqlalchemy import Connection

LASTS = timedelta(minutes=10)
RETURN = "/sign-in/return"


@dataclass(frozen=True)
class Begun:
    """What a sign-in began with; the browser keeps it, signed by us, until it comes back."""

    state: str
    nonce: str
    verifier: str
    until: str
    next: str
    connect: str


def begin(
    room: AccessRoom, provider: Provider, base: str, wanted: str | None, connect: str
) -> tuple[str, str]:
    """Return where to send somebody, and what their browser is to keep.

    Parameters
    ----------
    base : str
        Our own address, without a slash at the end.
    connect : str
        Whose account is to be connected; empty for signing in.
    """
    until = iso(room.clock.now() + LASTS)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    begun = Begun(state, nonce, verifier, until, own_path(wanted), connect)
    return provider.address(base + RETURN, state, nonce, verifier), _signed(room, begun)


def finish(
    room: AccessRoom,
    provider: Provider,
    base: str,
    kept: str,
    said: Mapping[str, str],
    agent: str,
    present: str,
) -> tuple[CameIn, str]:
    """Let somebody in who comes back from the provider; return who it is, and where they wanted to go.

    Parameters
    ----------
    kept : str
        What the browser kept.
    said : mapping
        The parameters with which it comes back.
    present : str
        Who is signed in here already; needed to connect an account.

    Raises
    ------
    ProviderError
        HF629: it was not begun here, comes twice, or the provider's word does not hold.
    """
    begun = _begun(room, kept, said)
    if "error" in said:
        raise does_not_hold(said["error"][:80])
    if said.get("iss", provider.rules.issuer) != provider.rules.issuer:
        raise does_not_hold("it comes from another issuer")
    if not said.get("code"):
        raise does_not_hold("it brings no code")
    word = provider.word(said["code"], base + RETURN, begun.nonce, begun.verifier)
    if begun.connect and begun.connect != present:
        raise does_not_hold("whose account is to be connected has signed out")
    return _let_in(room, provider, word, begun.connect, agent), begun.next


def _begun(room: AccessRoom, kept: str, said: Mapping[str, str]) -> Begun:
    """Return what was begun; refuse what another browser, or nobody, began."""
    begun = _opened(room, kept)
    if begun is None or not hmac.compare_digest(begun.state.encode(), said.get("state", "").encode()):
        raise does_not_hold("it was not begun in this browser")
    until = parse_iso(begun.until)
    if room.clock.now() >= until:
        raise does_not_hold("it was begun too long ago")
    if not spend(room, "oidc " + begun.state, until + LASTS):
        raise does_not_hold("it came before")
    return begun


def _let_in(room: AccessRoom, provider: Provider, word: Word, connect: str, agent: str) -> CameIn:
    """Find or make the person, give the roles that the provider says, and begin a session."""
    roles = mapped(provider, word)
    with room.store.writing() as connection:
        actor = _actor(room, connection, provider, word, connect, known=bool(roles))

        def decide(people: People) -> list[Event]:
            return _facts(people, actor, roles, provider.rules.ruled)

        room.decide_people(actor, decide)
        _keep_name(room, connection, actor, word)
        secret = start_session(room, connection, actor, agent)
    if connect:
        room.record(SIGN_INS, actor, IdentityConnected(person=actor))
    room.record(SIGN_INS, actor, SignedIn(person=actor, way="oidc"))
    return CameIn(actor, secret)


def mapped(provider: Provider, word: Word) -> frozenset[Role]:
    """Return the roles that the provider's word gives."""
    rules = provider.rules
    value = word.claims.get(rules.claim) if rules.claim else None
    values = value if isinstance(value, list) else [value]
    known = [rules.roles[each] for each in values if isinstance(each, str) and each in rules.roles]
    return frozenset(role for roles in known for role in roles)


def _actor(
    room: AccessRoom, connection: Connection, provider: Provider, word: Word, connect: str, *, known: bool
) -> str:
    """Return whose subject it is; a stranger gets an id where strangers may come in."""
    from sqlalchemy import select

    from holdfast.store.tables.access import identities

    same = (identities.c.issuer == provider.rules.issuer) & (identities.c.subject == word.subject)
    actor: str | None = connection.execute(select(identities.c.actor).where(same)).scalar()
    if actor is None:
        if not (connect or known or provider.rules.strangers):
            raise _not_known()
        actor = connect or new_person()
        row = {"issuer": provider.rules.issuer, "subject": word.subject, "actor": actor}
        if not insert_new(connection, identities, **row):
            raise does_not_hold("somebody else came in by it at the same moment")
    elif connect and actor != connect:
        raise does_not_hold("it is connected with another account")
    person = room.directory.people().get(actor)
    if person is not None and not person.may_come_in:
        raise _not_known()
    return actor


def _facts(people: People, actor: str, roles: frozenset[Role], ruled: frozenset[Role]) -> list[Event]:
    person = people.get(actor)
    if person is None:
        first = roles or frozenset({Role.VIEWER})
        given = [RoleGiven(person=actor, role=role.value, source="oidc") for role in sorted(first)]
        return [PersonInvited(person=actor), *given, PersonJoined(person=actor, way="oidc")]
    joined: list[Event] = [] if person.joined else [PersonJoined(person=actor, way="oidc")]
    return joined + model.provided(people, actor, roles, ruled)


def _keep_name(room: AccessRoom, connection: Connection, actor: str, word: Word) -> None:
    """Keep the name that the provider says, where there is none."""
    from contextlib import suppress

    from sqlalchemy import select

    from holdfast.store.tables.access import people

    if (
        word.name
        and connection.execute(select(people.c.actor).where(people.c.actor == actor)).first() is None
    ):
        with suppress(InvalidError):  # a name that cannot be shown is no reason to keep somebody out
            keep_name(room, connection, actor, word.name, word.mail or None)


def _not_known() -> ProviderError:
    error = ProviderError.of(
        "HF629", "you are not known here", fix="ask an admin for an invitation, and connect your account then"
    )
    error.wanted = "sign-in"
    return error


def _signed(room: AccessRoom, begun: Begun) -> str:
    text = base64.urlsafe_b64encode(json.dumps(asdict(begun)).encode()).decode()
    return f"{text}.{_mac(room, text)}"


def _opened(room: AccessRoom, kept: str) -> Begun | None:
    text, _, mac = kept.partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(room, text).encode()):
        return None
    try:
        return Begun(**json.loads(base64.urlsafe_b64decode(text)))
    except (ValueError, TypeError, binascii.Error):  # signed by another version of us
        return None


def _mac(room: AccessRoom, text: str) -> str:
    return hmac.new(room.key, b"holdfast oidc " + text.encode(), hashlib.sha256).hexdigest()
