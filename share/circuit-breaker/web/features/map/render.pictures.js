// @ts-check
/**
 * Icons that people brought, as pictures to draw. They come as an `<img>`, in which nothing runs and from which nothing is
 * fetched; until one is here, or where it never comes, a node wears one of our icons.
 */
import { pictureAddress } from "./appearance.model.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */

/** Pixels of a side that are kept: no icon is drawn larger. */
const SIDE = 112;

class Pictures {
  constructor() {
    /** @type {Map<string, HTMLCanvasElement | null>} null: on its way, or not to be had */
    this.known = new Map();
    /** @type {Set<(address: string) => void>} */
    this.waiting = new Set();
  }

  /** @param {MapNode} node @returns {{ address: string, picture: HTMLCanvasElement } | null} what is here */
  of(node) {
    const address = pictureAddress(node);
    if (address === null) return null;
    const picture = this.known.get(address);
    if (picture === undefined) this.load(address);
    return picture ? { address, picture } : null;
  }

  /** @param {string} address */
  load(address) {
    this.known.set(address, null);
    const image = new Image();
    image.decoding = "async";
    image.onload = () => {
      this.known.set(address, squared(image));
      for (const tell of this.waiting) tell(address);
    };
    image.src = address;
  }

  /** Tells of each picture that arrives. @param {(address: string) => void} tell @param {AbortSignal} signal */
  watch(tell, signal) {
    this.waiting.add(tell);
    signal.addEventListener("abort", () => this.waiting.delete(tell), { once: true });
  }
}

/** The whole picture in the middle of a square. @param {HTMLImageElement} image */
function squared(image) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const scale = SIDE / Math.max(image.naturalWidth, image.naturalHeight, 1);
  const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
  canvas.getContext("2d")?.drawImage(image, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
  return canvas;
}

/** One for the page: another map shows the same icons. */
export const pictures = new Pictures();
