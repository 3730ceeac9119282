// @ts-check
/**
 * From pointers to meaning: tap, pan, drag nodes, draw a frame, draw a line, pinch. A pure machine: `step` takes a state
 * and an event and answers the next state and what the map should do.
 */

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {"pan" | "drag" | "frame" | "link"} Purpose */
/**
 * @typedef {{ mode: "idle" }
 *   | { mode: "pressed", pointer: number, from: Point, target: number | null, slack: number, purpose: Purpose,
 *       isAdding: boolean }
 *   | { mode: "panning", pointer: number, last: Point }
 *   | { mode: "dragging", pointer: number, id: number, last: Point }
 *   | { mode: "framing", pointer: number, from: Point, last: Point, isAdding: boolean }
 *   | { mode: "linking", pointer: number, id: number, last: Point }
 *   | { mode: "pinching", points: Map<number, Point> }} GestureState
 */
/**
 * @typedef {{ type: "down", pointer: number, x: number, y: number, target: number | null, touch?: boolean,
 *       purpose?: "frame" | "link" | "pan", isAdding?: boolean }
 *   | { type: "move", pointer: number, x: number, y: number }
 *   | { type: "up", pointer: number, x: number, y: number }
 *   | { type: "cancel" | "lost", pointer: number }} GestureEvent
 *   "lost": the pointer was lifted where the page did not hear of it
 */
/**
 * @typedef {{ type: "pan", dx: number, dy: number } | { type: "zoom", factor: number, x: number, y: number }
 *   | { type: "release" } | { type: "grab", id: number } | { type: "drag", id: number, dx: number, dy: number }
 *   | { type: "drop", id: number } | { type: "abandon", id: number | null }
 *   | { type: "tap", id: number | null, x: number, y: number, isAdding: boolean }
 *   | { type: "frame" | "framed", left: number, top: number, width: number, height: number, isAdding: boolean }
 *   | { type: "link" | "linked", id: number, x: number, y: number }
 *   | { type: "hover", x: number, y: number }} Intent
 */

/** @type {GestureState} */
export const idle = { mode: "idle" };

/**
 * @param {GestureState} state @param {GestureEvent} event
 * @returns {{ state: GestureState, intents: Intent[] }}
 */
export function step(state, event) {
  switch (event.type) {
    case "down":
      return down(state, event);
    case "move":
      return move(state, event);
    case "up":
      return up(state, event);
    case "cancel":
      return { state: idle, intents: abandoned(state) };
    case "lost":
      return state.mode !== "idle" && "pointer" in state && state.pointer === event.pointer
        ? { state: idle, intents: left(state) }
        : { state, intents: [] };
  }
}

/** @param {GestureState} state @returns {Intent[]} */
const abandoned = (state) =>
  state.mode === "dragging" || state.mode === "linking"
    ? [{ type: "abandon", id: state.id }]
    : state.mode === "framing"
    ? [{ type: "abandon", id: null }]
    : [];

/** No longer held by one pointer alone: what was dragged so far is kept. @param {GestureState} state @returns {Intent[]} */
const left = (state) => (state.mode === "dragging" ? [{ type: "drop", id: state.id }] : abandoned(state));

/**
 * @param {GestureState} state @param {Extract<GestureEvent, { type: "down" }>} event
 * @returns {{ state: GestureState, intents: Intent[] }}
 */
function down(state, { pointer, x, y, target, touch, purpose, isAdding = false }) {
  if (state.mode === "idle") {
    const slack = touch ? 8 : 4;
    const why = purpose ?? (target === null ? "pan" : "drag");
    return { state: { mode: "pressed", pointer, from: { x, y }, target, slack, purpose: why, isAdding }, intents: [] };
  }
  if (state.mode === "pinching") {
    return { state: { mode: "pinching", points: new Map(state.points).set(pointer, { x, y }) }, intents: [] };
  }
  // One pointer pressed twice, as with a second button, is still one.
  if (pointer === state.pointer) return { state, intents: [] };
  const first = state.mode === "pressed" ? state.from : state.last;
  const points = new Map([[state.pointer, first], [pointer, { x, y }]]);
  return { state: { mode: "pinching", points }, intents: left(state) };
}

/**
 * @param {GestureState} state @param {Extract<GestureEvent, { type: "move" }>} event
 * @returns {{ state: GestureState, intents: Intent[] }}
 */
function move(state, { pointer, x, y }) {
  if (state.mode === "idle") return { state, intents: [{ type: "hover", x, y }] };
  if (state.mode === "pinching") {
    if (!state.points.has(pointer)) return { state, intents: [] };
    const points = new Map(state.points).set(pointer, { x, y });
    return { state: { mode: "pinching", points }, intents: pinch([...state.points.values()], [...points.values()]) };
  }
  if (pointer !== state.pointer) return { state, intents: [] };
  if (state.mode === "pressed") return begun(state, x, y);
  const [dx, dy] = [x - state.last.x, y - state.last.y];
  const next = { ...state, last: { x, y } };
  switch (state.mode) {
    case "panning":
      return { state: next, intents: [{ type: "pan", dx, dy }] };
    case "dragging":
      return { state: next, intents: [{ type: "drag", id: state.id, dx, dy }] };
    case "linking":
      return { state: next, intents: [{ type: "link", id: state.id, x, y }] };
    case "framing":
      return { state: next, intents: [frame("frame", state.from, { x, y }, state.isAdding)] };
  }
}

/**
 * A press that moved far enough becomes what it was meant for.
 *
 * @param {Extract<GestureState, { mode: "pressed" }>} state @param {number} x @param {number} y
 * @returns {{ state: GestureState, intents: Intent[] }}
 */
function begun(state, x, y) {
  const { from, pointer, target, isAdding, purpose } = state;
  const [dx, dy] = [x - from.x, y - from.y];
  if (Math.hypot(dx, dy) < state.slack) return { state, intents: [] };
  const last = { x, y };
  if (purpose === "frame") {
    return {
      state: { mode: "framing", pointer, from, last, isAdding },
      intents: [frame("frame", from, last, isAdding)],
    };
  }
  if (target === null || purpose === "pan") {
    return { state: { mode: "panning", pointer, last }, intents: [{ type: "pan", dx, dy }] };
  }
  if (purpose === "link") {
    return { state: { mode: "linking", pointer, id: target, last }, intents: [{ type: "link", id: target, x, y }] };
  }
  return {
    state: { mode: "dragging", pointer, id: target, last },
    intents: [{ type: "grab", id: target }, { type: "drag", id: target, dx, dy }],
  };
}

/**
 * @param {"frame" | "framed"} type @param {Point} from @param {Point} to @param {boolean} isAdding
 * @returns {Intent}
 */
const frame = (type, from, to, isAdding) => ({
  type,
  left: Math.min(from.x, to.x),
  top: Math.min(from.y, to.y),
  width: Math.abs(to.x - from.x),
  height: Math.abs(to.y - from.y),
  isAdding,
});

/**
 * @param {Point[]} before
 * @param {Point[]} after
 * @returns {Intent[]} two fingers move and spread the world under them
 */
function pinch([a, b], [c, d]) {
  const [from, to] = [{ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, { x: (c.x + d.x) / 2, y: (c.y + d.y) / 2 }];
  const factor = (Math.hypot(d.x - c.x, d.y - c.y) || 1) / (Math.hypot(b.x - a.x, b.y - a.y) || 1);
  return [{ type: "pan", dx: to.x - from.x, dy: to.y - from.y }, { type: "zoom", factor, ...to }];
}

/**
 * @param {GestureState} state @param {Extract<GestureEvent, { type: "up" }>} event
 * @returns {{ state: GestureState, intents: Intent[] }}
 */
function up(state, { pointer, x, y }) {
  if (state.mode === "idle") return { state, intents: [] };
  if (state.mode === "pinching") {
    const points = new Map(state.points);
    points.delete(pointer);
    const [rest] = points;
    if (points.size >= 2) return { state: { mode: "pinching", points }, intents: [] };
    // The finger that stays goes on panning, so that lifting one is not a tap.
    return { state: rest ? { mode: "panning", pointer: rest[0], last: rest[1] } : idle, intents: [] };
  }
  if (pointer !== state.pointer) return { state, intents: [] };
  switch (state.mode) {
    case "pressed":
      return { state: idle, intents: [{ type: "tap", id: state.target, x, y, isAdding: state.isAdding }] };
    case "panning":
      return { state: idle, intents: [{ type: "release" }] };
    case "dragging":
      return { state: idle, intents: [{ type: "drop", id: state.id }] };
    case "linking":
      return { state: idle, intents: [{ type: "linked", id: state.id, x, y }] };
    case "framing":
      return { state: idle, intents: [frame("framed", state.from, { x, y }, state.isAdding)] };
  }
}
