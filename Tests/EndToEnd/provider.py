"""A provider of OpenID Connect on loopback that can get everything wrong, one thing at a time. Keys and signatures are
made by the openssl program."""

import base64
import hashlib
import http.server
import json
import pathlib
import secrets
import subprocess
import threading
import time
import urllib.parse


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, **more):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, **more).stdout


class Key:
    def __init__(self, folder, kid):
        self.kid = kid
        self.path = pathlib.Path(folder) / f"{kid}.pem"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(self.path))
        modulus = openssl("rsa", "-in", str(self.path), "-noout", "-modulus").decode().strip().split("=")[1]
        self.public = {"kty": "RSA", "use": "sig", "kid": kid, "n": b64(bytes.fromhex(modulus)), "e": "AQAB"}
        self.pem = openssl("pkey", "-in", str(self.path), "-pubout")

    def sign(self, data):
        return openssl("dgst", "-sha256", "-sign", str(self.path), input=data)


class Provider:
    """`fault` is what it does wrong in the next answers; `person` is who it vouches for."""

    client_id = "circuit-breaker"
    client_secret = "the+client secret:%"

    def __init__(self, folder):
        self.folder = folder
        self.keys = [Key(folder, "first")]
        self.other = Key(folder, "other")
        self.fault = None
        self.asks = False
        self.person = {"sub": "1001", "email": "grace@example.org", "email_verified": True, "name": "Grace Hopper",
                       "groups": []}
        self.codes = {}
        self.requests = []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                provider.answer(self, urllib.parse.urlsplit(self.path), None)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                provider.answer(self, urllib.parse.urlsplit(self.path), dict(urllib.parse.parse_qsl(body)))

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def rotate(self):
        self.keys = [Key(self.folder, secrets.token_hex(4))]

    def answer(self, handler, url, form):
        self.requests.append(url.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if self.fault == "down":
            return self.send(handler, 503, {"error": "down"})
        if self.fault == "huge" and url.path != "/authorize":
            return self.send(handler, 200, {"pad": "x" * (1 << 20)})
        if self.fault == "redirect" and url.path != "/authorize":
            handler.send_response(302)
            handler.send_header("Location", f"{self.issuer}/elsewhere")
            return handler.end_headers()
        routes = {"/.well-known/openid-configuration": lambda: self.send(handler, 200, self.discovery()),
                  "/keys": lambda: self.send(handler, 200, {"keys": [key.public for key in self.keys]}),
                  "/authorize": lambda: self.authorize(handler, query),
                  "/token": lambda: self.token(handler, form or {})}
        return routes.get(url.path, lambda: self.send(handler, 404, {}))()

    def discovery(self):
        issuer = "https://elsewhere.example" if self.fault == "discovery_issuer" else self.issuer
        return {"issuer": issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"]}

    def authorize(self, handler, query):
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256", query
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        answer = {"code": code, "state": query["state"]}
        if self.fault == "denied":
            answer = {"error": "access_denied", "state": query["state"]}
        target = f"{query['redirect_uri']}?{urllib.parse.urlencode(answer)}"
        if self.asks:
            page = f'<!DOCTYPE html><title>Provider</title><h1>Provider</h1><a href="{target}">Continue</a>'.encode()
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Content-Length", str(len(page)))
            handler.end_headers()
            return handler.wfile.write(page.replace(b"&", b"&amp;"))
        handler.send_response(302)
        handler.send_header("Location", target)
        return handler.end_headers()

    def token(self, handler, form):
        given = base64.b64decode(handler.headers.get("Authorization", "Basic ").split(" ")[1]).decode()
        user, _, password = given.partition(":")
        if [urllib.parse.unquote(user), urllib.parse.unquote(password)] != [self.client_id, self.client_secret]:
            return self.send(handler, 401, {"error": "invalid_client"})
        asked = self.codes.pop(form.get("code"), None)
        if not asked or form.get("redirect_uri") != asked["redirect_uri"]:
            return self.send(handler, 400, {"error": "invalid_grant"})
        if b64(hashlib.sha256(form["code_verifier"].encode()).digest()) != asked["code_challenge"]:
            return self.send(handler, 400, {"error": "invalid_grant"})
        return self.send(handler, 200, {"access_token": "opaque", "token_type": "Bearer",
                                        "id_token": self.id_token(asked["nonce"])})

    def id_token(self, nonce):
        now, fault = int(time.time()), self.fault
        claims = {"iss": self.issuer, "aud": self.client_id, "exp": now + 300, "iat": now, "nonce": nonce, **self.person}
        changes = {"nonce": {"nonce": "another"}, "no_nonce": {"nonce": None}, "audience": {"aud": "another-program"},
                   "many_audiences": {"aud": [self.client_id, "another-program"], "azp": "another-program"},
                   "expired": {"exp": now - 3600, "iat": now - 7200}, "issuer": {"iss": "https://evil.example"},
                   "future": {"iat": now + 86400}, "unverified": {"email_verified": False},
                   "no_word_of_verified": {"email_verified": None}, "no_email": {"email": None}, "no_subject": {"sub": None}}
        claims.update(changes.get(fault, {}))
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.keys[0]
        header = {"alg": "RS256", "kid": key.kid, "typ": "JWT"}
        if fault == "alg_none":
            header = {"alg": "none", "typ": "JWT"}
        elif fault == "hs256":
            header = {"alg": "HS256", "kid": key.kid}
        text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
        if fault == "alg_none":
            return f"{text}."
        if fault == "hs256":
            import hmac
            return f"{text}.{b64(hmac.new(key.pem, text.encode(), hashlib.sha256).digest())}"
        signer = self.other if fault == "foreign_key" else key
        signature = signer.sign(text.encode())
        if fault == "bad_signature":
            signature = bytes([signature[0] ^ 1]) + signature[1:]
        return f"{text}.{b64(signature)}"

    @staticmethod
    def send(handler, status, body):
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        try:
            handler.wfile.write(data)
        except OSError:
            pass
