"""Fills a daemon through its own API with a lab of a chosen size; the same size gives the same lab.

Usage as a program: seed.py --url https://localhost:8443 --ca .run/certs/ca.crt --token cbt_… [--size 1]
"""

import argparse
import http.client
import ipaddress
import json
import ssl
import time
from urllib.parse import urlsplit

ONE = {"networks": 200, "hardware": 500, "compute-units": 1000, "services": 2000, "connections": 5000}
CHUNK = 500


class Door:
    """One kept connection with a token."""

    def __init__(self, url, ca, token):
        parts = urlsplit(url)
        self.connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, context=ssl.create_default_context(cafile=ca), timeout=600)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, body=data, headers=self.headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status not in (200, 201):
            raise SystemExit(f"{method} {path}: {response.status} {text[:800]!r}")
        return json.loads(text)


def load(door, path, rows):
    """Imports rows in chunks; returns their ids in order."""
    ids = []
    for start in range(0, len(rows), CHUNK):
        answer = door.send("POST", f"/api/v1/{path}/import?format=json", rows[start:start + CHUNK])
        bad = [row for row in answer["rows"] if row.get("problems")]
        if bad:
            raise SystemExit(f"import of {path}: {bad[:3]}")
        ids += [row["id"] for row in answer["rows"]]
    return ids


def seed(door, size=1, say=print):
    count = {name: number * size for name, number in ONE.items()}
    started = time.monotonic()
    base = int(ipaddress.ip_address("10.0.0.0"))
    networks = load(door, "networks", [
        {"name": f"net-{n:05}", "cidr": f"{ipaddress.ip_address(base + n * 256)}/24"}
        for n in range(count["networks"])])
    roles = ["server", "switch", "router", "firewall", "nas", "access_point", "ups", "other"]
    hardware = load(door, "hardware", [
        {"name": f"hw-{n:05}", "vendor": ["Dell", "HPE", "Supermicro", "Ubiquiti"][n % 4], "model": f"Model {n % 37}",
         "serial_number": f"SN{n:08}", "notes": f"rack row {n % 12}, bought in batch {n % 9}"}
        for n in range(count["hardware"])])
    compute = load(door, "compute-units", [
        {"name": f"vm-{n:05}", "type": "vm", "hardware_id": hardware[n % len(hardware)], "notes": f"guest {n}"}
        for n in range(count["compute-units"])])
    load(door, "services", [
        {"name": f"svc-{n:05}", "runs_on_id": compute[n % len(compute)], "notes": f"instance {n} of app {n % 50}"}
        for n in range(count["services"])])
    say(f"seed: objects after {time.monotonic() - started:.1f} s")
    edges = count["connections"]
    load(door, "connections", [
        {"from_id": hardware[n % len(hardware)],
         "to_id": hardware[(n + 1 + (n * 7 + n // len(hardware)) % (len(hardware) - 1)) % len(hardware)],
         "name": f"link-{n:05}"}
        for n in range(edges)])
    say(f"seed: {sum(count.values())} objects and edges in {time.monotonic() - started:.1f} s, "
        f"networks {networks[0]}…{networks[-1]}, roles {len(roles)}")
    return {"hardware": hardware, "compute": compute, "networks": networks}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="https://localhost:8443")
    parser.add_argument("--ca", default=".run/certs/ca.crt")
    parser.add_argument("--token", required=True)
    parser.add_argument("--size", type=int, default=1)
    wish = parser.parse_args()
    seed(Door(wish.url, wish.ca, wish.token), wish.size)
