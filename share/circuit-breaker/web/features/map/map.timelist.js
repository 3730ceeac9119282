// @ts-check
/** The list beside the map of the past: moments with changes, or what is different between two moments. */
import { isAbort } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { count, exactTime } from "../../lib/format.js";
import { t, told, tOr } from "../../lib/i18n.js";
import { icon } from "../../icons/icons.js";
import { button, iconButton } from "../../ui/button.js";
import { errorState } from "../../ui/empty.js";
import { readChanges, readMoments } from "./map.api.js";
import { groupsOf, PLACE } from "./time.model.js";
import { changeSign } from "./time.sign.js";

/** @typedef {import("./time.model.js").Time} Time */
/** @typedef {import("./time.model.js").Moment} Moment */
/** @typedef {import("./time.model.js").Field} Field */

const AT_ONCE = 40;
/** Rows of one group; more are behind a button. */
const ROWS = 100;

export class TimeList {
  /**
   * @param {{ signal: AbortSignal, map: () => number | null, kindLabel: (kind: string) => string, go: (time: Time) => void,
   *   changes: (changes: import("./time.model.js").Changes | null) => void, look: (ids: number[]) => void }} parts
   */
  constructor(parts) {
    this.parts = parts;
    this.title = h("h2", {});
    this.noted = h("p", { class: "small quiet map-time-note" });
    this.body = h("div", { class: "map-time-body" });
    this.element = h("section", { class: "map-times map-float", "aria-label": t("map.time.list") }, this.title, this.noted, this.body);
    /** @type {Moment[]} */
    this.moments = [];
    /** @type {AbortController | null} */
    this.asking = null;
  }

  /** @param {string} text */
  note(text) {
    replace(this.noted, text);
  }

  /** @param {Time} time */
  async show(time) {
    this.time = time;
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const signal = AbortSignal.any([asking.signal, this.parts.signal]);
    try {
      if (time.at === null) await this.compare(time, signal);
      else await this.list(time.at, signal);
    } catch (error) {
      if (isAbort(error)) return;
      this.parts.changes(null);
      replace(this.body, errorState(error, () => void this.show(time)));
    }
  }

  // Moments

  /** @param {string} at @param {AbortSignal} signal */
  async list(at, signal) {
    this.parts.changes(null);
    replace(this.title, t("map.time.moments"));
    const first = this.moments[0], last = this.moments.at(-1);
    const isKnown = first && last && at <= first.at && at >= last.at;
    if (!isKnown) {
      replace(this.body, h("p", { class: "quiet", role: "status" }, t("map.time.reading")));
      const [newer, older] = await Promise.all([
        readMoments({ map: this.parts.map(), from: at, order: "oldest", limit: AT_ONCE }, signal),
        readMoments({ map: this.parts.map(), to: at, limit: AT_ONCE }, signal),
      ]);
      this.moments = [...[...newer.items].reverse(), ...older.items];
      this.hasMore = older.has_more;
    }
    this.writeMoments(at);
  }

  hasMore = false;

  /** @param {string} at */
  writeMoments(at) {
    const now = this.moments.find((moment) => moment.at <= at);
    const had = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.at;
    replace(
      this.body,
      this.moments.length === 0 && h("p", { class: "quiet" }, t("map.time.none")),
      h("ol", {}, this.moments.map((moment) => this.momentRow(moment, moment === now))),
      this.hasMore && button(t("map.time.older"), { small: true, onclick: () => void this.older() }),
    );
    const current = /** @type {HTMLElement | null} */ (this.body.querySelector('[aria-current="true"]'));
    current?.scrollIntoView({ block: "nearest" });
    if (had) /** @type {HTMLElement | null} */ (this.body.querySelector(`[data-at="${had}"]`))?.focus();
  }

  /** @param {Moment} moment @param {boolean} isNow */
  momentRow(moment, isNow) {
    const { at, actor, count: n } = moment;
    const words = moment.examples.slice(0, 2).map(({ change, kind, name, nodes }) =>
      t(`map.time.did.${change}`, { name: name || this.parts.kindLabel(kind), n: nodes ?? 0 })
    );
    return h(
      "li",
      { class: "map-time-moment" },
      h(
        "button",
        {
          type: "button",
          class: "map-time-go",
          dataset: { at },
          "aria-current": isNow ? "true" : null,
          onclick: () => this.parts.go({ at, from: null, to: null }),
        },
        h("span", { class: "map-time-when" }, exactTime(at)),
        h("span", { class: "small" }, words.join(", "), n > words.length && ` ${t("map.time.and_more", { n: n - words.length })}`),
        actor && h("span", { class: "small quiet" }, /^[a-z]+$/.test(actor) ? tOr(`audit.actor_${actor}`, actor) : actor),
      ),
      iconButton("eye", t("map.time.what", { at: exactTime(at) }), {
        onclick: () => this.parts.go({ at: null, from: new Date(Date.parse(at) - 1).toISOString(), to: at }),
      }),
    );
  }

  async older() {
    const last = this.moments.at(-1);
    if (!last || this.time?.at === undefined || this.time.at === null) return;
    try {
      const to = new Date(Date.parse(last.at) - 1).toISOString();
      const { items, has_more: hasMore } = await readMoments({ map: this.parts.map(), to, limit: AT_ONCE }, this.parts.signal);
      this.moments = [...this.moments, ...items];
      this.hasMore = hasMore;
      if (this.time.at !== null) this.writeMoments(this.time.at);
    } catch (error) {
      if (!isAbort(error)) replace(this.body, errorState(error, () => void this.older()));
    }
  }

  // Two moments

  /** @param {Extract<Time, { at: null }>} time @param {AbortSignal} signal */
  async compare({ from, to }, signal) {
    replace(this.title, t("map.time.difference"));
    replace(this.body, h("p", { class: "quiet", role: "status" }, t("map.time.reading")));
    const changes = await readChanges(this.parts.map(), from, to, signal);
    this.parts.changes(changes);
    const groups = groupsOf(changes);
    replace(
      this.body,
      h("p", { role: "status" }, groups.length === 0 ? t("map.time.same") : t("map.time.changes", { n: changes.count })),
      groups.map(({ verb, objects, relations }) =>
        h(
          "section",
          {},
          h("h3", {}, changeSign(verb), " ", t(`map.time.verb.${verb}`), " ", h("span", { class: "quiet" }, count(objects.length + relations.length))),
          folded([
            ...objects.map((object) => this.objectRow(object)),
            ...relations.map((relation) => this.relationRow(relation)),
          ]),
        )
      ),
      !changes.is_complete && h("p", { class: "quiet" }, t("map.time.not_all")),
      h("p", { class: "small quiet" }, t("map.time.places")),
    );
  }

  /** @param {import("./time.model.js").ObjectChange} object */
  objectRow({ id, on, kind, name, fields }) {
    return this.row(kind, name || this.parts.kindLabel(kind), this.parts.kindLabel(kind), fields, on === undefined ? [id] : [on, id]);
  }

  /** @param {import("./time.model.js").RelationChange} relation */
  relationRow({ type, from, to, from_name: first, to_name: second, fields }) {
    return this.row("connection", `${first} – ${second}`, tOr(`map.time.line.${type}`, type), fields, [from, to]);
  }

  /** @param {string} picture @param {string} name @param {string} what @param {Field[]} fields @param {number[]} ids */
  row(picture, name, what, fields, ids) {
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "map-time-change", onclick: () => this.parts.look(ids) },
        icon(picture, { class: "small" }),
        h("span", { class: "grow" }, name),
        h("span", { class: "small quiet" }, what),
      ),
      fields.length > 0 && h("dl", { class: "map-time-fields small" }, fields.map(fieldRow)),
    );
  }
}

/** @param {Field} field */
function fieldRow(field) {
  return h(
    "div",
    {},
    h("dt", { class: "quiet" }, told(field.label)),
    h("dd", {}, h("del", {}, valueText(field, field.before, field.before_name)), " → ", h("ins", {}, valueText(field, field.after, field.after_name))),
  );
}

/** @param {Field} field @param {any} value @param {string | null | undefined} name */
function valueText({ field }, value, name) {
  if (name) return name;
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value === "boolean") return t(value ? "map.time.yes" : "map.time.no");
  if (typeof value === "number") return count(value, 3);
  if (Array.isArray(value)) return value.length > 0 ? value.join(", ") : "—";
  if (field === PLACE) return `${count(value.x, 1)} · ${count(value.y, 1)}`;
  if (typeof value === "object") return Object.entries(value).map(([key, one]) => `${key}: ${one}`).join(", ") || "—";
  return field === "status" ? tOr(`status.${value}`, value) : String(value);
}

/** @param {HTMLElement[]} rows */
function folded(rows) {
  const list = h("ul", {}, rows.slice(0, ROWS));
  if (rows.length <= ROWS) return list;
  const more = button(t("map.time.rest", { n: rows.length - ROWS }), {
    small: true,
    onclick: () => {
      list.append(...rows.slice(ROWS));
      more.remove();
    },
  });
  return [list, more];
}
