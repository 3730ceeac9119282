// @ts-check
/**
 * The little map: the whole, and where on it the screen is. The whole is drawn when it changes, at most twice a second;
 * while the map moves only the frame moves.
 */
import { h, on, setStyle } from "../../lib/dom.js";

/** @typedef {import("./map.view.js").MapView} MapView */

const WIDTH = 168;
const HEIGHT = 112;
const ROOM = 8;
const PAUSE_MS = 500;
const MOST_DOTS = 2500;

/** @param {{ view: MapView, signal: AbortSignal }} options */
export function miniMap({ view, signal }) {
  const canvas = h("canvas", { class: "map-mini-dots" });
  const screen = h("div", { class: "map-mini-screen" });
  const element = h("div", { class: "map-mini map-float", "aria-hidden": "true", hidden: true }, canvas, screen);
  const ratio = Math.min(2, devicePixelRatio || 1);
  canvas.width = WIDTH * ratio;
  canvas.height = HEIGHT * ratio;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let isStale = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });

  const fitting = () => {
    const box = view.scene.box ?? { left: 0, right: 1, top: 0, bottom: 1 };
    const scale = Math.min((WIDTH - 2 * ROOM) / (box.right - box.left), (HEIGHT - 2 * ROOM) / (box.bottom - box.top));
    return { scale, x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  };
  const go = (/** @type {PointerEvent} */ event) => {
    if (event.buttons === 0) return;
    const { scale, x, y } = fitting();
    view.inertia.stop();
    view.moved({
      zoom: view.camera.zoom,
      x: x + (event.offsetX - WIDTH / 2) / scale,
      y: y + (event.offsetY - HEIGHT / 2) / scale,
    });
  };
  on(element, "pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    go(event);
  }, signal);
  on(element, "pointermove", go, signal);

  function drawDots() {
    isStale = false;
    const { scene, stage: { palette } } = view;
    const { scale, x, y } = fitting();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    const dot = scene.nodes.length > 800 ? 1.2 : 2;
    /** @type {Map<string, number[]>} */
    const byColour = new Map();
    // More dots than this cannot be told apart on so small a picture; what is down is always there.
    const step = Math.max(1, Math.round(scene.nodes.length / MOST_DOTS));
    scene.nodes.forEach((node, at) => {
      const { status } = node;
      if (at % step !== 0 && status !== "down") return;
      const colour = status === "down" ? palette.down : palette.hueOf(node);
      const list = byColour.get(colour);
      if (list) list.push(at);
      else byColour.set(colour, [at]);
    });
    for (const [colour, list] of byColour) {
      context.fillStyle = colour;
      context.beginPath();
      for (const at of list) {
        const px = (scene.x[at] - x) * scale + WIDTH / 2 - dot / 2;
        context.rect(px, (scene.y[at] - y) * scale + HEIGHT / 2 - dot / 2, dot, dot);
      }
      context.fill();
    }
  }

  function isWhole() {
    const { scene: { box, nodes }, size, camera } = view;
    return !box || nodes.length < 12 || size.width < 700 ||
      ((box.right - box.left) * camera.zoom <= size.width * 1.05 &&
        (box.bottom - box.top) * camera.zoom <= size.height * 1.05);
  }

  function show() {
    const hidden = isWhole();
    if (element.hidden !== hidden) element.hidden = hidden;
    if (hidden) return;
    if (isStale && timer === undefined) {
      timer = setTimeout(() => {
        timer = undefined;
        drawDots();
      }, PAUSE_MS);
    }
    const { scale, x, y } = fitting();
    const seen = view.visible();
    const left = Math.max(-2, (seen.left - x) * scale + WIDTH / 2);
    const top = Math.max(-2, (seen.top - y) * scale + HEIGHT / 2);
    const right = Math.min(WIDTH + 2, (seen.right - x) * scale + WIDTH / 2);
    const bottom = Math.min(HEIGHT + 2, (seen.bottom - y) * scale + HEIGHT / 2);
    setStyle(screen, {
      transform: `translate(${left}px, ${top}px)`,
      width: `${Math.max(3, right - left)}px`,
      height: `${Math.max(3, bottom - top)}px`,
    });
  }

  return {
    element,
    show,
    /** Places, states or colours changed. */
    spoil() {
      isStale = true;
      show();
    },
  };
}
