// @ts-check
/** A rack from the front and from the rear: fill it by dragging or with the keys, see what it weighs and draws, print it. */
import { isAbort } from "../../lib/api.js";
import { h, replace, stylesheet, uid } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { newest } from "../../lib/newest.js";
import { use } from "../../lib/registry.js";
import { button, linkButton } from "../../ui/button.js";
import { filterField, pageHead } from "../../ui/more.js";
import { toast, toastError } from "../../ui/toast.js";
import { findHomeless, move, readDevices, readRack, readRacks } from "./racks.api.js";
import { carrying } from "./racks.carry.js";
import { deviceCard, Elevation } from "./racks.elevation.js";
import { faceOf, firstFree, heightOf, isFull, isPlaced, refusalOf } from "./racks.model.js";
import { placedTable, sumLines } from "./racks.summary.js";

/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("../../types/page.js").PageContext} PageContext */
/** @typedef {import("./racks.model.js").Place} Place */

/** @param {PageContext} context @returns {Promise<HTMLElement>} */
export async function page(context) {
  const id = Number(context.params.id);
  const [rack, devices, racks] = await Promise.all([
    readRack(id, context.signal),
    readDevices(id, context.signal),
    readRacks(context.signal),
    stylesheet(new URL("./racks.css", import.meta.url)),
  ]);
  context.title(rack.name, [{ label: t("racks.title"), href: "/racks" }]);
  return new RackPage(context, rack, devices, racks).element;
}

/** @param {Thing} rack @param {Thing[]} devices */
const versionOf = (rack, devices) =>
  [rack, ...devices].map(({ id, revision }) => `${id}.${revision}`).sort().join(" ");

class RackPage {
  /** @param {PageContext} context @param {Thing} rack @param {Thing[]} devices @param {Thing[]} racks */
  constructor(context, rack, devices, racks) {
    this.context = context;
    this.rack = rack;
    this.devices = devices;
    /** @type {Thing[]} */
    this.homeless = [];
    this.text = "";
    this.next = newest(context.signal);
    this.nextRead = newest(context.signal);
    this.mayEdit = context.session.may("inventory.edit");
    this.helpId = uid("rack-help");
    const draw = (/** @type {Thing} */ device, /** @type {boolean} */ isBack) => this.card(device, isBack);
    this.faces = [new Elevation("front", draw), new Elevation("rear", draw)];
    this.sums = h("div", { class: "rack-sums", role: "group", "aria-label": t("racks.sums") });
    this.waiting = h("div", { class: "rack-waiting" });
    this.said = h("p", { class: "only-readers", role: "status", "aria-live": "assertive" });
    this.list = h("div", { class: "rack-print-list" });
    this.tray = this.trayOf();
    this.element = this.draw(racks);
    this.carry = carrying({
      root: this.element,
      tray: this.tray,
      signal: context.signal,
      deviceOf: (id) => this.deviceOf(id),
      rack: () => this.rack,
      placeAt: (x, y, height) => this.faces.map((face) => face.placeAt(x, y, height)).find(Boolean) ?? null,
      preview: (device, place) => this.preview(device, place),
      begin: (device) => this.begin(device),
      drop: (device, place) => void this.drop(device, place),
      remove: (device) => void this.remove(device),
      open: (device) => void this.open(device),
      cancelled: () => void (this.said.textContent = t("racks.cancelled")),
    });
    this.show();
    if (this.mayEdit) void this.search();
    this.listen();
  }

  listen() {
    const { context } = this;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    // A scan changes many at once: they are read once.
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.reload(), 150);
    };
    for (const pattern of ["inventory.hardware.>", "inventory.rack.>", "topology.reset"]) {
      context.live.subscribe(pattern, soon, context.signal);
    }
  }

  /** @param {Thing[]} racks */
  draw(racks) {
    const { rack, context } = this;
    const others = h(
      "select",
      {
        class: "input rack-choice",
        "aria-label": t("racks.choose"),
        onchange: () => void context.navigate(`/racks/${others.value}/elevation`),
      },
      racks.map((one) => h("option", { value: String(one.id), selected: one.id === rack.id }, one.name)),
    );
    return h(
      "div",
      { class: "page rack-page" },
      pageHead({
        title: rack.name,
        text: t("racks.text", { n: rack.height_units }),
        actions: [
          racks.length > 1 && others,
          button(t("racks.print"), { icon: "printer", onclick: () => globalThis.print() }),
          linkButton(t("inventory.what_stops"), `/map?impact=rack:${rack.id}`, { icon: "warning" }),
          linkButton(t("racks.details"), `/racks/${rack.id}`, { icon: "rack" }),
        ],
      }),
      this.sums,
      h("p", { id: this.helpId, class: ["small quiet rack-help", this.mayEdit && "for-pointers"] },
        t(this.mayEdit ? "racks.help" : "racks.help_view")),
      this.mayEdit && h("p", { class: "small quiet rack-help for-fingers" }, t("racks.help_touch")),
      this.said,
      h(
        "div",
        { class: "rack-room" },
        h("div", { class: "rack-faces" }, this.faces.map(({ element }) => element)),
        this.mayEdit && this.tray,
      ),
      this.list,
    );
  }

  trayOf() {
    return h(
      "section",
      { class: "rack-tray card", "aria-label": t("racks.tray") },
      h("h2", {}, t("racks.tray")),
      h("p", { class: "small quiet" }, t("racks.tray_text")),
      filterField({
        label: t("racks.tray_filter"),
        onchange: (text) => {
          this.text = text;
          void this.search();
        },
      }),
      this.waiting,
    );
  }

  /** @param {Thing} device @param {boolean} [isBack] */
  card(device, isBack = false) {
    return deviceCard(device, { isBack, mayMove: this.mayEdit, describedBy: this.helpId });
  }

  /** @param {number} id */
  deviceOf(id) {
    return this.devices.find((device) => device.id === id) ?? this.homeless.find((device) => device.id === id);
  }

  show() {
    const focused = this.focused();
    for (const face of this.faces) face.show(this.rack, this.devices);
    replace(this.sums, sumLines(this.devices, this.rack));
    this.showTray();
    replace(this.list, placedTable(this.devices, this.mayEdit));
    if (focused !== null) this.focus(focused);
  }

  showTray() {
    const unplaced = this.devices.filter((device) => !isPlaced(device));
    replace(
      this.waiting,
      unplaced.length > 0 && h("h3", { class: "small" }, t("racks.unplaced")),
      unplaced.map((device) => this.card(device)),
      h("h3", { class: "small" }, t("racks.homeless")),
      this.homeless.map((device) => this.card(device)),
      this.homeless.length === 0 && h("p", { class: "small quiet" }, t("racks.homeless_none")),
    );
  }

  redrawTray() {
    const focused = this.focused();
    this.showTray();
    if (focused !== null) this.focus(focused);
  }

  /** @param {Thing} device @param {Place} place */
  refusal(device, place) {
    const refused = refusalOf(device, place, this.devices, this.rack.height_units);
    if (!refused) return null;
    return refused.problem === "taken"
      ? t("racks.taken", { name: refused.other?.name ?? "", unit: refused.other?.rack_unit })
      : t("racks.too_high", { units: this.rack.height_units, top: refused.top });
  }

  /** @param {Thing} device @param {Place | null} place @returns {string | null} why it cannot stand there */
  preview(device, place) {
    const refused = place ? this.refusal(device, place) : null;
    for (const face of this.faces) {
      const isHere = place !== null && (face.face === place.face || isFull(device));
      face.preview(isHere ? place : null, heightOf(device), !refused, refused ?? device.name);
    }
    if (!place) return null;
    const where = t("racks.over_place", { name: device.name, unit: place.unit, face: t(`racks.face_${place.face}`) });
    this.said.textContent = refused ? `${where} ${refused}` : where;
    return refused;
  }

  /** @param {Thing} device @returns {Place | null} */
  begin(device) {
    if (isPlaced(device) && device.rack_id === this.rack.id) return { unit: device.rack_unit, face: faceOf(device) };
    const place = firstFree(device, this.devices, this.rack.height_units);
    if (!place) toast(t("racks.no_place", { name: device.name, n: heightOf(device) }), { kind: "bad" });
    return place;
  }

  /** @param {Thing} device @param {Place} place */
  async drop(device, place) {
    // It may have been changed while it was carried.
    device = this.deviceOf(device.id) ?? device;
    const isSame = device.rack_id === this.rack.id && device.rack_unit === place.unit && faceOf(device) === place.face;
    if (isSame) return;
    const refused = this.refusal(device, place);
    if (refused) {
      this.said.textContent = refused;
      toast(refused, { kind: "bad" });
      return;
    }
    await this.write(device, { rack_id: this.rack.id, rack_unit: place.unit, rack_face: place.face },
      t("racks.placed", { name: device.name, unit: place.unit }));
  }

  /** @param {Thing} device */
  async remove(device) {
    device = this.deviceOf(device.id) ?? device;
    if (device.rack_id !== this.rack.id) return;
    await this.write(device, { rack_id: null, rack_unit: null, rack_face: null }, t("racks.removed", { name: device.name }));
  }

  /** @param {Thing} device @param {Record<string, any>} patch @param {string} words */
  async write(device, patch, words) {
    const before = Object.fromEntries(Object.keys(patch).map((name) => [name, device[name] ?? null]));
    try {
      const moved = await move(device, patch);
      this.put(moved);
      this.focus(device.id);
      const undo = async () => {
        try {
          this.put(await move(this.deviceOf(device.id) ?? moved, before));
        } catch (error) {
          toastError(error, t("racks.not_undone"));
        }
      };
      toast(words, { action: { label: t("racks.undo"), run: () => void undo() } });
    } catch (error) {
      toastError(error, t("racks.not_moved", { name: device.name }));
      void this.reload();
    }
  }

  /** @param {Thing} device  as it is now */
  put(device) {
    this.devices = this.devices.filter(({ id }) => id !== device.id);
    this.homeless = this.homeless.filter(({ id }) => id !== device.id);
    if (device.rack_id === this.rack.id) this.devices.push(device);
    else if ((device.rack_id ?? null) === null) this.homeless.unshift(device);
    this.show();
  }

  async reload() {
    // What is being carried is not pulled out of the hand.
    if (this.carry.isBusy()) return void setTimeout(() => void this.reload(), 500);
    const signal = this.nextRead();
    try {
      const [rack, devices] = await Promise.all([readRack(this.rack.id, signal), readDevices(this.rack.id, signal)]);
      // What was moved here is drawn already; its event says nothing new.
      const isNew = versionOf(rack, devices) !== versionOf(this.rack, this.devices);
      this.rack = rack;
      this.devices = devices;
      if (isNew) this.show();
      if (this.mayEdit) await this.search();
    } catch (error) {
      if (!isAbort(error)) toastError(error, t("racks.not_read"));
    }
  }

  async search() {
    try {
      this.homeless = await findHomeless(this.text, this.next());
      if (!this.carry.isBusy()) this.redrawTray();
    } catch (error) {
      if (!isAbort(error)) toastError(error, t("racks.not_read"));
    }
  }

  /** @param {Thing} device */
  async open(device) {
    const openObject = await use("object-panel");
    await openObject?.({ kind: "hardware", id: device.id, context: this.context });
  }

  focused() {
    const active = document.activeElement;
    return active instanceof HTMLElement && active.classList.contains("rack-device") && this.element.contains(active)
      ? Number(active.dataset.id)
      : null;
  }

  /** @param {number} id */
  focus(id) {
    const cards = [...this.element.querySelectorAll(`.rack-device[data-id="${id}"]`)];
    const card = cards.find((one) => /** @type {HTMLElement} */ (one).dataset.back === "no") ?? cards[0];
    if (card instanceof HTMLElement) card.focus({ preventScroll: true });
  }
}
