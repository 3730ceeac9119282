// @ts-check
/**
 * Draws a scene with WebGL2. The card holds every node and line; a frame sends the camera and what changed. What lies
 * beyond the screen is left out by the scene's trees, words are planned in slices. Same duties as `CanvasRenderer`.
 */
import { visibleBox } from "./camera.model.js";
import { EDGE_STYLES } from "./edges.model.js";
import { EdgeNumbers, HUES, NodeTexels, ROW, STATES } from "./pack.gl.model.js";
import { GlyphAtlas, IconAtlas } from "./render.atlas.js";
import { mostTelling, Pace } from "./pace.model.js";
import { drawEdges, drawGround, drawNodes, drawRings, drawWords, shared } from "./render.passes.js";
import { isSoftware } from "./render.card.js";
import { HullPass } from "./render.hulls.gl.js";
import { edgeTone, stateColour } from "./render.palette.js";
import { Instances, Program } from "./render.program.js";
import { ARROWS, EDGES, GROUND, NODES, RINGS, WORDS } from "./render.shaders.js";
import { WordEncoder } from "./render.words.js";
import { WordPlan } from "./words.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./render.palette.js").Palette} Palette */
/** @typedef {import("./render.canvas.js").Frame} Frame */
/** @typedef {[number, number, number]} Tint  0…1 */
/** @typedef {{ straight: Instances, bent: Instances }} Lines */

/** So few are drawn all, whatever the screen shows. */
const FEW = 4000;
/** Lines of a map that moves on a slow card. */
const FEW_LINES = 2500;
/** Share of the screen beyond each side that is sent along, so that moving seldom sends. */
const BEYOND = 0.35;
/** Words of a small lab come with its first frame. */
const FIRST_WORDS_MS = 8;

export class WebglRenderer {
  /**
   * @param {HTMLCanvasElement} canvas  from `cardCanvas` @param {Palette} palette
   * @returns {WebglRenderer | null} null where the card does not do what is asked of it
   */
  static on(canvas, palette) {
    const gl = canvas.getContext("webgl2");
    if (!gl) return null;
    try {
      return new WebglRenderer(canvas, gl, palette);
    } catch {
      // A driver that refuses a program is as good as none.
      return null;
    }
  }

  /** @param {HTMLCanvasElement} canvas @param {WebGL2RenderingContext} gl @param {Palette} palette */
  constructor(canvas, gl, palette) {
    this.canvas = canvas;
    this.gl = gl;
    this.size = { width: 1, height: 1 };
    this.ratio = 1;
    this.icons = new IconAtlas();
    this.pace = new Pace();
    // Asked once: each question to a card waits for all it has been told before.
    this.isSoft = isSoftware(gl);
    /** @type {Scene | null} */
    this.scene = null;
    this.setPalette(palette);
    this.start();
  }

  get name() {
    return "webgl2";
  }

  /** Everything that lives on the card; again after the context was lost. */
  start() {
    const { gl } = this;
    this.programs = {
      nodes: new Program(gl, NODES),
      edges: new Program(gl, EDGES),
      arrows: new Program(gl, ARROWS),
      rings: new Program(gl, RINGS),
      words: new Program(gl, WORDS),
      ground: new Program(gl, GROUND),
    };
    this.hulls = new HullPass(gl);
    const edge = [{ name: "a_edge", size: 4, type: gl.UNSIGNED_INT, offset: 0, isInteger: true }];
    const node = { name: "a_node", size: 1, type: gl.UNSIGNED_INT, offset: 0, isInteger: true };
    const lines = () => ({
      straight: new Instances(gl, this.programs.edges, 16, edge),
      bent: new Instances(gl, this.programs.edges, 16, edge),
    });
    const discs = () => new Instances(gl, this.programs.nodes, 4, [node]);
    /** Everything, what is near the screen, and a part that stands for everything while a slow card moves. */
    this.all = { lines: lines(), discs: discs() };
    this.near = { lines: lines(), discs: discs() };
    this.few = lines();
    this.litLines = lines();
    this.shown = this.all;
    this.rings = new Instances(gl, this.programs.rings, 36, [
      node,
      { name: "a_ring", size: 4, type: gl.FLOAT, offset: 4 },
      { name: "a_tint", size: 4, type: gl.FLOAT, offset: 20 },
    ]);
    this.letters = new Instances(gl, this.programs.words, 28, [
      { name: "a_ends", size: 2, type: gl.UNSIGNED_INT, offset: 0, isInteger: true },
      { name: "a_bend", size: 1, type: gl.FLOAT, offset: 8 },
      { name: "a_beside", size: 2, type: gl.SHORT, offset: 12 },
      { name: "a_cell", size: 4, type: gl.UNSIGNED_SHORT, offset: 16 },
      { name: "a_kind", size: 4, type: gl.UNSIGNED_BYTE, offset: 24 },
    ]);
    this.nodeTexture = texture(gl, gl.NEAREST);
    this.iconTexture = texture(gl, gl.LINEAR);
    this.glyphTexture = texture(gl, gl.NEAREST);
    gl.disable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.scene = null;
    this.icons.isDirty = true;
    this.startWords();
  }

  startWords() {
    const { gl } = this;
    this.glyphs = new GlyphAtlas(this.palette, this.ratio);
    this.words = new WordPlan(this.glyphs.measure);
    this.encoder = new WordEncoder(this.glyphs);
    this.letters.count = 0;
    gl.bindTexture(gl.TEXTURE_2D, this.glyphTexture);
    const { width, height } = this.glyphs.canvas;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
  }

  /** @param {Palette} palette */
  setPalette(palette) {
    const hadFonts = this.palette && this.palette.fontText === palette.fontText &&
      this.palette.fontMono === palette.fontMono && palette.fontsLoaded === this.palette.fontsLoaded;
    this.palette = palette;
    const tint = (/** @type {string} */ colour) => tintOf(colour);
    this.tints = {
      hues: new Float32Array(HUES.flatMap((name) => tint(palette.role(`hue-${name}`)))),
      states: new Float32Array(STATES.flatMap((name) => tint(stateColour(palette, name)))),
      tones: new Float32Array(Object.values(EDGE_STYLES).flatMap((style) => {
        const { colour, alpha } = edgeTone(palette, style);
        return [...tint(colour), alpha];
      })),
      ground: tint(palette.ground),
      line: tint(palette.line),
      disc: tint(palette.disc),
      text: tint(palette.text),
      quiet: tint(palette.quiet),
      accent: tint(palette.accent),
      focus: tint(palette.focus),
      down: tint(palette.down),
    };
    if (this.letters && !hadFonts) this.startWords();
  }

  /** @param {import("./camera.model.js").Size} size in CSS pixels @param {number} ratio device pixels per CSS pixel */
  resize(size, ratio) {
    this.size = size;
    const now = Math.min(3, ratio);
    this.canvas.width = Math.max(1, Math.round(size.width * now));
    this.canvas.height = Math.max(1, Math.round(size.height * now));
    this.culled = null;
    if (now === this.ratio) return;
    this.ratio = now;
    this.startWords();
  }

  /**
   * @param {Frame} frame
   * @returns {boolean} whether words have to be planned
   */
  draw({ scene, camera, marks, covers, signs, hulls = [] }) {
    const { gl } = this;
    if (gl.isContextLost()) return false;
    if (scene !== this.scene) this.load(scene, marks);
    this.patch(scene, marks);
    this.cull(scene, camera);
    this.pace.frame(performance.now(), marks.isMoving);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    const [red, green, blue] = this.tints.ground;
    gl.clearColor(red, green, blue, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const look = shared(this, camera, marks);
    drawGround(this, camera);
    this.hulls.draw(hulls, camera, this.ratio, look.half, (role) => tintOf(this.palette.role(role)), this.tints);
    drawEdges(this, look, marks);
    drawNodes(this, look);
    drawRings(this, look, scene, marks);
    const isMore = this.write({ scene, camera, size: this.size, marks, covers, signs });
    drawWords(this, look);
    gl.bindVertexArray(null);
    return isMore;
  }

  /** @param {Scene} scene @param {import("./marks.model.js").Marks} marks */
  load(scene, marks) {
    const { gl } = this;
    this.scene = scene;
    this.texels = new NodeTexels(scene, (node) => this.icons.worn(node));
    this.numbers = new EdgeNumbers(scene);
    this.culled = null;
    this.marked = -1;
    this.pace.begin(this.isSoft);
    this.all.discs.fill(Uint32Array.from(scene.nodes.keys()), scene.nodes.length);
    this.send(this.all.lines, [...scene.edges.keys()]);
    this.send(this.few, mostTelling(scene, FEW_LINES));
    gl.bindTexture(gl.TEXTURE_2D, this.nodeTexture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, ROW, this.texels.rows, 0, gl.RGBA, gl.FLOAT, null);
    scene.patches.clear();
    this.texels.mark(scene, marks);
  }

  /** @param {Scene} scene @param {import("./marks.model.js").Marks} marks */
  patch(scene, marks) {
    const { gl, texels } = this;
    if (!texels) return;
    for (const at of scene.patches) texels.place(scene, at);
    scene.patches.clear();
    if (scene.isRenamed) this.words?.spoil();
    scene.isRenamed = false;
    if (marks.version !== this.marked || marks.born.size > 0 || this.wasBorn) {
      texels.mark(scene, marks);
      this.markLines(scene, marks);
      this.marked = marks.version;
      this.wasBorn = marks.born.size > 0;
    }
    const rows = texels.take();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.nodeTexture);
    if (!rows) return;
    gl.texSubImage2D(
      gl.TEXTURE_2D,
      0,
      0,
      rows.first,
      ROW,
      rows.count,
      gl.RGBA,
      gl.FLOAT,
      texels.data,
      rows.first * ROW * 4,
    );
  }

  /** Lines of the centre are drawn once more on top, lit. @param {Scene} scene @param {import("./marks.model.js").Marks} marks */
  markLines(scene, { centre, hoveredEdge }) {
    const at = centre === null ? undefined : scene.index.get(centre);
    const hovered = hoveredEdge === null ? undefined : scene.edgeIndex.get(hoveredEdge);
    const which = new Set([...(at === undefined ? [] : scene.touching[at]), ...(hovered === undefined ? [] : [hovered])]);
    this.send(this.litLines, [...which]);
  }

  /**
   * @param {Lines} lines
   * @param {ArrayLike<number>} which
   */
  send(lines, which) {
    if (!this.numbers) return;
    const { straight, bent } = this.numbers.gather(which);
    lines.straight.fill(straight, straight.length / 4);
    lines.bent.fill(bent, bent.length / 4);
  }

  /** @param {Scene} scene @param {import("./camera.model.js").Camera} camera */
  cull(scene, camera) {
    const now = visibleBox(camera, this.size, 60);
    const { culled } = this;
    if (culled && isWithin(now, culled.box) && culled.zoom * 2.5 >= camera.zoom) return;
    const isAll = scene.nodes.length + scene.edges.length <= FEW;
    const [wide, high] = [(now.right - now.left) * BEYOND, (now.bottom - now.top) * BEYOND];
    const box = isAll
      ? { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity }
      : { left: now.left - wide, right: now.right + wide, top: now.top - high, bottom: now.bottom + high };
    this.culled = { box, zoom: isAll ? Infinity : camera.zoom };
    this.shown = this.all;
    if (isAll || (scene.box !== null && isWithin(scene.box, box))) return;
    const { left, top, right, bottom } = box;
    // Discs may cover each other: always in the same order.
    const nodes = Uint32Array.from(scene.nodeTree.find(left, top, right, bottom)).sort();
    this.near.discs.fill(nodes, nodes.length);
    this.send(this.near.lines, scene.edgeTree.find(left, top, right, bottom));
    this.shown = this.near;
  }

  get discs() {
    return this.shown.discs;
  }

  /**
   * Where a card is too slow for all lines, those that tell most stand for them while the map moves.
   *
   * @param {import("./marks.model.js").Marks} marks
   * @returns {Lines}
   */
  linesFor(marks) {
    const { lines } = this.shown;
    const isMany = lines.straight.count + lines.bent.count > FEW_LINES;
    return marks.isMoving && isMany && this.pace.isSlow ? this.few : lines;
  }

  /**
   * A slice of planning, between frames.
   *
   * @param {import("./render.canvas.js").Frame} frame @param {number} time milliseconds
   * @returns {boolean} whether there is more to do
   */
  plan({ scene, camera, marks, covers, signs }, time) {
    const { words, encoder } = this;
    if (!words || !encoder) return false;
    const end = performance.now() + time;
    const isOver = () => performance.now() > end;
    let isMore = words.advance({ scene, camera, size: this.size, marks, covers, signs }, isOver);
    if (!isOver() && encoder.advance(words, this.ratio, isOver)) isMore = true;
    return isMore || encoder.isBehind(words);
  }

  /** Words that were planned since the last frame. */
  get hasNews() {
    return this.encoder?.isDone === true;
  }

  /** Sends what was planned. @param {import("./words.model.js").View} view @returns {boolean} whether it is not what is wanted now */
  write(view) {
    const { words, encoder, glyphs, letters, gl } = this;
    if (!words || !encoder || !glyphs || !letters) return false;
    // Letters of a scene that is no more would stand beside other nodes.
    if (words.holds?.scene !== view.scene) {
      letters.count = 0;
      this.plan(view, FIRST_WORDS_MS);
    }
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, this.glyphTexture);
    const done = encoder.take();
    if (done) letters.fill(done.data, done.count);
    glyphs.upload(gl);
    return !words.isRight(view) || encoder.isBehind(words);
  }

  dispose() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

/** @param {import("./camera.model.js").Box} inner @param {import("./camera.model.js").Box} outer */
const isWithin = (inner, outer) =>
  inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;

/** @param {WebGL2RenderingContext} gl @param {number} filter */
function texture(gl, filter) {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, filter);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  return made;
}

/** @type {CanvasRenderingContext2D | null} */
let reader = null;

/**
 * Any colour a style sheet may name, as three shares; the canvas knows them all.
 *
 * @param {string} colour
 * @returns {Tint}
 */
function tintOf(colour) {
  reader ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!reader) return [0.5, 0.5, 0.5];
  reader.canvas.width = reader.canvas.height = 1;
  reader.fillStyle = colour;
  reader.fillRect(0, 0, 1, 1);
  const [red, green, blue] = reader.getImageData(0, 0, 1, 1).data;
  return [red / 255, green / 255, blue / 255];
}
