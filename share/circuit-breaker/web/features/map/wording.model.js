// @ts-check
/**
 * Which words are written and where: names, the important first, then what stands on lines. On a small screen a name may
 * lie over dots that matter less; where everything is in view no name is cut by an edge or lies below a tool; and whoever
 * is pointed at or selected is named in full.
 */
import { shownName } from "./appearance.model.js";
import { speedText } from "./edges.model.js";
import { spotFor, spotOver, Taken } from "./labels.model.js";
import { besideLoop, isLoop } from "./loops.model.js";
import { detailAt, edgesIn, linesIn, loopOf, middleOf, onCurve, radiusAt } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./camera.model.js").Box} Box */
/** @typedef {import("./words.model.js").Word} Word */
/** @typedef {import("./words.model.js").View} View */
/** @typedef {import("./words.model.js").Measure} Measure */

const LONGEST = 22;
/** Where a name has no room, less of it may have. */
const SHORTER = [LONGEST, 13, 8];
/** Of a name that is pointed at. */
const WHOLE = 80;
const MOST = { dots: 90, icons: 260, names: 1400, addresses: 1400, ports: 800 };
const MOST_ON_LINES = 120;
/** Lines that one name keeps off. */
const MOST_BESIDE = 48;
const CHUNK = 3;
/** Far out, everybody of a lab of this size may be named where there is room; of a larger one only what it hangs from. */
const CROWD = 320;
/** A name lies over so many dots at most, of a gateway or switch over more, and never over one that matters. */
const MOST_COVERED = 2;
const MOST_COVERED_BY_FIRST = 4;
const FIRST = 160;
const GAP = { dots: 2, else: 6 };
const EDGE = 3;
/** Nodes from this weight on matter: what a lab hangs from. */
const BACKBONE = 100;
const ROLES = /** @type {Record<string, number>} */ ({
  router: 90,
  firewall: 90,
  modem: 60,
  switch: 70,
  hypervisor: 50,
  access_point: 40,
  nas: 40,
  server: 20,
});

/** Beginning and end stay: names of a row differ at their end. @param {string} text @param {number} [most] */
export function shortened(text, most = LONGEST) {
  // It has as many letters as units at most: most names need not be taken apart.
  if (text.length <= most) return text;
  const letters = [...text];
  if (letters.length <= most) return text;
  const tail = Math.floor((most - 1) * 0.4);
  return `${letters.slice(0, most - 1 - tail).join("")}…${letters.slice(letters.length - tail).join("")}`;
}

/** @param {number} zoom */
export const fontSize = (zoom) => Math.round(Math.min(15, Math.max(11, 12.5 * zoom ** 0.4)));

/**
 * @param {View} view @param {Box} box  of the world that is planned @param {Measure} measure
 * @param {Box | null} walls  of the world: names end there
 * @returns {Generator<void, Word[]>}
 */
export function* wording(view, box, measure, walls) {
  const work = new Wording(view, box, measure);
  const inside = view.scene.nodeTree.find(box.left, box.top, box.right, box.bottom);
  yield;
  const candidates = yield* work.chosen(inside);
  yield;
  yield* work.take(inside, walls, candidates.length);
  for (let turn = 0; turn < candidates.length && work.placed < MOST[work.detail]; turn += 1) {
    if (turn % CHUNK === CHUNK - 1) yield;
    work.name(candidates[turn]);
  }
  yield;
  work.lines(box);
  work.nameMarked();
  return work.words;
}

class Wording {
  /** @param {View} view @param {Box} box @param {Measure} measure */
  constructor(view, box, measure) {
    const { camera: { zoom }, scene } = view;
    this.view = view;
    this.scene = scene;
    this.zoom = zoom;
    this.measure = measure;
    this.detail = detailAt(zoom);
    this.region = { left: box.left * zoom, top: box.top * zoom, right: box.right * zoom, bottom: box.bottom * zoom };
    const radius = radiusAt(zoom) * zoom;
    this.isDots = this.detail === "dots";
    this.ring = this.isDots ? Math.max(2, radius * 0.8) : radius * 1.15;
    this.gap = this.isDots ? GAP.dots : GAP.else;
    this.font = fontSize(zoom);
    this.small = Math.max(10, this.font - 1);
    this.withAddress = this.detail === "addresses" || this.detail === "ports";
    this.weight = new Float64Array(scene.nodes.length);
    this.placed = 0;
    this.isCrowd = false;
    /** @type {Word[]} */
    this.words = [];
    /** Nodes that are named in full. */
    this.named = new Set();
  }

  /**
   * Who may be named, the most important first. In a crowd: what the rest hangs from, what is down, what is lit.
   *
   * @param {number[]} inside
   * @returns {Generator<void, number[]>}
   */
  *chosen(inside) {
    const { scene, weight, view: { marks } } = this;
    this.isCrowd = inside.length > CROWD;
    const isThin = (this.isDots || this.detail === "icons") && this.isCrowd;
    const candidates = [];
    for (let turn = 0; turn < inside.length; turn += 1) {
      if (turn % 512 === 511) yield;
      const at = inside[turn];
      const { id, status, kind, role } = scene.nodes[at];
      const isBackbone = kind === "hardware" || kind === "network" || kind === "cluster";
      const matters = isBackbone && scene.degree[at] > 2;
      const isLit = marks.lit?.has(id) === true;
      weight[at] = (isLit ? 5000 : 0) + (status === "down" ? 500 : 0) + (matters ? BACKBONE + (ROLES[role ?? ""] ?? 0) : 0) +
        (isBackbone ? 20 : 0) + Math.min(60, scene.degree[at]);
      if (isThin && !isLit && !matters) continue;
      candidates.push(at);
    }
    return candidates.sort((a, b) => weight[b] - weight[a] || a - b);
  }

  /**
   * What is occupied before any name is: discs, loops, what is drawn, the edge of the screen, and what lies over the map.
   *
   * @param {number[]} inside @param {Box | null} walls @param {number} names
   * @returns {Generator<void, void>}
   */
  *take(inside, walls, names) {
    const { region, ring, scene, zoom, weight } = this;
    this.taken = new Taken(region, inside.length + names);
    for (let turn = 0; turn < inside.length; turn += 1) {
      const at = inside[turn];
      const [x, y] = [scene.x[at] * zoom, scene.y[at] * zoom];
      this.taken.add(x - ring, y - ring, x + ring, y + ring, this.isDots && weight[at] < BACKBONE);
      if (turn % 200 === 199) yield;
    }
    for (const at of this.isDots ? [] : scene.loops) {
      const { x, y, radius } = loopOf(scene, scene.edges[at], zoom);
      const [left, top, reach] = [(x - radius) * zoom, (y - radius) * zoom, 2 * radius * zoom];
      this.taken.add(left, top, left + reach, top + reach);
    }
    for (const sign of this.view.signs?.(this.measure) ?? []) {
      const [x, y] = [sign.x * zoom, sign.y * zoom];
      this.taken.add(x + sign.left, y + sign.top, x + sign.right, y + sign.bottom);
    }
    if (!walls) return;
    const [left, top, right, bottom] = [walls.left * zoom, walls.top * zoom, walls.right * zoom, walls.bottom * zoom];
    this.taken.add(region.left, region.top, left + EDGE, region.bottom);
    this.taken.add(right - EDGE, region.top, region.right, region.bottom);
    this.taken.add(region.left, region.top, region.right, top + EDGE);
    this.taken.add(region.left, bottom - EDGE, region.right, region.bottom);
    for (const cover of this.view.covers?.() ?? []) {
      this.taken.add(left + cover.left - EDGE, top + cover.top - EDGE, left + cover.right + EDGE, top + cover.bottom + EDGE);
    }
  }

  /** @param {number} at */
  name(at) {
    const { scene, zoom, taken, ring, gap, font, small } = this;
    if (!taken) return;
    const node = scene.nodes[at];
    const [x, y] = [scene.x[at] * zoom, scene.y[at] * zoom];
    const lines = this.isDots ? [] : this.linesBeside(at, this.widthOf(shortened(shownName(node)), ""));
    for (const most of SHORTER) {
      if (most !== LONGEST && shownName(node).length <= most) continue;
      const text = shortened(shownName(node), most);
      // A shorter name goes without the address, which is in the panel.
      const address = this.withAddress && most === LONGEST ? node.ip ?? "" : "";
      const width = this.widthOf(text, address) + 4;
      const height = font + 3 + (address ? small + 3 : 0);
      const spot = spotFor(taken, x, y, ring, width, height, gap, lines) ??
        (this.isDots ? this.spotOver(at, x, y, width, height) : null);
      if (!spot) continue;
      this.placed += 1;
      if (text === shownName(node)) this.named.add(at);
      return this.write(at, spot.x - x, spot.y - y, spot.align, text, address, false);
    }
  }

  /**
   * Lines that its name keeps off: all that run past it, or in a crowd its own.
   *
   * @param {number} at @param {number} width of the name @returns {import("./labels.model.js").Stretch[]}
   */
  linesBeside(at, width) {
    const { scene, zoom } = this;
    const reach = this.ring + GAP.else + width;
    const past = this.isCrowd ? scene.touching[at] : linesIn(scene, {
      left: scene.x[at] - reach / zoom, right: scene.x[at] + reach / zoom, top: scene.y[at] - reach / zoom, bottom: scene.y[at] + reach / zoom,
    });
    return past.slice(0, MOST_BESIDE).flatMap((one) => {
      const edge = scene.edges[one];
      if (isLoop(edge)) return [];
      const middle = middleOf(scene, edge);
      const points = (edge.bend === 0 ? [0, 1] : [0, 0.5, 1]).map((share) => onCurve(scene, edge, middle, share));
      return points.slice(1).map(({ x, y }, turn) => {
        const start = points[turn];
        return { x: start.x * zoom, y: start.y * zoom, dx: (x - start.x) * zoom, dy: (y - start.y) * zoom };
      });
    });
  }

  /** @param {number} at @param {number} x @param {number} y @param {number} width @param {number} height */
  spotOver(at, x, y, width, height) {
    const { taken, ring, gap, weight } = this;
    if (!taken || weight[at] < BACKBONE) return null;
    return spotOver(taken, x, y, ring, width, height, gap, weight[at] >= FIRST ? MOST_COVERED_BY_FIRST : MOST_COVERED);
  }

  /** @param {string} text @param {string} address */
  widthOf(text, address) {
    return Math.max(this.measure(text, "name", this.font), address ? this.measure(address, "address", this.small) : 0);
  }

  /**
   * @param {number} at @param {number} dx @param {number} dy @param {Word["align"]} align @param {string} text
   * @param {string} address @param {boolean} plate
   */
  write(at, dx, dy, align, text, address, plate) {
    const one = { a: at, b: at, bend: 0, dx, align, plate };
    this.words.push({ ...one, dy, text, face: "name", size: this.font, quiet: false });
    if (address) this.words.push({ ...one, dy: dy + this.font + 3, text: address, face: "address", size: this.small, quiet: true });
  }

  /** Whoever is pointed at, selected or walked to by keys, and has no name or half of one: in full, over what lies there. */
  nameMarked() {
    const { marks, camera, size } = this.view;
    for (const id of new Set([marks.primary, marks.focused, marks.hovered])) {
      const at = id === null ? undefined : this.scene.index.get(id);
      if (at === undefined || this.named.has(at)) continue;
      this.words = this.words.filter((word) => word.a !== at || word.b !== at || word.bend !== 0);
      const node = this.scene.nodes[at];
      const [text, address] = [shortened(shownName(node), WHOLE), this.withAddress ? node.ip ?? "" : ""];
      const half = this.widthOf(text, address) / 2 + EDGE + 3;
      // Pixels of the screen: it stays on it.
      const x = (this.scene.x[at] - camera.x) * this.zoom + size.width / 2;
      const y = (this.scene.y[at] - camera.y) * this.zoom + size.height / 2;
      const isOn = x > 0 && x < size.width && y > 0 && y < size.height;
      const room = Math.max(half, size.width - half);
      const dx = isOn ? Math.min(room, Math.max(half, x)) - x : 0;
      const height = this.font + 3 + (address ? this.small + 3 : 0);
      const below = this.ring + GAP.else;
      const isLow = isOn && y + below + height > size.height - EDGE;
      const dy = isLow ? -below - height : below;
      this.clear(this.scene.x[at] * this.zoom + dx - half, this.scene.y[at] * this.zoom + dy, 2 * half, height);
      this.write(at, dx, dy, "center", text, address, true);
    }
  }

  /** Names that would show through a plate are not written. @param {number} left @param {number} top @param {number} width @param {number} height */
  clear(left, top, width, height) {
    const { scene, zoom } = this;
    this.words = this.words.filter((word) => {
      if (word.a !== word.b) return true;
      const [x, y] = [scene.x[word.a] * zoom + word.dx, scene.y[word.a] * zoom + word.dy];
      const wide = this.measure(word.text, word.face, word.size);
      const start = x - (word.align === "center" ? wide / 2 : word.align === "right" ? wide : 0);
      return start >= left + width || start + wide <= left || y >= top + height || y + word.size <= top;
    });
  }

  /** @param {Box} box */
  lines(box) {
    const { scene, zoom, small, taken, view: { marks } } = this;
    for (const edge of this.spokenEdges(box)) {
      const text = shortened([edge.edge.label, speedText(edge.edge.speed_mbps)].filter(Boolean).join(" · "));
      if (!text || !taken) continue;
      const half = this.measure(text, "address", small) / 2 + 2;
      const middle = isLoop(edge) ? besideLoop(loopOf(scene, edge, zoom), (half + 2) / zoom, small / zoom) : onCurve(scene, edge, middleOf(scene, edge), 0.5);
      const [x, y] = [middle.x * zoom, middle.y * zoom];
      const isWanted = edge.edge.id === marks.hoveredEdge;
      if (!isWanted && !taken.isFree(x - half, y - small / 2, x + half, y + small / 2 + 2)) continue;
      taken.add(x - half, y - small / 2, x + half, y + small / 2 + 2);
      const { a, b, bend } = edge;
      // Those of a loop are told from its disc.
      const [dx, dy] = isLoop(edge) ? [x - scene.x[a] * zoom, y - scene.y[a] * zoom] : [0, 0];
      this.words.push({ a, b, bend, dx, dy: dy - small / 2 - 1, align: "center", text, face: "address", size: small, quiet: true, plate: true });
    }
  }

  /** Lines that say something: hovered, beside what is hovered or selected, or near. @param {Box} box */
  spokenEdges(box) {
    const { scene, zoom, detail, view: { marks } } = this;
    const hovered = marks.hoveredEdge === null ? undefined : scene.edgeIndex.get(marks.hoveredEdge);
    const first = hovered === undefined ? [] : [scene.edges[hovered]];
    if (detail === "ports" || (marks.isSpoken && zoom > 0.5)) return [...first, ...edgesIn(scene, box)].slice(0, MOST_ON_LINES);
    const centre = marks.centre === null ? undefined : scene.index.get(marks.centre);
    if (centre === undefined || zoom <= 0.6) return first;
    return [...first, ...scene.touching[centre].slice(0, MOST_ON_LINES).map((at) => scene.edges[at])];
  }
}
