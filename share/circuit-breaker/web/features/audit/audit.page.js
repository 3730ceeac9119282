// @ts-check
import { api, pages, urlOf } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { t, told } from "../../lib/i18n.js";
import { loadKinds } from "../../lib/kinds.js";
import { button, iconButton, whileBusy } from "../../ui/button.js";
import { openDialog } from "../../ui/dialog.js";
import { emptyState } from "../../ui/empty.js";
import { openMenu } from "../../ui/menu.js";
import { pageHead } from "../../ui/more.js";
import { closePanel } from "../../ui/panel.js";
import { severityBadge } from "../../ui/status.js";
import { dataTable } from "../../ui/table.js";
import { timeAgo } from "../../ui/time.js";
import { toastError } from "../../ui/toast.js";
import { entryPanel } from "./audit.entry.js";
import { keepingPanel } from "./audit.keeping.js";
import { ENTITIES, FILTERS, MOVES, parametersOf } from "./audit.model.js";
import { actorWord, deedWord, entityWord, onlyWord, subjectWord } from "./audit.words.js";

/** @typedef {import("./audit.model.js").Entry} Entry */
/** @typedef {import("../../types/inventory.js").Kind} Kind */

/** @param {import("../../types/page.js").PageContext} context */
export async function page({ query, signal, session, setQuery, title, live }) {
  await stylesheet(new URL("./audit.css", import.meta.url));
  title(t("audit.title"));
  const kinds = await loadKinds(signal).catch(() => /** @type {Kind[]} */ ([]));
  const paths = new Map(kinds.map((/** @type {any} */ { name, path }) => [name, path]));
  let filters = new URLSearchParams(query);
  let list = pages("admin/audit-log", { ...parametersOf(filters), limit: 100 }, signal);
  /** What is wrong with the filters, as far as an address that was written by hand goes. */
  let refusal = "";
  /** Reads the first rows; filters that the daemon does not take are told where the rows would be. */
  const begin = () =>
    list.more().then(() => void (refusal = ""), (error) => {
      if (error.status !== 422) throw error;
      refusal = Object.values(error.fields ?? {}).map((sentence) => told(sentence)).join(" ") || error.message;
    });
  const about = () => {
    const id = filters.get("entity_id");
    return id ? onlyWord({ id, entity: filters.get("entity") }, list.items, kinds) : "";
  };
  await begin();
  const nothing = () =>
    [...filters.keys()].length > 0
      ? emptyState({
        icon: "filter",
        title: about() && !refusal ? t("audit.none_about", { what: about() }) : t("audit.none_found"),
        text: refusal || t("audit.none_found_text"),
        action: button(t("audit.clear"), {
          onclick: () => change(Object.fromEntries([...FILTERS, "entity_id"].map((name) => [name, ""]))),
        }),
      })
      : emptyState({ icon: "audit", title: t("audit.none"), text: t("audit.none_text") });
  const table = dataTable({
    label: t("audit.title"),
    rows: list.items.slice(),
    signal,
    empty: nothing(),
    onopen: (entry) => void entryPanel(entry, paths, kinds, signal),
    onend: () => void list.more().then(() => table.setRows(list.items.slice()), (error) => toastError(error)),
    columns: [
      { id: "at", label: t("audit.when"), width: "130px", render: ({ at }) => timeAgo(at) },
      {
        id: "what",
        label: t("audit.what"),
        width: "minmax(150px, 2fr)",
        render: (entry) =>
          h(
            "span",
            {},
            h("b", { class: "audit-action" }, deedWord(entry)),
            " ",
            subjectWord(entry, kinds),
          ),
      },
      {
        id: "entity",
        label: t("audit.entity"),
        width: "130px",
        from: 820,
        render: ({ entity }) => h("span", { class: "quiet" }, entityWord(entity, kinds)),
      },
      {
        id: "actor",
        label: t("audit.who"),
        width: "minmax(100px, 1fr)",
        from: 520,
        render: ({ actor, actor_kind: kind }) => actorWord(actor, kind),
      },
      {
        id: "address",
        label: t("audit.from"),
        width: "130px",
        mono: true,
        from: 900,
        render: ({ address }) => address ?? "—",
      },
      {
        id: "severity",
        label: t("audit.severity"),
        width: "110px",
        from: 680,
        render: ({ severity }) => severityBadge(severity),
      },
    ],
  });
  /** @param {Record<string, string>} changes */
  async function change(changes) {
    setQuery(changes);
    filters = new URL(location.href).searchParams;
    void closePanel(true);
    await reload();
    replace(bar, filterBar(filters, kinds, about(), change));
  }
  async function reload() {
    list = pages("admin/audit-log", { ...parametersOf(filters), limit: 100 }, signal);
    try {
      await begin();
      table.setRows(list.items.slice(), { empty: nothing() });
    } catch (error) {
      toastError(error);
    }
  }
  const fresh = button(t("audit.newer"), {
    small: true,
    icon: "refresh",
    onclick: () => {
      fresh.hidden = true;
      void reload();
    },
  });
  fresh.hidden = true;
  live.subscribe("inventory.>", () => {
    fresh.hidden = false;
  }, signal);
  const bar = h("div", { class: "page-tools audit-filters", id: "audit-filters" }, filterBar(filters, kinds, about(), change));
  const fold = foldButton(bar, Object.keys(parametersOf(filters)).length > 0);
  const verify = button(t("audit.verify"), { icon: "shield", onclick: () => whileBusy(verify, verifyChain) });
  const save = iconButton("download", t("audit.export"), {
    kind: "plain",
    "aria-haspopup": "menu",
    onclick: () =>
      openMenu(
        save,
        ["csv", "json", "jsonl"].map((format) => ({
          label: t(format === "jsonl" ? "audit.export_proof" : "audit.export_as", { format: format.toUpperCase() }),
          icon: "download",
          run: () => download(format, filters),
        })),
      ),
  });
  const keep = button(t("audit.keeping"), {
    icon: "settings",
    onclick: () =>
      whileBusy(keep, () =>
        keepingPanel(session.may("audit.manage"), () => void reload(), signal).catch((error) => toastError(error))),
  });
  return h(
    "section",
    { class: "page fill" },
    pageHead({
      title: t("audit.title"),
      text: t("audit.text"),
      actions: [fresh, session.may("audit.view") && verify, keep, save],
    }),
    fold,
    bar,
    table.element,
  );
}

/**
 * Shows the fields on phones, where they would fill half of the page; wide there is no such button.
 *
 * @param {HTMLElement} bar @param {boolean} isOpen
 */
function foldButton(bar, isOpen) {
  const told = () => {
    bar.classList.toggle("is-folded", !isOpen);
    fold.setAttribute("aria-expanded", String(isOpen));
  };
  const fold = button(t("map.filter"), {
    icon: "filter",
    class: "audit-fold",
    "aria-controls": bar.id,
    onclick: () => {
      isOpen = !isOpen;
      told();
    },
  });
  told();
  return fold;
}

/**
 * @param {URLSearchParams} filters
 * @param {any[]} kinds
 * @param {string} about  the one thing whose history is shown
 * @param {(changes: Record<string, string>) => Promise<void>} change
 */
function filterBar(filters, kinds, about, change) {
  /** @param {string} name @param {string} label @param {[string, string][]} choices */
  const choose = (name, label, choices) => {
    const element = h(
      "select",
      {
        class: "input",
        "aria-label": label,
        onchange: () => void change({ [name]: element.value }),
      },
      h("option", { value: "" }, label),
      choices.map(([value, text]) => h("option", { value }, text)),
    );
    element.value = filters.get(name) ?? "";
    return element;
  };
  /** @param {string} name @param {string} label @param {string} type */
  const write = (name, label, type) =>
    h("input", {
      class: ["input", type === "search" && "filter-field"],
      type,
      "aria-label": label,
      title: label,
      placeholder: label,
      value: filters.get(name) ?? "",
      onchange: (/** @type {any} */ event) => void change({ [name]: event.target.value.trim() }),
    });
  const entities = [
    ...kinds.map(({ name, label }) => /** @type {[string, string]} */ ([name, label])),
    ...ENTITIES.map((name) => /** @type {[string, string]} */ ([name, entityWord(name, [])])),
  ];
  return [
    write("actor", t("audit.who"), "search"),
    choose("entity", t("audit.any_entity"), entities),
    write("action", t("audit.action"), "search"),
    choose(
      "severity",
      t("audit.any_severity"),
      ["info", "notice", "warning", "error"].map((name) => [name, t(`severity.${name}`)]),
    ),
    h(
      "span",
      { class: "row audit-days" },
      write("from", t("audit.from_day"), "date"),
      "–",
      write("to", t("audit.to_day"), "date"),
    ),
    h(
      "label",
      { class: "row small" },
      h("input", {
        type: "checkbox",
        checked: filters.get("without") === MOVES,
        onchange: (/** @type {any} */ event) => void change({ without: event.target.checked ? MOVES : "" }),
      }),
      t("audit.without_moves"),
    ),
    about && button(t("audit.only_one", { what: about }), {
      small: true,
      icon: "close",
      onclick: () => void change({ entity_id: "" }),
    }),
  ];
}

/** @param {string} format @param {URLSearchParams} filters */
function download(format, filters) {
  const link = h("a", {
    href: urlOf("admin/audit-log/export", { ...parametersOf(filters), format }),
    download: `audit-log.${format}`,
  });
  document.body.append(link);
  link.click();
  link.remove();
}

async function verifyChain() {
  try {
    const { ok, rows, first_broken: broken, head, checkpoint, remarks } = await api.get("admin/audit-log/verify-chain");
    void openDialog({
      title: ok ? t("audit.holds") : t("audit.broken"),
      actions: [{ label: t("common.close"), value: true }],
      body: h(
        "div",
        { class: "stack" },
        severityBadge(ok ? "ok" : "critical"),
        h(
          "p",
          {},
          ok
            ? t("audit.holds_text", { n: count(rows) })
            : t("audit.broken_text", { id: broken?.id ?? "?", reason: broken?.reason ?? "" }),
        ),
        checkpoint && h("p", { class: "small quiet" }, t("audit.after_checkpoint", { n: count(checkpoint.id) })),
        remarks.map((/** @type {string} */ remark) => h("p", { class: "small" }, remark)),
        head &&
          h(
            "div",
            {},
            h("p", { class: "small quiet" }, t("audit.head")),
            h("code", { class: "mono audit-hash" }, head),
          ),
      ),
    });
  } catch (error) {
    toastError(error);
  }
}
