// @ts-check
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { keyCard } from "../../ui/key-card.js";
import { confirmKey, readVault, showKey } from "./setup.api.js";
import { stepFoot, stepHead } from "./setup.parts.js";

/**
 * The vault's key: shown to be kept, and confirmed by typing two groups of it back. A key that was supplied is explained
 * and not shown.
 *
 * @param {import("./setup.page.js").Wizard} wizard
 */
export async function vaultStep(wizard) {
  const vault = await readVault(wizard.context.signal);
  if (!vault.needs_confirmation) return explained(wizard, vault);
  const shown = await showKey();
  const card = await keyCard(shown, {
    oninput: () => {
      foot.onward.disabled = card.read() === null;
    },
  });
  const trouble = h("p", { class: "field-problem field-error", role: "alert" });
  const foot = stepFoot(wizard, {
    verb: t("vault.confirm"),
    disabled: true,
    skip: false,
    run: async () => {
      try {
        await confirmKey(card.read() ?? []);
      } catch (error) {
        if (/** @type {any} */ (error)?.status !== 422) throw error;
        replace(trouble, /** @type {any} */ (error).message);
        return;
      }
      await wizard.next();
    },
  });
  return h("div", { class: "stack" }, stepHead("vault"), card.element, trouble, foot.element);
}

/** @param {import("./setup.page.js").Wizard} wizard @param {any} vault */
function explained(wizard, vault) {
  const text = vault.state === "unlocked" || vault.state === "partly_locked"
    ? t(vault.source === "data_file" ? "vault.kept_already" : "vault.supplied", { source: t(`vault.source_${vault.source}`) })
    : vault.trouble ?? t("vault.not_open");
  const foot = stepFoot(wizard, { verb: t("common.next"), skip: false, run: () => wizard.next() });
  return h(
    "div",
    { class: "stack" },
    stepHead("vault"),
    h("p", {}, text),
    vault.key && h("p", { class: "small quiet" }, t("vault.fingerprint"), " ", h("span", { class: "mono" }, vault.key)),
    foot.element,
  );
}
