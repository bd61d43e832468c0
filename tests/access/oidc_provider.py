"""A small identity provider on loopback: real keys, real codes, and every lie that a test asks for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, SECRET = "holdfast", "a secret of the provider's"


@dataclass
class Lies:
    """What the provider does wrong; nothing at first."""

    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    algorithm: str = "RS256"
    foreign_key: bool = False
    hide_key: bool = False
    issuer: str = ""
    token_status: int = 200
    body: bytes | None = None


class Provider:
    """The provider's state."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.address = ""
        self.lies = Lies()
        self.person: dict[str, Any] = {"sub": "ann-4711", "name": "Ann", "email": "ann@example.org"}
        self.rsa = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
        self.ec = ECKey.generate_key("P-256", {"kid": "ec"}, private=True)
        self.foreign = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def signed(self, nonce: str) -> str:
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
            **self.person, **self.lies.claims,
        }  # fmt: skip
        for name in self.lies.without:
            claims.pop(name, None)
        algorithm = self.lies.algorithm
        if algorithm == "none":
            head = _b64(json.dumps({"alg": "none"}).encode())
            return f"{head}.{_b64(json.dumps(claims).encode())}."
        if algorithm == "HS256":  # signed with what everybody can read: the public key
            head = _b64(json.dumps({"alg": "HS256", "kid": "rsa"}).encode())
            signed = f"{head}.{_b64(json.dumps(claims).encode())}"
            public = self.rsa.as_pem(private=False)
            return f"{signed}.{_b64(hmac.new(public, signed.encode(), hashlib.sha256).digest())}"
        key = self.ec if algorithm.startswith("ES") else self.rsa
        if self.lies.foreign_key:
            key = self.foreign
        return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key)

    def keys(self) -> dict[str, Any]:
        if self.lies.hide_key:
            self.lies.hide_key = False  # the next one who asks gets them: keys were changed meanwhile
            return dict(KeySet([self.ec]).as_dict(private=False))
        return dict(KeySet([self.rsa, self.ec]).as_dict(private=False))


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Handler(BaseHTTPRequestHandler):
    """The provider's addresses."""

    provider: Provider

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts, provider = urlsplit(self.path), self.provider
        provider.asked.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            self._json({
                "issuer": provider.lies.issuer or provider.address,
                "authorization_endpoint": f"{provider.address}/authorize",
                "token_endpoint": f"{provider.address}/token",
                "jwks_uri": f"{provider.address}/keys",
            })  # fmt: skip
        elif parts.path == "/keys":
            self._json(provider.keys())
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            code = secrets.token_urlsafe(16)
            provider.codes[code] = asked
            self.send_response(302)
            back = urlencode({"code": code, "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._json({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        provider = self.provider
        sent = {name: values[0] for name, values in parse_qs(
            self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}  # fmt: skip
        login = base64.b64decode(self.headers.get("Authorization", "Basic ").split(" ")[1]).decode()
        asked = provider.codes.pop(sent.get("code", ""), None)  # a code works once
        challenge = _b64(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or login != f"{CLIENT}:{SECRET}"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != sent["redirect_uri"]
        ):
            self._json({"error": "invalid_grant"}, 400)
            return
        if provider.lies.body is not None:
            self._raw(provider.lies.body, provider.lies.token_status)
            return
        token = provider.signed(asked["nonce"])
        self._json(
            {"access_token": "a", "token_type": "Bearer", "id_token": token}, provider.lies.token_status
        )

    def _json(self, value: Any, status: int = 200) -> None:
        self._raw(json.dumps(value).encode(), status)

    def _raw(self, body: bytes, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def provided(clock) -> Iterator[Provider]:
    """Start a provider; end it."""
    provider = Provider(clock)
    handler = type("Bound", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
