"""In a browser: lists of many rows, editing in the row, many at once, saved views, several by their lines."""

import pytest
from accessible import violations
from browser import chromium, new_page
from test_browser import say
from test_query import has, line, names
from test_racks_page import picture


@pytest.fixture(scope="module")
def browser_lab(lab):
    daemon, admin = lab
    rows = ["name,role,vendor,ip_address"]
    rows += [f"t-{number:04d},{('switch', 'nas', 'server')[number % 3]},{('Dell', 'HPE')[number % 2]},10.1.{number // 250}."
             f"{number % 250 + 1}" for number in range(600)]
    answer = admin.request("POST", "/api/v1/hardware/import?format=csv", raw="\r\n".join(rows).encode(),
                           content_type="text/csv")
    assert answer.status == 200, answer
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def thing(admin, name):
    return admin.get(f"/api/v1/hardware?q=name:%3D{name}").json["items"][0]


def row(page, name):
    return page.locator(".list-page .table-row").filter(has=page.locator(".table-link", has_text=name)).first


def cell(page, name, column):
    return row(page, name).locator(f'[data-column="{column}"]')


def said(page, text):
    page.locator(".toast", has_text=text).first.wait_for()


def test_the_table_knows_how_many_rows_there_are_and_reads_them_as_they_come_into_sight(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?q=t-")
    row(page, "t-0000").wait_for()
    table = page.get_by_role("grid")
    assert table.get_attribute("aria-rowcount") == "601"
    assert page.locator(".table-row").count() < 80
    table.focus()
    page.keyboard.press("End")
    row(page, "t-0599").wait_for()
    assert row(page, "t-0599").get_attribute("aria-rowindex") == "601"
    assert table.get_attribute("aria-activedescendant") == row(page, "t-0599").get_attribute("id")
    page.keyboard.press("Home")
    row(page, "t-0000").wait_for()
    assert violations(page) == []
    # Everything that fits can be marked, also what is not read yet.
    page.goto("/hardware?q=t-")
    row(page, "t-0000").wait_for()
    page.get_by_role("checkbox", name=say("list.mark_all")).check()
    page.locator(".marked-bar").get_by_role("button", name="600").click()
    page.locator(".marked-bar").get_by_text("600 marked").wait_for()
    page.get_by_role("columnheader").filter(has_text="Vendor").get_by_role("button").click()
    row(page, "t-0000").wait_for()
    # On paper too; only beside an open object the list is left out.
    page.emulate_media(media="print")
    assert row(page, "t-0000").is_visible() and page.locator("#bar").is_hidden()
    assert page.problems == []


def test_a_field_is_changed_in_its_row_and_taken_back(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?q=t-000")
    row(page, "t-0001").wait_for()
    cell(page, "t-0001", "vendor").hover()
    cell(page, "t-0001", "vendor").get_by_role("button", name=say("list.edit_cell")).click()
    editor = page.locator(".cell-editor")
    picture(page, "inline-edit")
    assert violations(page) == []
    editor.get_by_role("combobox").fill("Lenovo")
    editor.get_by_role("button", name=say("common.save")).click()
    cell(page, "t-0001", "vendor").get_by_text("Lenovo").wait_for()
    assert thing(admin, "t-0001")["vendor"] == "Lenovo"
    page.locator(".toast").get_by_role("button", name=say("inventory.undo")).click()
    cell(page, "t-0001", "vendor").get_by_text("HPE").wait_for()
    assert thing(admin, "t-0001")["vendor"] == "HPE"

    # With the keys alone: F2, the field, Tab to the next one, Escape.
    page.get_by_role("grid").focus()
    page.keyboard.press("Home")
    page.keyboard.press("j")
    page.keyboard.press("F2")
    editor.get_by_role("combobox").fill("NAS")
    page.get_by_role("option", name="NAS", exact=True).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.get_by_role("dialog", name="t-0001: Vendor").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    editor.wait_for(state="detached")
    cell(page, "t-0001", "role").get_by_text("NAS").wait_for()
    assert page.problems == []


def test_suggestions_leave_the_buttons_of_the_little_form_alone(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie, height=844)
    page.goto("/hardware?q=t-&columns=name,vendor")
    row(page, "t-0000").wait_for()
    grid = page.get_by_role("grid")
    editor, options = page.locator(".cell-editor"), page.get_by_role("option")
    for place in ("Home", "End"):
        grid.focus()
        page.keyboard.press(place)
        # A row that is not read yet has nothing to edit.
        row(page, "t-0000" if place == "Home" else "t-0599").wait_for()
        page.keyboard.press("F2")
        editor.get_by_role("combobox").fill("e")
        options.nth(3).wait_for()
        for button in editor.get_by_role("button").all():
            box = button.bounding_box()
            if not box:
                continue
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            assert button.evaluate("(it, [x, y]) => it.contains(document.elementFromPoint(x, y))", [x, y]), place
        listed = page.locator(".combo-list:visible").bounding_box()
        assert listed["height"] >= 64 and listed["y"] >= 0 and listed["y"] + listed["height"] <= 844
        picture(page, f"suggestions-{place}")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        editor.wait_for(state="detached")
    assert page.problems == []


def test_somebody_elses_change_is_shown_and_never_lost(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?q=t-0005")
    row(page, "t-0005").wait_for()
    cell(page, "t-0005", "model").hover()
    cell(page, "t-0005", "model").get_by_role("button").click()
    editor = page.locator(".cell-editor")
    editor.locator("input").fill("mine")
    theirs = thing(admin, "t-0005")
    assert admin.request("PATCH", f"/api/v1/hardware/{theirs['id']}", {"model": "theirs"}).status == 200
    editor.get_by_role("button", name=say("common.save")).click()
    editor.locator(".cell-problem", has_text="theirs").wait_for()
    assert thing(admin, "t-0005")["model"] == "theirs"
    picture(page, "inline-stale")
    editor.get_by_role("button", name=say("common.save")).click()
    editor.wait_for(state="detached")
    assert thing(admin, "t-0005")["model"] == "mine"

    # A taken address is said, and may be kept on purpose.
    cell(page, "t-0005", "ip_address").hover()
    cell(page, "t-0005", "ip_address").get_by_role("button").click()
    editor.locator("input").fill("10.1.0.9")
    page.keyboard.press("Enter")
    editor.locator(".cell-problem", has_text="t-0008").wait_for()
    page.keyboard.press("Enter")
    editor.wait_for(state="detached")
    assert thing(admin, "t-0005")["ip_address"] == "10.1.0.9"


def test_many_are_changed_after_it_was_shown_and_taken_back(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?q=name:t-01*%20vendor:dell")
    row(page, "t-0100").wait_for()
    page.get_by_role("checkbox", name=say("list.mark_all")).check()
    page.locator(".marked-bar").get_by_role("button", name=say("inventory.edit")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name=say("inventory.bulk_which")).fill("Vendor")
    page.get_by_role("option", name="Vendor", exact=True).click()
    dialog.locator(".bulk-row").get_by_role("combobox").fill("Cisco")
    dialog.locator(".bulk-row").get_by_role("combobox").press("Tab")
    dialog.locator(".bulk-preview", has_text="Cisco").get_by_text("50×").wait_for()
    picture(page, "bulk-preview")
    assert violations(page) == []
    dialog.locator(".dialog-foot .button").last.click()
    dialog.wait_for(state="detached")
    page.locator(".toast").get_by_role("button", name=say("inventory.undo")).wait_for()
    assert admin.get("/api/v1/hardware?q=vendor:cisco&count=true").json["total"] == 50
    # One of them is changed by somebody else before it is taken back: that change stands.
    other = thing(admin, "t-0102")
    assert admin.request("PATCH", f"/api/v1/hardware/{other['id']}", {"vendor": "Juniper"}).status == 200
    page.locator(".toast").get_by_role("button", name=say("inventory.undo")).click()
    page.locator(".toast.is-bad").wait_for()
    assert admin.get("/api/v1/hardware?q=vendor:cisco&count=true").json["total"] == 0
    assert thing(admin, "t-0102")["vendor"] == "Juniper"
    assert thing(admin, "t-0104")["vendor"] == "Dell"


def test_a_view_is_with_the_account_and_may_be_shared(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?q=role:nas%20t-00&sort=-name")
    row(page, "t-0097").wait_for()
    page.get_by_role("button", name=say("inventory.views")).click()
    page.get_by_role("menuitem", name=say("inventory.view_save")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(say("inventory.view_name")).fill("NAS backwards")
    dialog.get_by_label(say("views.share_this")).check()
    assert violations(page) == []
    dialog.get_by_role("button", name=say("common.save")).click()
    said(page, "NAS backwards")

    other = new_page(browser, daemon, cookie=admin.cookie, width=390, height=844)
    other.goto("/hardware")
    other.locator(".table-row .table-link").first.wait_for()
    other.get_by_role("button", name=say("inventory.views")).click()
    other.locator(".menu").get_by_text("NAS backwards", exact=True).wait_for()
    picture(other, "views-390")
    assert violations(other) == []
    other.locator(".menu").get_by_text("NAS backwards", exact=True).click()
    row(other, "t-0097").wait_for()
    assert line(other).input_value() == "role:nas t-00"
    assert names(other)[0].strip() == "t-0097"
    assert other.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    other.get_by_role("button", name=say("inventory.views")).click()
    other.get_by_role("menuitem").filter(has_text="NAS backwards").last.click()
    said(other, "NAS backwards")
    assert admin.get("/api/v1/views?kind=hardware").json["items"] == []
    other.locator(".toast").get_by_role("button", name=say("inventory.undo")).click()
    other.wait_for_function("async () => (await (await fetch('/api/v1/views')).json()).items.length === 1")
    assert page.problems == [] and other.problems == []


def test_several_are_added_by_their_lines_after_the_difference_was_shown(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?q=l-")
    page.locator(".list-page").wait_for()
    page.get_by_role("button", name=say("inventory.more_actions")).click()
    page.get_by_role("menuitem", name=say("lines.menu")).click()
    dialog = page.get_by_role("dialog")
    text = dialog.get_by_role("textbox", name=say("inventory.import_paste"))
    text.fill("l-one 10.7.0.1 switch #lines\nl-two 10.7.0.2 nope nas\nl-bad 10.1.0.1")
    dialog.get_by_role("button", name=say("inventory.import_look")).click()
    dialog.locator(".import-rows").get_by_text("10.7.0.2").wait_for()
    dialog.locator(".import-row.is-bad").wait_for()
    picture(page, "lines-difference")
    assert violations(page) == []
    assert not dialog.get_by_role("button", name=say("inventory.import_apply"), exact=True).is_visible()
    dialog.locator(".import-number.is-ok").click()
    assert dialog.locator(".import-row").count() == 2
    text.fill("l-one 10.7.0.1 switch #lines\nl-two 10.7.0.2 nas")
    dialog.get_by_role("button", name=say("inventory.import_look")).click()
    dialog.get_by_role("button", name=say("inventory.import_apply"), exact=True).click()
    has(page, ["l-one", "l-two"])
    one = thing(admin, "l-one")
    assert (one["role"], one["ip_address"], one["tags"]) == ("switch", "10.7.0.1", ["lines"])
    page.locator(".toast").get_by_role("button", name=say("inventory.undo")).click()
    has(page, [])
    assert page.problems == []


def test_two_holders_of_one_address_come_in_when_somebody_says_so(browser_lab):
    daemon, admin, browser = browser_lab
    admin.made("/api/v1/hardware", {"name": "held-a", "ip_address": "10.66.0.1"})
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?q=held-")
    page.get_by_role("button", name=say("inventory.more_actions")).click()
    page.get_by_role("menuitem", name=say("lines.menu")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("held-b 10.66.0.1")
    dialog.get_by_role("button", name=say("inventory.import_look")).click()
    dialog.locator(".import-row.is-bad").wait_for()
    dialog.get_by_role("checkbox", name=say("inventory.import_conflicts")).check()
    dialog.locator(".import-row:not(.is-bad)").wait_for()
    assert violations(page) == []
    dialog.get_by_role("button", name=say("inventory.import_apply"), exact=True).click()
    has(page, ["held-a", "held-b"])
    assert thing(admin, "held-b")["ip_address"] == "10.66.0.1"
    assert page.problems == []


def test_what_was_said_stays_while_somebody_reaches_for_it(browser_lab):
    daemon, admin, browser = browser_lab
    admin.made("/api/v1/hardware", {"name": "hover-me"})
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.clock.install()
    page.goto("/hardware?q=hover-me")
    page.get_by_role("checkbox", name=say("list.mark_all")).check()
    page.locator(".marked-bar").get_by_role("button", name=say("common.delete")).click()
    page.get_by_role("dialog").get_by_role("button", name=say("common.delete")).click()
    said = page.locator(".toast")
    said.hover()
    page.clock.run_for(60_000)
    assert said.count() == 1
    page.mouse.move(2, 2)
    page.clock.run_for(9_000)
    said.wait_for(state="detached")
    page.context.close()


def test_rows_that_are_drawn_again_show_what_they_should_in_their_order(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?q=t-")
    row(page, "t-0003").wait_for()
    row(page, "t-0003").get_by_role("checkbox").check()
    page.get_by_role("grid").focus()
    page.keyboard.press("End")
    row(page, "t-0599").wait_for()
    for top in (9_000, 8_640, 12_000, 72, 3_600):
        page.evaluate("""async (top) => {
            document.querySelector('.list-page .table').scrollTop = top
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
        }""", top)
        shown = page.evaluate("""() => [...document.querySelectorAll('.list-page .table-row')].map((row) => [
            Number(row.getAttribute('aria-rowindex')) - 2, row.querySelector('.table-link').innerText.trim(),
            row.querySelector('.table-link').pathname, row.querySelector('input').checked, row.style.transform, row.id])""")
        places = [place for place, *_ in shown]
        # The document's order is that of the rows, one after the other, around what is in sight.
        assert places == list(range(places[0], places[0] + len(places))), places
        assert places[0] <= top // 36 <= places[-1]
        assert [name for _, name, *_ in shown] == [f"t-{place:04d}" for place in places]
        assert [place for place, _, _, isMarked, *_ in shown if isMarked] == [3] * (3 in places)
        assert all(move == f"translateY({place * 36}px)" and own.endswith(f"-{place}") for place, *_, move, own in shown)
        assert len({path for _, _, path, *_ in shown}) == len(shown)
    assert page.problems == []


def test_on_a_phone_a_row_is_a_card_and_what_to_do_with_many_lies_under_the_thumb(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie, width=390, height=844)
    page.goto("/hardware?q=t-")
    row(page, "t-0000").wait_for()
    assert "10.1.0.1" in row(page, "t-0000").locator(".card-line").inner_text()
    boxes = page.evaluate("""() => [...document.querySelectorAll('.list-page .table-row')].slice(0, 8).map((row) => {
        const box = row.getBoundingClientRect()
        return [box.top, box.bottom, row.querySelector('.card-line').scrollWidth <= row.clientWidth]
    })""")
    assert all(below[0] >= above[1] - 1 for above, below in zip(boxes, boxes[1:])) and all(fits for *_, fits in boxes)
    # Sorting by what is no column here.
    page.locator(".table-head .table-sort").click()
    page.locator(".menu").get_by_text("Vendor", exact=True).click()
    page.wait_for_function("() => new URLSearchParams(location.search).get('sort') === 'vendor'")
    page.locator(".table-sort", has_text="Vendor").wait_for()
    page.locator(".table-row:not(.is-waiting) input").first.check()
    bar = page.locator(".marked-bar")
    bar.wait_for()
    place = bar.bounding_box()
    assert place["y"] > 844 / 2 and place["x"] >= 0 and place["x"] + place["width"] <= 390
    assert all(box["height"] >= 40 for box in (one.bounding_box() for one in bar.get_by_role("button").all()) if box)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    picture(page, "cards-390")
    # Turned on its side there is room for columns again.
    page.set_viewport_size({"width": 844, "height": 390})
    page.locator(".table-head").get_by_text("Vendor", exact=True).wait_for()
    assert page.locator(".card-line").count() == 0
    assert page.problems == []


def test_views_and_changes_of_many_by_the_api(each_lab):
    """What the pages above do, on every engine: a view of one's own and a shared one, many changed and taken back."""
    daemon, admin = each_lab
    editor = daemon.person(admin, "editor")
    view = admin.made("/api/v1/views", {"kind": "hardware", "name": "NAS", "q": "role:nas", "sort": "-name"})
    assert editor.get("/api/v1/views?kind=hardware").json["items"] == []
    shared = admin.request("PATCH", f"/api/v1/views/{view['id']}", {"is_shared": True}, {"If-Match": f'"{view["revision"]}"'})
    assert shared.status == 200, shared
    assert [one["name"] for one in editor.get("/api/v1/views?kind=hardware").json["items"]] == ["NAS"]
    assert editor.delete(f"/api/v1/views/{view['id']}").status in (403, 404)
    stale = admin.request("PATCH", f"/api/v1/views/{view['id']}", {"name": "X"}, {"If-Match": f'"{view["revision"]}"'})
    assert stale.status == 412, stale

    made = [admin.made("/api/v1/hardware", {"name": f"many-{number}", "vendor": "Dell"}) for number in range(5)]
    ids = [one["id"] for one in made]
    changed = editor.post("/api/v1/hardware/bulk", {"ids": ids, "patch": {"vendor": "Cisco"}}).json["items"]
    assert all(one["ok"] for one in changed)
    assert admin.request("PATCH", f"/api/v1/hardware/{ids[2]}", {"vendor": "Juniper"}).status == 200
    back = editor.post("/api/v1/hardware/bulk", {
        "ids": ids, "patch": {"vendor": "Dell"}, "revisions": [one["revision"] for one in changed]}).json["items"]
    assert [one["ok"] for one in back] == [True, True, False, True, True], back
    found = {one["id"]: one["vendor"] for one in admin.get("/api/v1/hardware?q=many&limit=20").json["items"]}
    assert [found[one] for one in ids] == ["Dell", "Dell", "Juniper", "Dell", "Dell"]
    wrong = editor.post("/api/v1/hardware/bulk", {"ids": ids, "patch": {"vendor": "Dell"}, "revisions": [1]})
    assert wrong.status == 422 and "revisions" in wrong.json["fields"], wrong
