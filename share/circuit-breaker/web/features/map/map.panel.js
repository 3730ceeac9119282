// @ts-check
/** The panel beside the map: what is selected alone, or a line that is an object of its own. */
import { use } from "../../lib/registry.js";
import { relationOf } from "./edges.model.js";

/** @typedef {{ close: (force?: boolean) => any }} Open */

export class MapPanel {
  /**
   * @param {{ context: import("../../types/page.js").PageContext, view: import("./map.view.js").MapView,
   *   nodeOf: (id: number) => import("./graph.model.js").MapNode | undefined, onSelect: (id: number) => void,
   *   onClosed: (id: number) => void }} options
   */
  constructor(options) {
    this.options = options;
    /** @type {number | null} */
    this.shown = null;
    /** @type {Open | null} */
    this.panel = null;
  }

  /** @param {number | null} id */
  async show(id) {
    if (id === this.shown) return;
    const node = id === null ? undefined : this.options.nodeOf(id);
    this.shown = node ? id : null;
    if (id === null || !node) return this.close();
    const openObject = await use("object-panel");
    if (!openObject || this.shown !== id) return;
    const { context, view } = this.options;
    await openObject({
      kind: node.kind,
      id,
      context,
      focus: false,
      // Something else may have been chosen, or nothing, while the way to it was being loaded.
      isWanted: () => this.shown === id,
      onopen: (/** @type {Open} */ opened) => void (this.panel = opened),
      onclose: () => {
        if (this.shown !== id) return;
        this.shown = null;
        this.options.onClosed(id);
      },
      onselect: (/** @type {{ kind: string, id: number }} */ ref) => this.follow(ref),
    });
    if (this.shown !== id) return;
    setTimeout(() => {
      if (this.shown === id) view.reveal(id);
    }, 50);
  }

  close() {
    const panel = this.panel;
    this.panel = null;
    this.shown = null;
    void panel?.close();
  }

  /**
   * A relation clicked in the panel: on the map it is selected, what has no node opens as a page.
   *
   * @param {{ kind: string, id: number }} ref
   * @returns {boolean}
   */
  follow({ id }) {
    if (!this.options.nodeOf(id)) return false;
    this.options.onSelect(id);
    return true;
  }

  /**
   * A connection or a dependency is an object of its own; what follows from a reference is not.
   *
   * @param {import("./graph.model.js").MapEdge} edge
   */
  openEdge(edge) {
    const ref = relationOf(edge);
    if (!ref) return false;
    this.close();
    const { context } = this.options;
    void use("object-panel").then((openObject) => openObject?.({ ...ref, context, focus: false }));
    return true;
  }
}
