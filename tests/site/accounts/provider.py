"""A provider of single sign-on (OpenID Connect) on this machine, which can also be a bad one."""

import hashlib
import json
import secrets
import threading
import time
import urllib.request
from base64 import urlsafe_b64encode
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

CLIENT, SECRET = "newsroom", "s3cret"


class Provider:
    """Signs in the person that it is given, without asking.

    Attributes:
        person: the claims of whoever signs in.
        changed: claims that the ID token has instead.
        key: what signs the ID token; `own` is the one that is published.
        told: what the client has sent to each address.
        asked: how often it has done so.
    """

    def __init__(self, person: dict[str, Any]) -> None:
        self.person, self.changed = person, dict[str, Any]()
        self.userinfo: dict[str, Any] = person
        self.own = self.key = ec.generate_private_key(ec.SECP256R1())
        self.config: dict[str, Any] = {}
        self.told: dict[str, dict[str, str]] = {}
        self.asked = Counter[str]()
        self._asked: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Provider":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def send_back(self, address: str) -> str:
        """Follow a browser to the provider; return the address to which it is sent back."""
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
        answer = opener.open(address, timeout=10)
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def answer(self, path: str, sent: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        """Return a status with a body, or with the address to go on to."""
        self.told[path] = sent
        self.asked[path] += 1
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/person",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                **self.config,
            }
        if path == "/authorize":
            code = secrets.token_hex(8)
            self._asked[code] = sent
            return (
                302,
                f"{sent['redirect_uri']}?{urlencode({'code': code, 'state': sent['state']})}",
            )
        if path == "/keys":
            public = json.loads(ECAlgorithm.to_jwk(self.own.public_key()))
            return 200, {"keys": [public | {"kid": "1", "alg": "ES256", "use": "sig"}]}
        if path == "/person":
            return 200, self.userinfo
        return self._token(sent)

    def _token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        asked = self._asked.pop(sent.get("code", ""), None)
        if asked is None or sent.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            **{"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60},
            **{"nonce": asked["nonce"], **self.person, **self.changed},
        }
        token = jwt.encode(claims, self.key, "ES256", {"kid": "1"})
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any) -> Any:
        return fp


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._say(*provider.answer(parts.path, dict(parse_qsl(parts.query))))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*provider.answer(self.path, dict(parse_qsl(body))))

        def _say(self, status: int, said: dict[str, Any] | str) -> None:
            self.send_response(status)
            if isinstance(said, str):
                self.send_header("Location", said)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
