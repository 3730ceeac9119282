// @ts-check
/** The passes of one WebGL frame, from the ground up: grid, lines, lit lines, discs, rings, words. */
import { toScreen } from "./camera.model.js";
import { EDGE_STYLES } from "./edges.model.js";
import { detailAt, radiusAt } from "./scene.model.js";

/** @typedef {import("./render.webgl.js").WebglRenderer} WebglRenderer */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./marks.model.js").Marks} Marks */
/** @typedef {ReturnType<typeof shared>} Look */

const KINDS = /** @type {Record<string, number>} */ ({ solid: 0, double: 1, dotted: 2, dashed: 3 });
const STYLES = new Float32Array(
  Object.values(EDGE_STYLES).flatMap(({ weight, line, arrow }) => [weight, KINDS[line], arrow ? 1 : 0, 0]),
);
/** Pairs of corners along a bent line. */
const BENT = 16;

/** What all passes of a frame agree on. @param {WebglRenderer} renderer @param {Camera} camera @param {Marks} marks */
export function shared({ ratio, canvas }, camera, marks) {
  const detail = detailAt(camera.zoom);
  const radius = radiusAt(camera.zoom) * camera.zoom;
  return {
    camera,
    detail,
    half: [canvas.width / 2, canvas.height / 2],
    radius: (detail === "dots" ? Math.max(2.1, radius) : radius) * ratio,
    dim: marks.lit ? 0.18 : 1,
  };
}

/** @param {WebglRenderer} renderer @param {import("./render.program.js").Program} program @param {Look} look */
function begin({ ratio }, program, { camera, half, radius, dim }) {
  return program.use().sampler("u_nodes", 0).set("u_camera", camera.x, camera.y, camera.zoom * ratio)
    .set("u_half", half[0], half[1]).set("u_radius", radius).set("u_ratio", ratio).set("u_dim", dim);
}

/**
 * A faint grid of dots that keeps its density: it thins out by powers of two.
 *
 * @param {WebglRenderer} renderer @param {Camera} camera
 */
export function drawGround(renderer, camera) {
  const { gl, ratio, size, canvas, tints } = renderer;
  let step = 32 * camera.zoom;
  while (step < 22) step *= 2;
  while (step > 44) step /= 2;
  const origin = toScreen(camera, size, 0, 0);
  const columns = Math.ceil(size.width / step) + 1;
  const rows = Math.ceil(size.height / step) + 1;
  const [left, top] = [((origin.x % step) + step) % step, ((origin.y % step) + step) % step];
  renderer.programs.ground.use().set("u_half", canvas.width / 2, canvas.height / 2)
    .set("u_grid", (left - (left > 0 ? step : 0)) * ratio, (top - (top > 0 ? step : 0)) * ratio, step * ratio)
    .set("u_columns", columns + 1).set("u_size", Math.max(1, Math.round(1.2 * ratio)))
    .set("u_tint", ...tints.line, 0.6);
  gl.bindVertexArray(null);
  gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, (columns + 1) * (rows + 1));
}

/** @param {WebglRenderer} renderer @param {Look} look @param {Marks} marks */
export function drawEdges(renderer, look, marks) {
  const { litLines, programs } = renderer;
  const lines = renderer.linesFor(marks);
  const { zoom } = look.camera;
  const count = lines.straight.count + lines.bent.count;
  // Thousands of lines would be a carpet; fewer than a few hundred keep their full strength.
  const density = Math.max(0.22, Math.min(1, Math.sqrt(500 / Math.max(1, count))));
  const program = styled(renderer, programs.edges, look, density)
    .set("u_isBySpeed", marks.isBySpeed ? 1 : 0).set("u_thin", Math.min(1, Math.max(0.5, zoom * 1.4)))
    .set("u_isCoarse", zoom < 0.12 ? 1 : 0);
  for (const [some, level] of levels(lines, litLines, marks)) {
    program.set("u_level", level).set("u_pairs", 1);
    some.straight.draw(4);
    program.set("u_pairs", BENT);
    some.bent.draw((BENT + 1) * 2);
  }
  if (zoom < 0.3) return;
  const heads = styled(renderer, programs.arrows, look, density);
  for (const [some, level] of levels(lines, litLines, marks)) {
    heads.set("u_level", level);
    some.straight.draw(3);
    some.bent.draw(3);
  }
}

/**
 * @param {import("./render.webgl.js").Lines} lines @param {import("./render.webgl.js").Lines} lit @param {Marks} marks
 * @returns {[import("./render.webgl.js").Lines, number][]} 0 dim, 1 plain, 2 lit
 */
const levels = (lines, lit, marks) => [[lines, marks.lit ? 0 : 1], [lit, 2]];

/**
 * @param {WebglRenderer} renderer @param {import("./render.program.js").Program} program @param {Look} look
 * @param {number} density
 */
function styled(renderer, program, look, density) {
  const { gl, tints } = renderer;
  begin(renderer, program, look).set("u_accent", ...tints.accent).set("u_density", density);
  gl.uniform4fv(program.at("u_styles"), STYLES);
  gl.uniform4fv(program.at("u_tones"), tints.tones);
  return program;
}

/** @param {WebglRenderer} renderer @param {Look} look */
export function drawNodes(renderer, look) {
  const { gl, programs, tints, icons } = renderer;
  gl.activeTexture(gl.TEXTURE1);
  gl.bindTexture(gl.TEXTURE_2D, renderer.iconTexture);
  if (look.detail !== "dots") icons.fit(look.radius * 1.05);
  icons.upload(gl);
  const program = begin(renderer, programs.nodes, look).sampler("u_icons", 1);
  gl.uniform3fv(program.at("u_hues"), tints.hues);
  gl.uniform3fv(program.at("u_states"), tints.states);
  program.set("u_disc", ...tints.disc).set("u_accent", ...tints.accent).set("u_focus", ...tints.focus)
    .set("u_isDots", look.detail === "dots" ? 1 : 0).set("u_rows", icons.rows);
  renderer.discs.draw(4);
}

/** @param {WebglRenderer} renderer @param {Look} look @param {import("./scene.model.js").Scene} scene @param {Marks} marks */
export function drawRings(renderer, look, scene, marks) {
  const { rings, programs, tints, ratio } = renderer;
  const list = [...marks.pulsing].map(([id, share]) => ({ id, radius: look.radius + (4 + share * 26) * ratio, tint: tints.down, alpha: 1 - share }));
  if (marks.target !== null) list.push({ id: marks.target, radius: look.radius * 1.45, tint: tints.accent, alpha: 1 });
  const known = list.filter(({ id }) => scene.index.has(id));
  if (known.length === 0) return;
  const numbers = new Uint32Array(known.length * 9);
  const floats = new Float32Array(numbers.buffer);
  known.forEach(({ id, radius, tint, alpha }, at) => {
    numbers[at * 9] = /** @type {number} */ (scene.index.get(id));
    floats.set([radius, 3 * ratio, 0, 0, ...tint, alpha], at * 9 + 1);
  });
  rings?.fill(numbers, known.length);
  begin(renderer, programs.rings, look);
  rings?.draw(4);
}

/** @param {WebglRenderer} renderer @param {Look} look */
export function drawWords(renderer, look) {
  const { letters, programs, tints, glyphs } = renderer;
  if (!letters || letters.count === 0 || !glyphs) return;
  const { width, height } = glyphs.canvas;
  const program = begin(renderer, programs.words, look).sampler("u_glyphs", 2).set("u_atlas", width, height)
    .set("u_text", ...tints.text).set("u_quiet", ...tints.quiet).set("u_ground", ...tints.ground);
  for (const isInk of [0, 1]) {
    program.set("u_isInk", isInk);
    letters.draw(4);
  }
}
