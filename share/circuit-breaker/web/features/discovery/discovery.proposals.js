// @ts-check
/** "What this machine sees" as a component: the page and the wizard's last step show it. */
import { hueOf, icon } from "../../icons/icons.js";
import { isAbort } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { bytes } from "../../lib/format.js";
import { t, told, tOr } from "../../lib/i18n.js";
import { kindNamed, loadKinds, urlOfObject } from "../../lib/kinds.js";
import { valueText } from "../../lib/values.js";
import { timeAgo } from "../../ui/time.js";
import { button, whileBusy } from "../../ui/button.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { skeleton } from "../../ui/progress.js";
import { toast, toastError } from "../../ui/toast.js";
import { acceptSelf, readSelf, refreshSelf } from "./discovery.api.js";
import { counts, grouped, labelOf, shownFields, words } from "./discovery.model.js";

/** @typedef {import("./discovery.api.js").Proposal} Proposal */
/** @typedef {import("./discovery.api.js").SelfView} SelfView */

/**
 * @param {{ signal: AbortSignal, session?: import("../../lib/session.js").Session | null,
 *   live?: import("../../lib/live.js").Live | null,
 *   onAccepted?: (result: { created: number, changed: number }) => void, onRead?: (view: SelfView) => void }} options
 * @returns {{ element: HTMLElement, refresh: () => Promise<void>, acceptAll: () => Promise<boolean> }}
 */
export function selfProposals({ signal, session = null, live = null, onAccepted, onRead }) {
  const mayAccept = session === null || session.may("inventory.edit");
  const element = h("div", { class: "self-view" }, skeleton(10));
  /** @type {SelfView | null} */
  let view = null;
  /** @type {import("../../types/inventory.js").Kind[]} */
  let kinds = [];
  /** @type {Set<string>} */
  const opened = new Set();

  async function load() {
    try {
      [view, kinds] = await Promise.all([
        readSelf(signal),
        loadKinds(signal),
        stylesheet(new URL("./discovery.css", import.meta.url)),
      ]);
      onRead?.(view);
      draw();
    } catch (error) {
      if (isAbort(error)) return;
      if (view) toastError(error);
      else replace(element, errorState(error, () => void load()));
    }
  }

  async function refresh() {
    await refreshSelf();
    await load();
  }

  /** @param {string[] | "all"} keys @returns {Promise<boolean>} */
  async function accept(keys) {
    try {
      const result = await acceptSelf(keys);
      toast(t("discovery.accepted", { n: result.created + result.changed }));
      const [refused] = result.refused ?? [];
      if (refused) toast(t("discovery.refused", { name: refused.name, reason: refused.message }), { kind: "bad" });
      if (result.kept) toast(t("discovery.kept", { n: result.kept }));
      onAccepted?.(result);
      await load();
      return true;
    } catch (error) {
      toastError(error);
      return false;
    }
  }

  /** @param {string} label @param {string[] | "all"} keys @param {any} options */
  function acceptButton(label, keys, options = {}) {
    const one = button(label, { small: true, ...options, onclick: () => void whileBusy(one, () => accept(keys)) });
    return one;
  }

  function draw() {
    if (!view) return;
    const { proposals } = view;
    if (proposals.length === 0) {
      return void replace(
        element,
        emptyState({ icon: "machine", title: t("discovery.nothing"), text: t("discovery.nothing_text") }),
      );
    }
    const n = counts(proposals);
    const all = n.add + n.change;
    replace(
      element,
      machineFacts(view.machine),
      h(
        "div",
        { class: "self-summary row wrap between" },
        h("span", { class: "quiet", role: "status" }, all === 0 ? t("discovery.all_known") : t("discovery.summary", n)),
        mayAccept && all > 0 &&
          acceptButton(t("discovery.accept_all", { n: all }), "all", { kind: "primary", icon: "check", small: false }),
      ),
      grouped(proposals).map(groupSection),
      unseenSection(view.unseen ?? []),
    );
  }

  /** @param {ReturnType<typeof grouped>[number]} group */
  function groupSection({ name, open, same }) {
    const isShown = opened.has(name) || open.length === 0 && same.length <= 3;
    const toggle = h("button", {
      type: "button",
      class: "link-button small",
      onclick: () => {
        if (opened.has(name)) opened.delete(name);
        else opened.add(name);
        draw();
      },
    }, isShown && opened.has(name) ? t("discovery.hide_same") : t("discovery.same_count", { n: same.length }));
    return h(
      "section",
      { class: "self-group" },
      h(
        "header",
        { class: "row between" },
        h("h2", {}, tOr(`discovery.group.${name.toLowerCase().split(/\W/)[0]}`, name)),
        mayAccept && open.length > 1 &&
          acceptButton(t("discovery.accept_group", { n: open.length }), open.map(({ key }) => key)),
      ),
      h("ul", { class: "self-lines" }, open.map(line), isShown && same.map(line)),
      same.length > 0 && (!isShown || opened.has(name)) && toggle,
    );
  }

  /** @param {Proposal} proposal */
  function line(proposal) {
    const { key, kind, name, action, object_id: id } = proposal;
    const known = kindNamed(kinds, kind);
    const fields = shownFields(proposal);
    const say = (/** @type {string} */ field, /** @type {any} */ value) => {
      const described = known?.fields.find((one) => one.name === field);
      const isPlain = described && !described.type.startsWith("reference");
      return isPlain ? valueText({ [field]: value }, described) || "—" : words(value);
    };
    const label = (/** @type {string} */ field) => labelOf(proposal, known?.fields ?? [], field);
    return h(
      "li",
      { class: ["self-line", `is-${action}`] },
      h("span", { class: "self-mark", style: { color: hueOf(kind) } }, icon(kind, { class: "small" })),
      h(
        "div",
        { class: "grow self-what" },
        h(
          "div",
          { class: "row wrap" },
          id
            ? h("a", { href: urlOfObject(kinds, kind, id), class: "self-name" }, name)
            : h("span", { class: "self-name" }, name),
          h("span", { class: "small quiet" }, known?.label ?? kind),
          h("span", { class: ["self-action small", `is-${action}`] }, t(`discovery.action.${action}`)),
        ),
        action === "change" ? differenceTable(fields, label, say) : fields.length > 0 &&
          h(
            "p",
            { class: "small quiet self-facts" },
            fields.slice(0, 7).map(({ name: field, observed }) =>
              h("span", {}, `${label(field)} `, h("span", { class: "self-value" }, say(field, observed)))
            ),
          ),
      ),
      mayAccept && action !== "same" &&
        acceptButton(t(action === "add" ? "discovery.accept" : "discovery.accept_change"), [key]),
    );
  }

  live?.subscribe("discovery.>", ({ subject }) => {
    if (subject.startsWith("discovery.self") || subject === "discovery.reset") void load();
  }, signal);
  void load();
  return { element, refresh, acceptAll: () => accept("all") };
}

/**
 * Seen and documented side by side.
 *
 * @param {{ name: string, observed: any, documented: any }[]} fields
 * @param {(name: string) => string} label
 * @param {(name: string, value: any) => string} say
 */
const differenceTable = (fields, label, say) =>
  h(
    "table",
    { class: "self-difference small" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, h("span", { class: "only-readers" }, t("discovery.field"))),
        h("th", { scope: "col" }, t("discovery.documented")),
        h("th", { scope: "col" }, t("discovery.observed")),
      ),
    ),
    h(
      "tbody",
      {},
      fields.map(({ name, observed, documented }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, label(name)),
          h("td", { class: "quiet" }, say(name, documented)),
          h("td", {}, say(name, observed)),
        )
      ),
    ),
  );

/** @param {Record<string, any>} machine */
function machineFacts(machine) {
  const rows = Object.entries(machine ?? {}).filter(([, value]) =>
    value !== null && value !== "" && typeof value !== "object"
  );
  return h(
    "dl",
    { class: "self-machine" },
    rows.map(([name, value]) =>
      h(
        "div",
        {},
        h("dt", { class: "small quiet" }, tOr(`discovery.machine.${name}`, name.replaceAll("_", " "))),
        h(
          "dd",
          { class: /_id$|hostname/.test(name) && "mono", title: /_at$|_time$/.test(name) ? null : String(value) },
          shownValue(name, value),
        ),
      )
    ),
  );
}

/**
 * What the daemon could not see, why, and what would grant it: the person decides.
 *
 * @param {import("./discovery.api.js").Unseen[]} unseen
 */
function unseenSection(unseen) {
  if (unseen.length === 0) return null;
  return h(
    "section",
    { class: "self-group" },
    h("header", {}, h("h2", {}, t("discovery.unseen"))),
    h(
      "div",
      { class: "self-lines" },
      unseen.map(({ part, reason, command }) =>
        h(
          "div",
          { class: "self-line" },
          h(
            "div",
            { class: "self-what" },
            h("span", { class: "self-name" }, told(part)),
            h("p", { class: "small quiet" }, told(reason)),
            command && h("code", { class: "self-value" }, command),
          ),
        )
      ),
    ),
  );
}

/** @param {string} name @param {any} value */
function shownValue(name, value) {
  if (/_mb$/.test(name) && typeof value === "number") {
    return bytes(value * 1_048_576);
  }
  return /_at$|_time$/.test(name) ? timeAgo(String(value)) : String(value);
}
