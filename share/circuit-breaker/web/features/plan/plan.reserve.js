// @ts-check
/** The next free address of a network, set aside with one press and taken back with another. */
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { toast, toastError } from "../../ui/toast.js";
import { nextFree, release, reserve } from "./plan.api.js";

/**
 * @param {import("../../types/inventory.js").Thing} network @param {AbortSignal} signal
 * @param {() => Promise<void>} reread
 */
export function reserveButton(network, signal, reread) {
  const one = button(t("plan.reserve"), {
    small: true,
    tabIndex: -1,
    "aria-label": t("plan.reserve_in", { name: network.name }),
    onclick: () => whileBusy(one, () => next(network, signal, reread).catch(toastError)),
  });
  return one;
}

/** @type {(network: import("../../types/inventory.js").Thing, signal: AbortSignal, reread: () => Promise<void>) => Promise<void>} */
async function next(network, signal, reread) {
  const address = await nextFree(network.id, signal);
  if (!address) return void toast(t("plan.full", { name: network.name }), { kind: "bad" });
  const made = await reserve(network.id, address);
  toast(t("plan.did_reserve", { address, name: network.name }), {
    action: { label: t("inventory.undo"), run: () => void release(made.id).then(reread).catch(toastError) },
  });
  await reread();
}
