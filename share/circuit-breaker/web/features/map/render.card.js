// @ts-check
/** Whether there is a graphics card that draws faster than a 2D canvas. */

/**
 * @param {boolean} isAnyCard  also one that is none
 * @returns {HTMLCanvasElement | null} a canvas with a WebGL2 context; null where the browser has none, or the processor would
 *   have to act as a card: it draws the same ten times faster on a 2D canvas
 */
export function cardCanvas(isAnyCard) {
  const canvas = document.createElement("canvas");
  const gl = canvas.getContext("webgl2", {
    alpha: false,
    antialias: false,
    depth: false,
    stencil: false,
    failIfMajorPerformanceCaveat: !isAnyCard,
  });
  if (!gl) return null;
  if (isAnyCard || !isSoftware(gl)) return canvas;
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return null;
}

/** No card at all: the processor draws, and thousands of long lines are too many for it. @param {WebGL2RenderingContext} gl */
export function isSoftware(gl) {
  const about = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(about ? about.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
