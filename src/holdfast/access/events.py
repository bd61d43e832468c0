"""The facts of access: opaque ids only. Names, addresses and what opens a door stand in the store."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event

Way = Literal["first link", "link", "oidc"]


class PersonInvited(Event):
    """Somebody was invited, or signed in through the identity provider for the first time."""

    person: str = Field(description="Opaque id of the person, `p-` and eight hexadecimal digits.")


class PersonJoined(Event):
    """A person came in for the first time."""

    person: str = Field(description="Opaque id of the person.")
    way: Way = Field(description="By the first start's link, by a link, or by the identity provider.")


class RoleGiven(Event):
    """A person was given a role."""

    person: str = Field(description="Opaque id of the person.")
    role: str = Field(description="viewer, responder, commander, approver, auditor or admin.")
    source: Literal["admin", "first link", "oidc"] = Field(
        "admin", description="Who says so: an admin, the first start's link, or the identity provider."
    )


class RoleTaken(Event):
    """A role was taken from a person; what they did with it stays."""

    person: str = Field(description="Opaque id of the person.")
    role: str = Field(description="The role that was taken.")
    source: Literal["admin", "oidc"] = Field(
        "admin", description="Who says so: an admin, or the identity provider."
    )


class GroupGiven(Event):
    """A person acts for one of the plan's people from now on."""

    person: str = Field(description="Opaque id of the person.")
    group: str = Field(description="A name of the plan's `people:`.")


class GroupTaken(Event):
    """A person no longer acts for one of the plan's people."""

    person: str = Field(description="Opaque id of the person.")
    group: str = Field(description="A name of the plan's `people:`.")


class PersonDeactivated(Event):
    """A person may do nothing any more: sessions and links end with this fact. Roles stay."""

    person: str = Field(description="Opaque id of the person.")


class PersonReactivated(Event):
    """A deactivated person may come in again."""

    person: str = Field(description="Opaque id of the person.")


class PersonForgotten(Event):
    """A person's name, mail address and identity were erased from the store; the opaque id stays in facts."""

    person: str = Field(description="Opaque id of the person.")


class LinkMade(Event):
    """A one-time link was made that signs a person in."""

    person: str = Field(description="Opaque id of the person whom the link signs in.")
    until: datetime = Field(description="When the link ends, used or not.")
    by_mail: bool = Field(False, description="Whether it was sent by mail; otherwise it was shown once.")


class SignedIn(Event):
    """A person signed in: a session began."""

    person: str = Field(description="Opaque id of the person.")
    way: Way = Field(description="By the first start's link, by a link, or by the identity provider.")


class SignedOut(Event):
    """A person ended a session of theirs, or all of them; or an admin ended all sessions of a person."""

    person: str = Field(description="Opaque id of the person.")
    everywhere: bool = Field(False, description="Whether all sessions ended.")


class IdentityConnected(Event):
    """A person was connected with the identity provider; whose subject it is stands in the store."""

    person: str = Field(description="Opaque id of the person.")


class TokenIssued(Event):
    """A token for a machine was issued. The token was shown once; the store holds its hash."""

    token: str = Field(description="Opaque id of the token, `t-` and eight hexadecimal digits.")
    scopes: list[str] = Field(description="Names of the permissions that it has.")
    until: datetime = Field(description="When it ends.")


class TokenRevoked(Event):
    """A token was taken out of use."""

    token: str = Field(description="Opaque id of the token.")


class AccessDenied(Event):
    """Attempts that were denied, counted: one fact for who, what and from where in a span of time.

    Counting keeps brute force from filling the chain. The address is a keyed digest of its class (an IPv4
    address, an IPv6 network of 64 bits): the same class gives the same digest, and without the key in the
    store nobody can tell which. Where very many classes try at once, those that come later share `many`.
    """

    who: str = Field(description="Opaque id of the actor, or `anonymous`.")
    wanted: str = Field(
        description="The permission, or `sign-in`, `token`, `link`, `form`, `host`; `other` where none was"
        " named."
    )
    address: str = Field(description="Keyed digest of the address class; `many` for the rest.")
    count: int = Field(description="How many attempts.")
    first_at: datetime = Field(description="The first of them.")
    last_at: datetime = Field(description="The last of them.")


PEOPLE = "access/people"
"""The stream of who there is and what they may."""
SIGN_INS = "access/sign-ins"
TOKENS = "access/tokens"
DENIALS = "access/denials"
"""Each batch of counted denials has a stream of its own below this name: recording it twice is refused."""

EVENTS: tuple[type[Event], ...] = (
    PersonInvited,
    PersonJoined,
    RoleGiven,
    RoleTaken,
    GroupGiven,
    GroupTaken,
    PersonDeactivated,
    PersonReactivated,
    PersonForgotten,
    LinkMade,
    SignedIn,
    SignedOut,
    IdentityConnected,
    TokenIssued,
    TokenRevoked,
    AccessDenied,
)
