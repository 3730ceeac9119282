#!/usr/bin/env python3
"""Writes the sample labs that an empty map offers: share/circuit-breaker/web/samples/lab-N.json.

Each file has rows by the path of their kind, in the form that `POST /api/v1/PATH/import?format=json` takes; references are
names. The same program writes the same files. Names are one of a kind, and every row carries the tag by which the lab is
found when it is to go again.
"""

import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "share/circuit-breaker/web/samples"
TAG = "sample-lab"
# A row may only name what stands in a file before it.
PATHS = ("external-nodes", "hardware", "vlans", "networks", "clusters", "compute-units", "storage", "services",
         "connections", "network-memberships", "cluster-members", "dependencies")
NODES = ("external-nodes", "hardware", "networks", "clusters", "compute-units", "storage", "services")

# (guest, service, port, what it needs)
WORKLOADS = [
    ("docker-01", "traefik", "443/tcp", None), ("docker-01", "authentik", "9443/tcp", "postgres"),
    ("db-01", "postgres", "5432/tcp", None), ("docker-02", "nextcloud", "8080/tcp", "postgres"),
    ("home-01", "home-assistant", "8123/tcp", "mosquitto"), ("home-01", "mosquitto", "1883/tcp", None),
    ("media-01", "jellyfin", "8096/tcp", None), ("dns-01", "pi-hole", "53/udp", None),
    ("git-01", "gitea", "3000/tcp", "postgres"), ("mon-01", "prometheus", "9090/tcp", None),
    ("mon-01", "grafana", "3001/tcp", "prometheus"), ("mon-01", "loki", "3100/tcp", None),
    ("docs-01", "paperless", "8000/tcp", "redis"), ("db-01", "redis", "6379/tcp", None),
    ("photo-01", "immich", "2283/tcp", "postgres"), ("docker-02", "vaultwarden", "8081/tcp", None),
    ("cam-01", "frigate", "5000/tcp", "mosquitto"), ("auto-01", "node-red", "1880/tcp", "mosquitto"),
    ("net-01", "unifi", "8443/tcp", None), ("mail-01", "stalwart", "25/tcp", None),
]
THINGS = [("camera", "Reolink"), ("thermostat", "Tado"), ("sensor", "Aqara"), ("smart_tv", "LG"), ("iot_device", "Shelly"),
          ("printer", "Brother"), ("phone", "Google"), ("tablet", "Apple"), ("laptop", "Lenovo"),
          ("gaming_console", "Nintendo")]
ROOMS = ["hall", "kitchen", "office", "attic", "garden", "cellar", "studio", "garage"]


class Lab:
    def __init__(self, name, about):
        self.name, self.about = name, about
        self.rows = {path: [] for path in PATHS}

    @property
    def nodes(self):
        return sum(len(self.rows[path]) for path in NODES)

    def add(self, path, name, **fields):
        self.rows[path].append({"name": name, **fields, "tags": [TAG]})
        return name

    def device(self, name, role, vendor, address=None, status="up", **more):
        fields = {"role": role, "vendor": vendor, "status": status, **more}
        return self.add("hardware", name, **({**fields, "ip_address": address} if address else fields))

    def cable(self, one, other, speed=1000, medium="ethernet"):
        self.rows["connections"].append(
            {"from_name": one, "to_name": other, "medium": medium, "speed_mbps": speed, "tags": [TAG]})

    def power(self, source, *devices):
        for device in devices:
            self.rows["connections"].append({"from_name": source, "to_name": device, "medium": "power", "tags": [TAG]})

    def network(self, name, vlan, gateway, sort="lan"):
        if vlan:
            self.add("vlans", f"vlan-{name}", number=vlan)
        third = vlan or 1
        row = {"cidr": f"10.0.{third}.0/24", "gateway": f"10.0.{third}.1", "type": sort, "gateway_hardware_name": gateway,
               "status": "up"}
        return self.add("networks", name, **({**row, "vlan_name": f"vlan-{name}"} if vlan else row))

    def member(self, network, *members):
        for one in members:
            self.rows["network-memberships"].append({"member_name": one, "network_name": network, "tags": [TAG]})

    def cluster(self, name, sort, members):
        self.add("clusters", name, type=sort, status="up")
        for one in members:
            self.rows["cluster-members"].append({"cluster_name": name, "member_name": one, "tags": [TAG]})

    def guest(self, name, host, sort="vm", **more):
        return self.add("compute-units", name, type=sort, hardware_name=host, platform="Proxmox VE", status="up", **more)

    def service(self, name, on, port, status="up"):
        return self.add("services", name, runs_on_name=on, ports=port, status=status)

    def needs(self, one, other, strength="hard"):
        self.rows["dependencies"].append({"from_name": one, "to_name": other, "strength": strength, "tags": [TAG]})

    def write(self, size):
        assert self.nodes == size, (self.name, self.nodes)
        names = [row["name"] for path in PATHS for row in self.rows[path] if "name" in row]
        assert len(names) == len(set(names))
        document = {"name": self.name, "about": self.about, "nodes": size, "tag": TAG,
                    "rows": {path: rows for path, rows in self.rows.items() if rows}}
        lines = [json.dumps(document["name"]), json.dumps(document["about"])]
        parts = [f'    {json.dumps(path)}: [\n' + ",\n".join(f"      {json.dumps(row)}" for row in rows) + "\n    ]"
                 for path, rows in document["rows"].items()]
        text = (f'{{\n  "name": {lines[0]},\n  "about": {lines[1]},\n  "nodes": {size},\n  "tag": {json.dumps(TAG)},\n'
                '  "rows": {\n' + ",\n".join(parts) + "\n  }\n}\n")
        json.loads(text)
        (FOLDER / f"lab-{size}.json").write_text(text)


def shelf():
    lab = Lab("A shelf", "One router, one switch, one server and a NAS.")
    internet = lab.add("external-nodes", "internet", provider="Fibre to the home", status="up")
    router = lab.device("router", "router", "AVM", "10.0.1.1")
    switch = lab.device("switch", "switch", "TP-Link", "10.0.1.2")
    point = lab.device("access-point", "access_point", "Ubiquiti", "10.0.1.3")
    server = lab.device("server", "hypervisor", "Intel", "10.0.1.10")
    nas = lab.device("nas", "nas", "Synology", "10.0.1.11")
    ups = lab.device("ups", "ups", "APC")
    lab.cable(internet, router, 1000, "fibre")
    lab.cable(router, switch)
    lab.cable(switch, point, 2500)
    lab.cable(switch, server, 2500)
    lab.cable(switch, nas, 2500)
    lab.power(ups, server, nas)
    lab.network("home", None, router)
    docker = lab.guest("docker", server)
    tank = lab.add("storage", "tank", status="up", type="pool", hardware_name=nas, protocol="NFS")
    home = lab.service("home-assistant", docker, "8123/tcp")
    jellyfin = lab.service("jellyfin", docker, "8096/tcp")
    lab.needs(jellyfin, tank)
    lab.needs(home, jellyfin, "soft")
    lab.write(12)


def flat(size, name, about, cabinets, hosts, rooms):
    """One site: cabinets of switches, Proxmox nodes in a cluster, rooms with access points and what is in them."""
    lab = Lab(name, about)
    internet = lab.add("external-nodes", "internet", provider="Fibre to the home", status="up")
    vps = lab.add("external-nodes", "vps-frankfurt", provider="Hetzner", type="vps", status="up")
    gateway = lab.device("gateway", "firewall", "Protectli", "10.0.10.1")
    lab.cable(internet, gateway, 1000, "fibre")
    lab.cable(vps, gateway, 500, "wireguard")
    core = lab.device("core-switch", "switch", "MikroTik", "10.0.10.2")
    lab.cable(gateway, core, 10000, "dac")
    wanted = [("management", 10), ("servers", 20), ("home", 30), ("things", 40), ("guests", 50), ("storage-net", 60)]
    nets = {name: lab.network(name, vlan, gateway, "management" if vlan == 10 else "iot" if vlan == 40 else
                              "guest" if vlan == 50 else "lan")
            for name, vlan in wanted[:3 if size < 100 else 6]}
    things, servers = nets.get("things", nets["home"]), nets["servers"]
    switches = [core]
    for at in range(cabinets):
        switch = lab.device(f"switch-{ROOMS[at]}", "switch", "Ubiquiti", f"10.0.10.{10 + at}")
        lab.cable(core, switch, 10000, "fibre")
        switches.append(switch)
    lab.member(nets["management"], core)
    ups = [lab.device(f"ups-{at + 1}", "ups", "APC", f"10.0.10.{40 + at}") for at in range(max(1, hosts // 3))]
    nodes = []
    for at in range(hosts):
        node = lab.device(f"pve-{at + 1}", "hypervisor", "Dell" if at % 2 else "Supermicro", f"10.0.20.{11 + at}",
                          "maintenance" if at == 4 else "up")
        lab.cable(core if hosts < 4 else switches[1 + at % min(2, cabinets)], node, 10000, "dac")
        lab.power(ups[at % len(ups)], node)
        lab.member(servers, node)
        nodes.append(node)
    if hosts > 1:
        lab.cluster("proxmox", "proxmox", nodes)
    stores = []
    for at in range(1 if size < 100 else 2):
        nas = lab.device(f"nas-{at + 1}", "nas", "TrueNAS" if at else "Synology", f"10.0.20.{31 + at}",
                         "degraded" if at else "up")
        lab.cable(core, nas, 10000, "dac")
        lab.power(ups[-1], nas)
        lab.member(servers, nas)
        stores.append(lab.add("storage", f"pool-{at + 1}", status="up", type="pool", hardware_name=nas, protocol="ZFS"))
    points = []
    for at in range(rooms):
        point = lab.device(f"ap-{ROOMS[at]}", "access_point", "Ubiquiti", f"10.0.10.{60 + at}")
        lab.cable(switches[-1 - at % max(1, cabinets)], point, 2500)
        points.append(point)
    fill(lab, size, nodes, points, stores, things)
    lab.write(size)


def fill(lab, size, nodes, points, stores, things):
    """Guests with their services, and what is on Wi-Fi, by turns until the lab is as large as it should be."""
    guests, services = {}, {}
    pending, turn = [], 0
    while lab.nodes < size:
        round_, at = divmod(turn, len(WORKLOADS))
        tail = f"-{round_ + 1}" if round_ else ""
        guest, service, port, needed = WORKLOADS[at]
        guest += tail
        if guest not in guests:
            guests[guest] = lab.guest(guest, nodes[len(guests) % len(nodes)], "container" if turn % 3 == 2 else "vm",
                                      ip_address=f"10.0.{20 + round_}.{100 + len(guests) % 150}")
        if lab.nodes < size:
            service += tail
            services[service] = lab.service(service, guests[guest], port, "down" if turn == 12 else "up")
            if needed:
                pending.append((service, needed + tail))
            if turn % 7 == 3:
                lab.needs(service, stores[turn % len(stores)])
        if turn % 3 != 1 and lab.nodes < size:
            role, vendor = THINGS[turn % len(THINGS)]
            room = turn % len(points)
            thing = lab.device(f"{role.replace('_', '-')}-{ROOMS[room]}-{turn + 1}", role, vendor,
                               status="unknown" if turn % 11 == 10 else "up")
            lab.cable(points[room], thing, 300, "wifi")
            if turn % 4 == 0:
                lab.member(things, thing)
        turn += 1
    for one, other in pending:
        if other in services:
            lab.needs(one, other)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    shelf()
    flat(40, "A flat", "Firewall, two Proxmox nodes, three networks, access points and what is on Wi-Fi.", 1, 2, 2)
    flat(150, "A house", "A cluster of four Proxmox nodes, two NAS, six VLANs, three cabinets.", 3, 4, 5)
    flat(300, "A small company", "A cluster of eight Proxmox nodes, two NAS, six VLANs, six cabinets.", 6, 8, 8)
