"""The sample labs: offered by an empty map, loaded as one picture, and taken out again."""

import json

import pytest
from accessible import violations
from backups import until
from browser import chromium, new_page
from daemon import ROOT
from test_browser import say
from test_map import wait_for

SAMPLES = ROOT / "share/circuit-breaker/web/samples"
SIZES = (12, 40, 150, 300)


def start_with(page, size):
    """From an empty map to the sample of that size."""
    page.goto("/map")
    page.get_by_role("button", name=say("map.sample.start")).click()
    page.get_by_role("button", name=say(f"map.sample.lab_{size}")).click()
    page.wait_for_selector(".map-page:not(.is-empty)", timeout=60_000)
    page.wait_for_selector(".map-over .map-wait", state="detached", timeout=60_000)


@pytest.mark.parametrize("size", SIZES)
def test_a_sample_is_taken_by_the_import_as_it_is(size, new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    sample = json.loads((SAMPLES / f"lab-{size}.json").read_text())
    for path, rows in sample["rows"].items():
        answer = admin.request("POST", f"/api/v1/{path}/import?format=json", rows)
        assert answer.status == 200, f"{path}: {answer}"
        assert all(sample["tag"] in row["tags"] for row in rows)
    wanted = {"connection", "hosts", "runs", "gateway", "depends"}

    def whole():
        """The map takes in what was saved a moment later. Nothing stands alone: a picture of a lab is one picture."""
        picture = admin.get("/api/v1/topology").json
        ends = {edge[end] for edge in picture["edges"] for end in ("from", "to")}
        types = {edge["type"] for edge in picture["edges"]}
        return picture if ends == {node["id"] for node in picture["nodes"]} and wanted <= types else None

    picture = until(whole, seconds=20)
    assert len(picture["nodes"]) == size == sample["nodes"]


def test_an_empty_map_offers_a_sample_and_takes_it_out_again(new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, cookie=admin.cookie)
        page.goto("/map")
        page.get_by_role("button", name=say("map.sample.start")).click()
        assert violations(page) == []
        page.keyboard.press("Escape")
        start_with(page, 40)
        nodes = admin.get("/api/v1/topology").json["nodes"]
        assert len(nodes) == 40 and all(node.get("x") is None for node in nodes)

        page.locator(".map-canvas").focus()
        page.keyboard.press("m")
        page.get_by_role("menuitem", name=say("map.sample.remove")).click()
        page.get_by_role("dialog").get_by_role("button", name=say("map.sample.remove_verb"), exact=True).click()
        wait_for(page, lambda: admin.get("/api/v1/topology").json["nodes"] == [])
        page.get_by_role("button", name=say("map.sample.start")).wait_for()
        assert admin.get("/api/v1/vlans").json["items"] == []
        assert page.problems == []
