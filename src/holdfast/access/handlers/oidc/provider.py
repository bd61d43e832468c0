"""The identity provider, as it describes itself; and its signed word about somebody, held to every check."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from holdfast.access.model.addresses import is_loopback
from holdfast.access.model.refusing import ProviderError, UnavailableError
from holdfast.access.model.rules import SKEW, OidcRules
from holdfast.kernel.clock import Clock

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key that only the provider has: never `none`, never one with a shared secret."""
DESCRIBED_FOR = timedelta(hours=1)
KEYS_AGAIN = timedelta(minutes=1)
"""How soon at the earliest keys are fetched again for one that is not known."""
SECONDS = 10.0
LARGEST = 1_000_000


@dataclass(frozen=True)
class Word:
    """What the provider says of somebody, checked."""

    subject: str
    name: str
    mail: str
    claims: Mapping[str, Any]


@dataclass(frozen=True)
class Described:
    """Where the provider does what."""

    authorize: str
    token: str
    keys: str
    methods: tuple[str, ...]


class Provider:
    """One identity provider. Safe to use from several threads."""

    def __init__(self, rules: OidcRules, clock: Clock) -> None:
        self.rules = rules
        self._clock = clock
        self._lock = threading.Lock()
        self._described: tuple[datetime, Described] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def address(self, redirect: str, state: str, nonce: str, verifier: str) -> str:
        """Return where somebody signs in."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        return str(
            prepare_grant_uri(
                self.described().authorize,
                client_id=self.rules.client_id,
                response_type="code",
                redirect_uri=redirect,
                scope=self.rules.scopes,
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )

    def word(self, code: str, redirect: str, nonce: str, verifier: str) -> Word:
        """Exchange a code for the provider's word about who signed in.

        Raises
        ------
        ProviderError
            HF629: the code was used or is not ours, or the answer does not hold.
        UnavailableError
            HF633: the provider does not answer.
        """
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        described, secret = self.described(), self.rules.client_secret
        body = prepare_token_request("authorization_code", "", redirect, code=code, code_verifier=verifier)
        method = "none"
        if secret is not None:
            basic = "client_secret_basic" in described.methods
            method = "client_secret_basic" if basic else "client_secret_post"
        auth = ClientAuth(self.rules.client_id, secret.value if secret else "", method)
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        url, headers, body = auth.prepare("POST", described.token, sent, body)
        answer = self._fetched(url, headers, body)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise does_not_hold("it brings no identity")
        return self._checked(token, nonce, answer.get("access_token"))

    def _checked(self, token: str, nonce: str, access_token: object) -> Word:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        now = self._clock.now()
        try:
            try:
                decoded = jwt.decode(token, self.keys(), list(ALGORITHMS))
            except InvalidKeyIdError:  # the provider may have changed its keys
                decoded = jwt.decode(token, self.keys(afresh=True), list(ALGORITHMS))
            options = {
                "iss": {"essential": True, "value": self.rules.issuer},
                "aud": {"essential": True, "value": self.rules.client_id},
                "nonce": {"essential": True, "value": nonce},
            }
            params = {"nonce": nonce, "client_id": self.rules.client_id, "access_token": access_token}
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(now=int(now.timestamp()), leeway=int(SKEW.total_seconds()))
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise does_not_hold(f"{type(error).__name__}: {error}") from error
        subject = claims["sub"]
        if not 0 < len(subject) <= 255:
            raise does_not_hold("its subject cannot be one")
        verified = claims.get("email_verified") is True
        mail = claims.get("email") if verified else ""
        return Word(subject, _text(claims.get("name")), _text(mail), dict(claims))

    def described(self) -> Described:
        """Return where the provider does what; asked for once an hour."""
        with self._lock:
            now = self._clock.now()
            if self._described is None or not timedelta(0) <= now - self._described[0] < DESCRIBED_FOR:
                self._described = (now, self._describe())
            return self._described[1]

    def _describe(self) -> Described:
        issuer = self.rules.issuer
        said = self._fetched(issuer.rstrip("/") + "/.well-known/openid-configuration")
        if said.get("issuer") != issuer:
            raise does_not_hold("it describes itself as another issuer")
        places = [said.get(each) for each in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        for place in places:
            parts = urlsplit(place if isinstance(place, str) else "")
            if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
                raise does_not_hold("it names a place that is no https address")
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Described(str(places[0]), str(places[1]), str(places[2]), tuple(map(str, methods)))

    def keys(self, *, afresh: bool = False) -> KeySet:
        """Return the provider's keys; afresh where one is not known, but not again and again."""
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        address = self.described().keys
        with self._lock:
            now = self._clock.now()
            kept = self._keys
            if kept is not None and not (afresh and abs(now - kept[0]) >= KEYS_AGAIN):
                return kept[1]
            said = self._fetched(address)
            try:
                # keys that we cannot read, and those that are not for signatures, are none of ours
                known = [each for each in said["keys"] if each.get("kty") in ("RSA", "EC")]
                found = KeySet.import_key_set({"keys": known})
            except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise does_not_hold("its keys cannot be read") from error
            self._keys = (now, found)
            return found

    def _fetched(
        self, url: str, headers: Mapping[str, str] | None = None, body: str | None = None
    ) -> dict[str, Any]:
        """Return a JSON object from the provider, within bounds of time and size; no redirect is followed."""
        import httpx

        method = "GET" if body is None else "POST"
        try:
            with (
                httpx.Client(timeout=SECONDS, follow_redirects=False) as client,
                client.stream(method, url, headers=dict(headers or {}), content=body) as answer,
            ):
                read = b""
                for part in answer.iter_bytes():
                    read += part
                    if len(read) > LARGEST:
                        raise does_not_hold("it is too large")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnavailableError.of(
                "HF633",
                f"the identity provider does not answer: {type(error).__name__}",
                fix="try again; an admin can make a one-time link meanwhile",
            ) from error
        if answer.status_code >= 500:
            raise UnavailableError.of(
                "HF633", f"the identity provider answers with {answer.status_code}", fix="try again later"
            )
        return _object(answer, read)


def _object(answer: Any, read: bytes) -> dict[str, Any]:  # noqa: ANN401 -- httpx is loaded where it is used
    import json

    try:
        said = json.loads(read)
    except ValueError as error:
        raise does_not_hold("it is no JSON") from error
    if not isinstance(said, dict):
        raise does_not_hold("it is no object")
    if answer.status_code != 200:
        raise does_not_hold(str(said.get("error") or answer.status_code)[:80])
    return said


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def does_not_hold(why: str) -> ProviderError:
    """Return the refusal of what the provider says; why is for the log and an admin, not a secret."""
    error = ProviderError.of(
        "HF629",
        f"the identity provider's answer does not hold: {why[:200]}",
        fix="sign in again from the start",
    )
    error.wanted = "sign-in"
    return error
