"""A lab as people have them, in any size: gateway, switches, access points, hypervisors with guests and services,
storage, UPS, things on Wi-Fi. The same size gives the same lab. Read by the map's measurements and pictures.
"""

WORDS = ["grafana", "nextcloud", "gitea", "jellyfin", "paperless", "vaultwarden", "pihole", "unifi", "homeassistant",
         "prometheus", "postgres", "redis", "traefik", "minio", "immich", "frigate", "mosquitto", "influxdb", "loki",
         "authentik"]
THINGS = ["camera", "thermostat", "sensor", "smart_tv", "printer", "iot_device", "phone", "laptop"]
NETWORKS = [("lan", "lan"), ("servers", "lan"), ("iot", "iot"), ("guest", "guest"), ("management", "management")]
STATES = ["up"] * 14 + ["degraded", "up", "unknown", "up", "down", "up", "maintenance", "unknown"]


class Lab:
    """Rows by path of the API; references are written as `@name` until `load` knows the ids."""

    def __init__(self):
        self.rows = {path: [] for path in (
            "external-nodes", "hardware", "networks", "clusters", "compute-units", "storage", "services",
            "connections", "network-memberships", "cluster-members", "dependencies", "network-peers")}
        self.turn = 0

    def add(self, path, name, **fields):
        self.turn += 1
        self.rows[path].append({"name": name, "status": STATES[self.turn * 7 % len(STATES)], **fields})
        return name

    def join(self, path, **fields):
        self.rows[path].append(fields)

    def link(self, one, other, medium="ethernet", speed=1000, **more):
        self.join("connections", from_id=f"@{one}", to_id=f"@{other}", medium=medium, speed_mbps=speed, **more)

    @property
    def nodes(self):
        return sum(len(self.rows[path]) for path in list(self.rows)[:7])


def site(lab, number, room, upstream):
    """One place with its own gateway; `room` is how many objects it may have."""
    tail = f"-{number}" if number else ""
    net = f"10.{number % 250}"
    gateway = lab.add("hardware", f"gateway{tail}", role="router", ip_address=f"{net}.0.1", vendor="Protectli")
    lab.link(gateway, upstream, "fibre", 1000)
    core = lab.add("hardware", f"core{tail}", role="switch", ip_address=f"{net}.0.2", vendor="MikroTik")
    lab.link(core, gateway, "dac", 10000)
    names = []
    for at, (name, sort) in enumerate(NETWORKS[:max(1, min(5, room // 12))]):
        names.append(lab.add("networks", f"{name}{tail}", type=sort, cidr=f"{net}.{at * 10}.0/24",
                             gateway_hardware_id=f"@{gateway}", status="up"))
    start = lab.nodes - 4
    nas = lab.add("hardware", f"nas{tail}", role="nas", ip_address=f"{net}.0.5", vendor="Synology")
    lab.link(nas, core, "dac", 10000)
    pool = lab.add("storage", f"tank{tail}", type="pool", hardware_id=f"@{nas}")
    if room > 20:
        ups = lab.add("hardware", f"ups{tail}", role="ups", ip_address=f"{net}.0.6", vendor="APC")
        lab.link(ups, core, "management", 100)
    switches, nodes = [core], []
    for at in range(max(1, room // 40)):
        if room > 30:
            switch = lab.add("hardware", f"access-{at + 1}{tail}", role="switch", ip_address=f"{net}.0.{10 + at}")
            lab.link(switch, core, "fibre", 10000)
            switches.append(switch)
        point = lab.add("hardware", f"ap-{at + 1}{tail}", role="access_point", ip_address=f"{net}.0.{60 + at}")
        lab.link(point, switches[-1], "ethernet", 2500)
        nodes.append(point)
    points = nodes[:]
    hosts = [lab.add("hardware", f"pve{at + 1}{tail}", role="hypervisor", ip_address=f"{net}.0.{20 + at}", vendor="Dell")
             for at in range(max(1, room // 25))]
    for at, host in enumerate(hosts):
        lab.link(host, switches[at % len(switches)], "ethernet", 10000 if at % 2 else 1000)
        lab.join("network-memberships", member_id=f"@{host}", network_id=f"@{names[-1]}")
    if len(hosts) > 1:
        cluster = lab.add("clusters", f"proxmox{tail}", type="proxmox")
        for host in hosts:
            lab.join("cluster-members", cluster_id=f"@{cluster}", member_id=f"@{host}")
    services, turn = [], 0
    while lab.nodes - start < room:
        host = hosts[turn % len(hosts)]
        word = WORDS[turn % len(WORDS)]
        guest = lab.add("compute-units", f"{word}-{turn + 1:02}{tail}", type="vm" if turn % 3 else "container",
                        hardware_id=f"@{host}", ip_address=f"{net}.{10 + turn // 250}.{turn % 250 + 1}")
        lab.join("network-memberships", member_id=f"@{guest}", network_id=f"@{names[min(1, len(names) - 1)]}")
        if lab.nodes - start < room:
            services.append(lab.add("services", f"{word}{'' if turn < 20 else turn // 20 + 1}{tail}",
                                    runs_on_id=f"@{guest}"))
            if turn % 4 == 3:
                lab.join("dependencies", from_id=f"@{services[-1]}", to_id=f"@{services[-3]}")
            if turn % 6 == 5:
                lab.join("dependencies", from_id=f"@{services[-1]}", to_id=f"@{pool}")
        if turn % 3 == 2 and lab.nodes - start < room:
            thing = lab.add("hardware", f"{THINGS[turn // 3 % len(THINGS)]}-{turn // 3 + 1}{tail}",
                            role=THINGS[turn // 3 % len(THINGS)])
            lab.link(thing, points[turn // 3 % len(points)], "wifi", 300)
            lab.join("network-memberships", member_id=f"@{thing}", network_id=f"@{names[min(2, len(names) - 1)]}")
        turn += 1
    return hosts, services


def lab_of(size, edges=0):
    """About `size` objects; dependencies between services fill up to `edges` relations, when more are wanted."""
    lab = Lab()
    internet = lab.add("external-nodes", "internet", provider="ISP", status="up")
    sites = max(1, round(size / 300))
    services = []
    for number in range(sites):
        _, more = site(lab, number, size // sites, internet)
        services += more
    turn, wanted = 0, edges - count_edges(lab)
    seen = {(row["from_id"], row["to_id"]) for row in lab.rows["dependencies"]}
    while wanted > 0:
        # Mostly among neighbours, as services of one place need one another.
        one = turn % len(services)
        other = (one + 1 + turn // len(services) * 3 + turn * 7 % 5) % len(services)
        pair = (f"@{services[one]}", f"@{services[other]}")
        turn += 1
        if one != other and pair not in seen:
            seen.add(pair)
            lab.join("dependencies", from_id=pair[0], to_id=pair[1])
            wanted -= 1
    return lab


def count_edges(lab):
    """Relations that the map draws."""
    rows = lab.rows
    joined = sum(len(rows[path]) for path in ("connections", "network-memberships", "cluster-members", "dependencies",
                                               "network-peers"))
    pointing = sum(1 for path in ("compute-units", "storage") for row in rows[path] if row.get("hardware_id"))
    return joined + pointing + len(rows["services"]) + sum(1 for row in rows["networks"] if row["gateway_hardware_id"])


def load(admin, lab, chunk=500):
    """Sends the lab through the import of the API; answers the ids by name."""
    ids = {}

    def known(value):
        return ids[value[1:]] if isinstance(value, str) and value.startswith("@") else value

    for path, rows in lab.rows.items():
        for start in range(0, len(rows), chunk):
            part = [{field: known(value) for field, value in row.items()} for row in rows[start:start + chunk]]
            answer = admin.request("POST", f"/api/v1/{path}/import?format=json", part)
            bad = [row for row in answer.json.get("rows", [{"problems": answer.json}]) if row.get("problems")]
            if answer.status != 200 or bad:
                raise SystemExit(f"import of {path}: {answer.status} {bad[:3]}")
            for row, made in zip(part, answer.json["rows"]):
                if "name" in row:
                    ids[row["name"]] = made["id"]
    return ids
