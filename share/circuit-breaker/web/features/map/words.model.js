// @ts-check
/**
 * Keeps the words of the map and knows when they have to be planned anew. A plan holds for a region around the screen and
 * a zoom, so that moving the map costs nothing; it is made in slices that end when their time is over. Places are pixels
 * beside the node, so that words follow a node that is dragged.
 */
import { visibleBox } from "./camera.model.js";
import { wording } from "./wording.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./scene.model.js").SceneEdge} SceneEdge */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./camera.model.js").Size} Size */
/** @typedef {"name" | "address"} Face */
/**
 * @typedef {{ a: number, b: number, bend: number, dx: number, dy: number, align: "center" | "left" | "right",
 *   text: string, face: Face, size: number, quiet: boolean, plate: boolean }} Word
 *   stands `dx`, `dy` pixels (its top) from the node, or from the middle of the line when `a` and `b` differ; words of a loop
 *   have its number as `bend`;
 *   `plate`: the ground shows behind it, whatever lies there
 * @typedef {(text: string, face: Face, size: number) => number} Measure
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Cover  what lies over the map, in pixels of the screen
 * @typedef {{ scene: Scene, camera: Camera, size: Size, marks: import("./marks.model.js").Marks, covers?: () => Cover[],
 *   signs?: (measure: Measure) => import("./signs.model.js").Sign[] }} View
 */

/** Share of the screen that is planned beyond each of its sides. */
const BEYOND = 0.25;
/** Zoom may change by this factor before words are planned anew. */
const STRETCH = 1.05;
/** Where everything is in view, names stay on the screen; with more nodes a plan would be made too often for that. */
const MOST_WALLED = 600;
/** The map may move so many pixels before names at the edge are planned anew. */
const WALL_SLACK = 24;

export class WordPlan {
  /** @param {Measure} measure */
  constructor(measure) {
    this.measure = measure;
    /** @type {Word[]} */
    this.words = [];
    /** Changes when `words` does. */
    this.version = 0;
    /** @type {{ scene: Scene, zoom: number, box: import("./camera.model.js").Box, marks: string,
     *   walls: import("./camera.model.js").Box | null } | null} */
    this.holds = null;
    /** @type {Iterator<void, Word[]> | null} */
    this.work = null;
    this.isStale = false;
  }

  /** Names or places changed. */
  spoil() {
    this.isStale = true;
  }

  /** Everything anew, at once: other fonts, another scene. */
  forget() {
    this.words = [];
    this.holds = null;
    this.work = null;
    this.version += 1;
  }

  /**
   * @param {View} view
   * @param {() => boolean} isOver  true when the time of this slice is used up
   * @returns {boolean} whether there is more to do
   */
  advance(view, isOver) {
    if (!this.fits(view)) this.begin(view);
    if (!this.work) return false;
    do {
      const next = this.work.next();
      if (next.done) {
        this.work = null;
        // A plan that says the same is none: nothing is sent or drawn.
        if (isSame(this.words, next.value)) return this.isStale;
        this.words = next.value;
        this.version += 1;
        return this.isStale;
      }
    } while (!isOver());
    return true;
  }

  /** @param {View} view */
  fits({ scene, camera, size, marks }) {
    const { holds } = this;
    if (!holds || holds.scene !== scene || holds.marks !== marks.key) return false;
    // A plan that is being made is finished first: starting over each frame would never end.
    if (this.work) return true;
    if (this.isStale) return false;
    const stretch = camera.zoom / holds.zoom;
    if (stretch > STRETCH || stretch < 1 / STRETCH) return false;
    const now = visibleBox(camera, size);
    // While the map moves nothing is planned for its edges: at rest there is time.
    if (!marks.isMoving && isWalled(scene, now) !== (holds.walls !== null)) return false;
    if (!marks.isMoving && holds.walls) {
      const moved = Math.hypot(now.left - holds.walls.left, now.top - holds.walls.top) * camera.zoom;
      return moved <= WALL_SLACK && Math.abs(now.right - now.left - (holds.walls.right - holds.walls.left)) * camera.zoom <= WALL_SLACK;
    }
    return now.left >= holds.box.left && now.right <= holds.box.right && now.top >= holds.box.top &&
      now.bottom <= holds.box.bottom;
  }

  /** Whether the words there are now are those of this view. @param {View} view */
  isRight(view) {
    return !this.work && this.fits(view);
  }

  /** @param {View} view */
  begin(view) {
    const { camera, size } = view;
    const box = visibleBox(camera, { width: size.width * (1 + 2 * BEYOND), height: size.height * (1 + 2 * BEYOND) });
    const now = visibleBox(camera, size);
    const walls = isWalled(view.scene, now) ? now : null;
    this.holds = { scene: view.scene, zoom: camera.zoom, box, marks: view.marks.key, walls };
    this.isStale = false;
    this.work = wording(view, box, this.measure, walls);
  }
}

/** @param {Word[]} one @param {Word[]} other */
const isSame = (one, other) =>
  one.length === other.length && one.every((word, at) => {
    const twin = other[at];
    return word.text === twin.text && word.a === twin.a && word.b === twin.b && word.dx === twin.dx && word.dy === twin.dy &&
      word.align === twin.align && word.size === twin.size && word.face === twin.face && word.bend === twin.bend && word.plate === twin.plate;
  });

/** @param {Scene} scene @param {import("./camera.model.js").Box} now  what is on the screen */
const isWalled = ({ box, nodes }, now) =>
  box !== null && nodes.length <= MOST_WALLED && box.left >= now.left && box.right <= now.right && box.top >= now.top &&
  box.bottom <= now.bottom;
