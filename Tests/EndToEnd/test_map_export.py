"""The map as a file: the tools people have open it, a browser draws it like the page, and nothing in a name ever runs."""

import base64
import pathlib
import re
import subprocess
from xml.etree import ElementTree

import networkx
import pytest
from browser import chromium, new_page
from pictures import png, png_of

FORMATS = {"svg": "svg", "pdf": "pdf", "drawio": "drawio", "mermaid": "mmd", "dot": "dot", "graphml": "graphml",
           "json": "json"}
RUN = "window.hit=1"
# Every one would run, end a string or break a file where a writer forgets its format.
PAYLOADS = [
    f"<script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"<svg onload={RUN}>", f"\"><script>{RUN}</script>",
    f"'><img src=x onerror={RUN}>", f"</text><script>{RUN}</script>", f"</title><script>{RUN}</script>",
    f"]]><script>{RUN}</script>", f"<![CDATA[<script>{RUN}</script>]]>", f"--><script>{RUN}</script>",
    f"javascript:{RUN}", f"<a href=\"javascript:{RUN}\">x</a>", f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<style>@import 'x'</style><b style=\"background:url(javascript:{RUN})\">", f"<foreignObject><body onload={RUN}>",
    f"<use href=\"data:image/svg+xml,<svg onload={RUN}>\"/>", f"<animate onbegin={RUN} attributeName=x dur=1s>",
    f"{{{{constructor.constructor('{RUN}')()}}}}", f"${{{RUN}}}", f"`${{{RUN}}}`", "&lt;script&gt;", "&#60;script&#62;",
    "&amp;&quot;&apos;", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;", "<?xml-stylesheet href='x'?>",
    "\\\"];evil[label=\"x", "\\N \\G \\E", "\"; graph [bb=\"0,0\"]; \"", "// comment", "/* comment */", "# include",
    "%%{init: {\"securityLevel\":\"loose\"}}%%", f"click n1 call {RUN}", f"A[\"x\"] --> B[\"{RUN}\"]", "end",
    "subgraph x", "classDef a fill:red", ";;;", "|pipe|", "a\nb", "a\r\nb", "a\tb", "a\u2028b", "a\u2029b",
    "\u202egnp.exe", "\u2066x\u2069", "שלום עולם", "مرحبا", "🙂👩‍👩‍👧🏴‍☠️", "地下室", "Журнал-01", "é" * 60, "\ufeffbom", "\u200bzero",
    "%s%n%x", "../../etc/passwd", "CON", "=cmd|'/c calc'!A1", "(paren) \\) Tj ET", "<</JS (app.alert(1))>>", "endstream",
]


@pytest.fixture(scope="module")
def hostile(lab):
    daemon, admin = lab
    made = []
    for number, text in enumerate(PAYLOADS):
        answer = admin.post("/api/v1/hardware", {"name": text, "role": "server", "status": "up"})
        assert answer.status in (201, 422), (text, answer)
        if answer.status == 201:
            made.append((answer.json["id"], text))
        # An icon is the name of one of ours, whatever is stored there.
        drawn = admin.post("/api/v1/hardware", {"name": f"icon {number}", "icon": text})
        assert drawn.status in (201, 422), (text, drawn)
    assert len(made) >= 40
    first = made[0][0]
    for node, text in made[1:]:
        cable = admin.post("/api/v1/connections", {
            "from_id": first, "to_id": node, "medium": "fibre", "speed_mbps": 10000, "cable_label": text})
        assert cable.status in (201, 422), (text, cable)
    board = admin.get("/api/v1/maps").json["items"][0]["id"]
    for x in ("<script>", "NaN", None, [1], {"a": 1}, "1e999"):
        refused = admin.put(f"/api/v1/maps/{board}/positions", {"positions": [{"id": first, "x": x, "y": 0}]})
        assert 400 <= refused.status < 500, (x, refused)
    return daemon, admin, made


def export(admin, form, more=""):
    answer = admin.get(f"/api/v1/topology/export?format={form}{more}")
    assert answer.status == 200, answer
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.search(rf'^attachment; filename="[\w.-]+\.{FORMATS[form]}"; ', answer.headers["content-disposition"])
    return answer.body


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, timeout=120, **more)
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def test_graphviz_and_libxml_read_what_is_written(hostile, tmp_path):
    _, admin, made = hostile
    dot = tmp_path / "map.dot"
    dot.write_bytes(export(admin, "dot"))
    read = run("gvpr", "N { print(name) }", str(dot))
    assert read.stderr == b""
    assert {f"n{node}" for node, _ in made} <= set(read.stdout.decode().split())
    assert not [name for name in read.stdout.decode().split() if not re.fullmatch(r"n\d+", name)]
    drawn = run("neato", "-n2", "-Tsvg", str(dot)).stdout.decode()
    assert "<script" not in drawn

    for form in ("svg", "graphml", "drawio"):
        file = tmp_path / f"map.{form}"
        file.write_bytes(export(admin, form))
        run("xmllint", "--noout", "--nonet", str(file))
    assert b"<script" not in (tmp_path / "map.svg").read_bytes()

    graph = ElementTree.fromstring((tmp_path / "map.graphml").read_bytes())
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    nodes = {node.get("id") for node in graph.iterfind(".//g:node", space)}
    keys = {key.get("id") for key in graph.iterfind("g:key", space)}
    assert all({edge.get("source"), edge.get("target")} <= nodes for edge in graph.iterfind(".//g:edge", space))
    assert all(data.get("key") in keys for data in graph.iterfind(".//g:data", space))

    read = networkx.read_graphml(tmp_path / "map.graphml")
    assert {f"n{node}" for node, _ in made} <= set(read) and all("x" in of for _, of in read.nodes(data=True))
    assert {of["has_direction"] for *_, of in read.edges(data=True)} == {False}

    cells = list(ElementTree.fromstring((tmp_path / "map.drawio").read_bytes()).iter("mxCell"))
    shapes = {cell.get("id") for cell in cells if cell.get("vertex") == "1"}
    connectors = [cell for cell in cells if cell.get("edge") == "1"]
    assert len({cell.get("id") for cell in cells}) == len(cells) and connectors
    assert all({cell.get("source"), cell.get("target")} <= shapes for cell in connectors)
    # draw.io reads markup in a label only where a style asks for it.
    assert all("html=0" in cell.get("style") for cell in cells if cell.get("style"))


def test_poppler_draws_the_page_and_finds_names_of_every_script(hostile, tmp_path):
    _, admin, _ = hostile
    file = tmp_path / "map.pdf"
    file.write_bytes(export(admin, "pdf"))
    drawn = run("pdftoppm", "-r", "20", "-png", str(file), str(tmp_path / "page"))
    assert drawn.stderr == b""
    assert len(list(tmp_path.glob("page*.png"))) == 1
    text = run("pdftotext", str(file), "-").stdout.decode()
    assert "地下室" in text and "endstream" in text and "Журнал-01" in text
    # Drawn with what this machine has, of which a part goes along; Debian's chromium brings one of these.
    places = ["liberation2/LiberationSans-Regular.ttf", "dejavu/DejaVuSans.ttf"]
    fonts = run("pdffonts", str(file)).stdout.decode()
    if any(pathlib.Path("/usr/share/fonts/truetype", place).exists() for place in places):
        assert re.search(r"CID TrueType +Identity-H +yes yes yes", fonts), fonts
    assert file.stat().st_size < 500_000
    assert b"/JavaScript" not in file.read_bytes() and b"/Action" not in file.read_bytes()


def test_mermaid_lines_are_nodes_and_links_and_nothing_else(hostile):
    """No reader of Mermaid is packaged for Debian or Python: every line is held against the grammar of what we write."""
    _, admin, made = hostile
    first, *lines = export(admin, "mermaid").decode().splitlines()
    node = re.compile(r'  n\d+[\[({]+"(?:[^"#;\n]|#\d+;|<br/>)*"[\])}]+')
    link = re.compile(r'  n\d+ (?:---|-->|-\.->|===)(?:\|"(?:[^"#;\n]|#\d+;)*"\|)? n\d+')
    assert first == "flowchart TB"
    assert [line for line in lines if not node.fullmatch(line) and not link.fullmatch(line)] == []
    assert len(lines) >= 2 * len(made) - 1


def test_nothing_in_a_name_runs(hostile, tmp_path):
    daemon, admin, made = hostile
    file = tmp_path / "map.svg"
    file.write_bytes(export(admin, "svg"))
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, cookie=admin.cookie)
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        page.goto("/map")
        page.wait_for_selector(".map-page:not(.is-empty)")
        page.keyboard.press("l")
        page.get_by_role("treeitem").nth(5).wait_for()
        page.goto(f"/map?select={made[0][0]}")
        page.locator("#panel h2").first.wait_for()
        for name, button in (("PNG", "png"), ("SVG", "svg")):
            page.keyboard.press("e")
            with page.expect_download() as saved:
                page.get_by_role("menuitem", name=name).press("Enter")
            assert saved.value.suggested_filename.endswith(f".{button}")
        assert page.evaluate("window.hit") is None
        assert asked == [] and page.problems == []

        drawing = new_page(browser, daemon)
        drawing.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        drawing.goto(file.as_uri())
        assert drawing.evaluate("document.documentElement.nodeName") == "svg"
        assert drawing.evaluate("window.hit ?? null") is None
        strange = drawing.evaluate("""() => [...document.querySelectorAll('*')].filter((one) =>
            !['svg','title','desc','rect','defs','path','g','circle','use','polygon','text'].includes(one.localName) ||
            [...one.attributes].some(({ name, value }) => name.startsWith('on') || (name === 'href' && value[0] !== '#')))
            .map((one) => one.outerHTML)""")
        assert strange == [] and asked == [] and drawing.problems == []


# Where three discs of different hues are, and how large, in a picture.
BLOBS = """async (source) => {
    const picture = new Image()
    picture.src = 'data:image/png;base64,' + source
    await picture.decode()
    const canvas = new OffscreenCanvas(picture.width, picture.height)
    const context = canvas.getContext('2d')
    context.drawImage(picture, 0, 0)
    const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height)
    return [[0x6e, 0xa8, 0xfe], [0xd0, 0x8c, 0xf0], [0xf5, 0xa3, 0x5c]].map(([r, g, b]) => {
        let [count, x, y] = [0, 0, 0]
        for (let at = 0; at < data.length; at += 4) {
            if (Math.hypot(data[at] - r, data[at + 1] - g, data[at + 2] - b) > 30) continue
            count += 1
            x += (at / 4) % width
            y += Math.floor(at / 4 / width)
        }
        return { count, x: x / count, y: y / count }
    })
}"""


def test_a_browser_draws_the_file_like_the_page(lab, tmp_path):
    """Discs stand in the same triangle (within 2 % of its sides) and have as much of their hue (within 35 %, as anti-aliased
    lines are thinner where they are drawn smaller)."""
    daemon, admin = lab
    ids = [admin.made(path, {"name": f"look-{number}"})["id"]
           for number, path in enumerate(("/api/v1/hardware", "/api/v1/storage", "/api/v1/services"))]
    board = admin.made("/api/v1/maps", {"name": "Pictures"})["id"]
    places = [{"id": one, "x": x, "y": y} for one, (x, y) in zip(ids, ((0, 0), (400, 30), (150, 300)), strict=True)]
    assert admin.put(f"/api/v1/maps/{board}/positions", {"positions": places}).status == 204
    file = tmp_path / "map.svg"
    file.write_bytes(export(admin, "svg", f"&map={board}&q=look-&theme=dark"))
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, cookie=admin.cookie)
        page.goto(f"/map?map={board}&q=look-")
        page.wait_for_selector(".map-page:not(.is-empty)")
        page.wait_for_timeout(800)
        page.evaluate("""() => document.querySelectorAll('.map-page > :not(.map-canvas), .map-canvas > :not(canvas)')
            .forEach((one) => { one.style.visibility = 'hidden' })""")
        shown = page.locator(".map-canvas").screenshot()
        drawing = new_page(browser, daemon)
        drawing.goto(file.as_uri())
        drawn = drawing.screenshot()
        blank = new_page(browser, daemon)
        one, other = (blank.evaluate(BLOBS, base64.b64encode(picture).decode()) for picture in (shown, drawn))

        # Paper: only the picture, its title, legend and date, on white.
        page.evaluate("window.print = () => { window.printed = document.querySelector('.map-print')?.innerText }")
        page.keyboard.press("Control+p")
        page.locator(".map-print-picture").wait_for(state="attached")
        for _ in range(100):
            if page.evaluate("window.printed !== undefined"):
                break
            page.wait_for_timeout(50)
        assert "Pictures" in page.evaluate("window.printed")
        page.emulate_media(media="print")
        assert page.locator(".map-print-picture").is_visible() and not page.locator(".map-canvas").is_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator(".map-print").count() == 0
        assert page.problems == []

    def side(blobs, a, b):
        return ((blobs[a]["x"] - blobs[b]["x"]) ** 2 + (blobs[a]["y"] - blobs[b]["y"]) ** 2) ** 0.5

    assert all(blob["count"] > 100 for blob in one + other), (one, other)
    scale = side(one, 0, 1) / side(other, 0, 1)
    for a, b in ((0, 2), (1, 2)):
        assert side(one, a, b) / side(other, a, b) == pytest.approx(scale, rel=0.02)
    for left, right in zip(one, other, strict=True):
        assert left["count"] / right["count"] == pytest.approx(scale**2, rel=0.35)


# The left half red and the right half blue, 32 by 16, as a camera would write it that was held upright.
JPEG = """async () => {
    const canvas = new OffscreenCanvas(32, 16)
    const context = canvas.getContext('2d')
    for (const [at, colour] of ['#dc1e1e', '#1e1edc'].entries()) {
        context.fillStyle = colour
        context.fillRect(at * 16, 0, 16, 16)
    }
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 })).arrayBuffer())
    return btoa(String.fromCharCode(...bytes))
}"""
HELD_SIDEWAYS = bytes.fromhex("ffe1 0022 457869660000 4d4d002a00000008 0001 0112 0003 00000001 0006 0000 00000000".replace(" ", ""))
TEAL, RED, BLUE = (0, 150, 150), (220, 30, 30), (30, 30, 220)


def up_filtered(rows):
    """The same rows by filter 2: each byte less the one above."""
    before = bytes(len(rows[0]))
    out = b""
    for row in rows:
        out += b"\2" + bytes((one - above) % 256 for one, above in zip(row, before, strict=True))
        before = row
    return out


def found(picture, colour, near=40):
    """How many pixels of a PPM are of that colour, and their middle."""
    _, size, _, pixels = picture.split(b"\n", 3)
    width = int(size.split()[0])
    spots = [divmod(at // 3, width) for at in range(0, len(pixels) - 2, 3)
             if all(abs(pixels[at + part] - colour[part]) < near for part in range(3))]
    return len(spots), *(sum(part) / max(1, len(spots)) for part in zip(*spots or [(0, 0)], strict=True))


def test_a_pdf_draws_the_pictures_people_brought(lab, tmp_path):
    daemon, admin = lab
    with chromium(daemon) as browser:
        jpeg = base64.b64decode(new_page(browser, daemon).evaluate(JPEG))
    clear, full = bytes((*TEAL, 0)), bytes((*TEAL, 255))
    icons = {
        # Whole, half see-through by alpha, by a palette of four bits, by one colour that is not drawn, and grey of one bit.
        "plain": png(24, 24, colour=TEAL),
        "alpha": png_of(24, 24, 8, 6, up_filtered([clear * 12 + full * 12] * 24)),
        "palette": png_of(24, 24, 4, 3, (b"\0" + b"\x00" * 6 + b"\x11" * 6) * 24, bytes((9, 9, 9, *TEAL)), b"\0"),
        "holed": png_of(24, 24, 8, 2, (b"\0" + bytes((1, 2, 3)) * 12 + bytes(TEAL) * 12) * 24, cover=bytes((0, 1, 0, 2, 0, 3))),
        "bits": png_of(24, 24, 1, 0, (b"\0" + b"\x00\x00\x00") * 24),
        "turned": jpeg[:2] + HELD_SIDEWAYS + jpeg[2:],
        # Not in a PDF: the icon of the role stands in its place.
        "interlaced": png_of(16, 16, 8, 2, b"\0" * 900, interlaced=1),
    }
    drawn = {}
    for name, picture in icons.items():
        kind = "image/jpeg" if name == "turned" else "image/png"
        made = admin.post(f"/api/v1/icons?name={name}&category=Own", raw=picture, content_type=kind)
        assert made.status == 201, (name, made)
        admin.made("/api/v1/misc-items", {"name": f"pictured {name}", "icon": f"upload-{made.json['id']}"})
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(export(admin, "pdf", f"&q=pictured+{name}"))
        done = run("pdftoppm", "-r", "144", file)
        assert done.stderr == b"", (name, done.stderr)
        drawn[name] = done.stdout
    whole = (2 * 21) ** 2
    for name, part in {"plain": 1, "alpha": 0.5, "palette": 0.5, "holed": 0.5, "interlaced": 0}.items():
        assert found(drawn[name], TEAL)[0] == pytest.approx(part * whole, abs=0.08 * whole), name
    assert found(drawn["bits"], (0, 0, 0), near=8)[0] >= 0.9 * whole
    reds, red_row, red_column = found(drawn["turned"], RED)
    blues, blue_row, blue_column = found(drawn["turned"], BLUE)
    assert reds > 300 and blues > 300 and red_row < blue_row - 15 and abs(red_column - blue_column) < 2
