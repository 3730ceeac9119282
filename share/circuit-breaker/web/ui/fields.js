// @ts-check
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { among, combobox } from "./combobox.js";
import { iconButton } from "./button.js";
import { iconPicker } from "./icon-picker.js";

/**
 * One input per field type. A control reads and writes the *input* value (text, boolean or list); lib/form.js turns it
 * into what the API wants.
 *
 * @typedef {import("../lib/form.js").Field} Field
 * @typedef {{ element: HTMLElement, input: HTMLElement, read: () => any, write: (value: any) => void }} Control
 * @typedef {(field: Field, text: string, signal: AbortSignal) => Promise<import("./combobox.js").Choice[]>} Lookup
 * @typedef {{ id: string, describedBy: string, value: any, lookup?: Lookup, labelOf?: (field: Field) => any,
 *   onchange: () => void }} Setting
 */

const MONO = new Set(["ip", "cidr", "mac", "json"]);
const INPUT_TYPES =
  /** @type {Record<string, string>} */ ({ email: "email", password: "password", url: "url", date: "date" });

/** @param {Field} field @param {Setting} setting @returns {Control} */
export function control(field, setting) {
  if (field.type === "boolean") return checkbox(field, setting);
  if (/** @type {string} */ (field.type) === "icon") return picker(field, setting);
  if (field.type === "long_text" || field.type === "json") return area(field, setting);
  if (field.type === "choice") return select(field, setting);
  if (["reference", "references", "tags"].includes(field.type)) return chooser(field, setting);
  if (field.suggestions?.length && !["integer", "number"].includes(field.type)) return suggested(field, setting);
  return line(field, setting);
}

/** @param {Field} field @param {Setting} setting */
const common = (field, { id, describedBy }) => ({
  id,
  name: field.name,
  "aria-describedby": describedBy,
  required: field.required,
  disabled: field.read_only,
  placeholder: field.placeholder,
});

/** @param {Field} field @param {Setting} setting @returns {Control} */
function line(field, setting) {
  const numeric = field.type === "integer" || field.type === "number";
  const input = h("input", {
    ...common(field, setting),
    type: INPUT_TYPES[field.type] ?? "text",
    class: ["input", MONO.has(field.type) && "mono", numeric && "number"],
    autocomplete: field.autocomplete ?? "off",
    inputMode: numeric ? "decimal" : "",
    spellcheck: false,
    value: setting.value,
    oninput: setting.onchange,
  });
  if (field.type === "url") input.type = "text";
  const unit = field.unit && h("span", { class: "input-unit" }, field.unit);
  const eye = field.type === "password" && iconButton("eye", t("form.show"), {
    class: "input-eye",
    onclick: () => {
      input.type = input.type === "password" ? "text" : "password";
    },
  });
  const element = unit || eye ? h("div", { class: "input-with" }, input, unit, eye) : input;
  return {
    element,
    input,
    read: () => input.value,
    write: (value) => {
      input.value = value;
    },
  };
}

/** @param {Field} field @param {Setting} setting @returns {Control} */
function picker(field, { id, describedBy, value, onchange }) {
  const { element, read, write } = iconPicker({ id, describedBy, value, onchange, disabled: field.read_only });
  return { element, input: element, read, write: (name) => write(name ?? "") };
}

/** @param {Field} field @param {Setting} setting @returns {Control} */
function area(field, setting) {
  const input = h("textarea", {
    ...common(field, setting),
    class: ["input", MONO.has(field.type) && "mono"],
    rows: field.type === "json" ? 5 : 4,
    value: setting.value,
    oninput: setting.onchange,
  });
  return {
    element: input,
    input,
    read: () => input.value,
    write: (value) => {
      input.value = value;
    },
  };
}

/** @param {Field} field @param {Setting} setting @returns {Control} */
function checkbox(field, setting) {
  const input = h("input", {
    ...common(field, setting),
    required: false,
    type: "checkbox",
    class: "switch",
    role: "switch",
    checked: setting.value === true,
    onchange: setting.onchange,
  });
  return {
    element: input,
    input,
    read: () => input.checked,
    write: (value) => {
      input.checked = value === true;
    },
  };
}

/** @param {Field} field @param {Setting} setting @returns {Control} */
function select(field, setting) {
  const choices = field.choices ?? [],
    known = setting.value === "" || choices.some(({ value }) => value === setting.value);
  if (choices.length > 14) return suggested({ ...field, suggestions: choices.map(({ value }) => value) }, setting);
  const input = h(
    "select",
    { ...common(field, setting), class: "input", onchange: setting.onchange },
    (!field.required || setting.value === "") && h("option", { value: "" }, field.required ? t("form.choose") : field.placeholder ?? "—"),
    !known && h("option", { value: setting.value }, setting.value),
    choices.map(({ value, label }) => h("option", { value }, label)),
  );
  input.value = setting.value;
  return {
    element: input,
    input,
    read: () => input.value,
    write: (value) => {
      input.value = value;
    },
  };
}

/**
 * Free text with proposals.
 *
 * @param {Field} field
 * @param {Setting} setting
 * @returns {Control}
 */
function suggested(field, setting) {
  const labels = new Map((field.choices ?? []).map(({ value, label }) => [value, label]));
  const all = (field.suggestions ?? []).map((value) => ({ value, label: labels.get(value) ?? value }));
  const free = !field.choices?.length,
    start = setting.value === "" ? null : { value: setting.value, label: labels.get(setting.value) ?? setting.value };
  const combo = combobox({
    id: setting.id,
    describedBy: setting.describedBy,
    value: start,
    free,
    load: among(all),
    mono: MONO.has(field.type),
    disabled: field.read_only,
    placeholder: field.placeholder,
    onchange: setting.onchange,
  });
  return {
    element: combo.element,
    input: combo.input,
    read: () => (free ? combo.input.value : combo.value?.value ?? ""),
    write: (value) => {
      combo.value = value ? { value, label: labels.get(value) ?? value } : null;
    },
  };
}

/** @param {Field} field @param {Setting} setting @returns {Control} */
function chooser(field, setting) {
  const many = field.type !== "reference", tags = field.type === "tags";
  const lookup = setting.lookup ?? (async () => []);
  const asChoice = (
    /** @type {any} */ value,
  ) => (typeof value === "object" && value !== null
    ? { value: value.id ?? value.value, label: value.name ?? value.label }
    : { value, label: String(value) });
  const start = setting.labelOf?.(field) ?? setting.value;
  const values = [start].flat().filter((one) => one !== "" && one !== null && one !== undefined).map(asChoice);
  const combo = combobox({
    id: setting.id,
    describedBy: setting.describedBy,
    multiple: many,
    free: tags,
    value: many ? values : values[0] ?? null,
    load: (text, signal) => lookup(field, text, signal),
    disabled: field.read_only,
    placeholder: field.placeholder ?? (tags ? t("form.add_tag") : t("form.type_to_find")),
    onchange: setting.onchange,
  });
  return {
    element: combo.element,
    input: combo.input,
    read: () => (many ? combo.value.map((/** @type {any} */ one) => one.value) : combo.value?.value ?? ""),
    write: (value) => {
      combo.value = many ? (value ?? []).map(asChoice) : value ? asChoice(value) : null;
    },
  };
}
