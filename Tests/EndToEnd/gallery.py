"""A lab for pictures: the sample of 300 nodes, and around it something of every kind, as a careful person would keep it."""

import json

from daemon import PASSWORD, ROOT
from pictures import png

SAMPLES = ROOT / "share/circuit-breaker/web/samples"
#: As wide as German gets.
LONG = "Stromversorgungsüberwachungseinheit im Kellergeschoss hinten links"

RUNBOOK = """# Replace a disk in nas-1

The pool survives one lost disk of each mirror. **Never pull two at once.** Look at [nas-1](/hardware/{nas}) first, and at
[the pool](/storage/{pool}) when the resilver is done.

## Before

- [x] the last backup is younger than a day
- [x] a spare of at least 8 TB lies ready
- [ ] somebody in the house knows that the fans will be loud
- [ ] the serial number of the failed disk is written down

## Find the disk

The bay is the one whose light is amber. The system tells which it is:

```
zpool status -v pool-1
  pool: pool-1
 state: DEGRADED
status: One or more devices could not be used because the label is missing or invalid.
config: mirror-1  ata-WDC_WD80EFAX-68KNBN0_VAGXXXXX  FAULTED  0  0  0  corrupted data
```

| bay | disk | serial | since |
|---|---|---|---|
| 1 | WD Red Plus 8 TB | VAG1XXXX | March 2023 |
| 2 | WD Red Plus 8 TB | VAG2XXXX | March 2023 |
| 3 | Toshiba N300 8 TB | 31K0A0XXXXXX | January 2025 |
| 4 | Toshiba N300 8 TB | 31K0A1XXXXXX | January 2025 |

## Replace it

1. Take the tray out, slowly.
2. Move the four screws to the new disk.
3. Push the tray in until it clicks.
4. Start the resilver:

```
zpool replace pool-1 ata-WDC_WD80EFAX-68KNBN0_VAGXXXXX /dev/disk/by-id/ata-TOSHIBA_HDWG480_31K0A2XXXXXX
```

> It takes about nine hours. The pool can be used meanwhile.

## After

- [ ] `zpool status` says ONLINE
- [ ] the scrub of the next Sunday found nothing
- [ ] the old disk is erased and on its way to the dealer

## Whom to ask

The dealer answers at https://example.org/returns. Their number is in the drawer, on the paper with the blue line.
"""


def load_sample(admin, size=300):
    for path, rows in json.loads((SAMPLES / f"lab-{size}.json").read_text())["rows"].items():
        answer = admin.request("POST", f"/api/v1/{path}/import?format=json", rows)
        assert answer.status == 200, f"{path}: {answer}"


class Shelf:
    """Makes things and finds what is there by name."""

    def __init__(self, admin):
        self.admin = admin

    def make(self, path, **values):
        return self.admin.made(f"/api/v1/{path}", values)["id"]

    def change(self, path, name, **values):
        id = self.find(path, name)
        answer = self.admin.patch(f"/api/v1/{path}/{id}", values)
        assert answer.status == 200, answer
        return id

    def find(self, path, name):
        found = self.admin.get(f"/api/v1/{path}?limit=200&q=name:{name}").json["items"]
        return next(one["id"] for one in found if one["name"] == name)


def furnish(daemon, admin):
    """Everything the pages can show; returns {path of a kind: id of the one to look at}."""
    load_sample(admin)
    shelf = Shelf(admin)
    shown = {}
    places(shelf, shown)
    words(shelf, shown)
    full_rack(shelf, shown)
    machines(shelf, shown)
    addresses(shelf, shown)
    shown["notes"] = notes(shelf, shown)
    shown["switch"] = shelf.find("hardware", "core-switch")
    rest(shelf, shown)
    on_the_map(shelf)
    in_the_trash(shelf)
    for path in ("misc-items", "connections", "dependencies", "network-memberships", "cluster-members", "external-nodes",
                 "clusters", "interfaces"):
        shown.setdefault(path, admin.get(f"/api/v1/{path}?limit=1").json["items"][0]["id"])
    return shown


def places(shelf, shown):
    shown["locations"] = site = shelf.make("locations", name="Lindenstrasse 12", type="site", latitude=52.52, longitude=13.405,
                                           address="Lindenstrasse 12\n10969 Berlin", notes="The key hangs behind the door.")
    cellar = shelf.make("locations", name="Cellar", type="floor", parent_id=site)
    shown["room"] = shelf.make("locations", name="Server room", type="room", parent_id=cellar)
    shelf.make("locations", name=LONG, type="area", parent_id=cellar)
    shelf.make("locations", name="Harbour office", type="site")


def words(shelf, shown):
    shown["environments"] = shelf.make("environments", name="production", color="#3fb950", description="What people wait for.")
    shelf.make("environments", name="staging", color="#d29922")
    shown["categories"] = shelf.make("categories", name="monitoring", color="#58a6ff", description="Looks after the rest.")
    shown["tags"] = shelf.make("tags", name="critical", color="#f85149", description="Wakes somebody at night.")
    for name in ("lent-out", "retired", "to-be-replaced-before-the-end-of-the-year"):
        shelf.make("tags", name=name)
    shown["custom-fields"] = shelf.make("custom-fields", name="Inventory number", for_kind="hardware", type="text",
                                        help="The number on the yellow label.")
    shelf.make("custom-fields", name="Insured", for_kind="hardware", type="boolean")


#: Name, role, model, unit, height, face (none: the whole depth), watts, kilograms.
RACK = [
    ("patch-a", "patch_panel", "24 × Cat 6A", 42, 1, "front", None, 2.0),
    ("core-switch", "switch", "USW-Pro-24-PoE", 41, 1, "front", 400, 4.5),
    ("cable-guide", "other", "Brush panel", 40, 1, "front", None, 0.8),
    ("switch-hall", "switch", "CRS326-24G-2S+", 39, 1, "front", 24, 2.2),
    ("gateway", "firewall", "VP2420", 38, 1, "front", 30, 1.2),
    ("pdu-rear-a", "pdu", "8 × C13", 41, 1, "rear", None, 2.4),
    ("pdu-rear-b", "pdu", "8 × C13", 39, 1, "rear", None, 2.4),
    ("pve-1", "hypervisor", "PowerEdge R640", 35, 1, None, 750, 17.6),
    ("pve-2", "hypervisor", "PowerEdge R640", 34, 1, None, 750, 17.6),
    ("pve-3", "hypervisor", "PowerEdge R640", 33, 1, None, 750, 17.6),
    ("pve-4", "hypervisor", "PowerEdge R740xd", 30, 2, None, 1100, 28.6),
    ("pve-5", "hypervisor", "ProLiant DL380 Gen10", 28, 2, None, 800, 23.6),
    ("pve-6", "hypervisor", "ProLiant DL380 Gen10", 26, 2, None, 800, 23.6),
    ("kvm-drawer", "kvm_switch", "CL5708", 24, 1, None, 30, 12.0),
    ("nas-1", "nas", "RS2423+", 20, 2, None, 240, 15.9),
    ("nas-2", "nas", "RS2423+", 18, 2, None, 240, 15.9),
    ("disk-shelf-with-a-rather-long-name", "storage", "DS4246", 13, 4, None, 580, 30.0),
    ("console-server", "other", "Opengear OM1208", 12, 1, "rear", 12, 1.5),
    ("spare-switch", "switch", "CRS305-1G-4S+", 11, 1, "rear", 18, 0.6),
    ("ups-1", "ups", "Smart-UPS 3000", 3, 2, None, None, 38.0),
    ("ups-2", "ups", "Smart-UPS 3000", 1, 2, None, None, 38.0),
]


def full_rack(shelf, shown):
    shown["racks"] = rack = shelf.make("racks", name="Rack A", height_units=42, width_inches="19", depth_mm=1000,
                                       max_weight_kg=800, max_power_watts=7300, location_id=shown["room"],
                                       notes="The left door sticks.", tags=["critical"])
    shelf.make("racks", name="Wall cabinet", height_units=9, width_inches="10")
    known = {one["name"] for one in shelf.admin.get("/api/v1/hardware?limit=200").json["items"]}
    for name, role, model, unit, height, face, watts, weight in RACK:
        values = {"role": role, "model": model, "rack_id": rack, "rack_unit": unit, "height_units": height,
                  "rack_face": face or "front", "is_full_depth": face is None, "power_max_watts": watts, "weight_kg": weight}
        values = {key: value for key, value in values.items() if value is not None}
        if name in known:
            shelf.change("hardware", name, **values)
        else:
            shelf.make("hardware", name=name, status="up", **values)


def machines(shelf, shown):
    shown["hardware"] = pve = shelf.change(
        "hardware", "pve-1", vendor="Dell", serial_number="7XJ4M93", asset_tag="A-0117", hostname="pve-1.home.example.org",
        management_ip="10.0.10.111", mac="d0:94:66:2a:11:07", cpu="2 × Xeon Gold 6142", cpu_cores=32, cpu_threads=64,
        memory_mb=393216, os="Proxmox VE", os_version="8.4", firmware_version="2.21.2", power_watts=310, power_supplies=2,
        purchased_on="2021-03-14", warranty_until="2027-03-31", location_id=shown["room"], environment_id=shown["environments"],
        tags=["sample-lab", "critical"], custom={"Inventory number": "0117-B"},
        notes="Bought used. **The second power supply hums**; it is on the list.\n\n"
              "- iDRAC is on the management network\n- the riser holds an X710")
    shown["compute-units"] = shelf.change(
        "compute-units", "docker-01", os="Debian", os_version="13", cpu_cores=8, memory_mb=32768, disk_gb=200, guest_id="101",
        hostname="docker-01.home.example.org", starts_at_boot=True, environment_id=shown["environments"], tags=["sample-lab", "critical"],
        notes="Everything in `/srv/compose` is in the repository.")
    shown["services"] = shelf.change(
        "services", "grafana", version="11.4.0", description="Charts of everything that can be measured.", category_id=shown["categories"],
        url="https://grafana.home.example.org", environment_id=shown["environments"], image="grafana/grafana-oss:11.4.0",
        tags=["sample-lab", "critical"])
    shown["storage"] = shelf.change(
        "storage", "pool-1", capacity_bytes=32_000_000_000_000, used_bytes=21_400_000_000_000, raid_level="2 × mirror", medium="hdd")
    for number, size in enumerate((8, 8, 8, 8)):
        shelf.make("storage", name=f"bay-{number + 1}", type="disk", hardware_id=shelf.find("hardware", "nas-1"), medium="hdd",
                   parent_id=shown["storage"], capacity_bytes=size * 10 ** 12, model="WD Red Plus", status="up" if number else "degraded")
    shown["external-nodes"] = shelf.change("external-nodes", "vps-frankfurt", provider="Hetzner", type="vps", region="fsn1",
                                           ip_address="203.0.113.20", hostname="vps.example.org")
    shown["misc-items"] = shelf.make("misc-items", name="Domain example.org", type="account", url="https://registrar.example.org/",
                                     description="Renews every March.")
    for number in range(6):
        shelf.make("interfaces", name=f"eno{number + 1}", holder_id=pve, type="sfp_plus" if number < 2 else "ethernet",
                   position=number, mac=f"d0:94:66:2a:12:{number:02x}", speed_mbps=10_000 if number < 2 else 1_000,
                   enabled=number < 4, description="to core-switch" if number == 0 else None)
    for name, status in (("pve-3", "degraded"), ("nas-2", "maintenance"), ("ap-garage", "down"), ("ups-2", "unknown")):
        shelf.change("hardware", name, status=status)


def addresses(shelf, shown):
    servers = shown["networks"] = shelf.change(
        "networks", "servers", location_id=shown["locations"], domain="home.example.org", dns_servers="10.0.20.53, 10.0.20.54",
        has_dhcp=True, environment_id=shown["environments"])
    shown["vlans"] = shelf.find("vlans", "vlan-servers")
    shelf.make("networks", name="the whole house", cidr="10.0.0.0/16")
    shelf.make("networks", name="six", cidr="fd00:20::/64", type="lan")
    shelf.make("networks", name="transfer to the harbour office", cidr="10.0.255.0/30", type="vpn")
    shown["ip-ranges"] = shelf.make("ip-ranges", name="pool", first="10.0.20.200", last="10.0.20.249", network_id=servers, purpose="dhcp")
    shelf.make("ip-ranges", name="fixed", first="10.0.20.2", last="10.0.20.99", network_id=servers, purpose="static")
    for number in range(40):
        made = shelf.make("addresses", address=f"10.0.20.{150 + number}", network_id=servers,
                          assignment=("static", "dhcp", "reserved")[number % 3],
                          hostname=f"host-{number}.home.example.org" if number % 2 else None,
                          holder_id=shown["hardware"] if number % 8 == 0 else None)
        shown.setdefault("addresses", made)
    shown["network-peers"] = shelf.make("network-peers", network_a_id=servers, relation="routes_to",
                                        network_b_id=shelf.find("networks", "home"))


def notes(shelf, shown):
    nas = shelf.find("hardware", "nas-1")
    text = RUNBOOK.format(nas=nas, pool=shown["storage"])
    runbook = shelf.make("notes", name="Replace a disk in nas-1", type="runbook", folder="Storage", is_pinned=True,
                         tags=["critical"], notes=text)
    for about in (nas, shown["storage"], shown["hardware"]):
        shown["note-links"] = shelf.make("note-links", note_id=runbook, object_id=about)
    shelf.make("notes", name="Who may open the cellar", type="note", folder="House/Keys", is_pinned=False,
               notes="Ada, Grace and the neighbour.")
    shelf.make("notes", name="Power cut, what to do first", type="runbook", folder="House", is_pinned=True,
               notes="- [ ] stay calm\n- [ ] read on")
    shelf.make("notes", name=f"About the {LONG}", type="note", notes="It beeps.", is_pinned=False)
    shelf.make("notes", name="New machine", type="template", folder="Templates", is_pinned=False,
               notes="# {about}\n\nSet up on {date} by {author}.\n\n- [ ] name\n- [ ] backup")
    return runbook


def rest(shelf, shown):
    admin = shelf.admin
    for name, q, is_shared in (("Switches that need a look", "role:switch -status:up", True),
                               ("Bought in 2021", "purchased_on:2021", False)):
        admin.made("/api/v1/views", {"kind": "hardware", "name": name, "q": q, "is_shared": is_shared, "sort": "-name"})
    for label, hours in (("Electrician", 24), ("The neighbours, only while we are away in the summer", 24 * 30)):
        admin.made("/api/v1/share-links", {"label": label, "expires_in_hours": hours, "hide": ["addresses"]})
    admin.made("/api/v1/users", {"email": "grace@example.org", "password": PASSWORD, "role": "editor", "display_name": "Grace"})


def on_the_map(shelf):
    board = shelf.admin.get("/api/v1/maps").json["items"][0]["id"]
    ids = [shelf.find("hardware", name) for name in ("ap-hall", "ap-kitchen")]
    shelf.admin.made(f"/api/v1/maps/{board}/annotations", {"kind": "boundary", "text": "Wi-Fi", "colour": "blue", "members": ids})
    shelf.make("misc-items", name=LONG, type="document")


def in_the_trash(shelf):
    for number in range(24):
        kind = ("hardware", "services", "networks", "notes")[number % 4]
        more = {"notes": {"type": "note", "is_pinned": False}}.get(kind, {})
        id = shelf.make(kind, name=LONG if number == 5 else f"old-{kind}-{number}", **more)
        assert shelf.admin.delete(f"/api/v1/{kind}/{id}").status in (200, 204)


def grow(admin, rows=2_000):
    """More of everything that is listed most: hardware and services by import, addresses with them."""
    roles = ("switch", "server", "nas", "camera", "sensor", "laptop")
    for start in range(0, rows, 1_000):
        made = [{"name": f"host-{number:04d}", "role": roles[number % 6], "vendor": ("Dell", "HPE", "MikroTik")[number % 3],
                 "ip_address": f"10.20.{number // 250}.{number % 250 + 1}", "memory_mb": 1024 * 2 ** (number % 8),
                 "status": ("up", "up", "degraded", "down", "unknown")[number % 5]} for number in range(start, start + 1_000)]
        jobs = [{"name": f"job-{one['name']}", "runs_on_name": one["name"], "status": one["status"]} for one in made]
        for path, some in (("hardware", made), ("services", jobs)):
            answer = admin.request("POST", f"/api/v1/{path}/import?format=json", some)
            assert answer.status == 200, answer


def brand(admin):
    """A logo, a small picture and a background of one's own."""
    for place, size in (("logo", (240, 80)), ("favicon", (64, 64)), ("background", (1600, 900))):
        answer = admin.request("PUT", f"/api/v1/branding/{place}", raw=png(*size), content_type="image/png")
        assert answer.status in (200, 201, 204), answer
