// @ts-check
import { api } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { t, told } from "../../lib/i18n.js";
import { settingsTabs } from "../../shell/settings-tabs.js";
import { button, whileBusy } from "../../ui/button.js";
import { confirmed, openDialog } from "../../ui/dialog.js";
import { errorState } from "../../ui/empty.js";
import { keyCard } from "../../ui/key-card.js";
import { card, pageHead } from "../../ui/more.js";
import { factList } from "../../ui/panel.js";
import { progressBar } from "../../ui/progress.js";
import { severityBadge } from "../../ui/status.js";
import { timeAgo } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";
import { inCode, isRotating, keyState, mayRetire, progressOf, severityOf } from "./vault.model.js";

/** @typedef {import("./vault.model.js").Vault} Vault */

/** How often a rotation is looked at, in milliseconds. */
const LOOK = 700;

/**
 * How the vault stands, what is locked, and its key.
 *
 * @param {import("../../types/page.js").PageContext} context
 */
export async function page({ session, signal, title }) {
  await stylesheet(new URL("./vault.css", import.meta.url));
  title(t("vault.title"), [{ label: t("settings.title"), href: "/settings" }]);
  const body = h("div", { class: "stack" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  async function load() {
    clearTimeout(timer);
    try {
      draw(await api.get("vault", { signal }));
    } catch (error) {
      if (!signal.aborted) replace(body, errorState(error, () => void load()));
    }
  }
  /** @param {Vault} vault */
  function draw(vault) {
    if (signal.aborted) return;
    replace(
      body,
      stateCard(vault, { load, draw }),
      vault.locked_total > 0 && lockedCard(vault),
      kindsCard(vault),
      keysCard(vault, draw),
    );
    if (isRotating(vault)) timer = setTimeout(() => void load(), LOOK);
  }
  await load();
  return h(
    "section",
    { class: "page" },
    pageHead({ title: t("settings.title") }),
    settingsTabs("vault", session),
    h("p", { class: "quiet" }, t("vault.text")),
    body,
  );
}

/** @param {Vault} vault @param {{ load: () => Promise<void>, draw: (vault: Vault) => void }} page */
function stateCard(vault, { load, draw }) {
  const rotate = button(t("vault.rotate"), {
    icon: "refresh",
    disabled: vault.rotation_refusal !== null || isRotating(vault),
    onclick: () => ask(rotate, "rotation", "rotate", draw),
  });
  const keep = button(t("vault.keep"), {
    kind: "primary",
    icon: "key",
    onclick: () => whileBusy(keep, () => ceremony(load).catch((error) => toastError(error))),
  });
  const bar = progressBar(t("vault.progress"));
  const { done, total } = progressOf(vault);
  bar.set(done, total || null);
  return card(
    { title: t("vault.state") },
    h("div", { class: "row" }, severityBadge(severityOf(vault)), h("span", {}, t(`vault.state_${vault.state}`))),
    vault.trouble && h("p", {}, inCode(vault.trouble).map(({ text, isCode }) => (isCode ? h("code", {}, text) : text))),
    vault.can_recover && h("p", { class: "small quiet" }, t("vault.recover_how")),
    factList([
      [t("vault.key"), vault.key && h("span", { class: "mono" }, vault.key)],
      [t("vault.source"), vault.source && t(`vault.source_${vault.source}`)],
      [t("vault.since"), timeAgo(vault.keys.find((key) => key.in_use)?.created_at)],
    ]),
    vault.needs_confirmation && h("p", {}, t("vault.keep_text")),
    isRotating(vault) && bar.element,
    h("div", { class: "row wrap" }, vault.needs_confirmation && keep, rotate),
    vault.rotation_refusal && vault.state !== "locked" && vault.state !== "uninitialised"
      && h("p", { class: "small quiet" }, vault.rotation_refusal),
  );
}

/** @param {Vault} vault */
const lockedCard = (vault) =>
  card(
    { title: t("vault.locked_title", { n: vault.locked_total }), text: t("vault.locked_text") },
    h("ul", { class: "vault-locked" }, vault.locked.map((one) => h("li", {}, one.name))),
    vault.locked_total > vault.locked.length
      && h("p", { class: "small quiet" }, t("vault.locked_more", { n: vault.locked_total - vault.locked.length })),
  );

/** @param {Vault} vault */
const kindsCard = (vault) =>
  card(
    { title: t("vault.kinds"), text: t("vault.kinds_text") },
    vault.kinds.length === 0 ? h("p", { class: "quiet" }, t("vault.no_kinds")) : h(
      "div",
      { class: "vault-scroll" },
      h(
        "table",
        { class: "vault-table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, t("vault.kind")),
            h("th", { scope: "col", class: "number" }, t("vault.total")),
            h("th", { scope: "col", class: "number" }, t("vault.locked")),
            h("th", { scope: "col", class: "number" }, t("vault.behind")),
          ),
        ),
        h(
          "tbody",
          {},
          vault.kinds.map((kind) =>
            h(
              "tr",
              {},
              h("td", {}, told(kind.what)),
              h("td", { class: "number" }, kind.total),
              h("td", { class: "number" }, kind.locked),
              h("td", { class: "number" }, kind.behind),
            )
          ),
        ),
      ),
    ),
  );

/** @param {Vault} vault @param {(vault: Vault) => void} draw */
function keysCard(vault, draw) {
  const retire = button(t("vault.retire"), {
    kind: "danger",
    disabled: !mayRetire(vault),
    onclick: () => ask(retire, "retirement", "retire", draw),
  });
  return card(
    { title: t("vault.keys"), text: t("vault.keys_text") },
    h(
      "div",
      { class: "vault-scroll" },
      h(
        "table",
        { class: "vault-table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, t("vault.fingerprint")),
            h("th", { scope: "col" }, t("vault.state")),
            h("th", { scope: "col", class: "number" }, t("vault.values")),
            h("th", { scope: "col", class: "vault-wide" }, t("vault.made")),
          ),
        ),
        h(
          "tbody",
          {},
          vault.keys.map((key) =>
            h(
              "tr",
              {},
              h("td", { class: "mono" }, key.id),
              h("td", {}, t(`vault.key_${keyState(key)}`)),
              h("td", { class: "number" }, key.values),
              h("td", { class: "vault-wide" }, timeAgo(key.created_at)),
            )
          ),
        ),
      ),
    ),
    vault.keys.some((key) => !key.in_use && !key.retired_at) && h("div", { class: "row" }, retire),
  );
}

/** @param {HTMLButtonElement} element @param {string} path @param {string} words @param {(vault: Vault) => void} draw */
const ask = (element, path, words, draw) =>
  whileBusy(element, async () => {
    const isSure = await confirmed({
      title: t(`vault.${words}_title`),
      message: t(`vault.${words}_text`),
      verb: t(`vault.${words}`),
      danger: words === "retire",
    });
    if (!isSure) return;
    try {
      draw(await api.post(`vault/${path}`));
      toast(t(`vault.${words}_done`));
    } catch (error) {
      toastError(error);
    }
  });

/** @param {() => Promise<void>} load */
async function ceremony(load) {
  const sheet = await keyCard(await api.post("vault/ceremony"));
  const trouble = h("p", { class: "field-problem field-error", role: "alert" });
  const done = await openDialog({
    title: t("vault.keep"),
    wide: true,
    body: h("div", { class: "stack" }, h("p", {}, t("setup.vault_text")), sheet.element, trouble),
    actions: [
      { label: t("common.cancel"), value: null },
      {
        label: t("vault.confirm"),
        kind: "primary",
        run: async () => {
          try {
            await api.post("vault/ceremony/confirmation", { parts: sheet.read() ?? [] });
          } catch (error) {
            if (/** @type {any} */ (error)?.status !== 422) throw error;
            replace(trouble, /** @type {any} */ (error).message);
            return false;
          }
        },
      },
    ],
  });
  if (!done) return;
  toast(t("vault.confirmed"));
  await load();
}
