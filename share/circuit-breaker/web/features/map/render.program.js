// @ts-check
/** Thin words over WebGL2: a program with its uniforms, a buffer of instances. Everything dies with the context. */

/**
 * @typedef {{ name: string, size: number, type: number, offset: number, isInteger?: boolean,
 *   isShare?: boolean }} Attribute  `isShare`: whole numbers that stand for 0…1
 */

export class Program {
  /** @param {WebGL2RenderingContext} gl @param {{ vertex: string, fragment: string }} source */
  constructor(gl, { vertex, fragment }) {
    this.gl = gl;
    this.program = /** @type {WebGLProgram} */ (gl.createProgram());
    const parts = [compiled(gl, gl.VERTEX_SHADER, vertex), compiled(gl, gl.FRAGMENT_SHADER, fragment)];
    for (const part of parts) gl.attachShader(this.program, part);
    gl.linkProgram(this.program);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new Error(`The map's program does not link: ${gl.getProgramInfoLog(this.program)}`);
    }
    for (const part of parts) gl.deleteShader(part);
    /** @type {Map<string, WebGLUniformLocation | null>} */
    this.places = new Map();
  }

  use() {
    this.gl.useProgram(this.program);
    return this;
  }

  /** @param {string} name */
  at(name) {
    let place = this.places.get(name);
    if (place === undefined) {
      place = this.gl.getUniformLocation(this.program, name);
      this.places.set(name, place);
    }
    return place;
  }

  /** @param {string} name @param {...number} values one to four */
  set(name, ...values) {
    const { gl } = this;
    const at = this.at(name);
    if (values.length === 1) gl.uniform1f(at, values[0]);
    else if (values.length === 2) gl.uniform2f(at, values[0], values[1]);
    else if (values.length === 3) gl.uniform3f(at, values[0], values[1], values[2]);
    else gl.uniform4f(at, values[0], values[1], values[2], values[3]);
    return this;
  }

  /** @param {string} name @param {number} unit */
  sampler(name, unit) {
    this.gl.uniform1i(this.at(name), unit);
    return this;
  }
}

/** @param {WebGL2RenderingContext} gl @param {number} type @param {string} text */
function compiled(gl, type, text) {
  const shader = /** @type {WebGLShader} */ (gl.createShader(type));
  gl.shaderSource(shader, text);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw new Error(`The map's program does not compile: ${gl.getShaderInfoLog(shader)}`);
  }
  return shader;
}

/** Instances in one buffer, with the reading order that one program wants. */
export class Instances {
  /**
   * @param {WebGL2RenderingContext} gl @param {Program} program @param {number} stride bytes of one instance
   * @param {Attribute[]} attributes
   */
  constructor(gl, program, stride, attributes) {
    this.gl = gl;
    this.stride = stride;
    this.count = 0;
    this.capacity = 0;
    this.buffer = gl.createBuffer();
    this.reading = gl.createVertexArray();
    gl.bindVertexArray(this.reading);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const { name, size, type, offset, isInteger, isShare } of attributes) {
      const at = gl.getAttribLocation(program.program, name);
      if (at < 0) continue;
      gl.enableVertexAttribArray(at);
      if (isInteger) gl.vertexAttribIPointer(at, size, type, stride, offset);
      else gl.vertexAttribPointer(at, size, type, isShare === true, stride, offset);
      gl.vertexAttribDivisor(at, 1);
    }
    gl.bindVertexArray(null);
  }

  /** @param {ArrayBufferView} data @param {number} count instances of it */
  fill(data, count) {
    const { gl } = this;
    const bytes = count * this.stride;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    if (bytes > this.capacity) {
      this.capacity = Math.max(bytes, 1024);
      gl.bufferData(gl.ARRAY_BUFFER, this.capacity, gl.DYNAMIC_DRAW);
    }
    if (bytes > 0) {
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, new Uint8Array(data.buffer, data.byteOffset, bytes));
    }
    this.count = count;
  }

  /** @param {number} corners of one instance's strip */
  draw(corners) {
    if (this.count === 0) return;
    const { gl } = this;
    gl.bindVertexArray(this.reading);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, corners, this.count);
  }

  free() {
    this.gl.deleteBuffer(this.buffer);
    this.gl.deleteVertexArray(this.reading);
  }
}
