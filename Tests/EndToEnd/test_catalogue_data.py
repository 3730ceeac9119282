"""The device catalogue: every file has the form of its schema, every model is there once, and the numbers make sense."""

import json
import pathlib
import re

import jsonschema
import pytest

FOLDER = pathlib.Path(__file__).parents[2] / "share/circuit-breaker/catalogue"
SCHEMA = json.loads((FOLDER / "schema.json").read_text())
FILES = sorted(path for path in FOLDER.glob("*.json") if path.name != "schema.json")
NETWORK = ("rj45", "sfp", "sfp+", "sfp28", "qsfp+", "qsfp28")


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("+", "-plus-")).strip("-")


def read():
    for path in FILES:
        document = json.loads(path.read_text())
        for model in document["models"]:
            yield path, document["vendor"], model


def ports(model, *kinds):
    return sum(group["count"] for group in model.get("ports", []) if group["kind"] in kinds)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_has_the_form_of_the_schema(path):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    document = json.loads(path.read_text())
    problems = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(document)]
    assert problems == []
    assert path.stem == slug(document["vendor"])
    ids = [model["id"] for model in document["models"]]
    assert ids == sorted(ids)


def test_the_schema_refuses_what_is_wrong():
    # A schema that lets everything through would make the test above worthless.
    validator = jsonschema.Draft202012Validator(SCHEMA)
    good = json.loads(FILES[0].read_text())
    assert validator.is_valid(good)
    for member, value in [("units", 0), ("units", 51), ("weight_kg", -1), ("depth", "deep"), ("role", "toaster"),
                          ("power_supplies", 0), ("colour", "grey"), ("ports", []), ("id", "Not An Id")]:
        bad = json.loads(FILES[0].read_text())
        bad["models"][0][member] = value
        assert not validator.is_valid(bad), member
    for member in ("id", "model", "role", "source"):
        bad = json.loads(FILES[0].read_text())
        del bad["models"][0][member]
        assert not validator.is_valid(bad), member


def test_there_are_more_than_500_models_of_the_vendors_a_lab_has():
    assert len(list(read())) >= 500
    vendors = {vendor for _, vendor, _ in read()}
    assert {"Ubiquiti", "MikroTik", "TP-Link", "Netgear", "Cisco", "HPE", "Dell", "Supermicro", "Lenovo", "Synology",
            "QNAP", "APC", "Eaton", "CyberPower", "Intel", "Minisforum", "Raspberry Pi", "Fortinet", "Juniper",
            "Arista"} <= vendors
    roles = {model["role"] for _, _, model in read()}
    assert {"switch", "router", "firewall", "access_point", "server", "mini_pc", "nas", "ups", "pdu", "sbc",
            "patch_panel", "kvm_switch"} <= roles


def test_every_model_is_there_once():
    ids, names, parts = {}, {}, {}
    for path, vendor, model in read():
        place = f"{path.name}: {model['id']}"
        assert model["id"] == slug(f"{vendor} {model['model']}"), place
        assert ids.setdefault(model["id"], place) == place
        squashed = re.sub(r"[^a-z0-9+]", "", (vendor + model["model"]).lower())
        assert names.setdefault(squashed, place) == place
        if "part_number" in model:
            key = (vendor, model["part_number"].lower())
            assert parts.setdefault(key, place) == place


def test_the_numbers_make_sense():
    wrong = []
    for _, _, model in read():
        units, weight = model.get("units", 0), model.get("weight_kg", 0)
        power, role = model.get("power_max_watts", 0), model["role"]
        groups = model.get("ports", [])
        rules = {
            "a switch has several network ports": role != "switch" or not groups or ports(model, *NETWORK) >= 4,
            "a router or firewall has at least two": role not in ("router", "firewall") or not groups
            or ports(model, *NETWORK) >= 2,
            "an access point has a network port": role != "access_point" or not groups or ports(model, *NETWORK) >= 1,
            "only Ethernet of copper carries power": all("poe" not in g or g["kind"] == "rj45" for g in groups),
            "a network port of an active device has a speed": role == "patch_panel"
            or all("speed_mbps" in g for g in groups if g["kind"] in NETWORK),
            "nothing but a network port has a speed": all("speed_mbps" not in g for g in groups if g["kind"] not in NETWORK),
            "a board or access point weighs less than 3 kg": role not in ("sbc", "access_point") or weight < 3,
            "a unit weighs less than 40 kg": not units or weight <= 40 * units,
            "a single unit draws less than 5 kW": power <= 5_000 * max(units, 1),
            "a port group is there once": len({json.dumps(g, sort_keys=True) for g in groups}) == len(groups),
        }
        wrong += [f"{model['id']}: {rule}" for rule, holds in rules.items() if not holds]
    assert wrong == []


def test_every_source_is_named_exactly():
    for _, vendor, model in read():
        source = model["source"]
        if source["repository"] == "netbox-community/devicetype-library":
            assert source["path"].startswith(f"device-types/{vendor}/"), model["id"]
        else:
            assert source["path"].startswith("src/lib/data/brandPacks/") and source["path"].endswith(".ts"), model["id"]
            # The extract says vendor, model, units and depth, and nothing more.
            assert set(model) <= {"id", "model", "role", "units", "depth", "source"}, model["id"]
