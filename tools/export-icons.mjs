// Writes the icons of the pages' map as Swift, for drawings the daemon makes: every curve is a cubic, every point absolute.
// Usage: node tools/export-icons.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { ICON_CATEGORIES, iconNames, iconPaths } from "../share/circuit-breaker/web/icons/icons.js";

const FILE = new URL("../Sources/Topology/Export/ExportIcons.swift", import.meta.url);
const LAST = "disk"; // what follows is for buttons
// Those of kinds and roles, and all that people can choose.
const usual = iconNames().slice(0, iconNames().indexOf(LAST) + 1);
const names = [...new Set([...usual, ...ICON_CATEGORIES.flatMap(({ names: chosen }) => chosen)])];
const short = (value) => String(Number(value.toFixed(2)));

/** Tokens of path data; flags of arcs may stand without a space. */
function* commands(data) {
  const arity = { m: 2, l: 2, h: 1, v: 1, c: 6, s: 4, a: 7, z: 0 };
  for (const [, letter, rest] of data.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const numbers = (rest.match(/-?(?:\d*\.\d+|\d+)/g) ?? []).map(Number);
    const count = arity[letter.toLowerCase()];
    if (count === 0) yield [letter, []];
    for (let at = 0; count > 0 && at < numbers.length; at += count) yield [letter, numbers.slice(at, at + count)];
  }
}

/** An elliptic arc as cubics of at most a quarter turn (SVG 1.1, appendix F.6). */
function arc(x1, y1, r, large, sweep, x2, y2) {
  const [dx, dy] = [(x1 - x2) / 2, (y1 - y2) / 2];
  const radius = Math.max(r, Math.hypot(dx, dy));
  const away = Math.sqrt(Math.max(0, radius ** 2 / (dx ** 2 + dy ** 2) - 1)) * (large === sweep ? -1 : 1);
  const [cx, cy] = [(x1 + x2) / 2 + away * dy, (y1 + y2) / 2 - away * dx];
  const start = Math.atan2(y1 - cy, x1 - cx);
  let turn = Math.atan2(y2 - cy, x2 - cx) - start;
  if (sweep && turn < 0) turn += 2 * Math.PI;
  if (!sweep && turn > 0) turn -= 2 * Math.PI;
  const parts = Math.ceil(Math.abs(turn) / (Math.PI / 2) - 1e-9);
  const step = turn / parts;
  const k = (4 / 3) * Math.tan(step / 4) * radius;
  return Array.from({ length: parts }, (_, at) => {
    const [a, b] = [start + at * step, start + (at + 1) * step];
    const [ax, ay] = [cx + radius * Math.cos(a), cy + radius * Math.sin(a)];
    const [bx, by] = [cx + radius * Math.cos(b), cy + radius * Math.sin(b)];
    return [ax - k * Math.sin(a), ay + k * Math.cos(a), bx + k * Math.sin(b), by - k * Math.cos(b), bx, by];
  });
}

/** Path data of only `M`, `L`, `C` and `Z`, everything separated by spaces. */
function plain(data) {
  const out = [];
  let [x, y, sx, sy, lastX, lastY] = [0, 0, 0, 0, null, null];
  const put = (letter, ...values) => out.push(letter, ...values.map(short));
  for (const [letter, n] of commands(data)) {
    const [ox, oy] = letter === letter.toLowerCase() ? [x, y] : [0, 0];
    let control = null;
    switch (letter.toLowerCase()) {
      case "m":
        [x, y] = [n[0] + ox, n[1] + oy];
        [sx, sy] = [x, y];
        put("M", x, y);
        break;
      case "l":
        [x, y] = [n[0] + ox, n[1] + oy];
        put("L", x, y);
        break;
      case "h":
        x = n[0] + ox;
        put("L", x, y);
        break;
      case "v":
        y = n[0] + oy;
        put("L", x, y);
        break;
      case "c":
      case "s": {
        const p = letter.toLowerCase() === "c"
          ? n.map((value, at) => value + (at % 2 ? oy : ox))
          : [lastX === null ? x : 2 * x - lastX, lastY === null ? y : 2 * y - lastY,
            ...n.map((value, at) => value + (at % 2 ? oy : ox))];
        put("C", ...p);
        control = [p[2], p[3]];
        [x, y] = [p[4], p[5]];
        break;
      }
      case "a": {
        const [tx, ty] = [n[5] + ox, n[6] + oy];
        for (const p of arc(x, y, n[0], n[3] === 1, n[4] === 1, tx, ty)) put("C", ...p);
        [x, y] = [tx, ty];
        break;
      }
      case "z":
        out.push("Z");
        [x, y] = [sx, sy];
        break;
      default:
        throw new Error(`unknown command ${letter}`);
    }
    [lastX, lastY] = control ?? [null, null];
  }
  return out.join(" ");
}

function wrapped(text) {
  const lines = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.length + word.length + 1 > 104) {
      lines.push(`${line} \\`);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `        ${one}`).join("\n");
}

const swift = `/// The icons of the pages' map on a grid of 24: made by \`node tools/export-icons.mjs\` from \`icons.js\`, not by hand. Points
/// are absolute and every curve is a cubic, so that a writer needs four commands.
enum ExportIcons {
    static let paths: [String: String] = Dictionary(
        uniqueKeysWithValues: table.split(separator: "\\n").compactMap { line in
            line.firstIndex(of: ":").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
        })

    private static let table = """
${names.map((name) => wrapped(`${name}:${plain(iconPaths(name).join(""))}`)).join("\n")}
        """
}
`;

if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== swift) {
    console.error("export-icons: ExportIcons.swift is not what icons.js says; run node tools/export-icons.mjs");
    process.exit(1);
  }
} else writeFileSync(FILE, swift);
