// @ts-check
/** One change for many: fields to set, tags to add, and deletion with a way back. */
import { h, replace, uid } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { confirmed, openDialog } from "../../ui/dialog.js";
import { control } from "../../ui/fields.js";
import { among, combobox } from "../../ui/combobox.js";
import { iconButton } from "../../ui/button.js";
import { fromInput, problemOf, toInput } from "../../lib/form.js";
import { progressBar } from "../../ui/progress.js";
import { toast, toastError } from "../../ui/toast.js";
import { count } from "../../lib/format.js";
import { valueText } from "../../lib/values.js";
import { beforeOf, wayBack } from "./bulk.model.js";
import { formFields } from "./form.model.js";
import { bulk, BULK_PART } from "./inventory.api.js";
import { formWords, statusChoices } from "./object.words.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("./inventory.api.js").BulkResult} BulkResult */

/** @param {BulkResult[]} results */
export const failedOf = (results) =>
  results.filter((result) => result.error || result.ok === false || (result.code && result.code !== "ok"));

/** @param {BulkResult[]} failed */
const reasonOf = (failed) => failed[0]?.error?.message ?? failed[0]?.message ?? "";

/** @param {BulkResult[]} results @param {string} done @param {{ label: string, run: () => void }} [action] */
function report(results, done, action) {
  const failed = failedOf(results);
  if (failed.length === 0) return void toast(done, { action });
  toast(t("inventory.bulk_failed", { n: failed.length, reason: reasonOf(failed) }), { kind: "bad", action });
}

/**
 * Long work says how far it is; what takes one request is over before anybody could read it.
 *
 * @template T
 * @param {string} label @param {number} total @param {(told: (done: number) => void) => Promise<T>} work  `told`: so many more
 * @returns {Promise<T>}
 */
async function followed(label, total, work) {
  if (total <= BULK_PART) return work(() => {});
  const bar = progressBar(label);
  let done = 0;
  bar.set(done, total);
  const away = toast(bar.element, { kind: "info", seconds: Infinity });
  return work((more) => bar.set(done += more, total)).finally(away);
}

/** @param {Kind} kind @param {Thing[]} things @param {() => void} onDone */
export async function bulkDelete(kind, things, onDone) {
  const names = things.slice(0, 5).map(({ name, id }) => name || `#${id}`).join(", ");
  const isSure = await confirmed({
    title: t("inventory.delete_many", { n: things.length }),
    danger: true,
    verb: t("common.delete"),
    message: `${names}${things.length > 5 ? ` ${t("common.and_more", { n: things.length - 5 })}` : ""}. ${
      t("inventory.delete_many_text")
    }`,
  });
  if (!isSure) return;
  const ids = things.map(({ id }) => id);
  const results = await followed(t("common.delete"), ids.length, (told) => bulk(kind, ids, { delete: true, cascade: true }, told));
  const failed = new Set(failedOf(results).map(({ id }) => id));
  const gone = ids.filter((id) => !failed.has(id));
  const undo = {
    label: t("inventory.undo"),
    run: () =>
      void followed(t("inventory.undo"), gone.length, (told) => bulk(kind, gone, { restore: true }, told)).then(
        (back) => report(back, t("inventory.restored_many", { n: gone.length - failedOf(back).length })),
        toastError,
      ),
  };
  report(results, t("inventory.deleted_many", { n: gone.length }), gone.length > 0 ? undo : undefined);
  onDone();
}

/**
 * @param {Kind} kind
 * @param {Thing[]} things
 * @param {import("../../ui/fields.js").Lookup} lookup
 * @param {() => void} onDone
 */
export async function bulkEdit(kind, things, lookup, onDone) {
  const fields = formFields(kind, formWords(), statusChoices())
    .filter(({ name, type }) => name !== "name" && !["ip", "mac", "json", "long_text", "references"].includes(type));
  const addTags = { name: "+tags", label: t("inventory.bulk_add_tags"), type: /** @type {any} */ ("tags") };
  const all = [addTags, ...fields];
  /** @type {Map<string, { field: any, made: import("../../ui/fields.js").Control, read: () => any }>} */
  const rows = new Map();
  const body = h("div", { class: "stack tight" });
  const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  const preview = h("div", { class: "bulk-preview", role: "status" });
  const show = () => replace(preview, [...rows.values()].map((row) => previewOf(things, row)));
  const chooser = combobox({
    label: t("inventory.bulk_which"),
    placeholder: t("inventory.bulk_which"),
    load: (text) =>
      among(all.filter(({ name }) => !rows.has(name)).map(({ name, label }) => ({ value: name, label })))(text),
    onchange: (choice) => {
      if (!choice) return;
      add(all.find(({ name }) => name === choice.value));
      chooser.value = null;
    },
  });
  /** @param {any} field */
  function add(field) {
    const id = uid("bulk");
    const made = control(field, {
      id,
      describedBy: `${id}-help`,
      value: toInput(field, null),
      lookup,
      onchange: show,
    });
    made.element.addEventListener("change", show);
    const row = h(
      "div",
      { class: "field bulk-row" },
      h("label", { htmlFor: id, class: "field-label" }, field.label),
      h(
        "div",
        { class: "row" },
        h("div", { class: "grow" }, made.element),
        iconButton("close", t("inventory.bulk_drop"), {
          onclick: () => {
            rows.delete(field.name);
            row.remove();
            show();
          },
        }),
      ),
    );
    rows.set(field.name, { field, made, read: () => fromInput(field, made.read()) });
    body.append(row);
    show();
    made.input.focus();
  }
  const apply = async () => {
    /** @type {Record<string, any>} */
    const patch = {};
    for (const [name, { field, read }] of rows) {
      const wrong = problemOf({ ...field, required: false }, read());
      if (wrong) {
        problem.hidden = false;
        replace(problem, `${field.label}: ${wrong}`);
        return false;
      }
      patch[name] = read();
    }
    if (Object.keys(patch).length === 0) return false;
    const results = await followed(t("inventory.edit_many", { n: things.length }), things.length, (told) => send(kind, things, patch, told));
    const back = wayBack(things, [...rows.keys()], results);
    const n = back.reduce((sum, { ids }) => sum + ids.length, 0);
    const undo = { label: t("inventory.undo"), run: () => void takeBack(kind, back).then(onDone, toastError) };
    report(results, t("inventory.changed_many", { n }), n > 0 ? undo : undefined);
    onDone();
    return true;
  };
  await openDialog({
    title: t("inventory.edit_many", { n: things.length }),
    body: h(
      "div",
      { class: "stack" },
      h("p", { class: "quiet small" }, t("inventory.bulk_text")),
      body,
      chooser.element,
      preview,
      problem,
    ),
    actions: [{ label: t("common.cancel"), value: null }, {
      label: t("inventory.bulk_apply", { n: things.length }),
      kind: "primary",
      run: apply,
    }],
  });
}

/**
 * What one field changes from and to, before it is done.
 *
 * @param {Thing[]} things
 * @param {{ field: any, made: import("../../ui/fields.js").Control, read: () => any }} row
 */
function previewOf(things, { field, made, read }) {
  const value = read();
  const { changes, already } = beforeOf(things, field, value);
  const shown = changes.slice(0, 5);
  const to = wordsOf(field, value, made);
  return h(
    "section",
    { class: "bulk-change" },
    h("b", {}, field.label),
    changes.length === 0 && h("p", { class: "small quiet" }, t("bulk.nothing")),
    shown.map(({ from, n }) =>
      h(
        "p",
        {},
        h("span", { class: "quiet number" }, `${count(n)}× `),
        field.name === "+tags" ? from || "—" : h("s", { class: "quiet" }, from || "—"),
        field.name === "+tags" ? ` + ${to}` : ` → ${to}`,
      )
    ),
    changes.length > shown.length && h("p", { class: "small quiet" }, t("common.and_more", { n: changes.length - shown.length })),
    already > 0 && changes.length > 0 && h("p", { class: "small quiet" }, t("bulk.already", { n: already })),
  );
}

/** @param {any} field @param {any} value @param {import("../../ui/fields.js").Control} made */
function wordsOf(field, value, made) {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return "—";
  if (field.type === "tags") return value.join(", ");
  // A reference is an id; its name stands in the field.
  if (field.type === "reference") return /** @type {HTMLInputElement} */ (made.input).value || `#${value}`;
  return valueText({ [field.name]: value }, field);
}

/** @param {Kind} kind @param {ReturnType<typeof wayBack>} groups */
async function takeBack(kind, groups) {
  const results = await followed(t("inventory.undo"), groups.reduce((sum, { ids }) => sum + ids.length, 0), async (told) => {
    const all = [];
    for (const { patch, ids, revisions } of groups) all.push(...await bulk(kind, ids, { patch, revisions }, told));
    return all;
  });
  report(results, t("bulk.undone", { n: results.length - failedOf(results).length }));
}

/**
 * Tags are added to those each object has, so objects are sent in groups of equal outcome.
 *
 * @param {Kind} kind
 * @param {Thing[]} things
 * @param {Record<string, any>} patch
 * @param {(done: number) => void} told
 */
async function send(kind, things, patch, told) {
  const { "+tags": more, ...same } = patch;
  if (!more?.length) return bulk(kind, things.map(({ id }) => id), { patch: same }, told);
  /** @type {Map<string, number[]>} */
  const groups = new Map();
  for (const { id, tags = [] } of things) {
    const key = JSON.stringify([...new Set([...(same.tags ?? tags), ...more])]);
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  const results = [];
  for (const [tags, ids] of groups) {
    results.push(...await bulk(kind, ids, { patch: { ...same, tags: JSON.parse(tags) } }, told));
  }
  return results;
}
