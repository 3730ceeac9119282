// @ts-check
/** Once a network is chosen, its next free addresses stand below the address field, one click away. */
import { isAbort } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { newest } from "../../lib/newest.js";
import { addressPair } from "./form.model.js";
import { nextAddresses } from "./inventory.api.js";

/**
 * @param {{ fields: import("../../types/inventory.js").Field[], signal: AbortSignal,
 *   onPick: (field: string, address: string) => void }} options
 */
export function nextFreeNotes({ fields, signal, onPick }) {
  const pair = addressPair(fields);
  const note = h("div", { class: "next-free" });
  const next = newest(signal);
  /** @type {any} */
  let shown = null;
  return {
    /** @type {Record<string, () => HTMLElement>} */
    extra: pair ? { [pair.address]: () => note } : {},
    /** @param {Record<string, any>} values */
    changed(values) {
      if (!pair) return;
      const network = values[pair.network] ?? null;
      const wanted = values[pair.address] ? null : network;
      if (wanted === shown) return;
      shown = wanted;
      const ended = next();
      if (wanted === null) return void replace(note);
      nextAddresses(wanted, ended).then((addresses) => {
        replace(
          note,
          addresses.length > 0 && h("span", { class: "small quiet" }, t("inventory.next_free")),
          addresses.map((address) =>
            h("button", { type: "button", class: "pill mono", onclick: () => onPick(pair.address, address) }, address)
          ),
        );
      }, (error) => {
        if (!isAbort(error)) replace(note);
      });
    },
  };
}
