// @ts-check
/**
 * From pointers to meaning: tap, pan, drag a node, pinch. A pure machine: `step` takes a state and an event and answers
 * the next state and what the map should do.
 */

/** @typedef {{ x: number, y: number }} Point */
/**
 * @typedef {{ mode: "idle" }
 *   | { mode: "pressed", pointer: number, from: Point, target: number | null, slack: number }
 *   | { mode: "panning", pointer: number, last: Point }
 *   | { mode: "dragging", pointer: number, id: number, last: Point }
 *   | { mode: "pinching", points: Map<number, Point> }} GestureState
 */
/**
 * @typedef {{ type: "down", pointer: number, x: number, y: number, target: number | null, touch?: boolean }
 *   | { type: "move", pointer: number, x: number, y: number }
 *   | { type: "up", pointer: number, x: number, y: number }
 *   | { type: "cancel", pointer: number }} GestureEvent
 */
/**
 * @typedef {{ type: "pan", dx: number, dy: number } | { type: "zoom", factor: number, x: number, y: number }
 *   | { type: "grab", id: number } | { type: "drag", id: number, dx: number, dy: number }
 * | { type: "drop", id: number } | { type: "abandon", id: number } | { type: "tap", id: number | null, x: number, y:
 * number }
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
      return state.mode === "dragging"
        ? { state: idle, intents: [{ type: "abandon", id: state.id }] }
        : { state: idle, intents: [] };
  }
}

/**
 * @param {GestureState} state
 * @param {Extract<GestureEvent, { type: "down" }>} event
 * @returns {{ state: GestureState, intents: Intent[] }}
 */
function down(state, { pointer, x, y, target, touch }) {
  if (state.mode === "idle") {
    return { state: { mode: "pressed", pointer, from: { x, y }, target, slack: touch ? 8 : 4 }, intents: [] };
  }
  if (state.mode === "pinching") {
    return { state: { mode: "pinching", points: new Map(state.points).set(pointer, { x, y }) }, intents: [] };
  }
  const first = state.mode === "pressed" ? state.from : state.last;
  /** @type {Intent[]} */
  const intents = state.mode === "dragging" ? [{ type: "drop", id: state.id }] : [];
  return { state: { mode: "pinching", points: new Map([[state.pointer, first], [pointer, { x, y }]]) }, intents };
}

/**
 * @param {GestureState} state
 * @param {Extract<GestureEvent, { type: "move" }>} event
 * @returns {{ state: GestureState, intents: Intent[] }}
 */
function move(state, { pointer, x, y }) {
  switch (state.mode) {
    case "idle":
      return { state, intents: [{ type: "hover", x, y }] };
    case "pressed": {
      if (pointer !== state.pointer || Math.hypot(x - state.from.x, y - state.from.y) < state.slack) {
        return { state, intents: [] };
      }
      const [dx, dy] = [x - state.from.x, y - state.from.y];
      if (state.target === null) {
        return { state: { mode: "panning", pointer, last: { x, y } }, intents: [{ type: "pan", dx, dy }] };
      }
      return {
        state: { mode: "dragging", pointer, id: state.target, last: { x, y } },
        intents: [{ type: "grab", id: state.target }, { type: "drag", id: state.target, dx, dy }],
      };
    }
    case "panning":
      if (pointer !== state.pointer) return { state, intents: [] };
      return {
        state: { ...state, last: { x, y } },
        intents: [{ type: "pan", dx: x - state.last.x, dy: y - state.last.y }],
      };
    case "dragging":
      if (pointer !== state.pointer) return { state, intents: [] };
      return {
        state: { ...state, last: { x, y } },
        intents: [{ type: "drag", id: state.id, dx: x - state.last.x, dy: y - state.last.y }],
      };
    case "pinching": {
      if (!state.points.has(pointer)) return { state, intents: [] };
      const points = new Map(state.points).set(pointer, { x, y });
      return { state: { mode: "pinching", points }, intents: pinch([...state.points.values()], [...points.values()]) };
    }
  }
}

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
 * @param {GestureState} state
 * @param {Extract<GestureEvent, { type: "up" }>} event
 * @returns {{ state: GestureState, intents: Intent[] }}
 */
function up(state, { pointer, x, y }) {
  switch (state.mode) {
    case "idle":
      return { state, intents: [] };
    case "pressed":
      return pointer === state.pointer
        ? { state: idle, intents: [{ type: "tap", id: state.target, x, y }] }
        : { state, intents: [] };
    case "panning":
      return pointer === state.pointer ? { state: idle, intents: [] } : { state, intents: [] };
    case "dragging":
      return pointer === state.pointer
        ? { state: idle, intents: [{ type: "drop", id: state.id }] }
        : { state, intents: [] };
    case "pinching": {
      const points = new Map(state.points);
      points.delete(pointer);
      const [rest] = points;
      if (points.size >= 2) return { state: { mode: "pinching", points }, intents: [] };
      // The finger that stays goes on panning, so that lifting one is not a tap.
      return { state: rest ? { mode: "panning", pointer: rest[0], last: rest[1] } : idle, intents: [] };
    }
  }
}
