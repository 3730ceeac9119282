// @ts-check
/** Import by file or paste: first what would happen, row by row, then doing it. */
import { icon } from "../../icons/icons.js";
import { h, replace } from "../../lib/dom.js";
import { t, tOr } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { openDialog } from "../../ui/dialog.js";
import { toast } from "../../ui/toast.js";
import { importThings } from "./inventory.api.js";
import { lower } from "./object.words.js";
import { formatOf, normalised, rowCount, rowsToShow, templateLine } from "./transfer.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("./transfer.model.js").ImportResult} ImportResult */

const SHOWN_ROWS = 200;

/** @param {Kind} kind @param {() => void} onDone */
export async function openImport(kind, onDone) {
  await openDialog({
    title: t("inventory.import_title", { kind: lower(kind.plural) }),
    wide: true,
    body: (close) =>
      importBody(kind, (done) => {
        close(done);
        if (done) onDone();
      }),
  });
}

/** @param {Kind} kind @param {(done: boolean) => void} close */
function importBody(kind, close) {
  let fileName = "";
  const columns = [
    "name",
    ...kind.fields.filter((field) => !field.read_only && field.name !== "name").map(({ name }) => name),
  ];
  const text = h("textarea", {
    class: "input mono import-text",
    rows: 10,
    spellcheck: false,
    placeholder: templateLine(columns.slice(0, 5)).trim(),
    "aria-label": t("inventory.import_paste"),
    oninput: () => {
      fileName = "";
      describe();
    },
  });
  const file = h("input", {
    type: "file",
    accept: ".csv,.tsv,.txt,.json,text/csv,application/json",
    hidden: true,
    onchange: () => void take(file.files?.[0]),
  });
  const words = h("p", { class: "small quiet", role: "status" });
  const outcome = h("div", { class: "import-outcome" });
  const look = button(t("inventory.import_look"), { kind: "primary", onclick: () => whileBusy(look, () => run(true)) });
  const apply = button(t("inventory.import_apply"), {
    kind: "primary",
    icon: "check",
    onclick: () => whileBusy(apply, () => run(false)),
  });
  apply.hidden = true;

  /** @param {File | undefined} chosen */
  async function take(chosen) {
    if (!chosen) return;
    fileName = chosen.name;
    text.value = await chosen.text();
    describe();
  }
  function describe() {
    replace(outcome);
    apply.hidden = true;
    look.hidden = false;
    const format = formatOf(text.value, fileName);
    const n = format && rowCount(text.value, format);
    replace(
      words,
      !format
        ? ""
        : n === null
        ? t("inventory.import_unreadable")
        : t("inventory.import_rows", { n, format: format.toUpperCase() }),
    );
    look.disabled = !format || !n;
  }
  /** @param {boolean} isDry */
  async function run(isDry) {
    const format = formatOf(text.value, fileName);
    if (!format) return;
    try {
      const result = await importThings(kind, normalised(text.value, format), format, isDry);
      if (!isDry) {
        toast(t("inventory.imported", { created: result.created, changed: result.changed }));
        return close(true);
      }
      replace(outcome, difference(result, kind));
      look.hidden = true;
      apply.hidden = result.errors > 0 || result.created + result.changed === 0;
      apply.focus();
    } catch (error) {
      replace(outcome, h("div", { class: "form-problem", role: "alert" }, /** @type {Error} */ (error).message));
    }
  }
  describe();
  return h(
    "div",
    {
      class: "stack import-body",
      ondragover: (/** @type {DragEvent} */ event) => event.preventDefault(),
      ondrop: (/** @type {DragEvent} */ event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      },
    },
    h("p", { class: "quiet" }, t("inventory.import_text")),
    h(
      "div",
      { class: "row wrap" },
      button(t("inventory.import_file"), { icon: "upload", onclick: () => file.click() }),
      words,
      file,
    ),
    text,
    h(
      "details",
      {},
      h("summary", { class: "small quiet" }, t("inventory.import_columns")),
      h("p", { class: "mono small import-columns" }, columns.join(", ")),
    ),
    outcome,
    h("div", { class: "row import-foot" }, look, apply, button(t("common.cancel"), { onclick: () => close(false) })),
  );
}

/** @param {ImportResult} result @param {Kind} kind */
function difference(result, kind) {
  const labels = new Map(kind.fields.map(({ name, label }) => [name, label]));
  const label = (/** @type {string} */ name) => labels.get(name) ?? tOr(`inventory.column.${name}`, name);
  const rows = rowsToShow(result);
  const number = (/** @type {number} */ n, /** @type {string} */ key, /** @type {string} */ mark) =>
    h("span", { class: ["import-number", mark] }, h("b", {}, n), " ", t(`inventory.import_${key}`));
  return h(
    "div",
    { class: "stack tight" },
    h(
      "div",
      { class: "row wrap import-numbers" },
      number(result.created, "created", "is-ok"),
      number(result.changed, "changed", "is-accent"),
      number(result.unchanged, "unchanged", ""),
      number(result.errors, "errors", result.errors > 0 ? "is-bad" : ""),
    ),
    rows.length > 0 && h("ul", { class: "import-rows" }, rows.slice(0, SHOWN_ROWS).map((row) => importRow(row, label))),
    rows.length > SHOWN_ROWS && h("p", { class: "small quiet" }, t("common.and_more", { n: rows.length - SHOWN_ROWS })),
    result.errors > 0 && h("p", { class: "small quiet" }, t("inventory.import_errors_text")),
  );
}

/** @param {import("./transfer.model.js").ImportRow} row @param {(name: string) => string} label */
function importRow(row, label) {
  const isError = row.action.startsWith("error");
  const mark = isError ? "error" : row.action.startsWith("change") ? "edit" : "add";
  return h(
    "li",
    { class: ["import-row", isError && "is-bad"] },
    icon(mark, { class: "small" }),
    h("span", { class: "small quiet number" }, row.row),
    h("b", { class: "ellipsis" }, row.name ?? "—"),
    h(
      "span",
      { class: "small" },
      Object.entries(row.problems ?? {}).map(([name, problem]) =>
        h("span", { class: "import-problem" }, `${label(name)}: ${problem} `)
      ),
      !isError && row.action.startsWith("change") && Object.entries(row.changes ?? {}).map(([name, { from, to }]) =>
        h(
          "span",
          { class: "import-change" },
          h("span", { class: "quiet" }, `${label(name)} `),
          h("s", { class: "quiet" }, words(from)),
          " → ",
          words(to),
        )
      ),
    ),
  );
}

/** @param {any} value */
const words = (
  value,
) => (value === null || value === undefined || value === ""
  ? "—"
  : typeof value === "object"
  ? JSON.stringify(value)
  : String(value));
