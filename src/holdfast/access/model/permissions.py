"""What each role may do, in one table."""

from __future__ import annotations

from enum import StrEnum

from holdfast.access.model.principal import Kind, Principal, Role


class Permission(StrEnum):
    """Something that may be allowed. A machine's token names those that it has."""

    VIEW = "view"
    """See incidents, plans, gates, runbooks."""
    REPORT = "report"
    """Send in a report or an alert; all that a reporting machine needs."""
    DECLARE = "declare"
    RESPOND = "respond"
    """Work in a room: statement, decisions, actions, evidence, drafts, runbooks, levers to safe."""
    COMMAND = "command"
    """Severity, roles, states, closing."""
    APPROVE = "approve"
    """Approve what is said outside, accept residual risk, consent to what widens."""
    READ_SENSITIVE = "read-sensitive"
    """Open evidence of the vault; each reading is a fact."""
    AUDIT = "audit"
    """See the ledger, verify and export it."""
    ADMINISTER = "administer"
    """People, tokens, legal holds, erasure."""


P = Permission
ROLES: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({P.VIEW, P.REPORT}),
    Role.RESPONDER: frozenset({P.VIEW, P.REPORT, P.DECLARE, P.RESPOND, P.READ_SENSITIVE}),
    Role.COMMANDER: frozenset({P.VIEW, P.REPORT, P.DECLARE, P.RESPOND, P.COMMAND, P.READ_SENSITIVE}),
    Role.APPROVER: frozenset({P.VIEW, P.REPORT, P.DECLARE, P.APPROVE, P.READ_SENSITIVE}),
    Role.AUDITOR: frozenset({P.VIEW, P.REPORT, P.AUDIT, P.READ_SENSITIVE}),
    Role.ADMIN: frozenset({P.VIEW, P.REPORT, P.DECLARE, P.AUDIT, P.ADMINISTER}),
}


def permitted(principal: Principal, permission: Permission) -> bool:
    """Return whether somebody may do something.

    Examples
    --------
    >>> permitted(Principal("p-1", Kind.PERSON, frozenset({Role.VIEWER})), Permission.DECLARE)
    False
    >>> permitted(Principal("t-1", Kind.MACHINE, scopes=frozenset({"report"})), Permission.REPORT)
    True
    """
    if principal.kind is Kind.MACHINE:
        return permission.value in principal.scopes
    if principal.kind is Kind.WORKER:
        return True
    return any(permission in ROLES[role] for role in principal.roles)
