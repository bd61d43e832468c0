"""How access is set up on a server: what `HOLDFAST_...` says, read once by the app. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from holdfast.access.model.addresses import is_address, is_loopback
from holdfast.access.model.principal import Role
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.kernel.secrets import Revealed

Network: TypeAlias = IPv4Network | IPv6Network
SKEW = timedelta(seconds=60)
"""How far the identity provider's clock may be from ours."""


@dataclass(frozen=True)
class OidcRules:
    """The identity provider.

    Attributes
    ----------
    claim : str or None
        The claim whose values give roles.
    roles : mapping
        Value of the claim -> the roles that it gives.
    strangers : bool
        Whether somebody whom Holdfast does not know, and to whom no role is mapped, comes in as viewer.
    """

    issuer: str
    client_id: str
    client_secret: Revealed | None = None
    name: str = "your organisation"
    scopes: str = "openid profile email"
    claim: str | None = None
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    strangers: bool = True

    @property
    def ruled(self) -> frozenset[Role]:
        """The roles that the mapping speaks of."""
        return frozenset(role for roles in self.roles.values() for role in roles)


@dataclass(frozen=True)
class Rules:
    """How access is set up.

    Attributes
    ----------
    url : str or None
        Under which address people reach the server, without a slash at the end.
    hosts : frozenset of str
        Other names under which it answers; loopback and the host of `url` always count.
    proxies : tuple of networks
        Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    idle, longest : timedelta
        After which time without a request, and after which time at all, a session ends.
    """

    url: str | None = None
    hosts: frozenset[str] = frozenset()
    proxies: tuple[Network, ...] = ()
    idle: timedelta = timedelta(days=7)
    longest: timedelta = timedelta(days=30)
    oidc: OidcRules | None = None

    @property
    def origin(self) -> str | None:
        """What browsers send as `Origin` from our own pages, where `url` says."""
        parts = urlsplit(self.url or "")
        return f"{parts.scheme}://{parts.netloc.lower()}" if self.url else None

    def answers(self, host: str) -> bool:
        """Return whether a request for a host, without its port, is for us.

        A page elsewhere may let its own name point at us; it cannot be called by an address. So addresses
        always count, and of names ours only.
        """
        if is_loopback(host) or is_address(host) or host in self.hosts:
            return True
        return self.url is not None and host == (urlsplit(self.url).hostname or "")


def rules_from(environment: Mapping[str, str], url: str | None, idle: timedelta, longest: timedelta) -> Rules:
    """Return what the environment says about access.

    Parameters
    ----------
    url : str or None
        Under which address people reach the server, without a slash at its end.

    Raises
    ------
    UsageError
        HF630: a setting that cannot be.
    """
    return Rules(
        url,
        frozenset(each.lower() for each in _listed(environment, "HOLDFAST_HOSTS")),
        tuple(_network(each) for each in _listed(environment, "HOLDFAST_TRUSTED_PROXIES")),
        idle,
        longest,
        _oidc(environment),
    )


def _listed(environment: Mapping[str, str], name: str) -> list[str]:
    return [each.strip() for each in (environment.get(name) or "").split(",") if each.strip()]


def _refused(name: str, value: str, fix: str) -> UsageError:
    return UsageError.of("HF630", f"{name} is {value[:80]!r}", fix=fix)


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        fix = "give addresses or networks, with commas: 10.0.0.7, 10.1.0.0/16"
        raise _refused("HOLDFAST_TRUSTED_PROXIES", text, fix) from error


def _oidc(environment: Mapping[str, str]) -> OidcRules | None:
    issuer = environment.get("HOLDFAST_OIDC_ISSUER")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        fix = "an issuer is an https address, exactly as the provider writes it"
        raise _refused("HOLDFAST_OIDC_ISSUER", issuer, fix)
    client = environment.get("HOLDFAST_OIDC_CLIENT_ID")
    if not client:
        fix = "the provider gives one to each application"
        raise UsageError.of("HF630", "HOLDFAST_OIDC_CLIENT_ID is not set", fix=fix)
    secret = environment.get("HOLDFAST_OIDC_CLIENT_SECRET")
    strangers = environment.get("HOLDFAST_OIDC_STRANGERS") or "viewer"
    if strangers not in ("viewer", "refused"):
        raise _refused("HOLDFAST_OIDC_STRANGERS", strangers, "say viewer or refused")
    claim, roles = _mapping(environment.get("HOLDFAST_OIDC_ROLES") or "")
    return OidcRules(
        issuer,
        client,
        Revealed("HOLDFAST_OIDC_CLIENT_SECRET", secret) if secret else None,
        environment.get("HOLDFAST_OIDC_NAME") or "your organisation",
        environment.get("HOLDFAST_OIDC_SCOPES") or "openid profile email",
        claim,
        roles,
        strangers == "viewer",
    )


def _mapping(text: str) -> tuple[str | None, dict[str, frozenset[Role]]]:
    """Return claim and mapping of `groups: oncall=responder+commander, leads=approver`."""
    if not text.strip():
        return None, {}
    claim, colon, rest = text.partition(":")
    found: dict[str, frozenset[Role]] = {}
    for each in rest.split(","):
        value, equals, names = each.partition("=")
        if not (colon and claim.strip() and equals and value.strip()):
            fix = "write `groups: oncall=responder+commander, leads=approver`"
            raise _refused("HOLDFAST_OIDC_ROLES", text, fix)
        found[value.strip()] = frozenset(_role(name.strip()) for name in names.split("+"))
    return claim.strip(), found


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError as error:
        raise _refused("HOLDFAST_OIDC_ROLES", name, did_you_mean(name, list(Role))) from error
