"""Who asks: a person, a machine with a token, the command line on this machine, or nobody known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is here for; one person may have several."""

    VIEWER = "viewer"
    RESPONDER = "responder"
    COMMANDER = "commander"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Kind(StrEnum):
    """How somebody came in."""

    PERSON = "person"
    MACHINE = "machine"
    LOCAL = "local"
    WORKER = "worker"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Principal:
    """Who asks for something.

    Attributes
    ----------
    actor : str
        The opaque id that facts hold.
    kind : Kind
        How they came in.
    roles : frozenset of Role
        Of a person.
    scopes : frozenset of str
        Of a machine's token: names of `Permission`s.
    groups : frozenset of str
        For which of the plan's people they act.
    """

    actor: str
    kind: Kind
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    @classmethod
    def local(cls, actor: str, groups: frozenset[str] = frozenset()) -> Principal:
        """Return who works on the command line: whoever can write the ledger's file."""
        return cls(actor, Kind.LOCAL, frozenset(Role), frozenset(), groups)

    @classmethod
    def worker(cls, name: str) -> Principal:
        """Return a policy or a clock of the worker."""
        return cls(name, Kind.WORKER)


ANONYMOUS = Principal("anonymous", Kind.ANONYMOUS)
