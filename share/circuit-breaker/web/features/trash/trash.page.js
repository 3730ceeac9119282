// @ts-check
/** What was deleted and can come back. */
import { hueOf, icon } from "../../icons/icons.js";
import { isAbort, pages } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { kindNamed, loadKinds, urlOfObject } from "../../lib/kinds.js";
import { button, iconButton, whileBusy } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { pageHead } from "../../ui/more.js";
import { pill } from "../../ui/pill.js";
import { skeleton } from "../../ui/progress.js";
import { dataTable } from "../../ui/table.js";
import { timeAgo } from "../../ui/time.js";
import { toast } from "../../ui/toast.js";
import { each, purge, restore } from "./trash.api.js";
import { applyTrashEvent, inOrder, withThem } from "./trash.model.js";

/** @typedef {import("./trash.api.js").TrashItem} TrashItem */

/** @param {import("../../types/page.js").PageContext} context @returns {Promise<HTMLElement>} */
export async function page({ live, session, signal, title, query, navigate }) {
  title(t("trash.title"));
  const kinds = await loadKinds(signal);
  const only = query.get("kind");
  const mayEdit = session.may("inventory.edit");
  const mayPurge = session.may("inventory.purge");
  const labelOf = (/** @type {string} */ kind) => kindNamed(kinds, kind)?.label ?? kind;
  let source = pages("trash", { kind: only, limit: 100 }, signal);
  /** @type {TrashItem[]} */
  let items = [];

  const actions = (/** @type {TrashItem} */ item) =>
    h(
      "span",
      { class: "row folds to-end" },
      mayEdit && button(t("trash.restore"), { icon: "restore", small: true, onclick: () => void bringBack([item]) }),
      mayPurge && iconButton("trash", t("trash.purge"), { onclick: () => void remove([item]) }),
    );
  const table = dataTable({
    label: t("trash.title"),
    signal,
    selectable: mayEdit,
    onselect: (selected) => showMarked(selected.size),
    onend: () => void more(),
    columns: [
      {
        id: "name",
        label: t("trash.name"),
        width: "minmax(120px, 2fr)",
        render: (/** @type {TrashItem} */ item) =>
          h(
            "span",
            { class: "row" },
            h("span", { style: { color: hueOf(item.kind), flex: "none" } }, icon(item.kind, { class: "small" })),
            h("span", { class: "ellipsis" }, item.name || `${labelOf(item.kind)} ${item.id}`),
          ),
      },
      {
        id: "kind",
        label: t("trash.kind"),
        from: 520,
        render: (item) => h("span", { class: "quiet" }, labelOf(item.kind)),
      },
      {
        id: "deleted",
        label: t("trash.deleted"),
        width: "140px",
        from: 420,
        render: (item) => timeAgo(item.deleted_at),
      },
      {
        id: "by",
        label: t("trash.by"),
        from: 800,
        render: (item) => h("span", { class: "quiet" }, item.deleted_by ?? "—"),
      },
      {
        id: "with",
        label: t("trash.with"),
        from: 1000,
        render: (item) =>
          h("span", { class: "quiet" }, item.deleted_with?.name ?? (item.deleted_with ? `#${item.deleted_with}` : "—")),
      },
      { id: "do", label: "", width: "minmax(96px, 1.2fr)", render: actions },
    ],
  });
  const empty = button(t("trash.empty_all"), {
    icon: "trash",
    onclick: () =>
      void whileBusy(empty, async () => {
        while (await more());
        if (source.done) await remove(items.slice());
      }),
  });
  empty.hidden = true;
  const words = h("span", { role: "status" });
  const marked = h(
    "div",
    { class: "marked-bar", hidden: true },
    words,
    button(t("trash.restore"), { icon: "restore", small: true, onclick: () => void bringBack(chosen()) }),
    mayPurge && button(t("trash.purge"), { kind: "danger", small: true, onclick: () => void remove(chosen()) }),
  );
  const chosen = () => items.filter(({ id }) => table.selected.has(id));
  const showMarked = (/** @type {number} */ n) => {
    marked.hidden = n === 0;
    replace(words, t("trash.marked", { n }));
  };

  /** @param {TrashItem[]} next */
  function show(next) {
    items = next;
    const hadFocus = document.activeElement === empty;
    empty.hidden = items.length === 0;
    if (hadFocus && empty.hidden) table.focus();
    table.setRows(items, {
      empty: emptyState({
        icon: "trash",
        title: only ? t("trash.nothing_of_kind") : t("trash.empty"),
        text: t("trash.empty_text"),
      }),
    });
  }
  /** @returns {Promise<boolean>} whether there may be still more */
  async function more() {
    if (source.done) return false;
    const known = source.items.length, mine = source;
    try {
      await source.more();
      if (mine !== source) return false;
      // What was restored or deleted for good meanwhile does not come back with the next page.
      const seen = new Set(items.map(({ id }) => id));
      show([...items, ...source.items.slice(known).filter(({ id }) => !seen.has(id))]);
      return !source.done;
    } catch (error) {
      if (!isAbort(error)) table.setRows(items, { empty: errorState(error, () => void reload()) });
      return false;
    }
  }
  function reload() {
    items = [];
    source = pages("trash", { kind: only, limit: 100 }, signal);
    table.setRows([], { empty: skeleton(6) });
    return more();
  }
  /**
   * @param {{ done: TrashItem[], failed: { item: TrashItem, error: any }[] }} result
   * @param {string} sentence
   * @param {string} many
   */
  function report({ done, failed }, sentence, many) {
    const gone = new Set(done.map(({ id }) => id));
    table.clearSelection();
    showMarked(0);
    show(items.filter(({ id }) => !gone.has(id)));
    // The button that was pressed went with its row.
    if (!document.activeElement || document.activeElement === document.body) table.focus();
    const [first] = done;
    const open = sentence === "restored" && done.length === 1
      ? { label: t("discovery.open"), run: () => void navigate(urlOfObject(kinds, first.kind, first.id)) }
      : undefined;
    if (done.length > 0) {
      toast(
        done.length === 1
          ? t(`trash.${sentence}`, { name: first.name || `#${first.id}` })
          : t(`trash.${many}`, { n: done.length }),
        { action: open },
      );
    }
    if (failed.length > 0) {
      toast(t("trash.some_failed", { n: failed.length, reason: failed[0].error.message }), { kind: "bad" });
    }
  }
  /** @param {TrashItem[]} what @param {"restore" | "purge"} verb */
  async function all(what, verb) {
    const { first, along } = inOrder(what, verb);
    const { done, failed } = await each(first, verb === "restore" ? restore : purge);
    return { done: withThem(along, done), failed };
  }
  /** @param {TrashItem[]} what */
  async function bringBack(what) {
    report(await all(what, "restore"), "restored", "restored_many");
  }
  /** @param {TrashItem[]} what */
  async function remove(what) {
    const heading = what.length === 1
      ? t("trash.purge_title", { name: what[0].name || `#${what[0].id}` })
      : t("trash.purge_many", { n: what.length });
    const ask = { title: heading, message: t("trash.purge_text"), verb: t("trash.purge"), danger: true, isFinal: true };
    if (!(await confirmed(ask))) {
      return;
    }
    report(await all(what, "purge"), "purged", "purged_many");
  }

  live.subscribe("inventory.>", (event) => {
    const next = applyTrashEvent(items, event, () => new Date().toISOString());
    const fitting = only ? next.filter(({ kind }) => kind === only) : next;
    if (next !== items) show(fitting);
  }, signal);
  void reload();
  return h(
    "section",
    { class: "page fill" },
    pageHead({ title: t("trash.title"), text: t("trash.text"), actions: mayPurge && empty }),
    only && h(
      "div",
      { class: "pills" },
      pill(t("trash.only", { kind: labelOf(only) }), { onremove: () => void navigate("/trash") }),
    ),
    marked,
    table.element,
  );
}
