// @ts-check
import { hasIcon, hueOf, icon } from "../../icons/icons.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { emptyState } from "../../ui/empty.js";
import { toast, toastError } from "../../ui/toast.js";
import { acceptProposals, readMachine } from "./setup.api.js";
import { detailOf, groupsOf } from "./setup.model.js";
import { stepFoot, stepHead } from "./setup.parts.js";

/**
 * What this machine sees; nothing is written unasked.
 *
 * @param {import("./setup.page.js").Wizard} wizard
 */
export async function firstLookStep(wizard) {
  const { proposals = [], machine = {} } = await readMachine(wizard.context.signal);
  const open = proposals.filter((/** @type {any} */ one) => one.action !== "same");
  const chosen = new Set(open.map((/** @type {any} */ one) => one.key));
  const foot = stepFoot(wizard, {
    verb: "",
    run: async () => {
      if (chosen.size > 0) {
        const { created = 0, changed = 0 } = await acceptProposals([...chosen]);
        toast(t("setup.added", { n: created + changed }));
      }
      await wizard.leave();
    },
    skip: false,
  });
  const later = button(t("setup.later"), {
    kind: "ghost",
    onclick: () => whileBusy(later, () => wizard.leave().catch(toastError)),
  });
  foot.onward.before(later);
  const words = /** @type {HTMLElement} */ (foot.onward.querySelector("span"));
  const tell = () => {
    words.textContent = chosen.size === 0 ? t("setup.add_nothing") : t("setup.add", { n: chosen.size });
    later.hidden = chosen.size === 0;
  };
  tell();
  /** @param {any} one */
  const line = (one) => {
    const box = h("input", {
      type: "checkbox",
      checked: chosen.has(one.key),
      disabled: one.action === "same",
      onchange: () => {
        if (box.checked) chosen.add(one.key);
        else chosen.delete(one.key);
        tell();
      },
    });
    return h(
      "label",
      { class: ["look-line-item", one.action === "same" && "is-same"] },
      box,
      h("span", { style: { color: hueOf(one.kind) } }, icon(hasIcon(one.kind) ? one.kind : "misc_item")),
      h("span", { class: "ellipsis" }, one.name),
      h("span", { class: "grow mono quiet ellipsis" }, detailOf(one)),
      one.action !== "add" && h("span", { class: "small quiet" }, t(`setup.action_${one.action}`)),
    );
  };
  /** @param {string} name @param {any[]} all */
  const group = (name, all) => {
    const list = h("div", {}, all.map(line)), mine = all.filter(({ action }) => action !== "same");
    const every = h("input", {
      type: "checkbox",
      checked: mine.length > 0,
      disabled: mine.length === 0,
      "aria-label": t("setup.all_of", { name }),
      onchange: () => {
        for (const { key } of mine) {
          if (every.checked) chosen.add(key);
          else chosen.delete(key);
        }
        for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (list.querySelectorAll("input:enabled"))) {
          box
            .checked = every.checked;
        }
        tell();
      },
    });
    return h(
      "section",
      { class: "look-group" },
      h(
        "header",
        { class: "row" },
        every,
        h("h3", { class: "grow" }, name),
        h("span", { class: "small quiet" }, all.length),
      ),
      list,
    );
  };
  const about = [machine.hostname, machine.operating_system, machine.cpu].filter((one) =>
    typeof one === "string" && one
  ).join(" · ");
  return h(
    "div",
    { class: "stack setup-look" },
    stepHead("first_look"),
    about && h("p", { class: "small" }, t("setup.machine"), " ", h("span", { class: "mono" }, about)),
    proposals.length === 0
      ? emptyState({ icon: "machine", title: t("setup.nothing_seen"), text: t("setup.nothing_seen_text") })
      : h("div", { class: "look-list" }, groupsOf(proposals).map(([name, all]) => group(name, all))),
    foot.element,
  );
}
