// @ts-check
/** The words of boundaries and labels stand above the canvas and go with its camera. */
import { setStyle } from "../../lib/dom.js";
import { toScreen } from "./camera.model.js";
import { growthAt } from "./signs.model.js";

/** One change of style a frame. @param {HTMLElement} element @param {import("./map.view.js").MapView} view */
export function followCamera(element, { camera, size }) {
  const origin = toScreen(camera, size, 0, 0);
  setStyle(element, {
    transform: `translate(${origin.x}px, ${origin.y}px) scale(${camera.zoom})`,
    "--grow": String(growthAt(camera.zoom)),
  });
}
