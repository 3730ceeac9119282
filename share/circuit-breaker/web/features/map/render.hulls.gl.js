// @ts-check
/** Boundaries below everything else, with WebGL2. */
import { roleOf } from "./drawing.model.js";
import { FILL, LINE, WIDTH } from "./render.hulls.js";
import { Program } from "./render.program.js";

/** @typedef {import("./drawing.model.js").HullShape} Hull */
/** @typedef {import("./camera.model.js").Camera} Camera */

const HULLS = {
  vertex: `#version 300 es
precision highp float;
uniform vec3 u_camera;
uniform vec2 u_half;
in vec2 a_place;
in vec4 a_tint;
out vec4 v_tint;
void main() {
  vec2 pixel = (a_place - u_camera.xy) * u_camera.z + u_half;
  v_tint = a_tint;
  gl_Position = vec4(pixel.x / u_half.x - 1.0, 1.0 - pixel.y / u_half.y, 0.0, 1.0);
}`,
  fragment: `#version 300 es
precision mediump float;
in vec4 v_tint;
out vec4 colour;
void main() { colour = vec4(v_tint.rgb * v_tint.a, v_tint.a); }`,
};
/** Numbers of one corner: two of its place, four of its colour. */
const NUMBERS = 6;

/** Triangles of the fill and of the line around it; sent again when hulls or zoom change. */
export class HullPass {
  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.gl = gl;
    this.program = new Program(gl, HULLS);
    this.buffer = gl.createBuffer();
    this.reading = gl.createVertexArray();
    gl.bindVertexArray(this.reading);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const [name, size, offset] of /** @type {[string, number, number][]} */ ([["a_place", 2, 0], ["a_tint", 4, 8]])) {
      const at = gl.getAttribLocation(this.program.program, name);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, NUMBERS * 4, offset);
    }
    gl.bindVertexArray(null);
    this.count = 0;
    /** @type {{ hulls: Hull[] | null, zoom: number, tints: any }} */
    this.sent = { hulls: null, zoom: 0, tints: null };
  }

  /**
   * @param {Hull[]} hulls @param {Camera} camera @param {number} ratio @param {number[]} half
   * @param {(role: string) => [number, number, number]} tintOf @param {any} tints  another object for another theme
   */
  draw(hulls, camera, ratio, half, tintOf, tints) {
    const { gl, sent } = this;
    if (hulls.length === 0) return;
    if (sent.hulls !== hulls || sent.zoom !== camera.zoom || sent.tints !== tints) {
      const numbers = triangles(hulls, WIDTH / camera.zoom, tintOf);
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, numbers, gl.DYNAMIC_DRAW);
      this.count = numbers.length / NUMBERS;
      this.sent = { hulls, zoom: camera.zoom, tints };
    }
    this.program.use().set("u_camera", camera.x, camera.y, camera.zoom * ratio).set("u_half", half[0], half[1]);
    gl.bindVertexArray(this.reading);
    gl.drawArrays(gl.TRIANGLES, 0, this.count);
  }
}

/** @param {Hull[]} hulls @param {number} width in the world @param {(role: string) => [number, number, number]} tintOf */
export function triangles(hulls, width, tintOf) {
  /** @type {number[]} */
  const numbers = [];
  for (const { corners, colour } of hulls) {
    const tint = tintOf(roleOf(colour));
    const put = (/** @type {{ x: number, y: number }} */ { x, y }, /** @type {number} */ alpha) => numbers.push(x, y, ...tint, alpha);
    const [first] = corners;
    for (let at = 1; at + 1 < corners.length; at += 1) for (const corner of [first, corners[at], corners[at + 1]]) put(corner, FILL);
    corners.forEach((a, at) => {
      const b = corners[(at + 1) % corners.length];
      const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
      const [dx, dy] = [((b.y - a.y) / length) * width / 2, ((a.x - b.x) / length) * width / 2];
      const side = (/** @type {{ x: number, y: number }} */ p, /** @type {number} */ sign) => ({ x: p.x + dx * sign, y: p.y + dy * sign });
      for (const corner of [side(a, 1), side(a, -1), side(b, 1), side(b, 1), side(a, -1), side(b, -1)]) put(corner, LINE);
    });
  }
  return new Float32Array(numbers);
}
