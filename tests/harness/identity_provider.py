"""An identity provider on this machine that signs in whomever it is told to: OpenID Connect's four addresses."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT, SECRET = "rolloutgov", "told to us alone"


@dataclass
class Provider:
    url: str = ""
    # What it says about the person who signs in there.
    claims: dict[str, Any] = field(default_factory=dict)
    # Codes that it gave out, with the digest that must be proved for each (PKCE).
    given: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    @property
    def settings(self) -> dict[str, Any]:
        app = {"provider_id": "corp", "name": "Contoso single sign-on", "client_id": CLIENT, "secret": SECRET}
        return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app | {"settings": {"server_url": self.url}}]}}

    def answer(self, address: str) -> str:
        """The query that a browser comes back with after its person said yes there."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert {"openid", "email"} <= set(asked["scope"].split())
        code = secrets.token_urlsafe(8)
        self.given[code] = asked["code_challenge"]
        return f"code={code}&state={asked['state']}"

    def exchange(self, sent: dict[str, str]) -> dict[str, Any] | None:
        challenge = self.given.pop(sent.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if sent.get("client_secret") != SECRET or challenge != proof.decode().rstrip("="):
            return None
        at = int(time.time())
        token = {"iss": self.url, "aud": CLIENT, "iat": at, "exp": at + 60} | self.claims
        signed = jwt.encode(token, "a key of the provider, of any length", algorithm="HS256")
        return {"access_token": "for userinfo", "token_type": "Bearer", "id_token": signed}

    def told(self, path: str) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            ends = {f"{name}_endpoint": f"{self.url}/{end}" for name, end in names.items()}
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **ends, **methods}
        return self.claims if path == "/userinfo" else None


@contextmanager
def identity_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(provider.told(self.path))

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._say(provider.exchange({name: values[0] for name, values in sent.items()}))

        def _say(self, what: dict[str, Any] | None) -> None:
            good = what is not None and not provider.broken
            body = json.dumps(what if good else {"error": "invalid_request"}).encode()
            self.send_response(200 if good else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
