// @ts-check
/** Import by file or paste: first what would happen, row by row, then doing it. */
import { icon } from "../../icons/icons.js";
import { h, replace } from "../../lib/dom.js";
import { currentLanguage, t, told, tOr } from "../../lib/i18n.js";
import { lower } from "../../lib/kinds.js";
import { button, whileBusy } from "../../ui/button.js";
import { openDialog } from "../../ui/dialog.js";
import { toast, toastError } from "../../ui/toast.js";
import { bulk, importThings } from "./inventory.api.js";
import { looseText, valueText } from "../../lib/values.js";
import { statusChoices } from "./object.words.js";
import { headingOf, sheetOfLines } from "./lines.model.js";
import { formatOf, normalised, rowCount, rowsOf, templateLine, textOf } from "./transfer.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */
/** @typedef {import("./transfer.model.js").ImportResult} ImportResult */

const SHOWN_ROWS = 200;

/**
 * @param {Kind} kind @param {() => void} onDone
 * @param {{ isPaste?: boolean }} [options] `isPaste`: several are added by their lines
 */
export async function openImport(kind, onDone, { isPaste = false } = {}) {
  await openDialog({
    title: t(isPaste ? "lines.title" : "inventory.import_title", { kind: lower(kind.plural) }),
    wide: true,
    body: (close) =>
      importBody(kind, isPaste, (result) => {
        close(result !== null);
        if (!result) return;
        onDone();
        done(kind, result, onDone);
      }),
  });
}

/**
 * What was imported, and the way back for what is new: to the trash.
 *
 * @param {Kind} kind @param {ImportResult} result @param {() => void} onDone
 */
function done(kind, result, onDone) {
  const made = result.rows.filter(({ action, id }) => action === "create" && id).map(({ id }) => Number(id));
  toast(t("inventory.imported", { created: result.created, changed: result.changed }), {
    action: made.length === 0 ? undefined : {
      label: t(result.changed > 0 ? "lines.undo_new" : "inventory.undo"),
      run: () =>
        void bulk(kind, made, { delete: true, cascade: true }).then(() => {
          toast(t("inventory.deleted_many", { n: made.length }));
          onDone();
        }, toastError),
    },
  });
}

/** @param {Kind} kind @param {boolean} isPaste @param {(result: ImportResult | null) => void} close */
function importBody(kind, isPaste, close) {
  let fileName = "";
  /** What a file holds, as it is: a field on the page makes line feeds of all line ends. @type {string | null} */
  let whole = null;
  const given = () => whole ?? text.value;
  const columns = [
    "name",
    ...kind.fields.filter((field) => !field.read_only && field.name !== "name").map(({ name }) => name),
  ];
  const text = h("textarea", {
    class: "input mono import-text",
    rows: 10,
    spellcheck: false,
    autofocus: isPaste,
    placeholder: isPaste ? exampleLines(kind) : templateLine(columns.slice(0, 5)).trim(),
    "aria-label": t("inventory.import_paste"),
    oninput: () => {
      fileName = "";
      whole = null;
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

  // Two holders of one address may be what is so: then a sheet with both comes in as it is.
  const conflicts = h("input", { type: "checkbox", onchange: () => void run(true) });
  const conflict = h("label", { class: "row small", hidden: true }, conflicts, h("span", {}, t("inventory.import_conflicts")));

  /** @param {File | undefined} chosen */
  async function take(chosen) {
    if (!chosen) return;
    fileName = chosen.name;
    whole = textOf(await chosen.arrayBuffer(), currentLanguage());
    text.value = whole;
    describe();
  }
  function describe() {
    replace(outcome);
    apply.hidden = true;
    look.hidden = false;
    conflict.hidden = true;
    conflicts.checked = false;
    const format = formatOf(given(), fileName);
    const lines = format === "csv" && linesOf(given());
    const n = lines ? lines.rows : format && rowCount(given(), format);
    replace(
      words,
      lines && n
        ? t("lines.understood", { n: lines.rows, columns: lines.columns.map((name) => columnWord(kind, name)).join(", ") })
        : !format
        ? ""
        : n === null
        ? t("inventory.import_unreadable")
        : t("inventory.import_rows", { n, format: format.toUpperCase() }),
    );
    look.disabled = !format || !n;
  }
  const heading = (/** @type {string} */ typed) => headingOf(typed, kind, (name) => tOr(`inventory.column.${name}`, name));
  /** Lines without a heading, which only pasting takes. @param {string} typed */
  const linesOf = (typed) => (isPaste && !heading(typed) ? sheetOfLines(typed, kind) : null);
  /** @param {boolean} isDry */
  async function run(isDry) {
    const format = formatOf(given(), fileName);
    if (!format) return;
    const lines = format === "csv" ? linesOf(given()) : null;
    try {
      const result = await importThings(kind, lines ? lines.csv : normalised(given(), format, heading(given())), format, {
        dry_run: isDry,
        allow_conflicts: conflicts.checked,
      });
      if (!isDry) return close(result);
      replace(outcome, difference(result, kind, lines ? 1 : 0));
      look.hidden = true;
      conflict.hidden = !conflicts.checked && result.errors === 0;
      apply.hidden = result.errors > 0 || result.created + result.changed === 0;
      // With something wrong in it there is nothing to apply, and the text is what has to be mended.
      (apply.hidden ? text : apply).focus();
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
    h("p", { class: "quiet" }, t(isPaste ? "lines.text" : "inventory.import_text")),
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
    conflict,
    h("div", { class: "row import-foot" }, button(t("common.cancel"), { onclick: () => close(null) }), look, apply),
  );
}

/** @param {ImportResult} result @param {Kind} kind @param {number} heads  lines of the sheet that nobody typed */
function difference(result, kind, heads) {
  /** @type {Map<string, Field>} */
  const fields = new Map(kind.fields.map((field) => [field.name, field]));
  fields.set("status", { name: "status", type: "choice", label: t("inventory.column.status"), choices: statusChoices() });
  const list = h("div", { class: "stack tight" });
  /** @type {HTMLElement[]} */
  const numbers = [];
  /** @param {"create" | "change" | "unchanged" | "error" | null} action */
  const show = (action) => {
    numbers.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.action === action)));
    const rows = rowsOf(result, action);
    const lines = rows.slice(0, SHOWN_ROWS).map((row) => importRow(row, kind, fields, heads));
    replace(
      list,
      rows.length > 0 && h("ul", { class: "import-rows", tabIndex: 0, "aria-label": t("lines.rows") }, lines),
      rows.length > SHOWN_ROWS && h("p", { class: "small quiet" }, t("common.and_more", { n: rows.length - SHOWN_ROWS })),
    );
  };
  /** @type {(n: number, key: string, action: "create" | "change" | "unchanged" | "error", mark: string) => HTMLElement} */
  const number = (n, key, action, mark) => {
    const one = h("button", {
      type: "button",
      class: ["import-number", mark],
      dataset: { action },
      "aria-pressed": "false",
      disabled: n === 0,
      onclick: () => show(one.getAttribute("aria-pressed") === "true" ? null : action),
    }, h("b", {}, n), " ", t(`inventory.import_${key}`));
    numbers.push(one);
    return one;
  };
  const head = [
    h(
      "div",
      { class: "row wrap import-numbers" },
      number(result.created, "created", "create", "is-ok"),
      number(result.changed, "changed", "change", "is-accent"),
      number(result.unchanged, "unchanged", "unchanged", ""),
      number(result.errors, "errors", "error", result.errors > 0 ? "is-bad" : ""),
    ),
    list,
    result.errors > 0 && h("p", { class: "small quiet" }, t("inventory.import_errors_text")),
  ];
  show(null);
  return h("div", { class: "stack tight" }, head);
}

/** @param {Kind} kind @param {string} name */
const columnWord = (kind, name) => kind.fields.find((field) => field.name === name)?.label ?? tOr(`inventory.column.${name}`, name);

/** @param {import("./transfer.model.js").ImportRow} row @param {Kind} kind @param {Map<string, Field>} fields @param {number} heads */
function importRow(row, kind, fields, heads) {
  const label = (/** @type {string} */ name) => columnWord(kind, name);
  const isError = row.action.startsWith("error");
  const mark = isError ? "error" : row.action === "change" ? "edit" : row.action === "create" ? "add" : "check";
  return h(
    "li",
    { class: ["import-row", isError && "is-bad"] },
    icon(mark, { class: "small" }),
    h("span", { class: "small quiet number" }, row.row - heads),
    h("b", { class: "ellipsis" }, row.name ?? "—"),
    h(
      "span",
      { class: "small" },
      Object.entries(row.problems ?? {}).map(([name, problem]) =>
        h("span", { class: "import-problem" }, `${name === "row" ? "" : `${label(name)}: `}${told(problem)} `)
      ),
      !isError && Object.entries(row.changes ?? {}).map(([name, { from, to }]) =>
        h(
          "span",
          { class: "import-change" },
          h("span", { class: "quiet" }, `${label(name)} `),
          row.action === "change" && h("s", { class: "quiet" }, words(from, fields.get(name))),
          row.action === "change" && " → ",
          words(to, fields.get(name)),
        )
      ),
    ),
  );
}

/**
 * Lines that would be understood.
 *
 * @param {Kind} kind
 */
function exampleLines(kind) {
  const has = (/** @type {string} */ type) => kind.fields.some((field) => field.type === type);
  const choice = kind.fields.find((field) => field.type === "choice" && field.choices?.length)?.choices?.[0].value;
  const parts = [has("cidr") ? " 10.0.20.0/24" : "", has("ip") ? " 10.0.0.5" : "", choice ? ` ${choice}` : ""];
  return [`one${parts.join("")} #tag`, `two${parts.join("").replace(/5(?= |$)/, "6")}`].join("\n");
}

/** As the list would show it; what a thing refers to is told by its name already. @param {any} value @param {Field | undefined} field */
function words(value, field) {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return "—";
  return field && field.type !== "reference" ? valueText({ [field.name]: value }, field) : looseText(value);
}
